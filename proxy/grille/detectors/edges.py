"""Where a text that still grows is settled: before its edge no finding can appear, go or change.

A stream is judged while it comes. Whoever forwards it may let go of everything before the edge and must
hold the rest: the beginning of something that could become a match (`the card is 4111 11`), a match that
more characters would lengthen, and one whose score hangs on words that have not come yet. Mostly that is
the last word.

That a match could still change is asked of the pattern itself. `opened` makes it one that never matches:
every way of reading it fails, unless it runs into the end of the text first, and that is what `regex`
calls a partial match. (A partial match of the pattern as it stands is not enough: a shorter match, or one
further on, hides it.) This module must not find anything itself, nor keep a text between two calls.
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

from grille.detectors.base import Stretch

_NEVER = r"(?s:.)(?!)"
_TURNED = regex.compile(
    r"\\(?P<end>[Zz])|\\.|\[\^?+\]?+(?:\\.|[^\]\\])*+\]|\(\?|(?P<line_end>\$)|(?P<repeat>[*+?]|\{[0-9,]+\})\?",
    regex.DOTALL,
)


def opened(pattern: str) -> regex.Pattern[str]:
    """The pattern for `begun`. The end of what has come is not the end of the text: `$` means the end of a
    line that is there, and `\\Z` waits. No repetition is lazy: every way of reading is tried in either order, and
    `regex` overlooks the end of the text in a lazy one before a look-behind."""
    return regex.compile(f"(?:{_TURNED.sub(_turned, pattern)}){_NEVER}", regex.MULTILINE)


def _turned(found: regex.Match[str]) -> str:
    if found["end"]:
        return _NEVER
    return r"(?=\n)" if found["line_end"] else str(found["repeat"] or found[0])


def begun(opened_pattern: regex.Pattern[str], text: str, settled: int) -> int:
    """The first place from `settled` on at which the pattern reads as far as the end of the text, so that
    more of it could make, change or unmake a match; the end if there is none."""
    match = opened_pattern.search(text, settled, partial=True)
    return len(text) if match is None else int(match.start())


def uncut(edge: int, stretches: Iterable[Stretch]) -> int:
    """The edge, moved back so that it cuts none of the stretches that belong together."""
    for start, end in sorted(stretches, reverse=True):
        if start < edge < end:
            edge = start
    return edge
