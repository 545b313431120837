"""Work on a message that is large enough to keep others waiting, in a thread beside the event loop.

This module must not know what the work is. It is done once, and whoever asked waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

AT_ONCE: Final = 20_000
"""Characters or bytes that are worked on between two events of the loop."""


async def aside[T](work: Callable[[], T], size: int) -> T:
    """What `work` returns: done at once if its `size` is at most `AT_ONCE`, else in a thread. Raises what it raises."""
    return work() if size <= AT_ONCE else await asyncio.to_thread(work)
