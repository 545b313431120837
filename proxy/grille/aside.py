"""How work and the event loop go together.

    aside     what is large enough to keep others waiting is done in a thread beside the loop
    Work      what seldom has to wait is a generator that yields what it waits for: whoever has no task to wait in does
              as much of it as goes at once, and somebody else the rest

This module must not know what the work is. It is done once, and whoever asked waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Final

AT_ONCE: Final = 20_000
"""Characters or bytes that are worked on between two events of the loop."""


async def aside[T](work: Callable[[], T], size: int) -> T:
    """What `work` returns: done at once if its `size` is at most `AT_ONCE`, else in a thread. Raises what it raises."""
    return work() if size <= AT_ONCE else await asyncio.to_thread(work)


type Waits = Callable[[], Awaitable[Any]]
"""Begins what has to be waited for. What it raises ends the work: it is not told."""
type Work[R] = Generator[Waits, Any, R]


async def waited[R](work: Work[R], answer: Any = None) -> R:
    """Do all of the work, or the rest of it from `answer` on, which is that to what it waits for."""
    try:
        while True:
            answer = await work.send(answer)()
    except StopIteration as end:
        done: R = end.value
        return done
