"""`grille.addon.store`: a server that proxies share, a real one."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from stores import Server

from grille.addon import store as room
from grille.addon.store import Store, store_url
from grille.errors import SettingsError, StoreFailed


def using[T](url: str, play: Callable[[Store], Awaitable[T]]) -> T:
    async def scene() -> T:
        store = Store(url)
        try:
            return await play(store)
        finally:
            await store.close()

    return asyncio.run(scene())


def test_what_is_put_there_is_got_by_whoever_asks(valkey: Server) -> None:
    async def put(store: Store) -> None:
        await store.put({b"a": b"1", b"\x00b": b"\xff"}, 60)
        await store.put({}, 60)

    using(valkey.url, put)
    assert using(valkey.url, lambda store: store.get([b"\x00b", b"c", b"a"])) == [b"\xff", None, b"1"]
    assert using(valkey.url, lambda store: store.get([])) == []
    assert valkey.said("PTTL", "grille:a").strip() > b":50000"


def test_many_names_are_asked_for_in_turn(valkey: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_AT_ONCE", 2)

    async def play(store: Store) -> list[bytes | None]:
        await store.put({bytes([n]): bytes([n]) for n in range(5)}, 60)
        return await store.get([bytes([n]) for n in range(7)])

    assert using(valkey.url, play) == [*(bytes([n]) for n in range(5)), None, None]


def test_it_forgets_by_itself(valkey: Server) -> None:
    async def play(store: Store) -> list[bytes | None]:
        await store.put({b"a": b"1"}, 0.05)
        await asyncio.sleep(0.1)
        return await store.get([b"a"])

    assert using(valkey.url, play) == [None]


def test_a_server_that_is_gone_has_failed_and_one_that_comes_back_answers(
    valkey: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PAUSE", 0.2)

    async def play(store: Store) -> None:
        assert await store.answers()
        valkey.stop()
        with pytest.raises(StoreFailed):
            await store.put({b"a": b"1"}, 60)
        valkey.start()
        with pytest.raises(StoreFailed, match="a moment ago"):
            await store.get([b"a"])
        await asyncio.sleep(0.3)
        assert await store.get([b"a"]) == [None]

    using(valkey.url, play)


def test_a_server_that_says_nothing_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("redis", reason="the client of Redis is not installed: pip install 'grille[redis]'")
    monkeypatch.setattr(room, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        assert not using(f"redis://127.0.0.1:{silent.getsockname()[1]}", lambda store: store.answers())
    assert time.monotonic() - start < 5


def test_the_event_loop_goes_on_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("redis", reason="the client of Redis is not installed: pip install 'grille[redis]'")
    monkeypatch.setattr(room, "SECONDS", 0.2)

    async def play(store: Store) -> int:
        asking = asyncio.ensure_future(store.answers())
        turns = 0
        while not asking.done():
            turns += 1
            await asyncio.sleep(0.005)
        return turns

    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert using(f"redis://127.0.0.1:{silent.getsockname()[1]}", play) > 10


def test_a_url_may_be_in_a_file_and_is_never_repeated(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("rediss://me:s3cret@store.example:6379\n")
    assert store_url(f"file:{file}") == "rediss://me:s3cret@store.example:6379"
    assert store_url("unix:///run/valkey.sock") == "unix:///run/valkey.sock"
    for wrong in ("http://me:s3cret@store.example", "s3cret", f"file:{tmp_path}/gone"):
        with pytest.raises(SettingsError) as caught:
            store_url(wrong)
        assert "s3cret" not in str(caught.value)


def test_without_the_client_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(SettingsError, match=r"pip install 'grille\[redis\]'"):
        Store("redis://127.0.0.1")
