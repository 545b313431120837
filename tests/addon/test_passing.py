"""`grille.addon.passing`: answers that are judged while they pass."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from live import CHAT, NOW, Live, chat
from mitmproxy.test.tflow import tflow

import engines
from channels import SPEAKERS
from engines import CARD, IBAN, POLICY
from grille.addon.addon import Grille
from grille.addon.answers import Answers
from grille.addon.identity import Checks, Identities
from grille.addon.passing import Passage, Passing
from grille.addon.pieces import Piece
from grille.channels import Channels
from grille.dialects import DIALECTS
from grille.dialects.alike import Frames
from grille.engine import Inspection, Search
from grille.errors import AuditFailed, DetectionFailed
from grille.exchange import Growing, Known, Outcome, Verdict, Watched
from grille.framing.message import Message
from grille.sinks.audit import Record, Sink
from grille.stream import Rewriter
from grille.waiting import Waiting
from grille.watching import Watching
from rewriting import MINTED, engine_for, sse
from upstream import RecordingUpstream, answer

DONE = b"data: [DONE]\n\n"


def chunk(content: str | None, finish: str | None = None) -> dict[str, Any]:
    delta = {} if content is None else {"content": content}
    return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}  # fmt: skip


def chunked(*pieces: bytes) -> list[bytes]:
    """An HTTP/1.1 answer that streams: its head, and each piece as a chunk."""
    head = b"HTTP/1.1 200 Whatever\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    return [head, *(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces), b"0\r\n\r\n"]


def said(body: bytes) -> str:
    events = [json.loads(line[6:]) for line in body.decode().splitlines() if line.startswith("data: {")]
    return "".join(event["choices"][0]["delta"].get("content") or "" for event in events if "choices" in event)


def asked(folder: Path, *pieces: bytes, policy: str = POLICY, **more: Any) -> tuple[Any, list[dict[str, Any]]]:
    with RecordingUpstream([chunked(*pieces)]) as up, Live(folder, up.port, up.ca_file, policy, **more) as live:
        seen = live.post(chat(f"Why was {CARD} declined?"))
        return seen, live.records()


def posted(document: dict[str, object]) -> bytes:
    body = json.dumps(document).encode()
    head = f"POST {CHAT} HTTP/1.1\r\nHost: api.openai.com\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_a_stream_is_handed_on_as_it_comes_and_has_one_record(tmp_path: Path) -> None:
    events = [sse(chunk("Hello ")), sse(chunk("world.")), sse(chunk(None, "stop")), DONE]
    seen, records = asked(tmp_path, *events)
    assert (seen.status, seen.body) == (200, b"".join(events))
    assert [(each["direction"], each["verdict"]) for each in records] == [("request", "rewrite"), ("response", "allow")]


def test_what_the_policy_redacts_is_counted_in_the_record(tmp_path: Path) -> None:
    seen, records = asked(tmp_path, sse(chunk(f"It is {IBAN[:5]}")), sse(chunk(f"{IBAN[5:]}, he said.")), DONE)
    assert said(seen.body) == "It is [IBAN_CODE removed], he said."
    (found,) = records[1]["findings"]
    assert (found["entity"], found["count"], found["addresses"]) == ("IBAN_CODE", 1, ["stream:content/index=0"])


BLOCKING = POLICY.replace("IBAN_CODE: redact}", "IBAN_CODE: block}")
BAD_NEWS = (sse(chunk("It is ")), sse(chunk(f"{IBAN}, he said.")), sse(chunk("More.")), DONE)


def test_an_answer_that_may_not_go_on_ends_with_the_dialects_own_error(tmp_path: Path) -> None:
    seen, records = asked(tmp_path, *BAD_NEWS, policy=BLOCKING)
    assert said(seen.body) == "It is "
    error = json.loads(seen.body.splitlines()[-2][6:])["error"]
    assert "IBAN_CODE" in error["message"]
    assert records[1]["incident"] in error["message"]
    assert (records[1]["verdict"], records[1]["reasons"][0]["code"]) == ("block", "entity_blocked")
    assert len(records) == 2


def test_a_soft_stop_ends_as_filtered_content_does(tmp_path: Path) -> None:
    policy = BLOCKING.replace("restore: text}}", "restore: text}, stream: {stop: soft}}", 1)
    seen, _ = asked(tmp_path, *BAD_NEWS, policy=policy)
    assert b'"finish_reason": "content_filter"' in seen.body
    assert seen.body.endswith(DONE)


def test_an_endpoint_that_collects_judges_the_whole_before_a_word(tmp_path: Path) -> None:
    policy = BLOCKING.replace("restore: text}}", "restore: text}, stream: collect}", 1)
    seen, records = asked(tmp_path, *BAD_NEWS, policy=policy)
    assert seen.status == 403
    assert [each["verdict"] for each in records] == ["rewrite", "block"]


def test_in_monitor_mode_the_stream_passes_and_the_record_says_what_would_have_been(tmp_path: Path) -> None:
    policy = BLOCKING.replace("provider: openai, request", "provider: openai, mode: monitor, request", 1)
    seen, records = asked(tmp_path, *BAD_NEWS, policy=policy)
    assert seen.body == b"".join(BAD_NEWS)
    assert (records[1]["verdict"], records[1]["enforced"]) == ("block", False)


def test_a_detector_that_fails_stops_the_stream(tmp_path: Path) -> None:
    async def failing(texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known]) -> Watched:
        raise DetectionFailed("patterns", "late")

    seen, records = asked(tmp_path, sse(chunk("Hello there ")), DONE, watch=failing)
    assert json.loads(seen.body.splitlines()[-2][6:])["error"]["code"] == "detection_failed"
    assert said(seen.body) == ""
    assert [(each["direction"], each["verdict"]) for each in records] == [("request", "rewrite"), ("response", "error")]


@dataclass
class NoRecords:
    """A disk that is full when the answer is recorded."""

    sink: Sink

    def write(self, entry: Record) -> None:
        if entry.direction == "response":
            raise AuditFailed("full")
        self.sink.write(entry)


def test_a_stream_whose_record_cannot_be_written_is_stopped_before_its_end(tmp_path: Path) -> None:
    def full(grille: Grille) -> Grille:
        grille.answers = Answers(NoRecords(grille.answers.audit), grille.now)
        return grille

    seen, records = asked(tmp_path, sse(chunk("Hello there.")), DONE, addon=full)
    assert json.loads(seen.body.splitlines()[-2][6:])["error"]["code"] == "audit_failed"
    assert not seen.body.endswith(DONE)
    assert len(records) == 1


def test_garbage_stops_the_stream(tmp_path: Path) -> None:
    seen, records = asked(tmp_path, sse(chunk("Hello there ")), b"data: \xff\n\n", sse(chunk("more ")))
    assert "more" not in said(seen.body)
    assert json.loads(seen.body.splitlines()[-2][6:])["error"]["code"] == "malformed_body"
    assert [each["code"] for each in records[1]["reasons"]] == ["malformed_body"]


def test_a_stream_that_the_upstream_breaks_off_has_one_record_of_what_was_found(tmp_path: Path) -> None:
    def broken(_: bytes) -> list[bytes]:
        return [*chunked(sse(chunk(f"It is {IBAN}, ")), sse(chunk("More ")))[:-1], b"ff\r\nnot all"]

    with RecordingUpstream(broken) as up, Live(tmp_path, up.port, up.ca_file) as live:
        with live.tunnel("api.openai.com") as client:
            client.sendall(posted(chat("Hello")))
            got = b""
            while b"removed" not in got:
                got += client.recv(4096)
            up.hang_up()
            while client.recv(4096):
                pass
        records = until(live, 2)
        assert (records[1]["verdict"], records[1]["reasons"][-1]["code"]) == ("error", "upstream_failed")
        assert [each["entity"] for each in records[1]["findings"]] == ["IBAN_CODE"]


def test_a_stream_that_the_client_leaves_has_one_record(tmp_path: Path) -> None:
    gate = threading.Event()

    def slow(_: bytes) -> Iterator[bytes]:
        yield from chunked(sse(chunk("Hello there ")), sse(chunk("again ")))[:-1]
        gate.wait(10)

    with RecordingUpstream(slow) as up, Live(tmp_path, up.port, up.ca_file) as live:
        with live.tunnel("api.openai.com") as client:
            client.sendall(posted(chat("Hello")))
            while b"Hello there" not in client.recv(4096):
                pass
        records = until(live, 2)
        gate.set()
        assert (records[1]["verdict"], records[1]["reasons"][-1]["code"]) == ("allow", "client_left")


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/jsonl", "text/plain", "application/json"])
def test_a_value_that_is_cut_in_two_is_found_whatever_the_stream_calls_itself(tmp_path: Path, kind: str) -> None:
    """SDKs do not look at the content type of a stream that they asked for. It is collected, then read as they do."""
    cut = chunked(sse(chunk(f"It is {IBAN[:12]}")), sse(chunk(f"{IBAN[12:]}, ")), DONE)
    cut[0] = cut[0].replace(b"text/event-stream", kind.encode())
    with RecordingUpstream([cut]) as up, Live(tmp_path, up.port, up.ca_file) as live:
        assert said(live.post(chat("Hello")).body) == "It is [IBAN_CODE removed], "


def test_an_answer_that_claims_to_stream_and_is_coded_is_collected(tmp_path: Path) -> None:
    coded = gzip.compress(sse(chunk(f"It is {IBAN}, ")) + DONE)
    head = (("Content-Encoding", "gzip"),)
    with (
        RecordingUpstream([answer(coded, content_type="text/event-stream", headers=head)]) as up,
        Live(tmp_path, up.port, up.ca_file) as live,
    ):
        assert said(live.post(chat("Hello")).body) == "It is [IBAN_CODE removed], "


def until(live: Live, count: int) -> list[dict[str, Any]]:
    """The records, when there are `count` of them; one more would be one too many."""
    for _ in range(100):
        if len(live.records()) >= count:
            break
        time.sleep(0.05)
    time.sleep(0.2)
    records = live.records()
    assert len(records) == count
    return records


def test_a_stream_that_is_under_way_when_the_proxy_stops_is_recorded(tmp_path: Path) -> None:
    gate = threading.Event()

    def slow(_: bytes) -> Iterator[bytes]:
        yield from chunked(sse(chunk(f"It is {IBAN}, ")), sse(chunk("again ")))[:-1]
        gate.wait(10)

    with RecordingUpstream(slow) as up, ExitStack() as clients:
        with Live(tmp_path, up.port, up.ca_file, drain_seconds=0.2) as live:
            client = clients.enter_context(live.tunnel("api.openai.com"))
            client.sendall(posted(chat("Hello")))
            while b"removed" not in client.recv(4096):
                pass
        gate.set()
        (answered,) = [each for each in live.records() if each["direction"] == "response"]
        assert [each["entity"] for each in answered["findings"]] == ["IBAN_CODE"]


def test_tokens_that_are_kept_come_back_in_a_stream_that_was_open_before(tmp_path: Path) -> None:
    gate = threading.Event()
    tokens: list[bytes] = []

    def serve(request: bytes) -> Iterator[bytes] | bytes:
        if b"/v1/models" in request:
            return stream()
        tokens.append(re.search(rb"CREDIT_CARD_\w{8}", request)[0])  # type: ignore[index]
        gate.set()
        return answer({})

    def stream() -> Iterator[bytes]:
        head, first, *_ = chunked(sse({"note": "Hello"}))
        yield head + first
        gate.wait(10)
        yield from chunked(sse({"note": f"It is {tokens[0].decode()}."}))[1:]

    policy = POLICY.replace("profiles:", "tokens: {keep: memory}\nprofiles:", 1)
    policy = policy.replace("CREDIT_CARD: {action: mask, keep_last: 4}, ", "", 1)
    with (
        RecordingUpstream(serve) as up,
        Live(tmp_path, up.port, up.ca_file, policy) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(b"GET /v1/models HTTP/1.1\r\nHost: api.openai.com\r\n\r\n")
        got = b""
        while b"Hello" not in got:
            got += client.recv(4096)
        live.post(chat(f"Card {CARD}"))
        while b"0\r\n\r\n" not in got:
            got += client.recv(4096)
    assert CARD.encode() in got


# -- a fault at any step ---------------------------------------------------------------------------


@dataclass
class Kept:
    """Records, in memory."""

    records: list[Record] = field(default_factory=list)

    def write(self, entry: Record) -> None:
        self.records.append(entry)


WORDS = ["Hello ", "there, ", "this ", "is ", "what ", "we ", "know. ", "And ", "more. "]
STEPS: list[tuple[type, str]] = [
    (Frames, "read"), (Channels, "added"), (Channels, "ended"), (Watching, "worth_it"), (Watching, "judge"),
    (Watching, "_edge"), (Waiting, "put"), (Waiting, "release"), (Rewriter, "_released"),
]  # fmt: skip
FAULTS = [
    MemoryError(CARD),
    RuntimeError(CARD),
    RecursionError(CARD),
    StopIteration(CARD),
    DetectionFailed("p", "late"),
]


def on_its_way(folder: Path) -> tuple[Grille, Kept, Piece]:
    """An answer that streams through a proxy, without a network; what is like its pieces."""
    running, records = engine_for(folder, "openai_chat"), Kept()

    async def watch(texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known]) -> Watched:
        await asyncio.sleep(0)
        return await engines.watch(texts, wanted, known)

    search = Search(engines.find, watch, engines.opening)
    grille, flow = Grille(running, search, records, Identities(Checks()), lambda: NOW), tflow(resp=True)
    exchange = replace(engines.exchange("openai"), endpoint="any", clients=("app",))
    asked = Inspection(exchange, Verdict(Outcome.ALLOW), Message((), b""), MINTED, dialect=DIALECTS["openai_chat"])
    rewriter = Rewriter(running, asked, search, engines.TODAY, MINTED, SPEAKERS["chat"].framing)
    grille._passages[flow] = Passage(exchange, asked, passing=Passing(rewriter))
    return grille, records, Piece(flow, b"", last=False)


async def judged_as_layers_do(grille: Grille, piece: Piece) -> None:
    grille.at_once(piece)
    if not piece.done:
        await grille.stream_piece(piece)


EVENTS = [each + b"\n\n" for each in SPEAKERS["chat"].speak([("words", word) for word in WORDS]).split(b"\n\n")[:-1]]


@pytest.mark.parametrize("nth", [1, 2, 5, 9])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
@pytest.mark.parametrize(("owner", "step"), STEPS, ids=lambda each: each if isinstance(each, str) else each.__name__)
def test_a_fault_at_any_step_of_a_piece_is_a_refusal_and_nothing_of_the_piece_goes_on(
    owner: type, step: str, fault: Exception, nth: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = getattr(owner, step), 0

    def faulty(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise fault
        return real(*arguments, **named)

    async def scene() -> list[Piece]:
        pieces = [replace(alike, data=event) for event in EVENTS]
        for piece in pieces:
            await judged_as_layers_do(grille, piece)
        return pieces

    grille, records, alike = on_its_way(tmp_path)
    monkeypatch.setattr(owner, step, faulty)
    pieces = asyncio.run(scene())
    if calls < nth:
        return
    stopped = next(number for number, piece in enumerate(pieces) if piece.stop)
    last_words, *rest = pieces[stopped:]
    code = "detection_failed" if isinstance(fault, DetectionFailed) else "internal_error"
    assert json.loads(b"".join(last_words.out).splitlines()[0][6:])["error"]["code"] == code
    assert all(piece.stop and piece.done and not piece.out for piece in rest)
    heard = said(b"".join(b"".join(piece.out) for piece in pieces[:stopped]))
    assert "".join(WORDS[:stopped]).startswith(heard)
    assert [(each.direction, each.verdict) for each in records.records] == [("response", "error")]


@pytest.mark.parametrize("at", range(0, len(EVENTS), 2))
def test_a_piece_whose_judging_is_cancelled_does_not_go_on(at: int, tmp_path: Path) -> None:
    async def scene() -> None:
        for event in EVENTS[:at]:
            await judged_as_layers_do(grille, replace(alike, data=event))
        piece = replace(alike, data=b"".join(EVENTS[at : at + 2]))
        task = asyncio.create_task(judged_as_layers_do(grille, piece))
        await asyncio.sleep(0)
        if task.cancel():
            with pytest.raises(asyncio.CancelledError):
                await task
            assert piece.stop
            assert not said(b"".join(piece.out))
            following = replace(alike, data=EVENTS[-1])
            await judged_as_layers_do(grille, following)
            assert (following.out, following.stop, len(records.records)) == ([], True, 1)

    grille, records, alike = on_its_way(tmp_path)
    asyncio.run(scene())
