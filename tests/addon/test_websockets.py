"""What passes over a WebSocket when every message is judged. Nobody here knows a dialect."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
import websockets.exceptions
import websockets.sync.client
import websockets.sync.server
from judging import Gate, Judge, echo, hooks_running, judged, memory, waits
from live import Live
from mitmproxy import http
from mitmproxy.proxy.layers import websocket
from mitmproxy.test import tflow, tutils
from socketpeers import HOST, Frame, Peer, SocketUpstream, open_socket
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage
from wsproto.frame_protocol import CloseReason

from grille.addon import layers
from grille.addon.pieces import WebSocketPiece
from grille.addon.websockets import FRAGMENT, MOST_FRAGMENTS, WebSocket, offer_no_extensions

CARD = "4111 1111 1111 1111"


@contextmanager
def connected(
    folder: Path, judge: object, head: str = "", early: bytes = b"", extra: str = ""
) -> Iterator[tuple[Live, Peer, Peer]]:
    """A client and a server that have a WebSocket through a proxy."""
    with (
        SocketUpstream(folder, head, early) as up,
        judged(folder, up, judge) as live,
        closing(open_socket(live, extra)) as client,
    ):
        yield live, client, up.peer()


def closed(peer: Peer) -> tuple[int, str | None]:
    """The code and the reason that it was closed with; then its connection has ended."""
    event = peer.next()
    assert isinstance(event, CloseConnection), event
    assert peer.next() is None
    return int(event.code), event.reason


def released(judge: Judge) -> bool:
    gc.collect()
    return all(each() is None for each in judge.flows)


# -- messages --------------------------------------------------------------------------------------


def test_it_stands_in_for_the_layer_of_mitmproxy() -> None:
    layers.install()
    assert websocket.WebsocketLayer is WebSocket


def test_each_message_is_judged_whole_and_what_is_said_of_it_goes_on(folder: Path) -> None:
    seen: list[tuple[bool, bytes, bool]] = []

    async def louder(piece: WebSocketPiece) -> None:
        seen.append((piece.from_client, piece.content, piece.is_text))
        piece.out = [piece.content.upper(), b"!"]
        piece.done = True

    judge = Judge(message=louder)
    with connected(folder, judge) as (_, client, server):
        client.send(TextMessage("hel", message_finished=False), TextMessage("lo"), BytesMessage(b"\xffraw"))
        assert [server.message() for _ in range(4)] == ["HELLO", "!", b"\xffRAW", b"!"]
        server.send(TextMessage("hello to you"))
        assert [client.message() for _ in range(2)] == ["HELLO TO YOU", "!"]
        client.send(CloseConnection(1000))
        assert judge.ended.wait(10)
    assert seen == [(True, b"hello", True), (True, b"\xffraw", False), (False, b"hello to you", True)]
    assert judge.hooks == ["response", "websocket_start", "websocket_end"]
    assert judge.closed == [(1000, "", True, 0)], "no message is kept"


def test_the_sender_can_be_told_and_the_message_dropped(folder: Path) -> None:
    async def refuse(piece: WebSocketPiece) -> None:
        piece.back = ['{"type": "error"}'] if CARD.encode() in piece.content else []
        piece.out = [] if piece.back else [piece.content]
        piece.done = True

    with connected(folder, Judge(message=refuse)) as (_, client, server):
        client.send(TextMessage(CARD), TextMessage("next"))
        assert client.message() == '{"type": "error"}'
        assert server.message() == "next"
        server.send(BytesMessage(CARD.encode()))
        assert server.message() == '{"type": "error"}'
        assert client.nothing()
        assert CARD.encode() not in server.raw


def test_words_that_were_let_through_keep_their_fragments(folder: Path) -> None:
    with connected(folder, Judge()) as (_, client, server):
        client.send(
            TextMessage("ab", message_finished=False),
            TextMessage("", message_finished=False),
            TextMessage("€" * 3000, message_finished=False),
            TextMessage(""),
            BytesMessage(b"x" * 100_000),
            TextMessage(""),
        )
        parts = [Frame("ab", False), Frame("", False), Frame("€" * 3000, False), Frame("", True)]
        parts += [Frame(b"x" * 100_000, True), Frame("", True)]
        assert [server.next() for _ in parts] == parts


def raw_frames(data: bytes, cuts: list[int], mask: bytes = b"\0\0\0\0") -> bytes:
    """A text message cut anywhere, also inside a character."""
    made, starts = b"", [0, *cuts]
    for number, (start, end) in enumerate(zip(starts, [*cuts, len(data)], strict=True)):
        part = data[start:end]
        assert len(part) < 126
        opcode = (1 if number == 0 else 0) | (0x80 if number == len(cuts) else 0)
        made += bytes([opcode, 0x80 | len(part)]) + mask + part
    return made


def test_a_message_that_is_cut_at_any_byte_arrives_as_it_was(folder: Path) -> None:
    text = "a€𝄞é" + CARD
    data = text.encode()
    seen: list[bytes] = []

    async def keep(piece: WebSocketPiece) -> None:
        seen.append(piece.content)
        await echo(piece)

    with connected(folder, Judge(message=keep)) as (_, client, server):
        for cut in range(len(data) + 1):
            client.send_raw(raw_frames(data, [cut]))
            assert server.message() == text
        rng = random.Random(7)
        for _ in range(50):
            client.send_raw(raw_frames(data, sorted(rng.choices(range(len(data) + 1), k=5))))
            assert server.message() == text
    assert set(seen) == {data}


@pytest.mark.parametrize("from_client", [True, False])
def test_words_that_were_changed_are_cut_between_characters(folder: Path, from_client: bool) -> None:
    """Threat B7: twelve kilobytes of three-byte characters, and something taken out."""
    text = f"{'€' * 2000}{CARD}{'€' * 2000}"

    async def hide(piece: WebSocketPiece) -> None:
        piece.out = [piece.content.replace(CARD.encode(), b"[card]")]
        piece.done = True

    with connected(folder, Judge(message=hide)) as (_, client, server):
        one, other = (client, server) if from_client else (server, client)
        one.send(TextMessage(text), BytesMessage(text.encode()))
        frames: list[Frame] = []
        while not frames or not frames[-1].last:
            frame = other.next()
            assert isinstance(frame, Frame)
            frames.append(frame)
        assert "".join(str(frame.data) for frame in frames) == text.replace(CARD, "[card]")
        assert max(len(str(frame.data).encode()) for frame in frames) <= FRAGMENT
        assert other.message() == text.replace(CARD, "[card]").encode()


def test_a_message_in_very_many_fragments_is_cut_anew(folder: Path) -> None:
    count = MOST_FRAGMENTS + 1
    with connected(folder, Judge()) as (_, client, server):
        client.send(*(TextMessage("x", message_finished=number == count) for number in range(1, count + 1)))
        assert server.next() == Frame("x" * count, True)
        client.send(*(TextMessage("", message_finished=number == count) for number in range(1, count + 1)))
        assert server.next() == Frame("", True)


def test_what_is_sent_before_everybody_is_ready_waits_its_turn(folder: Path) -> None:
    gate = Gate()

    class Slow(Judge):
        async def websocket_start(self, flow: http.HTTPFlow) -> None:  # type: ignore[override]
            super().websocket_start(flow)
            await gate.wait()

    with connected(folder, Slow(), early=b"\x81\x05early") as (_, client, server):
        client.send(TextMessage("hello"))
        assert gate.reached.wait(10)
        assert server.nothing()
        gate.open()
        assert (server.message(), client.message()) == ("hello", "early")


# -- not judged ------------------------------------------------------------------------------------


async def forgets(piece: WebSocketPiece) -> None:
    piece.out = [piece.content]


async def fails(piece: WebSocketPiece) -> None:
    piece.out = [piece.content]
    raise ValueError(CARD)


async def kills(piece: WebSocketPiece) -> None:
    await echo(piece)
    piece.flow.kill()


async def writes_no_text(piece: WebSocketPiece) -> None:
    piece.out, piece.done = [piece.content, b"\xff"], True


async def answers_half_a_character(piece: WebSocketPiece) -> None:
    await echo(piece)
    piece.back = ["\ud800"]


class Deaf:
    """An addon without a hook for messages."""

    def busy(self) -> bool:
        return False


@pytest.mark.parametrize(
    "judge",
    [Deaf(), *(Judge(message=each) for each in (forgets, fails, kills, writes_no_text, answers_half_a_character))],
)
def test_a_message_that_nobody_judged_ends_the_connection(folder: Path, judge: object) -> None:
    with connected(folder, judge) as (_, client, server):
        client.send(TextMessage(CARD))
        assert closed(client) == closed(server) == (1011, "grille: could not be judged")
        assert CARD.encode() not in server.raw


def test_the_judge_can_end_it_after_the_last_words(folder: Path) -> None:
    async def enough(piece: WebSocketPiece) -> None:
        piece.out, piece.back, piece.close, piece.done = [b"last"], ["sorry"], True, True

    judge = Judge(message=enough)
    with connected(folder, judge) as (_, client, server):
        client.send(TextMessage(CARD), TextMessage("and more"))
        assert (server.message(), client.message()) == ("last", "sorry")
        assert closed(client) == closed(server) == (1008, "grille: not let through")
        assert judge.ended.wait(10)
    assert judge.closed == [(1008, "grille: not let through", False, 0)]
    assert judge.hooks.count("websocket_end") == 1


def test_a_flow_that_is_closed_when_it_starts_never_carries_a_message(folder: Path) -> None:
    class Closing(Judge):
        def websocket_start(self, flow: http.HTTPFlow) -> None:
            flow.response = http.Response.make(403)
            flow.kill()

    judge = Closing()
    with connected(folder, judge, early=b"\x81\x05early") as (_, client, server):
        assert closed(client) == closed(server) == (1011, "grille: could not be judged")
    assert judge.messages == []


# -- control frames --------------------------------------------------------------------------------


def test_the_payload_of_a_ping_goes_back_to_its_sender_only(folder: Path) -> None:
    """Threat B6."""
    with connected(folder, Judge()) as (_, client, server):
        for one, other in ((client, server), (server, client)):
            one.send(Ping(CARD.encode()), Ping(b"two"))
            assert [other.next(), other.next()] == [Ping(b""), Ping(b"")]
            assert one.nothing(), "the other side has not answered yet"
            other.send(Pong(b""))
            assert [one.next(), one.next()] == [Pong(CARD.encode()), Pong(b"two")]
            other.send(Pong(CARD.encode()))
            assert one.next() == Pong(b""), "one that nobody asked for says only that its sender is there"
        client.send(*(Ping(b"%d" % number) for number in range(100)))
        assert [server.next() for _ in range(100)] == [Ping(b"")] * 100
        server.send(Pong())
        assert [client.next() for _ in range(16)] == [Pong(b"%d" % number) for number in range(84, 100)]


def test_pings_between_fragments_are_answered(folder: Path) -> None:
    with connected(folder, Judge()) as (_, client, server):
        client.send(TextMessage("one ", message_finished=False), Ping(b"alive?"))
        assert server.next() == Ping(b"")
        server.send(Pong())
        assert client.next() == Pong(b"alive?")
        client.send(TextMessage("two"))
        assert server.message() == "one two"


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1011, 1013, 3000, 4999, None])
@pytest.mark.parametrize("by_client", [True, False])
def test_the_code_of_a_close_is_kept_and_its_reason_is_not(folder: Path, code: int | None, by_client: bool) -> None:
    judge = Judge()
    with connected(folder, judge) as (_, client, server):
        one, other = (client, server) if by_client else (server, client)
        sent = CloseReason.NO_STATUS_RCVD if code is None else code
        one.send(CloseConnection(sent, CARD if code else None))
        reason = None if code is None else ""
        assert closed(other)[0] == closed(one)[0] == (code or 1005)
        assert reason in (None, "")
        assert judge.ended.wait(10)
        assert b"4111" not in bytes(other.raw)
    assert judge.closed == [(code or 1005, "", by_client, 0)]


@pytest.mark.parametrize("leaves", ["client", "server"])
def test_a_side_that_is_gone_without_a_word_leaves_a_hole_on_the_other(folder: Path, leaves: str) -> None:
    judge = Judge()
    with connected(folder, judge) as (live, client, server):
        gone, other = (client, server) if leaves == "client" else (server, client)
        gone.close()
        assert other.next() is None, "no close frame that nobody sent"
        assert judge.ended.wait(10)
        client.close()
        assert waits(lambda: released(judge))
        assert hooks_running(live) == []
    assert judge.closed == [(1006, "", leaves == "client", 0)]


def frame(first: int, payload: bytes = b"", mask: bool = True) -> bytes:
    assert len(payload) < 126
    return bytes([first, len(payload) | (0x80 if mask else 0)]) + (b"\0\0\0\0" if mask else b"") + payload


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (frame(0x83, b"4111"), 1002),  # no such kind
        (frame(0x80, b"4111"), 1002),  # the rest of nothing
        (frame(0xC1, b"4111"), 1002),  # a reserved bit
        (frame(0x81, b"4111", mask=False), 1002),
        (frame(0x09, b"4111"), 1002),  # half a ping
        (b"\x89\xfe\x01\x00", 1002),  # a ping that is too long
        (b"\x81\xff" + b"\xff" * 8, 1002),  # a length that is none
        (frame(0x81, b"\xff4111"), 1007),  # no text
        (frame(0x81, b"\xe2\x82"), 1007),  # half a character
        (frame(0x88, b"\x03"), 1002),
        (frame(0x88, b"\x03\xee4111"), 1002),  # 1006 is for nobody to send
        (frame(0x88, b"\x03\xe8\xff4111"), 1007),
        (frame(0x01, b"41") + frame(0x81, b"11"), 1002),  # a message inside a message
        (b"GET / HTTP/1.1\r\n\r\n", 1002),
    ],
)
def test_what_is_no_websocket_ends_it_and_goes_nowhere(folder: Path, wrong: bytes, code: int) -> None:
    judge = Judge()
    with connected(folder, judge) as (_, client, server):
        client.send_raw(wrong + frame(0x81, CARD.encode()))
        assert closed(server)[0] == closed(client)[0] == code
        assert b"41" not in bytes(server.raw)
        assert judge.ended.wait(10)
    assert judge.closed == [(code, "", True, 0)]


def test_nothing_that_is_said_is_logged(folder: Path) -> None:
    lines: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    listener = Listener(logging.DEBUG)
    logging.getLogger().addHandler(listener)
    try:
        with connected(folder, Judge()) as (_, client, server):
            client.send(TextMessage(CARD), Ping(CARD.encode()), CloseConnection(1000, CARD))
            server.message()
            server.next()
            assert closed(server)[0] == 1000
    finally:
        logging.getLogger().removeHandler(listener)
    assert lines
    assert "4111" not in "\n".join(lines)


@pytest.mark.parametrize("what", ["nothing", "words", "what is no frame"])
def test_a_side_that_does_not_answer_a_close_is_not_waited_for(
    folder: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grille.addon.websockets.LINGER", 0.2)
    judge = Judge()
    with connected(folder, judge) as (_, client, server):
        server.answers = False
        client.send(CloseConnection(1000))
        event = server.next()
        assert isinstance(event, CloseConnection)
        with suppress(OSError):
            server.send_raw({"nothing": b"", "words": b"\x81\x044111", "what is no frame": b"\xff\xff"}[what])
        assert server.next() is None
        assert closed(client)[0] == 1000
        assert b"4111" not in client.raw
        assert judge.ended.wait(10)
    assert judge.hooks.count("websocket_end") == 1


# -- sizes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("from_client", [True, False])
@pytest.mark.parametrize("whole", [True, False])
def test_a_message_over_the_limit_ends_the_connection(folder: Path, from_client: bool, whole: bool) -> None:
    """The proxy of these tests has a limit of 8 MiB, and one more for a refusal in the dialect."""
    judge = Judge()
    with connected(folder, judge) as (_, client, server):
        one, other = (client, server) if from_client else (server, client)
        part = b"x" * (4 << 20)
        parts = [BytesMessage(part * 3)] if whole else [BytesMessage(part, message_finished=False)] * 3
        with suppress(OSError):  # it is cut off while it speaks
            one.send(*parts)
        assert closed(other) == (1009, "grille: too large")
        assert judge.ended.wait(10)
        assert b"xxxx" not in bytes(other.raw)
    assert judge.closed == [(1009, "grille: too large", False, 0)]


def test_who_sends_too_much_is_told_so(folder: Path) -> None:
    with connected(folder, Judge()) as (_, client, _server):
        client.send(BytesMessage(b"x" * (9 << 20), message_finished=False), BytesMessage(b"x" * 10))
        assert closed(client) == (1009, "grille: too large")


def test_a_message_below_the_limit_passes(folder: Path) -> None:
    with connected(folder, Judge()) as (_, client, server):
        client.send(BytesMessage(b"x" * (8 << 20)))
        assert server.message() == b"x" * (8 << 20)


def test_without_an_option_there_is_a_limit_all_the_same() -> None:
    from mitmproxy.proxy.context import Context
    from mitmproxy.test import taddons

    with taddons.context() as running:
        running.options.add_option("body_size_limit", str | None, None, "")  # type: ignore[arg-type]
        made = WebSocket(Context(tflow.tclient_conn(), running.options), tflow.twebsocketflow())
    assert made._limit == 16 << 20


@pytest.mark.parametrize("from_client", [True, False])
def test_what_waits_to_be_judged_is_bounded(folder: Path, from_client: bool) -> None:
    gate = Gate()

    async def slow(piece: WebSocketPiece) -> None:
        piece.done = True
        await gate.wait()

    judge = Judge(message=slow)
    with connected(folder, judge) as (_, client, server):
        one, other = (client, server) if from_client else (server, client)
        sent = 0
        part = one.ws.send(BytesMessage(b"x" * 65_000))

        def flood() -> None:
            nonlocal sent
            for _ in range(1000):
                one.send_raw(part)
                sent += 1
            one.send(TextMessage("end"))

        thread = threading.Thread(target=flood, daemon=True)
        thread.start()
        assert gate.reached.wait(10)
        before, seen = memory(), -1
        while seen != sent:
            seen = sent
            threading.Event().wait(0.5)
        assert seen < 500, "most of it is still to come"
        assert memory() - before < 8 << 20
        gate.open()
        thread.join(20)
        one.send(CloseConnection(1000))
        assert closed(other)[0] == 1000
        assert memory() - before < 16 << 20


def test_much_over_one_socket_keeps_nothing(folder: Path) -> None:
    """Threat B8: mitmproxy keeps every message."""
    judge = Judge()
    with connected(folder, judge) as (_, client, server):
        part = client.ws.send(BytesMessage(b"x" * (1 << 20)))
        before = 0
        for number in range(128):
            client.send_raw(part)
            assert len(server.message()) == 1 << 20
            server.raw.clear()
            before = before or (memory() if number == 8 else 0)
        assert memory() - before < 16 << 20


def test_a_side_that_goes_away_while_a_message_is_judged_leaves_nothing(folder: Path) -> None:
    gate = Gate()

    async def slow(piece: WebSocketPiece) -> None:
        await echo(piece)
        await gate.wait()

    judge = Judge(message=slow)
    with connected(folder, judge) as (live, client, server):
        client.send(TextMessage("one"), TextMessage("two"))
        assert gate.reached.wait(10)
        client.close()
        server.close()
        threading.Event().wait(0.2)
        gate.open()
        assert judge.ended.wait(10)
        assert waits(lambda: released(judge))
        assert hooks_running(live) == []
    assert judge.hooks.count("websocket_end") == 1


# -- extensions ------------------------------------------------------------------------------------


def test_the_offer_of_extensions_is_taken_out_of_a_request() -> None:
    request = tutils.treq(headers=http.Headers(sec_websocket_extensions="permessage-deflate; x=1", host="a"))
    offer_no_extensions(request)
    assert request.headers.fields == ((b"host", b"a"),)
    offer_no_extensions(request)


@pytest.mark.parametrize("extension", ["permessage-deflate", "x-unknown", "permessage-deflate, x-unknown"])
def test_a_server_that_answers_with_an_extension_is_not_talked_to(folder: Path, extension: str) -> None:
    judge = Judge()
    with connected(folder, judge, f"Sec-WebSocket-Extensions: {extension}\r\n", b"\x81\x0541111") as (
        _,
        client,
        server,
    ):
        assert closed(client) == closed(server) == (1002, "grille: not valid WebSocket")
        assert b"4111" not in bytes(client.raw)


def test_nothing_is_ever_inflated(folder: Path) -> None:
    bomb = zlib.compressobj(wbits=-15)
    data = (bomb.compress(b"\0" * (16 << 20)) + bomb.flush())[:100]
    judge = Judge()
    with connected(folder, judge) as (_, client, server):
        client.send_raw(frame(0xC2, data))
        assert closed(server)[0] == closed(client)[0] == 1002


# -- real libraries --------------------------------------------------------------------------------


class Plain(Judge):
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        offer_no_extensions(flow.request)


@contextmanager
def library_server(context: ssl.SSLContext, **settings: object) -> Iterator[tuple[int, list[str]]]:
    """An echo server of the `websockets` library, and how its connections ended."""
    ended: list[str] = []

    def serve(connection: websockets.sync.server.ServerConnection) -> None:
        try:
            for message in connection:
                connection.send(message)
        except websockets.exceptions.ConnectionClosedError as error:
            ended.append(str(error))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
        server = websockets.sync.server.serve(serve, sock=listener, ssl=context, **settings)  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield port, ended
        server.shutdown()
        thread.join(5)


@pytest.mark.usefixtures("of_two_threads")
def test_the_websockets_library_and_its_keepalives_notice_nothing(folder: Path) -> None:
    """Both sides ping twenty times a second with random payloads, and hang up when no pong matches."""
    judge = Plain()
    often = {"ping_interval": 0.05, "ping_timeout": 2}
    with SocketUpstream(folder) as certificates, library_server(certificates.context, **often) as (port, ended):
        certificates.port = port
        with judged(folder, certificates, judge) as live:  # type: ignore[arg-type]
            tunnel = live.tunnel(HOST)
            client = websockets.sync.client.connect(
                f"ws://{HOST}/v1/realtime",
                sock=tunnel,
                proxy=None,
                max_size=None,
                **often,  # type: ignore[arg-type]
            )
            with client:
                for number in range(20):
                    text = f"{number} " + "€" * 5000
                    client.send(text)
                    assert client.recv(timeout=10) == text
                    client.send(bytes(70_000))
                    assert client.recv(timeout=10) == bytes(70_000)
                    threading.Event().wait(0.1)
                assert client.ping().wait(10)
                assert client.latency > 0
            assert client.close_code == 1000
            tunnel.close()
        assert judge.ended.wait(10)
    assert ended == []
    assert judge.closed == [(1000, "", True, 0)]


@pytest.mark.usefixtures("of_two_threads")
@pytest.mark.parametrize("size", [10 << 20, 20 << 20])
def test_a_client_of_the_websockets_library_that_says_too_much_is_told_so(folder: Path, size: int) -> None:
    def say(client: websockets.sync.client.ClientConnection) -> None:
        client.send(bytes(size))
        client.recv(timeout=10)

    with SocketUpstream(folder) as certificates, library_server(certificates.context, max_size=None) as (port, _):
        certificates.port = port
        with judged(folder, certificates, Plain()) as live, live.tunnel(HOST) as tunnel:  # type: ignore[arg-type]
            client = websockets.sync.client.connect(f"ws://{HOST}/v1/realtime", sock=tunnel, proxy=None)
            with pytest.raises(websockets.exceptions.ConnectionClosedError) as caught:
                say(client)
            assert caught.value.rcvd is not None
            assert caught.value.rcvd.code == 1009


# -- anything at all -------------------------------------------------------------------------------


def test_whatever_anybody_says_and_whenever_anybody_leaves_nothing_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grille.addon.websockets.LINGER", 0.05)
    rng = random.Random(43)

    async def some(piece: WebSocketPiece) -> None:
        await asyncio.sleep(rng.random() / 500)
        await (echo(piece) if rng.random() < 0.95 else forgets(piece))
        piece.close = rng.random() < 0.05

    judge = Judge(message=some)
    with SocketUpstream(folder) as up, judged(folder, up, judge) as live:
        for _ in range(60):
            with closing(open_socket(live)) as client:
                server = up.peer()
                for _ in range(rng.randrange(1, 12)):
                    one, kinds = (
                        (client, (0x81, 0x82, 0x89, 0x8A, 0x88, 0x01, 0x80))
                        if rng.random() < 0.5
                        else (server, (0x81, 0x82, 0x89, 0x8A))
                    )
                    said = bytearray(frame(rng.choice(kinds), rng.randbytes(rng.randrange(100)), one is client))
                    if rng.random() < 0.05:
                        said[rng.randrange(len(said))] ^= 1 << rng.randrange(8)
                    with suppress(OSError):
                        one.send_raw(bytes(said))
                if rng.random() < 0.5:
                    server.close()
        assert waits(lambda: released(judge))
        assert hooks_running(live) == []
    assert judge.hooks.count("websocket_end") == judge.hooks.count("websocket_start") == 60
