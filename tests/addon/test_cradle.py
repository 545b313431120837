"""The cradle: proxies come from it, and do not need it any more; it says how they ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from processes import alive, ends

import engines
from grille.addon.proxies import Cradle, Proxy
from grille.addon.settings import Settings
from grille.addon.state import State
from grille.errors import SettingsError

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def settings(folder: Path) -> Settings:
    engines.engine(folder)
    (folder / "confdir").chmod(0o700)
    return Settings(str(folder / "policy.yaml"), State(folder / "confdir"), ("127.0.0.1", 0), processes=2)


@contextmanager
def channel() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        yield ours, theirs


async def proxy(cradle: Cradle, settings: Settings, ours: socket.socket, theirs: socket.socket) -> Proxy:
    child = await cradle.forked(settings, theirs)
    theirs.close()
    reader, writer = await asyncio.open_connection(sock=ours)
    assert "address" in json.loads(await reader.readline())
    return Proxy(child, reader, writer, serving=True)


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().split()[3])


def test_a_proxy_outlives_its_cradle_and_serves_with_detectors_of_its_own(settings: Settings) -> None:
    async def scene() -> None:
        cradle = Cradle(settings)
        with channel() as (ours, theirs):
            made = await proxy(cradle, settings, ours, theirs)
            nest = parent(made.process.pid)
            assert len(list(Path(f"/proc/{nest}/task").iterdir())) == 1, "it forks"
            os.kill(nest, signal.SIGKILL)
            assert await asyncio.to_thread(ends, nest)
            said = await made.how()
            assert said["missing"] == []
            assert 'grille_workers{pool="texts"}' in str(said["metrics"])
            made.process.signal(signal.SIGTERM)
            await made.process.over()
            assert await cradle.exit(made.process) == "", "nobody is there to ask"
            made.writer.close()
        with channel() as (ours, theirs):
            again = await proxy(cradle, settings, ours, theirs)
            assert alive(parent(again.process.pid))
            again.process.signal(signal.SIGKILL)
            await again.process.over()
            assert await cradle.exit(again.process) == " (-9)"
            again.writer.close()
        await cradle.close()

    asyncio.run(scene())


def test_a_policy_that_does_not_hold_is_said_at_the_start(settings: Settings) -> None:
    Path(settings.policy).write_text("clients: nobody\n")

    async def scene() -> None:
        with channel() as (_, theirs):
            await Cradle(settings).forked(replace(settings), theirs)

    with pytest.raises(SettingsError, match=r"policy\.yaml"):
        asyncio.run(scene())
