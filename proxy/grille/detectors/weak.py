"""Whether whatever a pattern finds counts only beside a cue, so that without one it need not be searched for.

What cannot be said for sure is denied: the pattern is then searched for. This module must not search.
"""

from __future__ import annotations

from typing import Final

import regex

_PLAIN: Final = regex.compile(r"\\.|\[\^?+\]?+(?:\\.|[^\]\\])*+\]")
"""What in a pattern stands for one character, brackets and bars among them."""
_GROUP: Final = regex.compile(r"\((?:[^()]|(?R))*+\)")
_INNERMOST: Final = regex.compile(r"\([^()]*+\)")


def all_weak(pattern: str) -> bool:
    """Whether no match of a pattern can do without its group `weak`: it stands there once, and in no alternative."""
    if regex.compile(pattern).flags & regex.VERBOSE:
        return False
    head, weak, tail = _PLAIN.sub("", pattern).partition("(?P<weak>")
    if not weak or weak in tail or head.count("(") != head.count(")"):
        return False
    inside = _GROUP.match(weak + tail)
    outside = head + (tail[inside.end() - len(weak) :] if inside else "|")
    return "|" not in _flat(outside) and not _flat(outside).startswith(("?", "*", "{0", "{,"), len(_flat(head)))


def _flat(pattern: str) -> str:
    while (flat := _INNERMOST.sub("", pattern)) != pattern:
        pattern = flat
    return pattern
