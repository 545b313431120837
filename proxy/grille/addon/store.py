"""A Valkey or Redis server that proxies share: small sealed things under names, which forget themselves.

The one file that knows the client library, which comes with the extra `redis`. It neither blocks the event loop nor
waits for long: what does not answer in time has failed, and for a moment nobody tries again. This module must not see
a value or a token: `sealed.py` hides both before.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from grille.errors import SettingsError, StoreFailed

if TYPE_CHECKING:
    from redis.asyncio import Redis

SECONDS: Final = 1.0
"""How long a connection or an answer may take."""
PAUSE: Final = 2.0
"""Seconds after a failure in which nobody tries."""
_AT_ONCE = 1000
"""Names in one command: a large one would keep others waiting in the server."""
_PREFIX = b"grille:"
_FILE = "file:"
_SCHEMES = ("redis", "rediss", "unix")

_COUNT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
local total = redis.call('ZCARD', KEYS[1])
for at = 3, #ARGV do
  if not redis.call('ZSCORE', KEYS[1], ARGV[at]) then total = total + 1 end
end
if total <= tonumber(ARGV[2]) then
  for at = 3, #ARGV do redis.call('ZADD', KEYS[1], now, ARGV[at]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return total
"""
"""In one step, whoever else counts, and by the server's clock: proxies need not agree on theirs."""


def store_url(text: str) -> str:
    """`redis://…`, `rediss://…` (with TLS) or `unix://…`, or `file:PATH` of a file that holds that. Raises
    `SettingsError`, which does not repeat the text."""
    try:
        written = Path(text.removeprefix(_FILE)).read_text("utf-8").strip() if text.startswith(_FILE) else text
        if urlsplit(written).scheme not in _SCHEMES:
            raise ValueError
    except (OSError, ValueError):
        wanted = "rediss://[user:password@]host:port, redis:// or unix://, or file:PATH of a file that holds that"
        raise SettingsError(f"--store: write {wanted}") from None
    return written


class Store:
    """The server at `url`. Everything raises `StoreFailed` when it does not answer. Needs a running loop."""

    def __init__(self, url: str, clock: Callable[[], float] = monotonic) -> None:
        try:
            from redis import exceptions
            from redis.asyncio import Redis
            from redis.asyncio.retry import Retry
            from redis.backoff import NoBackoff
        except ImportError:
            raise SettingsError("--store needs the client of Redis: pip install 'grille[redis]'") from None
        self._clock, self._failed = clock, -PAUSE
        self._wrong = (exceptions.RedisError, OSError, TimeoutError, ssl.SSLError)
        # One more attempt, at once: a connection that was idle may have been closed meanwhile.
        retry = Retry(NoBackoff(), 1)
        self._redis: Redis = Redis.from_url(
            url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, retry=retry, health_check_interval=30
        )
        self._counting = self._redis.register_script(_COUNT)

    async def answers(self) -> bool:
        """Whether the server answers now."""
        try:
            await self._asked(self._redis.ping)
        except StoreFailed:
            return False
        return True

    async def put(self, things: Mapping[bytes, bytes], seconds: float) -> None:
        """Keep them for so long."""

        async def kept() -> None:
            async with self._redis.pipeline(transaction=False) as commands:
                for name, thing in things.items():
                    commands.set(_PREFIX + name, thing, px=int(1000 * seconds))
                await commands.execute()

        if things:
            await self._asked(kept)

    async def get(self, names: Sequence[bytes]) -> list[bytes | None]:
        """What is kept under each name."""
        found: list[bytes | None] = []
        for start in range(0, len(names), _AT_ONCE):
            some = [_PREFIX + name for name in names[start : start + _AT_ONCE]]
            found += await self._asked(partial(self._redis.mget, some))
        return found

    async def count(self, name: bytes, marks: Sequence[bytes], most: int, seconds: int) -> int:
        """How many different marks there are under `name`, with these, in the last `seconds`. These are added if that
        is no more than `most`."""
        arguments = (1000 * seconds, most, *marks)
        return int(await self._asked(partial(self._counting, keys=[_PREFIX + name], args=arguments)))

    async def close(self) -> None:
        await self._redis.aclose()

    async def _asked[T](self, ask: Callable[[], Awaitable[T]]) -> T:
        if self._clock() - self._failed < PAUSE:
            raise StoreFailed("it failed a moment ago")
        try:
            async with asyncio.timeout(2 * SECONDS):
                return await ask()
        except self._wrong as error:
            self._failed = self._clock()
            raise StoreFailed(type(error).__name__) from None
