"""Files that ride in messages, and what is said of them once they were opened.

    File -> Opened: the texts in it (Inside), and the parts that nobody can read (Unread)

Whoever reads a message collects files, whoever runs the engine says where they are opened. Only `File` and
`Inside` hold words, and no `repr` shows them. This module must not open anything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum


class Unreadable(Enum):
    """Why there are no words to judge in a file, or in a part of one."""

    IMAGE = "image"
    SOUND = "sound"
    VIDEO = "video"
    ENCRYPTED = "encrypted document"
    DAMAGED = "document that is damaged or can be read in two ways"
    TOO_LARGE = "document over a limit"
    UNKNOWN = "unknown binary"


@dataclass(frozen=True, slots=True)
class File:
    """`data` stands at `address`, without any coding; `label` is the nearest key, as for a segment."""

    address: str
    data: bytes = field(repr=False)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Inside:
    """A text that stands in a file; `where` is a path in it (`page/3`), empty for all of it. `is_list` says that it is
    values one a line, such as attributes: then there are no sentences in it."""

    where: str
    text: str = field(repr=False)
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a file that has no words to judge. `where` is made of words of ours and numbers."""

    where: str
    why: Unreadable


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of one file. With neither texts nor unread parts, it is empty."""

    texts: tuple[Inside, ...] = ()
    unread: tuple[Unread, ...] = ()


type Opening = Callable[[Sequence[File]], Awaitable[tuple[Opened, ...]]]
"""Where files are opened: one `Opened` for each, in order. Raises `DetectionFailed` when that failed."""


async def unopened(files: Sequence[File]) -> tuple[Opened, ...]:
    """For those who have nowhere to open a file: then none can be read."""
    return tuple(Opened(unread=(Unread("", Unreadable.UNKNOWN),)) for _ in files)
