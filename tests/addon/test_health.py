"""Probes: a few fixed pages for whoever asks, and nothing for anything else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import pytest

from grille.addon import health
from grille.addon.destination import Address
from grille.addon.health import Health, Page, Readiness, pages
from grille.addon.stack import Loop
from grille.errors import SettingsError


async def asked(where: Address, raw: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*where)
    writer.write(raw)
    said = await reader.read()
    writer.close()
    return said


def serving(ready: Readiness, scene: Callable[[Address], Awaitable[None]]) -> None:
    async def readiness() -> Page:
        return ready.page()

    async def metrics() -> bytes:
        return b"grille_draining 0.0\n"

    async def play() -> None:
        served = Health(pages(readiness, metrics))
        try:
            await scene(await served.listen(("127.0.0.1", 0)))
        finally:
            served.close()

    asyncio.run(play())


def test_it_listens_in_both_families_also_in_the_loop_of_a_proxy() -> None:
    async def play() -> None:
        served = Health({})
        try:
            host, port = await served.listen(("*", 0))  # each family has a port of its own
            here = "127.0.0.1" if host == "0.0.0.0" else "::1"
            assert (await asked((here, port), get("/"))).startswith(b"HTTP/1.1 404 ")
        finally:
            served.close()

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(play())


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def test_it_is_ready_when_nothing_is_missing_and_not_before() -> None:
    ready = Readiness()

    async def scene(where: Address) -> None:
        before = await asked(where, get("/readyz"))
        assert before.startswith(b"HTTP/1.1 503 ")
        assert before.endswith(b"\r\n\r\nlistener\npolicy\nworkers\n")
        assert (await asked(where, get("/livez"))).startswith(b"HTTP/1.1 200 "), "alive all the same"
        ready.missing.clear()
        assert (await asked(where, get("/readyz?verbose"))).startswith(b"HTTP/1.1 200 ")
        ready.is_recording = lambda: False
        assert (await asked(where, get("/readyz"))).endswith(b"\r\n\r\nrecords\n")
        ready.is_recording = lambda: True
        ready.missing.add("draining")
        assert (await asked(where, get("/readyz"))).endswith(b"\r\n\r\ndraining\n")

    serving(ready, scene)


def test_a_scraper_gets_the_metrics_in_its_format() -> None:
    async def scene(where: Address) -> None:
        said = await asked(where, get("/metrics"))
        assert b"Content-Type: text/plain; version=0.0.4" in said
        assert said.endswith(b"\r\n\r\ngrille_draining 0.0\n")

    serving(Readiness(), scene)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (get("/"), HTTPStatus.NOT_FOUND),
        (get("/livez/"), HTTPStatus.NOT_FOUND),
        (get("http://127.0.0.1/livez"), HTTPStatus.NOT_FOUND),
        (b"POST /livez HTTP/1.1\r\nContent-Length: 0\r\n\r\n", HTTPStatus.METHOD_NOT_ALLOWED),
        (b"CONNECT api.openai.com:443 HTTP/1.1\r\n\r\n", HTTPStatus.METHOD_NOT_ALLOWED),
        (b"\r\n\r\n", HTTPStatus.METHOD_NOT_ALLOWED),
    ],
)
def test_nothing_else_is_answered(raw: bytes, status: HTTPStatus) -> None:
    async def scene(where: Address) -> None:
        assert (await asked(where, raw)).startswith(f"HTTP/1.1 {status.value} ".encode())

    serving(Readiness(), scene)


def test_head_is_get_without_the_page() -> None:
    async def scene(where: Address) -> None:
        said = await asked(where, b"HEAD /livez HTTP/1.1\r\n\r\n")
        assert b"Content-Length: 6\r\n" in said
        assert said.endswith(b"\r\n\r\n")

    serving(Readiness(), scene)


def test_who_says_too_much_or_nothing_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "SECONDS", 0.2)

    async def scene(where: Address) -> None:
        assert await asked(where, b"GET /livez") == b""
        assert await asked(where, b"GET /livez HTTP/1.1\r\nX: " + 17_000 * b"x") == b""
        assert await asked(where, get("/livez")) != b""

    serving(Readiness(), scene)


def test_a_port_that_is_taken_is_said() -> None:
    async def scene() -> None:
        with (
            socket.create_server(("127.0.0.1", 0)) as taken,
            pytest.raises(SettingsError, match=r"\(address already in use\): end what"),
        ):
            await Health({}).listen(("127.0.0.1", taken.getsockname()[1]))

    asyncio.run(scene())
