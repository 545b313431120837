"""Whether a process is there, for tests that wait for its end."""

from __future__ import annotations

import time
from pathlib import Path


def alive(pid: int) -> bool:
    """False also of one that ended and whose parent has not asked about it yet."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):  # the second: it ended between the opening and the reading
        return False


def ends(pid: int, seconds: float = 10) -> bool:
    """Whether it ends in that time."""
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)
