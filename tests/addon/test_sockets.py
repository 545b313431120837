"""`grille.addon.sockets`: what is said over WebSockets, through the real addon."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from live import Live
from socketpeers import UPGRADE, Peer, SocketUpstream, open_socket
from wsproto.events import BytesMessage, CloseConnection, TextMessage

from engines import CARD, IBAN, POLICY, SSN
from grille.errors import DetectionFailed
from grille.exchange import Finding, Growing, Known, Segment, Watched

PLACE = {"item_id": "a", "output_index": 0, "content_index": 0}


def said(piece: str) -> str:
    return json.dumps({"type": "response.output_text.delta", **PLACE, "delta": piece})


def asked(text: str) -> str:
    content = [{"type": "input_text", "text": text}]
    return json.dumps({"type": "conversation.item.create", "item": {"type": "message", "content": content}})


DONE = json.dumps({"type": "response.output_text.done", **PLACE})


@contextmanager
def connected(folder: Path, policy: str = POLICY, **more: Any) -> Iterator[tuple[Live, Peer, Peer]]:
    with (
        SocketUpstream(folder) as up,
        Live(folder, up.port, up.ca_file, policy, **more) as live,
        closing(open_socket(live)) as client,
    ):
        yield live, client, up.peer()


def text_of(message: str | bytes) -> str:
    event = json.loads(message)
    return str(event.get("delta") if "delta" in event else event["item"]["content"][0]["text"])


def test_a_value_leaves_as_a_token_and_comes_back_over_two_messages(folder: Path) -> None:
    with connected(folder) as (live, client, server):
        client.send(TextMessage(asked(f"Why was {CARD} declined?")))
        token = text_of(server.message()).split()[2]
        assert token.startswith("CREDIT_CARD_")
        server.send(TextMessage(said(f"Card {token[:9]}")), TextMessage(said(token[9:])), TextMessage(DONE))
        assert "".join(text_of(client.message()) for _ in range(2)) == f"Card {CARD}"
        assert json.loads(client.message())["type"] == "response.output_text.done"
        client.send(CloseConnection(1000))
        server.next()
    records = live.records()
    assert [(each["direction"], each["verdict"]) for each in records] == [
        ("request", "allow"),
        ("request", "rewrite"),
        ("response", "rewrite"),
    ]


def test_values_of_earlier_messages_are_restored_too(folder: Path) -> None:
    with connected(folder) as (_, client, server):
        client.send(TextMessage(asked(f"Card {CARD}")), TextMessage(asked(f"And {IBAN}")))
        token = text_of(server.message()).split()[1]
        server.message()
        server.send(TextMessage(said(f"{token}, ")))
        assert text_of(client.message()) == f"{CARD}, "


def test_a_message_that_may_not_go_on_is_dropped_and_the_client_told(folder: Path) -> None:
    with connected(folder) as (live, client, server):
        client.send(TextMessage(asked(f"My number is {SSN}")), TextMessage(asked("Hello")))
        refused = json.loads(client.message())
        assert refused["type"] == "error"
        assert "US_SSN" in refused["error"]["message"]
        assert text_of(server.message()) == "Hello"
        assert SSN.encode() not in server.raw
        assert [each["verdict"] for each in live.records()] == ["allow", "block", "allow"]
        assert live.records()[1]["incident"] in refused["error"]["message"]


def test_what_the_policy_redacts_does_not_reach_the_client(folder: Path) -> None:
    with connected(folder) as (_, client, server):
        server.send(*(TextMessage(said(piece)) for piece in ("It is ", IBAN[:7], IBAN[7:])), TextMessage(DONE))
        assert "".join(text_of(client.message()) for _ in range(3)) == "It is [IBAN_CODE removed]"
        assert IBAN.encode() not in client.raw


def test_an_answer_that_may_not_go_on_ends_with_an_error_and_the_connection(folder: Path) -> None:
    policy = POLICY.replace("IBAN_CODE: redact}", "IBAN_CODE: block}")
    with connected(folder, policy) as (live, client, server):
        server.send(TextMessage(said("It is ")), TextMessage(said(IBAN)), TextMessage(DONE))
        assert text_of(client.message()) == "It is "
        assert json.loads(client.message())["type"] == "error"
        closed = client.next()
        assert isinstance(closed, CloseConnection)
        assert closed.code == 1008
        assert IBAN.encode() not in client.raw
    (answer,) = [each for each in live.records() if each["direction"] == "response"]
    assert (answer["verdict"], len(answer["incident"])) == ("block", 8)


def test_bytes_that_are_no_text_are_refused_either_way(folder: Path) -> None:
    with connected(folder) as (_, client, server):
        client.send(BytesMessage(b"\x00\x01"))
        assert json.loads(client.message())["type"] == "error"
        assert server.nothing()
        server.send(BytesMessage(b"\x00\x01"))
        assert json.loads(client.message())["type"] == "error"
        assert isinstance(client.next(), CloseConnection)


def test_a_detector_that_fails_ends_the_connection_and_is_recorded_once(folder: Path) -> None:
    async def failing(texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known]) -> Watched:
        raise DetectionFailed("patterns", "late")

    with connected(folder, watch=failing) as (live, client, server):
        server.send(TextMessage(said("Hello there ")))
        assert json.loads(client.message())["error"]["code"] == "detection_failed"
        assert isinstance(client.next(), CloseConnection)
    (answer,) = [each for each in live.records() if each["direction"] == "response"]
    assert answer["verdict"] == "error"


def test_a_clients_message_that_cannot_be_searched_is_not_sent(folder: Path) -> None:
    async def failing(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        if any("Hello" in segment.text for segment in segments):
            raise DetectionFailed("patterns", "late")
        return ()

    with connected(folder, find=failing) as (_, client, server):
        client.send(TextMessage(asked("Hello")))
        assert json.loads(client.message())["error"]["code"] == "detection_failed"
        assert isinstance(client.next(), CloseConnection)
        assert b"Hello" not in server.raw


@pytest.mark.parametrize(
    "head",
    [
        UPGRADE.replace("/v1/realtime", "/v1/models"),
        UPGRADE.replace("AAAAAAAAAAAAAAAAAAAAAA==", "NDExMTExMTExMTExMTExMQ=="),
        UPGRADE.replace("AAAAAAAAAAAAAAAAAAAAAA==", "hello"),
        UPGRADE.replace("Version: 13", "Version: 8"),
        UPGRADE.replace("GET", "POST"),
        UPGRADE.replace("Upgrade: websocket", "Upgrade: foo"),
    ],
)
def test_what_is_no_websocket_that_can_be_read_is_not_opened(head: str, folder: Path) -> None:
    with SocketUpstream(folder) as up, Live(folder, up.port, up.ca_file) as live:
        assert live.raw(f"{head}\r\n".encode()).startswith(b"HTTP/1.1 403 ")
        assert up.heads == []


def test_responses_over_a_websocket_keep_the_promises_of_a_request(folder: Path) -> None:
    policy = POLICY.replace(
        "openai: {provider: openai,", "openai: {provider: openai, require: {session_only: {missing: block}},"
    )
    with SocketUpstream(folder) as up, Live(folder, up.port, up.ca_file, policy) as live:
        head = UPGRADE.replace("/v1/realtime", "/v1/responses")
        with closing(open_socket(live, head=head)) as client:
            server = up.peer()
            client.send(TextMessage(json.dumps({"type": "response.create", "input": "Hello"})))
            assert "`store`" in json.loads(client.message())["error"]["message"]
            client.send(TextMessage(json.dumps({"type": "response.create", "input": "Hello", "store": False})))
            assert json.loads(server.message())["store"] is False
            client.send(TextMessage(json.dumps({"type": "response.cancel"})))
            assert json.loads(server.message())["type"] == "response.cancel"
