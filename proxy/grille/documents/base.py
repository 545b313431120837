"""What every kind of document shares: where texts are gathered, the limits, and how an opener gives up.

This module must not know a format.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable

from grille.files import Inside, Opened, Unread, Unreadable

MOST_CHARACTERS = 16 * 1024 * 1024
"""All texts of one file together."""
MOST_BYTES = 64 * 1024 * 1024
"""All entries of one package, unpacked. A file is a part of a body, which is bounded itself."""
MOST_DEPTH = 3
"""Documents in documents: so deep they are opened, deeper they are unread."""

DAMAGE = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError, RecursionError, MemoryError,
    AssertionError, OSError, EOFError, RuntimeError, StopIteration, struct.error, zlib.error,
)  # fmt: skip
"""What libraries raise over bytes that are not what they expect. Whatever else they raise ends the process."""


class Damaged(Exception):
    """This part of a file cannot be read; the text says nothing, because nobody reads it."""

    def __init__(self, why: Unreadable = Unreadable.DAMAGED) -> None:
        super().__init__()
        self.why = why


class Findings:
    """What was found in one file so far."""

    def __init__(self) -> None:
        self._texts: list[Inside] = []
        self._unread: dict[Unread, None] = {}
        self._characters = 0
        self._bytes = 0

    def text(self, where: str, text: str, *, is_list: bool = False) -> None:
        """Add a text. Raises `Damaged` over the limit."""
        self._characters += len(text)
        if self._characters > MOST_CHARACTERS:
            raise Damaged(Unreadable.TOO_LARGE)
        if text.strip():
            self._texts.append(Inside(where, text, is_list))

    def values(self, where: str, values: Iterable[str]) -> None:
        """Add values that stand for themselves, each of them once."""
        self.text(where, "\n".join(dict.fromkeys(filter(None, values))), is_list=True)

    def unpacked(self, count: int) -> None:
        """Count bytes that came out of a package. Raises `Damaged` over the limit."""
        self._bytes += count
        if self._bytes > MOST_BYTES:
            raise Damaged(Unreadable.TOO_LARGE)

    @property
    def room(self) -> int:
        """How many bytes may still come out of packages."""
        return MOST_BYTES - self._bytes

    def unread(self, where: str, why: Unreadable) -> None:
        self._unread[Unread(where, why)] = None

    def opened(self) -> Opened:
        return Opened(tuple(self._texts), tuple(self._unread))


type Open = Callable[[bytes, Findings, str], None]
"""Opens a file that stands in another one."""


def below(where: str, *steps: str | int) -> str:
    """A place in a file, one step further in."""
    return "/".join(filter(None, (where, *map(str, steps))))
