"""What a process and its descendants cost, as Linux tells it under /proc.

The counters of /proc/PID/stat have ticks of 10 ms, as much as many events; those of `schedstat` are in
nanoseconds. A descendant that ends takes its figures with it. This module must not start or end a process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def tree(pid: int) -> Iterator[int]:
    """The process and all its descendants."""
    yield pid
    for task in _tasks(pid):
        with suppress(OSError):
            for child in (task / "children").read_text("ascii").split():
                yield from tree(int(child))


def cpu_seconds(pid: int) -> float:
    """Seconds of CPU that the tree has used so far."""
    return sum(_nanoseconds(task) for each in tree(pid) for task in _tasks(each)) / 1e9


def rss(pid: int) -> int:
    """Bytes of memory that the process alone has resident."""
    status = (_PROC / str(pid) / "status").read_text("ascii")
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))


def pss(pid: int) -> int:
    """Bytes of memory of the tree, what its processes share counted once."""
    return sum(_share(each) for each in tree(pid))


def _share(pid: int) -> int:
    rollup = (_PROC / str(pid) / "smaps_rollup").read_text("ascii")
    return 1024 * int(next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")))


def _tasks(pid: int) -> list[Path]:
    try:
        return list((_PROC / str(pid) / "task").iterdir())
    except OSError:
        return []


def _nanoseconds(task: Path) -> int:
    try:
        return int((task / "schedstat").read_text("ascii").split()[0])
    except OSError:
        return 0
