"""The key above a value in data that stands in a text: JSON, XML and HTML, YAML.

`{"card": {"number": …}}` says "card number" as plainly as a sentence does, but between the two words may stand
other members. So this looks back over a bounded stretch, past whatever is closed again, to the keys whose value
a place lies in. It must not parse: a stretch that is no data has no keys, and the words around speak alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from grille.detectors.words import Words, words_of

REACH: Final = 240
"""Characters. What opens farther back is not seen; texts that grow keep more than this."""
_MOST_KEYS: Final = 2
"""The value's own key and the one above it: what is said higher up is seldom said of the value."""
_LONGEST_MEMBER: Final = 60
_KEY = r"""\\?["'](?P<key>[^"'\\{}\[\]:,\n]{1,40})\\?["']\s{0,4}:"""
_BRACKETS = regex.compile(rf"(?:{_KEY}\s{{0,8}})?(?P<open>[{{\[])|(?P<close>[}}\]])")
_MEMBER = regex.compile(rf"""{_KEY}\s{{0,4}}\\?["']?\Z""")
_TAGS = regex.compile(r"<(?P<close>/)?(?:[\w-]{1,20}:)?(?P<name>[A-Za-z][\w.-]{0,39})[^<>]{0,80}?(?P<empty>/)?>")
_EMPTY_LINE = regex.compile(r"\n[ \t\r]{0,8}\n")
_DEPTH: Final = {"{": 1, "}": -1}
_INDENTED = regex.compile(r"(?m)^(?P<indent>[ \t-]{0,40})(?P<key>[A-Za-z][^:\n]{0,39}):(?:[ ]|\r?$)")


def keys_above(text: str, start: int) -> Words:
    """The words of the keys that `start` lies under, the nearest first."""
    stretch = text[max(0, start - REACH) : start]
    if ":" not in stretch and "<" not in stretch:
        return ()
    for read in (_json, _markup, _yaml):
        if keys := read(stretch):
            return tuple(word for key in keys[:_MOST_KEYS] for word in words_of(key)[::-1])
    return ()


def own_key(text: str, start: int) -> Words:
    """The words of the key of the member whose value begins at `start`, the nearest first."""
    own = _MEMBER.search(text, max(0, start - _LONGEST_MEMBER), start)
    return words_of(own["key"])[::-1] if own else ()


def _json(stretch: str) -> list[str]:
    own = _MEMBER.search(stretch, max(0, len(stretch) - _LONGEST_MEMBER))
    if own is None and "{" not in stretch and "[" not in stretch:
        return []
    keys = [own["key"]] if own else []
    closed = 0
    for bracket in reversed(list(_BRACKETS.finditer(stretch))):
        if bracket["close"]:
            closed += 1
        elif closed:
            closed -= 1
        elif bracket["key"]:
            keys.append(bracket["key"])
    return keys


def _markup(stretch: str) -> list[str]:
    if "<" not in stretch:
        return []
    names: list[str] = []
    closed: list[str] = []
    below = len(stretch)
    for tag in reversed(list(_TAGS.finditer(stretch))):
        leaf = below < len(stretch) and bool(stretch[tag.end() : below].strip())
        below = tag.start()
        if tag["empty"] or (leaf and not tag["close"]):
            continue
        if tag["close"]:
            closed.append(tag["name"])
        elif tag["name"] in closed:
            closed = closed[: closed.index(tag["name"])]
        else:
            names.append(tag["name"])
    return names


def _yaml(stretch: str) -> list[str]:
    if ":" not in stretch:
        return []
    keys: list[str] = []
    depth: int | None = None
    for line in reversed(list(_INDENTED.finditer(stretch))):
        indent = len(line["indent"])
        if depth is None or indent < depth:
            keys.append(line["key"])
            depth = indent
    return keys if len(keys) > 1 else []


def before(stretch: str) -> Iterator[str]:
    """What of the words before a place belongs to its own object, then to its paragraph, then all of it."""
    paragraph = _EMPTY_LINE.split(stretch)[-1]
    depth = 0
    for at in range(len(paragraph) - 1, -1, -1):
        depth += _DEPTH.get(paragraph[at], 0)
        if depth > 0:
            yield paragraph[at:]
            break
    yield paragraph
    yield stretch


def after(stretch: str) -> Iterator[str]:
    """What of the words after a place belongs to its own object, then to its paragraph, then all of it."""
    paragraph = _EMPTY_LINE.split(stretch, maxsplit=1)[0]
    depth = 0
    for at, char in enumerate(paragraph):
        depth += _DEPTH.get(char, 0)
        if depth < 0:
            yield paragraph[:at]
            break
    yield paragraph
    yield stretch
