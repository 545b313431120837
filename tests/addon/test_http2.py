"""Streams that share a connection do not wait for each other, and none is kept without a limit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from judging import Gate, H2Client, H2Peer, H2Upstream, Judge, hooks_running, judged, memory, pass_on, waits
from live import Live
from mitmproxy import http
from mitmproxy.proxy.layers import http as mitmproxy_layers

from grille.addon import layers
from grille.addon.http2 import WINDOW, FromClient2, FromServer2
from grille.addon.pieces import Piece

LONG = 6 << 20


def flooding(peer: H2Peer, stream: int, path: str) -> None:
    """As much as the path says."""
    peer.head(stream, ("content-type", "text/event-stream"))
    _, size, *padded = path.split("/")
    peer.flood(stream, int(size), 100 if padded else None)


@contextmanager
def shared(folder: Path, judge: Judge) -> Iterator[tuple[H2Upstream, Live, H2Client]]:
    with H2Upstream(folder, flooding) as up, judged(folder, up, judge) as live:
        client = H2Client(live)
        try:
            yield up, live, client
        finally:
            client.close()


def rests(client: H2Client, path: str) -> int:
    """A stream of which the client takes one window and no more."""
    client.acknowledges = False
    stream = client.get(path)
    client.read_until(lambda: len(client.data.get(stream, b"")) == 65_535)
    client.acknowledges = True
    client.h2.increment_flow_control_window(1 << 20)
    client.send()
    return stream


def test_they_stand_in_for_the_layers_of_mitmproxy() -> None:
    layers.install()
    assert mitmproxy_layers.Http2Server is FromClient2
    assert mitmproxy_layers.Http2Client is FromServer2


@pytest.mark.parametrize("path", [f"/{LONG}", f"/{LONG}/padded"])
def test_a_stream_of_many_windows_arrives_whole(folder: Path, path: str) -> None:
    judge = Judge()
    with shared(folder, judge) as (_, _, client):
        stream = client.get(path)
        client.read_until(lambda: stream in client.ended)
        assert len(client.data[stream]) == LONG
    assert judge.size == LONG


def test_an_answer_that_is_collected_arrives_whole_too(folder: Path) -> None:
    """Also when its head is looked at for so long that a whole window waits."""

    class Slow(Judge):
        async def responseheaders(self, flow: http.HTTPFlow) -> None:  # type: ignore[override]
            await asyncio.sleep(0.3)

    judge = Slow()
    with shared(folder, judge) as (_, _, client):
        stream = client.get(f"/{LONG}")
        client.read_until(lambda: stream in client.ended)
        assert len(client.data[stream]) == LONG
    assert judge.hooks == ["response"]


def test_a_stream_that_is_judged_slowly_is_not_in_the_way_of_the_others(folder: Path) -> None:
    gate = Gate()

    async def slow_first(piece: Piece) -> None:
        await pass_on(piece)
        if piece.flow.request.path == f"/{LONG}":
            await gate.wait()

    with shared(folder, Judge(slow_first)) as (up, _, client):
        slow = client.get(f"/{LONG}")
        assert gate.reached.wait(10)
        other = client.get(f"/{LONG + 1}")
        client.read_until(lambda: other in client.ended)
        (peer,) = up.peers
        assert max(size for size in peer.sent.values() if size != LONG + 1) <= WINDOW
        gate.open()
        client.read_until(lambda: slow in client.ended)
        assert len(client.data[slow]) == LONG


def test_a_stream_that_the_client_lets_rest_is_not_in_the_way_of_the_others(folder: Path) -> None:
    with shared(folder, Judge()) as (up, _, client):
        resting = rests(client, f"/{LONG}")
        other = client.get(f"/{LONG + 1}")
        client.read_until(lambda: other in client.ended)
        (peer,) = up.peers
        assert max(size for size in peer.sent.values() if size != LONG + 1) < 2 * WINDOW
        client.h2.increment_flow_control_window(1 << 30, resting)
        client.send()
        client.read_until(lambda: resting in client.ended)
        assert len(client.data[resting]) == LONG


def test_many_streams_that_are_given_up_use_up_nothing(folder: Path) -> None:
    judge = Judge()
    with shared(folder, judge) as (up, live, client):
        for _ in range(30):
            client.cancel(rests(client, f"/{LONG}"))
        other = client.get(f"/{LONG}")
        client.read_until(lambda: other in client.ended)
        assert len(client.data[other]) == LONG
        assert len(up.peers) == 1
        assert waits(lambda: hooks_running(live) == [])
    assert len(judge.errors) == 30


def test_a_connection_that_ends_ends_what_waits_for_it(folder: Path) -> None:
    judge = Judge()
    with shared(folder, judge) as (up, live, client):
        for _ in range(3):
            rests(client, f"/{LONG}")
        up.peers[0].do(lambda made: made.close_connection())
        client.close()
        assert waits(lambda: len(judge.errors) == 3)
        assert waits(lambda: hooks_running(live) == [])
        assert waits(lambda: not judge.running())


def test_a_flood_over_http2_waits_outside(folder: Path) -> None:
    gate = Gate()

    async def slow(piece: Piece) -> None:
        piece.done = True
        await gate.wait()

    judge = Judge(slow)
    with shared(folder, judge) as (up, _, client):
        stream = client.get(f"/{32 << 20}")
        assert gate.reached.wait(10)
        before = memory()
        threading.Event().wait(0.5)
        assert up.peers[0].sent[1] <= WINDOW
        assert memory() - before < 8 << 20
        gate.open()
        client.read_until(lambda: stream in client.ended)
    assert judge.size == 32 << 20
