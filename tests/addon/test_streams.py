"""What happens to an answer that is judged in pieces, over real connections. Nobody here knows a dialect."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import h2.errors
import pytest
from judging import (
    CHUNKED,
    END,
    GET,
    HEAD,
    Gate,
    H2Client,
    H2Peer,
    H2Upstream,
    Judge,
    answers,
    chunk,
    hooks_running,
    judged,
    memory,
    pass_on,
    unchunked,
    until,
    until_closed,
    waits,
)
from live import HOSTS
from mitmproxy import http

from grille.addon.pieces import Piece, open_stream
from upstream import RecordingUpstream

HOST = HOSTS[0]
WHOLE = (CHUNKED, chunk(b"one "), chunk(b"two "), chunk(b"three"), END)


def closes(*said: bytes) -> Iterator[bytes]:
    """Say it and hang up."""
    yield from said
    raise OSError


def released(judge: Judge) -> bool:
    gc.collect()
    return all(each() is None for each in judge.flows)


# -- judged ----------------------------------------------------------------------------------------


def test_each_piece_goes_to_the_judge_and_what_it_says_to_the_client(folder: Path) -> None:
    async def louder(piece: Piece) -> None:
        piece.out = [b"", piece.data.upper(), b"", b"!"]
        piece.done = True

    judge = Judge(louder)
    with RecordingUpstream([WHOLE]) as up, judged(folder, up, judge) as live, live.tunnel("api.openai.com") as client:
        client.sendall(GET)
        said = until(client, END)
    assert said.startswith(b"HTTP/1.1 200 OK\r\n"), "the reason phrase is nobody's words"
    assert unchunked(said).replace(b"!", b"") == b"ONE TWO THREE", "what was empty ended nothing"
    assert unchunked(said).endswith(b"!!"), "the last piece has its say"
    assert judge.said == b"one two three"
    assert [last for _, last in judge.pieces][-1:] == [True]
    assert judge.hooks == [], "after the last piece there is nothing left to judge"
    assert not judge.errors


def hasty(piece: Piece) -> None:
    piece.out, piece.done = [piece.data], True


@pytest.mark.parametrize(("size", "waited"), [(10, False), (1 << 15, True)])
def test_what_is_judged_at_once_waits_for_no_hook_until_others_have_had_no_turn_for_long(
    folder: Path, size: int, waited: bool
) -> None:
    judge = Judge(opened=lambda flow: open_stream(flow, hasty))
    body = b"x" * size
    with (
        RecordingUpstream([(CHUNKED, chunk(body), END)]) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        assert unchunked(until(client, END)) == body
    assert bool(judge.pieces) is waited


def test_however_small_they_are_many_pieces_in_a_row_let_others_have_their_turn(folder: Path) -> None:
    judge = Judge(opened=lambda flow: open_stream(flow, hasty))
    many = b"".join(chunk(b"%04d" % number) for number in range(6000))
    with (
        RecordingUpstream(answers([CHUNKED, many, END])) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        assert unchunked(until(client, END)) == b"".join(b"%04d" % number for number in range(6000))
    assert judge.pieces


def test_a_piece_goes_on_before_the_next_is_there(folder: Path) -> None:
    heard = threading.Event()

    def slowly() -> Iterator[bytes]:
        yield CHUNKED + chunk(b"first")
        assert heard.wait(10)
        yield chunk(b"second") + END

    judge = Judge()
    with (
        RecordingUpstream(answers(slowly())) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        said = until(client, b"first")
        heard.set()
        assert unchunked(until(client, END, said)) == b"firstsecond"


def test_the_connections_of_both_sides_are_used_again(folder: Path) -> None:
    judge = Judge()
    with (
        RecordingUpstream([WHOLE, WHOLE]) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        for _ in range(2):
            client.sendall(GET)
            assert unchunked(until(client, END)) == b"one two three"
        assert up.connections == 1


def test_a_request_that_comes_too_early_is_answered_after_the_stream(folder: Path) -> None:
    judge = Judge()
    with (
        RecordingUpstream([WHOLE, WHOLE]) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET + GET)
        first, _, second = until(client, END).partition(END)
        assert unchunked(first + END) == unchunked(until(client, END, second)) == b"one two three"


def test_pieces_that_wait_are_judged_together(folder: Path) -> None:
    gate = Gate()

    async def slow(piece: Piece) -> None:
        await pass_on(piece)
        await gate.wait()

    many = [chunk(b"%04d" % number) for number in range(2000)]
    judge = Judge(slow)
    with (
        RecordingUpstream(answers([CHUNKED + chunk(b"start"), b"".join(many), END])) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        assert gate.reached.wait(10)
        assert waits(lambda: up.received and not hooks_running(live)[1:])
        gate.open()
        assert unchunked(until(client, b"\r\n" + END)) == b"start" + b"".join(b"%04d" % each for each in range(2000))
    assert len(judge.pieces) < 100


@pytest.mark.parametrize(
    "reply",
    [
        lambda: closes(HEAD + b"\r\n", b"one ", b"two ", b"three"),
        lambda: closes(HEAD.replace(b"1.1", b"1.0", 1) + b"\r\n", b"one two three"),
        lambda: closes(HEAD + b"Connection: close\r\nContent-Length: 13\r\n\r\n", b"one two three"),
        lambda: [HEAD + b"Content-Length: 13\r\n\r\none two", b" three"],
    ],
)
def test_however_the_upstream_ends_its_message_the_client_gets_chunks(folder: Path, reply: object) -> None:
    judge = Judge()
    with (
        RecordingUpstream(lambda _: reply()) as up,  # type: ignore[operator]
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        for _ in range(2):
            client.sendall(GET)
            said = until(client, END)
            assert unchunked(said) == b"one two three"
            assert b"content-length" not in said.lower()
            assert b"connection: close" not in said.lower()


def test_an_old_client_gets_an_end_of_connection(folder: Path) -> None:
    judge = Judge()
    with (
        RecordingUpstream([WHOLE]) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET.replace(b"1.1\r\n", b"1.0\r\nConnection: keep-alive\r\n", 1))
        head, _, body = until_closed(client).partition(b"\r\n\r\n")
    assert body == b"one two three"
    assert b"chunked" not in head
    assert b"Connection: close" in head


def test_trailers_are_dropped(folder: Path) -> None:
    judge = Judge()
    last = b"0\r\nX-Card: 4111 1111 1111 1111\r\n\r\n"
    with (
        RecordingUpstream([(*WHOLE[:-1], last)]) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        assert b"4111" not in until(client, END)


@pytest.mark.parametrize("reply", [HEAD + b"Content-Length: 0\r\n\r\n", HEAD.replace(b"200", b"204", 1) + b"\r\n"])
def test_an_answer_without_a_body_is_no_stream(folder: Path, reply: bytes) -> None:
    judge = Judge()
    with (
        RecordingUpstream([reply]) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        assert b"chunked" not in until(client, b"\r\n\r\n")
        assert waits(lambda: judge.hooks == ["response"])
    assert judge.pieces == []


def test_nothing_streams_that_is_not_judged(folder: Path) -> None:
    """An addon may say `stream` for itself: then the answer is collected after all."""

    def careless(flow: http.HTTPFlow) -> None:
        assert flow.response is not None
        flow.response.stream = True

    judge = Judge(opened=careless)
    with (
        RecordingUpstream([WHOLE]) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        assert b"one two three" in until(client, b"three")
    assert (judge.pieces, judge.hooks) == ([], ["response"])


class Hasty(Judge):
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        flow.request.stream = True


@pytest.mark.parametrize("judge", [Judge(), Hasty()])
def test_an_upload_is_collected_whole_before_a_byte_goes_on(folder: Path, judge: Judge) -> None:
    head = b"POST /v1 HTTP/1.1\r\nHost: api.openai.com\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
    with (
        RecordingUpstream([WHOLE]) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(head)
        assert until(client, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(chunk(b"first "))
        assert up.received == b""
        client.sendall(chunk(b"second") + END)
        assert unchunked(until(client, END)) == b"one two three"
    assert judge.requests == [b"first second"]


# -- stopped ---------------------------------------------------------------------------------------


async def stop_at_two(piece: Piece) -> None:
    piece.done = True
    piece.stop = b"two" in piece.data
    piece.out = [b"[stopped]"] if piece.stop else [piece.data]


def endless(said: threading.Event) -> Iterator[bytes]:
    yield CHUNKED + chunk(b"one ")
    try:
        for _ in range(10_000):
            yield chunk(b"two 4111 1111 1111 1111")
            said.wait(0.01)
    finally:
        said.set()


def test_a_stop_completes_the_clients_message_and_ends_the_upstream(folder: Path) -> None:
    ended = threading.Event()
    judge = Judge(stop_at_two)
    with (
        RecordingUpstream(answers(endless(ended), WHOLE[:2] + WHOLE[3:])) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        said = until(client, END)
        assert unchunked(said) in (b"one [stopped]", b"[stopped]")
        assert ended.wait(10), "the upstream is told"
        count = len(judge.pieces)
        client.sendall(GET)
        assert unchunked(until(client, END)) == b"one three", "the client's connection can be used again"
        assert up.connections == 2
    assert not any(b"two" in data for data, _ in judge.pieces[count:])
    assert (judge.hooks, judge.errors) == ([], [])


def test_a_stop_in_the_last_piece_is_an_end_like_any_other(folder: Path) -> None:
    async def last_word(piece: Piece) -> None:
        await pass_on(piece)
        if piece.last:
            piece.out, piece.stop = [b" and no more"], True

    judge = Judge(last_word)
    with (
        RecordingUpstream([WHOLE, WHOLE]) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        for _ in range(2):
            client.sendall(GET)
            assert unchunked(until(client, END)) == b"one two three and no more"
        assert up.connections == 1


# -- not judged ------------------------------------------------------------------------------------


class Deaf:
    """An addon that opens streams and has no hook for their pieces."""

    def __init__(self) -> None:
        self.judge = Judge()
        self.responseheaders = self.judge.responseheaders
        self.error = self.judge.error
        self.exchanges = 0


async def forgets(piece: Piece) -> None:
    piece.out = [piece.data]


async def fails(piece: Piece) -> None:
    piece.out = [piece.data]
    raise ValueError("4111 1111 1111 1111")


async def kills(piece: Piece) -> None:
    await pass_on(piece)
    piece.flow.kill()


@pytest.mark.parametrize("judge", [Deaf(), Judge(forgets), Judge(fails), Judge(kills)])
def test_a_piece_that_nobody_judged_is_not_forwarded(folder: Path, judge: Deaf | Judge) -> None:
    ended = threading.Event()
    errors = judge.judge.errors if isinstance(judge, Deaf) else judge.errors
    with (
        RecordingUpstream(answers(endless(ended))) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        _, _, body = until_closed(client).partition(b"\r\n\r\n")
        assert ended.wait(10), "the upstream is told"
    assert body == b"", "and no end of the message either"
    assert len(errors) == 1


# -- sides that go away ----------------------------------------------------------------------------


def test_an_upstream_that_hangs_up_breaks_the_answer_off_after_what_it_said(folder: Path) -> None:
    judge = Judge()
    with (
        RecordingUpstream(answers(closes(*WHOLE[:3]))) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        said = until_closed(client)
        with pytest.raises(ValueError, match="not whole"):
            unchunked(said)
        assert b"one " in said
        assert waits(lambda: not judge.running())
    assert len(judge.errors) == 1
    assert judge.hooks == []


def test_an_error_answer_of_the_addon_is_no_second_head(folder: Path) -> None:
    class Answering(Judge):
        def error(self, flow: http.HTTPFlow) -> None:
            super().error(flow)
            flow.response = http.Response.make(502, b"second")

    judge = Answering()
    with (
        RecordingUpstream(answers(closes(*WHOLE[:3]))) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        assert b"second" not in until_closed(client)
    assert len(judge.errors) == 1


@pytest.mark.parametrize("rest", [b"card\r\n", b"\r\n\r\n\x00", b"1" * 200_000, b"0\r\n" + b"X: 4111\r\n" * 20_000])
def test_what_is_no_http_breaks_the_answer_off(folder: Path, rest: bytes) -> None:
    judge = Judge()
    with (
        RecordingUpstream(answers([*WHOLE[:2], rest])) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        with pytest.raises(ValueError, match="not whole"):
            unchunked(until_closed(client))
    assert len(judge.errors) == 1


def test_what_follows_the_end_of_an_answer_goes_nowhere(folder: Path) -> None:
    judge = Judge()
    with (
        RecordingUpstream(answers([*WHOLE, b"HTTP/1.1 200 OK\r\n\r\n4111 1111 1111 1111"], WHOLE)) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        assert unchunked(until(client, END)) == b"one two three"
        client.sendall(GET)
        assert b"4111" not in until(client, END)


def test_a_client_that_goes_away_ends_the_upstream_and_leaves_nothing(folder: Path) -> None:
    ended = threading.Event()
    judge = Judge()
    with RecordingUpstream(answers(endless(ended))) as up, judged(folder, up, judge) as live:
        client = live.tunnel("api.openai.com")
        client.sendall(GET)
        until(client, b"two")
        client.close()
        assert ended.wait(10)
        assert judge.ended.wait(10)
        assert waits(lambda: released(judge))
        assert hooks_running(live) == []
    assert len(judge.errors) == 1


@pytest.mark.parametrize("leaves", ["client", "upstream"])
def test_a_side_that_goes_away_while_a_piece_is_judged_leaves_nothing(folder: Path, leaves: str) -> None:
    gate = Gate()

    async def slow(piece: Piece) -> None:
        await pass_on(piece)
        await gate.wait()

    judge = Judge(slow)
    hung_up = threading.Event()

    def reply() -> Iterator[bytes]:
        yield CHUNKED + chunk(b"one ")
        hung_up.wait(10)
        raise OSError

    with RecordingUpstream(answers(reply())) as up, judged(folder, up, judge) as live:
        client = live.tunnel("api.openai.com")
        client.sendall(GET)
        assert gate.reached.wait(10)
        if leaves == "client":
            client.close()
        hung_up.set()
        assert hooks_running(live) == ["handle_hook(stream_piece)"]
        threading.Event().wait(0.2)
        gate.open()
        assert judge.ended.wait(10)
        client.close()
        assert waits(lambda: released(judge))
        assert hooks_running(live) == []
    assert len(judge.errors) == 1
    assert len(judge.pieces) == 1


# -- a slow judge ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [65_536, 100])
def test_what_waits_to_be_judged_is_bounded(folder: Path, size: int) -> None:
    """64 MB, or a quarter of a million small chunks, at a judge that does not move: the upstream has to wait."""
    gate = Gate()
    total = (64 << 20) // 65_536 if size == 65_536 else 200_000
    sent = 0

    async def slow(piece: Piece) -> None:
        piece.done = True
        await gate.wait()

    def flood() -> Iterator[bytes]:
        nonlocal sent
        yield CHUNKED
        one = chunk(b"x" * size) * (1 if size == 65_536 else 100)
        for _ in range(total // (1 if size == 65_536 else 100)):
            yield one
            sent += 1
        yield END

    judge = Judge(slow)
    with (
        RecordingUpstream(answers(flood())) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as client,
    ):
        client.sendall(GET)
        assert gate.reached.wait(10)
        before = memory()
        seen = -1
        while seen != sent:
            seen = sent
            threading.Event().wait(0.5)
        assert memory() - before < 8 << 20
        assert seen * size < 32 << 20, "most of it is still to come"
        gate.open()
        assert unchunked(until(client, END)) == b""
        assert memory() - before < 16 << 20
    assert judge.size == total * size


def test_a_client_that_leaves_a_full_backlog_leaves_nothing(folder: Path) -> None:
    gate = Gate()

    async def slow(piece: Piece) -> None:
        await pass_on(piece)
        await gate.wait()

    ended = threading.Event()

    def flood() -> Iterator[bytes]:
        try:
            yield CHUNKED
            for _ in range(1000):
                yield chunk(b"x" * 65_536)
        finally:
            ended.set()

    judge = Judge(slow)
    with RecordingUpstream(answers(flood())) as up, judged(folder, up, judge) as live:
        client = live.tunnel("api.openai.com")
        client.sendall(GET)
        assert gate.reached.wait(10)
        threading.Event().wait(0.5)
        client.close()
        assert ended.wait(10), "the upstream is not kept waiting for a judge that nobody waits for"
        gate.open()
        assert waits(lambda: released(judge))
        assert hooks_running(live) == []
    assert len(judge.errors) == 1


# -- HTTP/2 ----------------------------------------------------------------------------------------


def test_over_http2_a_stream_that_is_judged_slowly_keeps_no_other_waiting(folder: Path) -> None:
    gate = Gate()

    async def slow_one(piece: Piece) -> None:
        await pass_on(piece)
        if piece.flow.request.path == "/slow":
            await gate.wait()

    def reply(request: bytes) -> Iterator[bytes]:
        yield CHUNKED
        for _ in range(100 if b"/slow" in request else 1):
            yield chunk(b"x" * 65_536)
        yield END

    judge = Judge(slow_one)
    with RecordingUpstream(reply) as up, judged(folder, up, judge) as live:
        client = H2Client(live)
        slow = client.get("/slow")
        assert gate.reached.wait(10)
        others = {client.get("/quick") for _ in range(3)}
        client.read_until(lambda: others <= client.ended)
        assert slow not in client.ended
        assert "transfer-encoding" not in client.heads[slow]
        gate.open()
        client.read_until(lambda: slow in client.ended)
        assert len(client.data[slow]) == 100 * 65_536
        client.close()


def test_over_http2_a_stop_is_an_end_and_a_piece_not_judged_is_a_reset(folder: Path) -> None:
    async def by_path(piece: Piece) -> None:
        if piece.flow.request.path == "/stop":
            await stop_at_two(piece)

    ends = [threading.Event(), threading.Event()]
    judge = Judge(by_path)
    with RecordingUpstream(answers(*map(endless, ends))) as up, judged(folder, up, judge) as live:
        client = H2Client(live)
        stop, deaf = client.get("/stop"), client.get("/deaf")
        client.read_until(lambda: stop in client.ended and deaf in client.reset)
        assert client.data[stop].endswith(b"[stopped]")
        assert deaf not in client.data
        assert all(each.wait(10) for each in ends)
        client.close()
    assert len(judge.errors) == 1


def test_over_http2_a_client_can_cancel_one_stream(folder: Path) -> None:
    ended = threading.Event()
    judge = Judge()
    with RecordingUpstream(answers(endless(ended), WHOLE)) as up, judged(folder, up, judge) as live:
        client = H2Client(live)
        first = client.get("/v1")
        client.read_until(lambda: b"two" in client.data.get(first, b""))
        client.cancel(first)
        assert ended.wait(10)
        second = client.get("/v1")
        client.read_until(lambda: second in client.ended)
        assert client.data[second] == b"one two three"
        client.close()
        assert waits(lambda: released(judge))
    assert len(judge.errors) == 1


def flooding(ended: threading.Event) -> Iterator[bytes]:
    """16 MB."""
    try:
        yield CHUNKED
        for _ in range(256):
            yield chunk(b"x" * 65_536)
        yield END
    finally:
        ended.set()


@pytest.mark.parametrize("then", ["goes on", "cancels", "leaves"])
def test_a_client_that_lets_a_stream_rest_over_http2_slows_the_upstream_down(folder: Path, then: str) -> None:
    ended = threading.Event()
    judge = Judge()
    with RecordingUpstream(answers(flooding(ended), WHOLE)) as up, judged(folder, up, judge) as live:
        client = H2Client(live)
        client.acknowledges = False
        slow = client.get("/slow")
        client.read_until(lambda: len(client.data.get(slow, b"")) == 65_535)
        seen = -1
        while seen != judge.size:
            seen = judge.size
            threading.Event().wait(0.5)
        assert seen < 1 << 20, "nobody judges what nobody takes"
        if then == "goes on":
            client.h2.increment_flow_control_window(1 << 30)
            client.h2.increment_flow_control_window(1 << 30, slow)
            client.send()
            client.read_until(lambda: slow in client.ended)
            assert len(client.data[slow]) == 16 << 20
        elif then == "cancels":
            client.cancel(slow)
            client.h2.increment_flow_control_window(1 << 20)
            other = client.get("/other")
            client.read_until(lambda: other in client.ended)
        client.close()
        assert ended.wait(10)
        assert waits(lambda: released(judge))
        assert hooks_running(live) == []
    assert len(judge.errors) == (0 if then == "goes on" else 1)


def upstream_h2(peer: H2Peer, stream: int, path: str) -> None:
    if path == "/nothing":
        peer.head(stream, end=True)
        return
    peer.head(stream, ("content-type", "text/event-stream"), ("content-length", "13"))
    if path == "/whole":
        peer.say(stream, b"one ")
        peer.say(stream, b"two three")
        peer.do(lambda made: made.send_headers(stream, [("x-card", "4111")], end_stream=True))
    elif path == "/broken":
        peer.say(stream, b"one ")
        peer.do(lambda made: made.reset_stream(stream, h2.errors.ErrorCodes.INTERNAL_ERROR))
    else:
        peer.say(stream, b"one ")
        peer.say(stream, b"two")


def test_an_upstream_with_http2_is_judged_stopped_and_reset(folder: Path) -> None:
    judge = Judge(lambda piece: (stop_at_two if piece.flow.request.path == "/stop" else pass_on)(piece))
    with H2Upstream(folder, upstream_h2) as up, judged(folder, up, judge) as live:
        client = H2Client(live)
        whole, nothing, stop = client.get("/whole"), client.get("/nothing"), client.get("/stop")
        client.read_until(lambda: {whole, nothing, stop} <= client.ended)
        assert client.data[whole] == b"one two three"
        assert client.data[stop].endswith(b"[stopped]")
        assert not client.data[nothing]
        assert "content-length" not in client.heads[whole]
        broken = client.get("/broken")
        client.read_until(lambda: broken in client.reset)
        (peer,) = up.peers
        assert waits(lambda: h2.errors.ErrorCodes.CANCEL in peer.reset.values())
        client.close()
        assert waits(lambda: released(judge))
    assert len(judge.errors) == 1
    assert judge.hooks == []


def test_the_loop_goes_round_while_a_piece_is_judged(folder: Path) -> None:
    """Two clients of their own: the first one's judge waits for the second one's."""
    turn = asyncio.Event()

    async def in_turn(piece: Piece) -> None:
        await pass_on(piece)
        if piece.flow.request.path == "/second":
            turn.set()
        else:
            await turn.wait()

    judge = Judge(in_turn)
    with (
        RecordingUpstream([WHOLE, WHOLE]) as up,
        judged(folder, up, judge) as live,
        live.tunnel("api.openai.com") as first,
        live.tunnel("api.openai.com") as second,
    ):
        first.sendall(GET)
        second.sendall(GET.replace(b"/v1/models", b"/second"))
        assert unchunked(until(second, END)) == unchunked(until(first, END)) == b"one two three"


# -- anything at all -------------------------------------------------------------------------------


def spoilt(rng: random.Random) -> Iterator[bytes]:
    """An answer with something wrong in it, at a random place, cut at random."""
    good = bytearray(CHUNKED + b"".join(chunk(rng.randbytes(rng.randrange(1, 300))) for _ in range(8)) + END)
    for _ in range(rng.randrange(3)):
        place = rng.randrange(len(CHUNKED), len(good))
        good[place : place + rng.randrange(3)] = rng.randbytes(rng.randrange(4))
    start = 0
    while start < len(good):
        end = start + rng.randrange(1, 400)
        yield bytes(good[start:end])
        start = end
        if rng.random() < 0.05:
            raise OSError
    if rng.random() < 0.5:
        yield rng.randbytes(20)


def test_whatever_an_upstream_says_and_whenever_anybody_leaves_nothing_is_left(folder: Path) -> None:
    rng = random.Random(41)

    async def some(piece: Piece) -> None:
        await asyncio.sleep(rng.random() / 500)
        if rng.random() < 0.95:
            await pass_on(piece)
        piece.stop = rng.random() < 0.05

    judge = Judge(some)
    with RecordingUpstream(lambda _: spoilt(rng)) as up, judged(folder, up, judge) as live:  # type: ignore[arg-type, return-value]
        for _ in range(60):
            with live.tunnel("api.openai.com") as client:
                client.sendall(GET)
                client.settimeout(0.1 if rng.random() < 0.7 else 0.01)
                with suppress(OSError):
                    while client.recv(65536):
                        pass
        assert waits(lambda: released(judge))
        assert hooks_running(live) == []
    assert len(judge.errors) <= len(judge.flows) == 60
