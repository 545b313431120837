"""`grille.addon.sockets`: what is said over WebSockets, through the real addon."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.genai import types
from google.genai.errors import ClientError
from google.genai.live import AsyncSession
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


LIVE_SESSIONS = POLICY.replace("openai: {provider: openai,", "openai: {provider: gemini, hosts: [api.openai.com],")


@asynccontextmanager
async def live_session(live: Live) -> AsyncIterator[AsyncSession]:
    """A session of Google's client, at the one host that the upstream is."""
    trusted = ssl.create_default_context(cafile=live.ca)
    options = types.HttpOptions(base_url="https://api.openai.com", async_client_args={"ssl": trusted})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{live.port}")
        patch.setenv("SSL_CERT_FILE", live.ca)
        client = genai.Client(api_key="k", http_options=options)
        async with client.aio.live.connect(model="m", config={"response_modalities": ["TEXT"]}) as session:
            yield session


def told(server: Peer, *messages: dict[str, Any]) -> None:
    """As Google's servers send: JSON in binary messages."""
    server.send(*(BytesMessage(json.dumps(message).encode()) for message in messages))


def turn(text: str) -> dict[str, Any]:
    return {"serverContent": {"modelTurn": {"role": "model", "parts": [{"text": text}]}}}


def test_googles_client_holds_a_live_session(folder: Path) -> None:
    with SocketUpstream(folder) as up, Live(folder, up.port, up.ca_file, LIVE_SESSIONS) as live:
        heard = asyncio.run(conversation(live, up))
    assert heard == f"Card {CARD}."
    assert [(each["direction"], each["verdict"]) for each in live.records()] == [
        ("request", "allow"),
        ("request", "allow"),
        ("request", "rewrite"),
        ("response", "rewrite"),
    ]


async def conversation(live: Live, up: SocketUpstream) -> str:
    async def serve() -> None:
        server = await asyncio.to_thread(up.peer)
        assert "setup" in json.loads(await asyncio.to_thread(server.message))
        told(server, {"setupComplete": {}})
        asked = json.loads(await asyncio.to_thread(server.message))["client_content"]["turns"][0]["parts"][0]["text"]
        token = asked.split()[2]
        assert token.startswith("CREDIT_CARD_")
        assert CARD.encode() not in server.raw
        told(server, turn(f"Card {token[:9]}"), turn(f"{token[9:]}."), {"serverContent": {"turnComplete": True}})

    serving = asyncio.create_task(serve())
    async with live_session(live) as session:
        question = types.Content(role="user", parts=[types.Part(text=f"Why was {CARD} declined?")])
        await session.send_client_content(turns=question, turn_complete=True)
        heard = [message.text or "" async for message in session.receive()]
    await serving
    return "".join(heard)


def test_googles_client_raises_what_may_not_be_sent(folder: Path) -> None:
    async def talk(live: Live, up: SocketUpstream) -> None:
        async def serve() -> None:
            server = await asyncio.to_thread(up.peer)
            await asyncio.to_thread(server.message)
            told(server, {"setupComplete": {}})

        serving = asyncio.create_task(serve())
        async with live_session(live) as session:
            await session.send_realtime_input(text=f"My number is {SSN}")
            with pytest.raises(ClientError, match="US_SSN") as raised:
                await anext(session.receive())
            assert raised.value.code == 403
        await serving

    with SocketUpstream(folder) as up, Live(folder, up.port, up.ca_file, LIVE_SESSIONS) as live:
        asyncio.run(talk(live, up))


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
