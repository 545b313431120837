"""A pattern as a tree, so that RE2 can be asked a question in its place.

`regex` finds; RE2 is only asked whether looking is worth it, so a question is wider than its pattern and never
narrower. It is about `folded` bytes, one for each character, in which one byte stands for whatever is not ASCII: a
class that may hold such a character has it too. Looks behind, boundaries and the ends of lines are left out, what
repeats often may repeat oftener, and what one group said may be said otherwise when it is referred to.

What this module does not understand for sure it does not guess at: `tree` raises `Unread`, and the pattern is looked
for as if there were no RE2. It must not match anything, nor know what a pattern is for.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cache
from typing import Final

import regex

_ASCII: Final = "".join(map(chr, range(128)))
OTHER: Final = 0x80
"""The byte of every character that is not ASCII."""

_TOKEN: Final = regex.compile(
    r"(?P<said>\(\?(?:#[^)]*|[aimsu]+)\))"
    r"|(?P<ahead>\(\?[=!])|(?P<behind>\(\?<[=!])"
    r"|(?P<open>\((?:\?(?:[:>]|P?<(?P<name>\w+)>|(?P<on>[ims]*)(?:-[ims]+)?:)|(?!\?)))"
    r"|(?P<close>\))|(?P<or>\|)|(?P<place>\\[AZzbB]|[\^$])|\\(?P<again>[1-9])(?![0-9])"
    r"|(?P<one>\\[pP]\{[^{}]+\}|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\[dDsSwWnrtfv]|\\[^A-Za-z0-9]"
    r"|\[\^?+\]?+(?:\\.|\[(?!:)|[^\]\\\[])*+\]|[^\\()\[\]|?*+{}^$])",
    regex.DOTALL,
)
_REPEATED: Final = regex.compile(
    r"(?:(?P<any>[*])|(?P<some>[+])|(?P<maybe>[?])|\{(?P<least>[0-9]*)(?P<to>,(?P<most>[0-9]*))?\})[?+]?+"
)
_NAMES: Final = regex.compile(r"\(\?P?<(\w+)>")
_ONLY_ASCII: Final = regex.compile(r"\\[^A-Za-z]|[^\\\[.]|\[(?!\^)(?:[^\\]|\\[^A-Za-z])*\]")
_LETTERS: Final = frozenset(filter(str.isalpha, _ASCII))
_FLAG: Final = {"i": regex.IGNORECASE, "s": regex.DOTALL, "m": regex.MULTILINE}


class Unread(ValueError):
    """A pattern with something in it that this module does not understand."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of these."""

    among: frozenset[int]


@dataclass(frozen=True, slots=True)
class Series:
    """Parts one after another; none of them: nothing, which stands everywhere."""

    parts: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One part out of these."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A part several times: `most` None is without end."""

    part: Tree
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is only looked at, whether it must be there or must not."""

    part: Tree


type Tree = Chars | Series | Choice | Repeated | Ahead

NOTHING: Final = Series()


def folded(text: str) -> bytes:
    """A text as questions are about it: every character a byte, where it was."""
    return text.encode("ascii", "grille.other")


def _as_other(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return bytes((OTHER,)) * (error.end - error.start), error.end


codecs.register_error("grille.other", _as_other)


@cache
def tree(pattern: str) -> Tree:
    """The tree of a pattern that compiles.

    Raises:
        Unread: it has something in it that is not understood.
    """
    reading = _Reading(pattern)
    read = reading.choice(regex.compile(pattern).flags & (regex.IGNORECASE | regex.DOTALL))
    if reading.at != len(pattern):
        raise Unread
    return read


class _Reading:
    """How far a pattern has been read. Its groups are kept for what refers to them."""

    def __init__(self, pattern: str) -> None:
        self.at = 0
        self._pattern = pattern
        self._groups: dict[int, tuple[Tree, int]] = {}
        self._opened = 0
        names = _NAMES.findall(pattern)
        self._counted = len(names) == len(set(names))
        """Whether groups are numbered in their order: of two with one name the second has no number."""

    def choice(self, flags: int) -> Tree:
        """Up to the end, or to a bracket that closes."""
        parts = [self._series(flags)]
        while self._pattern.startswith("|", self.at):
            self.at += 1
            parts.append(self._series(flags))
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _series(self, flags: int) -> Tree:
        parts: list[Tree] = []
        while self.at < len(self._pattern) and self._pattern[self.at] not in "|)":
            token = _TOKEN.match(self._pattern, self.at)
            if token is None:
                raise Unread
            self.at = token.end()
            part = self._part(token, flags)
            parts.append(part if token["said"] else self._times(part))
        parts = [each for each in parts if each != NOTHING]
        return parts[0] if len(parts) == 1 else Series(tuple(parts))

    def _part(self, token: regex.Match[str], flags: int) -> Tree:
        if token["said"] is not None or token["place"]:
            return NOTHING
        if token["again"]:
            return self._said_by(int(token["again"]), flags)
        if token["one"]:
            return Chars(_among(token["one"], flags))
        number = self._number(token)
        flags = _scoped(token, flags)
        inside = self.choice(flags)
        if not self._pattern.startswith(")", self.at):
            raise Unread
        self.at += 1
        if number:
            self._groups[number] = inside, flags
        if token["behind"]:
            return NOTHING
        return Ahead(inside) if token["ahead"] else inside

    def _number(self, token: regex.Match[str]) -> int:
        """The number of a group that has one."""
        if token["open"] != "(" and token["name"] is None:
            return 0
        self._opened += 1
        return self._opened

    def _said_by(self, group: int, flags: int) -> Tree:
        """What a group may have said, in any case if it is asked for in any."""
        said, as_read = self._groups.get(group, (NOTHING, 0))
        if said == NOTHING or not self._counted or flags & regex.IGNORECASE & ~as_read:
            raise Unread
        return said

    def _times(self, part: Tree) -> Tree:
        found = _REPEATED.match(self._pattern, self.at)
        if found is None:
            if self._pattern.startswith(("{", "*", "+", "?"), self.at):
                raise Unread
            return part
        self.at = found.end()
        if self._pattern.startswith(("{", "*", "+", "?"), self.at) or found[0].startswith(("{}", "{,}")):
            raise Unread
        if isinstance(part, Ahead):
            raise Unread
        least = 1 if found["some"] else int(found["least"] or 0)
        if found["maybe"]:
            return Repeated(part, 0, 1)
        if found["any"] or found["some"]:
            return Repeated(part, least, None)
        most = least if found["to"] is None else int(found["most"]) if found["most"] else None
        return Repeated(part, least, most)


def _scoped(token: regex.Match[str], flags: int) -> int:
    """The flags inside of a group: those that it takes away are left, because that is wider."""
    for each in token["on"] or "":
        flags |= _FLAG[each]
    return flags


@cache
def _among(one: str, flags: int) -> frozenset[int]:
    """Which bytes one character of a pattern may be: `regex` is asked itself."""
    try:
        found = {char for each in (0, flags) for char in regex.findall(one, _ASCII, each)}
    except regex.error:
        raise Unread from None
    ascii_only = one.isascii() and _ONLY_ASCII.fullmatch(one) is not None
    if ascii_only and not (flags & regex.IGNORECASE and found & _LETTERS):
        return frozenset(map(ord, found))
    return frozenset((*map(ord, found), OTHER))
