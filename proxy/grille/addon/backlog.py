"""How much has been read from a connection and not been judged yet, and when there is room for more.

While a hook is busy, mitmproxy goes on reading and keeps what comes for later, without a limit. Here each
connection has one: over it, whoever reads from it waits. It is the limit of one connection and not of a
client, so that one stream that is slow to judge does not stop the client's others. The streams of an HTTP/2
connection have windows (`http2.py`); there a wider limit is for an upstream that sends very many very small
frames.

This module must not read or write anything itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from weakref import WeakKeyDictionary

from mitmproxy.connection import Connection

LIMIT = 1 << 20
"""Bytes."""
SHARED_LIMIT = 32 * LIMIT
"""For a connection with HTTP/2."""
OVERHEAD = 256
"""Bytes that one waiting event takes besides its data: a million of one byte each is not a megabyte."""


class _Backlog:
    def __init__(self) -> None:
        self.size = 0
        self.less = asyncio.Event()


_BACKLOGS: MutableMapping[Connection, _Backlog] = WeakKeyDictionary()


class Share:
    """What one layer keeps for later of what was read from one connection."""

    def __init__(self) -> None:
        self.size = 0

    def add(self, connection: Connection, data: bytes) -> None:
        cost = len(data) + OVERHEAD
        self.size += cost
        backlog = _BACKLOGS.get(connection)
        if backlog is None:
            backlog = _BACKLOGS[connection] = _Backlog()
        backlog.size += cost

    def less(self, connection: Connection, data: bytes) -> None:
        """It has been judged."""
        self._less(connection, min(self.size, len(data) + OVERHEAD))

    def nothing(self, connection: Connection) -> None:
        """Whatever was kept is no longer kept here."""
        self._less(connection, self.size)

    def _less(self, connection: Connection, cost: int) -> None:
        self.size -= cost
        backlog = _BACKLOGS.get(connection)
        if backlog is not None:
            backlog.size -= cost
            backlog.less.set()


def waiting(connection: Connection) -> int:
    """How many bytes wait."""
    backlog = _BACKLOGS.get(connection)
    return backlog.size if backlog is not None else 0


async def room(connection: Connection) -> None:
    """Return when more may be read from `connection`."""
    backlog = _BACKLOGS.get(connection)
    limit = SHARED_LIMIT if connection.alpn == b"h2" else LIMIT
    while backlog is not None and backlog.size > limit:
        backlog.less.clear()
        await backlog.less.wait()
