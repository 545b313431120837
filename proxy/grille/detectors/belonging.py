"""Which label belongs to a number, where reading backwards to the nearest one would give it a neighbour's.

    transit number/account no.: 000628961 97025826          Sort code & account number 20-00-00 / 12345678

Of labels that are joined the last one is the nearest to every number. Where as many numbers follow as there are
labels, each belongs to the one in its place, and what more there is behind blanks to the last, because a number may
be written with blanks. Fewer numbers than labels are one number with two names (`GST/IRD number: 49-091-850`): all
labels speak for it.

    … dob=1959-01-07
    2025-07-17T04:07:32Z DEBUG …

A key that has a number in its own line has its value: it says nothing of the lines below, unless these go on with a
list (`Account numbers: 12345678,`) or hold one number each and no more. This module must not know what a label means.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import regex

from grille.detectors.base import Stretch

REACH: Final = 80
"""Characters before a number in which all labels and the numbers before it must stand."""
_MOST: Final = 4
_WORD = r"(?!(?:is|are)\b)(?:[AaSs]/[Cc](?!\p{L})|\p{L}[\p{L}'’-]*+)\.?+"
_LABEL = rf"(?<![\p{{L}}\p{{N}}])(?P<label>(?=\p{{L}}{{2}}|[AaSs]/[Cc]){_WORD}(?:[ _]{_WORD}){{0,3}}(?:[ ]?[#°])?)"
_AND = r"[ ](?:and|und|et|y|e|en)[ ]"
_JOIN = rf"(?:[ ]?[/&][ ]?|{_AND})"
_IS = r"[\"'*]{0,3}(?:[ ]?[:=]|[ ](?:is|are))?[\"'*\s]{1,4}"
_NUMBER = r"(?=[^\s/&,;|]{0,34}[0-9])[0-9A-Za-z][0-9A-Za-z.-]*+"
_NEXT = rf"(?:[ ]?[/&,;|][ ]?|{_AND}|[ \t]{{1,4}})"
_JOINED = regex.compile(
    rf"{_LABEL}(?:{_JOIN}{_LABEL}){{1,{_MOST - 1}}}{_IS}"
    rf"(?:(?P<number>{_NUMBER}){_NEXT}){{0,{_MOST - 1}}}(?:(?P<number>{_NUMBER})[ -]){{0,{_MOST}}}\Z"
)
_FOLLOWED = tuple(regex.compile(rf"{_NUMBER}(?:{_NEXT}{_NUMBER}){{{more}}}") for more in range(_MOST))
_ASIDE = regex.compile(r"[0-9]{3}[ ]?\((?P<aside>[\p{L}][^()\n0-9]{0,30})\)(?![ ]?[:=])")
_APART = regex.compile(rf"[/&,;|\n]|{_AND}")
_KEYED = regex.compile(r"[\p{L}_)\]\"'*#.][ \t]?[:=](?![:=/])[^\n:=;]{0,24}\Z")
_GOES_NOT_ON = regex.compile(r"[^\n,;&]*+\n\s{0,8}+")
_ALONE = regex.compile(r"[0-9][0-9 ./-]{0,40}+(?:[\r\n]|\Z)")
_SO_FAR = regex.compile(r"(?<=\n\s{0,8})[0-9][0-9 ./-]{0,40}+\Z")
_MARK = regex.compile(rf"\p{{L}}[.#°]?[ ]?[/&][ ]?\p{{L}}|{_AND}")
_BEFORE: Final = frozenset(" \t\n\"'*/&,;|:=")
"""What may stand directly before a number with such a label."""


class Own(NamedTuple):
    """The label in the place of a number is [start, end); `first` of several, so that what stands before it may speak
    as well. `waits`: so many numbers have not come, but the text ends where they could."""

    start: int
    end: int
    first: bool
    waits: bool


def own_label(text: str, start: int) -> Own | None:
    """Which of several joined labels is that of the number at `start`; None if these are not as many as the labels."""
    since = max(0, start - REACH)
    if text[start - 1 : start] not in _BEFORE or _MARK.search(text, since, start) is None:
        return None
    found = _JOINED.search(text, since, start)
    if found is None:
        return None
    labels, place = found.spans("label"), len(found.captures("number"))
    more = len(labels) - 1 - place
    followed = _FOLLOWED[more].match(text, start, partial=True) if more > 0 else True
    if not followed:
        return None
    if more < 0 and len(_APART.findall(text, found.spans("number")[0][0], start)) not in (0, len(labels) - 1):
        return None
    begin, end = labels[min(place, len(labels) - 1)]
    return Own(begin, end, place == 0, followed is not True and followed.partial)


def is_given(text: str, begin: int, end: int, start: int) -> bool:
    """Whether the number at [begin, end) is the value of a key in its own line, and `start` a place in a line below
    that goes on with something else."""
    if "\n" not in text[end:start] or not _GOES_NOT_ON.fullmatch(text, end, start):
        return False
    line = text.rfind("\n", 0, begin) + 1
    return _KEYED.search(text, max(line, begin - REACH), begin) is not None and not _ALONE.match(text, start)


def may_stand_alone(text: str, start: int) -> bool:
    """Whether a line that begins with the number at `start` has nothing else in it yet, and not its end either."""
    return _SO_FAR.match(text, start) is not None


def asides(text: str, start: int, end: int) -> list[Stretch]:
    """The words in brackets that call the number before them something, and not the one after: `011234 (bsb)`."""
    if ")" not in text[start:end]:
        return []
    return [match.span("aside") for match in _ASIDE.finditer(text, start, end)]
