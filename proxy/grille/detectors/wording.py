"""Trees in the words of RE2, which counts as little as it can: what repeats often may repeat oftener.

This module must not decide what is asked.
"""

from __future__ import annotations

from typing import Final

import re2

from grille.detectors.syntax import Ahead, Chars, Choice, Repeated, Series, Tree

COPIES: Final = 16
"""How often a part is asked for: what repeats oftener is asked for as often or oftener."""
_SPAN: Final = 3
"""How many repetitions may be missing and still be counted: where it is more, there may be any number."""
_NEVER: Final = b"[^\\x00-\\xff]"


def in_bytes() -> re2.Options:
    """How RE2 reads questions."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return options


def _ranges(codes: frozenset[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for code in sorted(codes):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], code
        else:
            ranges.append((code, code))
    return ranges


def written(part: Tree) -> bytes:
    """A tree in the syntax of RE2. What is only looked at ahead is left out."""
    match part:
        case Chars(among):
            return b"[%b]" % b"".join(b"\\x%02x-\\x%02x" % each for each in _ranges(among)) if among else _NEVER
        case Series(parts):
            return b"".join(map(written, parts))
        case Choice(parts):
            return b"(?:%b)" % b"|".join(map(written, parts))
        case Repeated(inner, least, most):
            copies = min(least, COPIES)
            if most is None or copies < least or most - copies > _SPAN:
                return b"(?:%b){%d,}" % (written(inner), copies)
            return b"(?:%b){%d,%d}" % (written(inner), copies, most)
        case Ahead():
            return b""
