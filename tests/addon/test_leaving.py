"""While the proxy stops, a connection ends with its exchange, and no exchange is cut."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from judging import H2Client, H2Peer, H2Upstream, Judge, judged
from live import Live, Seen, chat

from grille.addon.leaving import LEAVING, Leaving
from upstream import RecordingUpstream, answer

REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})


class Slow:
    """Answers that are held back until they are let go."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()

    def __call__(self, request: bytes) -> bytes:
        self.asked.set()
        assert self.go.wait(10)
        return REPLY


def stop(live: Live) -> None:
    """Begin to stop, and see that it has begun."""
    live._loop.call_soon_threadsafe(live._stop.set)
    end = time.monotonic() + 5
    while not LEAVING and time.monotonic() < end:
        time.sleep(0.01)
    assert LEAVING


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    LEAVING.clear()
    yield
    LEAVING.clear()


def test_it_stands_in_for_the_layer_of_mitmproxy() -> None:
    from grille.addon import layers

    layers.install()
    assert issubclass(layers.layers.Http1Server, Leaving)


def test_an_answer_over_http1_is_the_last_of_its_connection_and_before_it_is_not(folder: Path) -> None:
    slow, seen = Slow(), list[Seen]()
    slow.go.set()
    with RecordingUpstream(slow) as up, Live(folder, up.port, up.ca_file) as live:
        context = ssl.create_default_context(cafile=live.ca)
        kept = http.client.HTTPSConnection("127.0.0.1", live.port, timeout=10, context=context)
        kept.set_tunnel("api.openai.com")

        def ask() -> Seen:
            kept.request("POST", "/v1/chat/completions", str(chat("hi")).replace("'", '"'))
            reply = kept.getresponse()
            return Seen(reply.status, dict(reply.getheaders()), reply.read())

        first = ask()
        assert first.headers.get("Connection") != "close", "the control: it is kept alive"
        slow.go.clear()
        slow.asked.clear()
        client = threading.Thread(target=lambda: seen.append(ask()))
        client.start()
        assert slow.asked.wait(5)
        stop(live)
        slow.go.set()
        client.join(5)
    assert [(each.status, each.headers.get("Connection")) for each in seen] == [(200, "close")]


def test_who_connected_just_before_is_still_answered(folder: Path) -> None:
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file) as live:
        context = ssl.create_default_context(cafile=live.ca)
        late = http.client.HTTPSConnection("127.0.0.1", live.port, timeout=10, context=context)
        late.set_tunnel("api.openai.com")
        late.connect()
        stop(live)
        late.request("POST", "/v1/chat/completions", str(chat("hi")).replace("'", '"'))
        reply = late.getresponse()
        assert (reply.status, reply.getheader("Connection")) == (200, "close")
        reply.read()
        late.close()


def test_a_connection_over_http2_ends_when_no_stream_of_it_is_left(folder: Path) -> None:
    gates = {"/slow": threading.Event(), "/slower": threading.Event()}
    judge = Judge(exchanges=1)

    def reply(peer: H2Peer, stream: int, path: str) -> None:
        peer.head(stream, ("content-type", "text/event-stream"))
        assert gates[path].wait(10)
        peer.say(stream, b"ok", end=True)

    with H2Upstream(folder, reply) as up, judged(folder, up, judge) as live:
        client = H2Client(live)
        slow, slower = client.get("/slow"), client.get("/slower")
        client.read_until(lambda: {slow, slower} <= set(client.heads))
        stop(live)
        gates["/slow"].set()
        client.read_until(lambda: slow in client.ended)
        assert client.left is None, "a stream is left"
        gates["/slower"].set()
        client.read_until(lambda: slower in client.ended and client.left is not None)
        judge.exchanges = 0
        assert bytes(client.data[slower]) == b"ok"
        assert client.left == 0, "without an error"
        client.close()
