"""A port for probes and scrapers, beside the proxy's own: `GET` of a few fixed paths, and nothing else.

    /livez     200 as long as the event loop answers
    /readyz    200 when requests are served, else 503 with what is missing, one word a line; a record that
               could not be written is missed for a while
    /metrics   counters and gauges in Prometheus' text format
    /proxy.pac where it is asked for: which hosts go through the proxy (`pac.py`)

It is not the proxy: it forwards nothing, reads no body, and answers every client alike, so it must not say
anything that not everybody on the network may know. It depends on no upstream and on nothing remote, or else a
provider's bad day would restart every proxy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from grille.addon.destination import Address, addresses, cannot_listen
from grille.addon.pac import CONTENT_TYPE as PAC
from grille.sinks.metrics import CONTENT_TYPE as METRICS

SECONDS = 5.0
"""For one request, from its first byte to the last of its answer."""
_LONGEST = 8 * 1024
_PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    status: HTTPStatus
    body: bytes
    content_type: str = _PLAIN


type Pages = dict[str, Callable[[], Awaitable[Page]]]
"""By path."""


@dataclass(slots=True)
class Readiness:
    """What is still missing, or missing again, until requests are served. `is_recording` says that records are
    written, as far as is known."""

    missing: set[str] = field(default_factory=lambda: {"policy", "workers", "listener"})
    is_recording: Callable[[], bool] = lambda: True

    def lacks(self) -> list[str]:
        """What is missing now."""
        return sorted(self.missing if self.is_recording() else {*self.missing, "records"})

    def page(self) -> Page:
        if lacks := self.lacks():
            return Page(HTTPStatus.SERVICE_UNAVAILABLE, "".join(f"{each}\n" for each in lacks).encode())
        return Page(HTTPStatus.OK, b"ready\n")


def pages(
    ready: Callable[[], Awaitable[Page]],
    metrics: Callable[[], Awaitable[bytes]],
    configuration: Callable[[], bytes] | None = None,
) -> Pages:
    """The three of every proxy, and `/proxy.pac` where there is a `configuration`: empty before the policy is read."""

    async def alive() -> Page:
        return Page(HTTPStatus.OK, b"alive\n")

    async def counted() -> Page:
        return Page(HTTPStatus.OK, await metrics(), METRICS)

    served: Pages = {"/livez": alive, "/readyz": ready, "/metrics": counted}
    if configuration is None:
        return served

    async def configured() -> Page:
        text = configuration()
        return Page(HTTPStatus.OK, text, PAC) if text else Page(HTTPStatus.SERVICE_UNAVAILABLE, b"")

    return {**served, "/proxy.pac": configured}


class Health:
    """Serves `pages` once it listens."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._server: asyncio.Server | None = None

    async def listen(self, where: Address) -> Address:
        """Listen at `where`; port 0 is any port. Raises `SettingsError`."""
        host, port = where
        try:
            self._server = await asyncio.start_server(self._serve, addresses(host), port, limit=_LONGEST)
        except OSError as error:
            raise cannot_listen(where, error) from None
        found = self._server.sockets[0].getsockname()
        return found[0], found[1]

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(SECONDS):
                line = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0]
                writer.write(_written(await self._page(line), line.startswith(b"HEAD ")))
                await writer.drain()
        writer.close()

    async def _page(self, line: bytes) -> Page:
        method, _, rest = line.partition(b" ")
        if method not in (b"GET", b"HEAD"):
            return Page(HTTPStatus.METHOD_NOT_ALLOWED, b"")
        path = rest.partition(b" ")[0].partition(b"?")[0].decode("latin-1")
        page = self._pages.get(path)
        return await page() if page is not None else Page(HTTPStatus.NOT_FOUND, b"")


def _written(page: Page, head: bool) -> bytes:
    fields = (
        f"HTTP/1.1 {page.status.value} {page.status.phrase}",
        f"Content-Type: {page.content_type}",
        f"Content-Length: {len(page.body)}",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join((*fields, "", "")).encode() + (b"" if head else page.body)
