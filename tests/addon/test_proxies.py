"""What is known of a proxy: what it says in time, what it said last, and when it has ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from grille.addon import proxies
from grille.addon.proxies import Child, Proxy
from grille.addon.supervised import HOW
from grille.sinks.chain import Link, Memory

MEMORY = Memory(Link("5d0c", 41, "9f86"), ended=False)
LINK = {"chain": "5d0c", "seq": 41, "hash": "9f86"}


async def met(there: socket.socket) -> Proxy:
    """A proxy that is played by a socket."""
    reader, writer = await asyncio.open_connection(sock=there)
    return Proxy(Child(0, 0), reader, writer, serving=True)


def test_an_answer_that_came_too_late_is_not_taken_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxies, "_ANSWER_SECONDS", 0.05)

    async def scene() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            proxy = await met(ours)
            assert await proxy.how() == {}
            theirs.sendall(json.dumps({"missing": ["late"]}).encode() + b"\n")
            theirs.sendall(json.dumps({"missing": [], "memory": {"link": LINK, "ended": False}}).encode() + b"\n")
            assert (await proxy.how())["missing"] == []
            assert proxy.memory == MEMORY
            assert theirs.recv(64) == HOW * 2
            proxy.writer.close()

    asyncio.run(scene())


def test_its_last_words_are_heard_after_its_end() -> None:
    async def scene() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            proxy = await met(ours)
            theirs.sendall(json.dumps({"memory": {"link": LINK, "ended": False}}).encode() + b"\n")
        await proxy.last_words()
        assert proxy.memory == MEMORY
        proxy.writer.close()

    asyncio.run(scene())


def test_one_that_does_not_serve_yet_is_not_asked() -> None:
    async def scene() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            proxy = await met(ours)
            proxy.serving = False
            assert await proxy.how() == {}
            proxy.writer.close()

    asyncio.run(scene())


def test_the_end_of_a_child_is_noticed_and_a_signal_after_it_is_none() -> None:
    async def scene() -> None:
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
            child = Child(process.pid, os.pidfd_open(process.pid))
            over = asyncio.create_task(child.over())
            await asyncio.sleep(0)
            assert not over.done()
            child.signal(signal.SIGKILL)
            await over
            assert process.wait(5) == -signal.SIGKILL
            child.signal(signal.SIGTERM)
            os.close(child.handle)

    asyncio.run(scene())
