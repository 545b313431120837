"""The text as detectors see it: one spelling for every blank, dash and digit, and nothing invisible.

Non-breaking blanks, en dashes, full-width and Arabic digits become their ASCII equals; zero-width
characters, soft hyphens, bidirectional marks, variation selectors and lines drawn through or under a letter
go; a run of Unicode tag characters, which no reader sees and every model reads, becomes the ASCII it stands
for. So a pattern says `[ -]` and means what a person means, and `4111<ZWSP>1111` is a card. What a text spells
out is read as well, because whoever asks a model can ask for that spelling: `%34%31` (printable ASCII and blanks
only), `\\u0034\\u0031` and `\\n0401`, which stand in a string that was escaped twice, and `219\\-09\\-9999`, as
Markdown and messengers want marks to be written. The colours of a terminal are no words.

A view never changes what is sent: findings are mapped back to the original text, and cover the whole of
what was spelled out. This module must not decode anything that needs more than one look (Base64, HTML
entities, `%2534`) or fold letters that merely look alike, because names must keep their letters: that is
what `readings.py` is for, in texts that are there whole.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from grille.exchange import Finding, Growing, Segment

_TAGS = range(0xE0020, 0xE007F)
_INVISIBLE = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Variation selectors."""
_DRAWN_OVER = (range(0x332, 0x334), range(0x335, 0x339), range(0x20D0, 0x20F1))
"""Lines, strokes, circles and keys that combine with a character: in no language they make another letter of it."""
_SHORTEST_HIDDEN_TEXT = 4
"""Fewer tag characters in a row are flags of regions or noise inside a number, not hidden words."""
_COLOUR = r"(?:\x1b|\\{1,8}(?:u001[Bb]|x1[Bb]|033|e))"
"""With which a terminal is told of a colour."""
_SPELLED_OUT = re.compile(
    r"%(?P<byte>[2-6][0-9A-Fa-f]|7[0-9A-Ea-e]|0[9AaDd])"
    r"|\\{1,8}u(?P<unit>(?![Dd][89A-Fa-f])(?!00(?:0[0-8BCEFbcef]|1))[0-9A-Fa-f]{4})"
    r"|(?:(?<=[0-9A-Za-z])\\{1,8}(?=[-._@/) ])|\\{1,8}(?=[+(][0-9]))(?P<mark>[-._@/) +(])"
    r"|\\{1,8}(?P<blank>[nrt])(?=[0-9A-Z]|[a-z]{2,6}[_-][0-9A-Za-z]|eyJ)"
    rf"|{_COLOUR}\[[0-9;]{{0,16}}[A-Za-z]"
)
_BLANKS = {"n": "\n", "r": "\r", "t": "\t"}
_TAG = "[\U000e0020-\U000e007e]"
_UNFINISHED = re.compile(
    rf"(?:%[0-9A-Fa-f]?|\\{{1,8}}(?:u[0-9A-Fa-f]{{0,3}}|x1?|03?|[nrt][a-z]{{0,6}}[_-]?|[+(])?|(?<!{_TAG}){_TAG}{{1,3}}"
    rf"|{_COLOUR}(?:\[[0-9;]{{0,16}})?)\Z"
)
_LONGEST_UNFINISHED = 32
"""What at the end of a text may become one character of a view with what follows, and how long that is."""


class _Spelling(dict[int, str]):
    """Code point to its plain spelling, of length one or zero; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _plain(code)
        return plain


def _plain(code: int) -> str:
    char = chr(code)
    if code < 128:
        return char
    if any(code in block for block in (*_INVISIBLE, *_DRAWN_OVER)):
        return ""
    match unicodedata.category(char):
        case "Cf":
            return ""
        case "Pd":
            return "-"
        case "Zs":
            return " "
        case "Nd":
            return str(unicodedata.digit(char))
    if char == "\u2212":  # MINUS SIGN, which Unicode counts among the mathematical symbols
        return "-"
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


_SPELLING = _Spelling()


@dataclass(frozen=True, slots=True)
class View:
    """`segment` as detectors see it. `places[i]` is where its character `i` stands in the original, from and
    to; None when every character stands where it stood."""

    segment: Segment
    places: tuple[tuple[int, int], ...] | None = field(default=None, repr=False)

    def original(self, finding: Finding) -> Finding:
        """The finding at its place in the original text, invisible characters inside it included."""
        if self.places is None:
            return finding
        return finding._replace(start=self.places[finding.start][0], end=self.places[finding.end - 1][1])

    def shown(self, finding: Finding) -> Finding:
        """The other way: a finding that `original` put at its place, as it stands in the view."""
        if self.places is None:
            return finding
        start, last = bisect_left(self.places, (finding.start, 0)), bisect_left(self.places, (finding.end, 0))
        return finding._replace(start=start, end=last)


@dataclass(frozen=True, slots=True)
class GrowingView:
    """A text that still grows as detectors see it. Its end, when it may become something else with the next
    piece (`%4`), is not shown yet: the view ends at `end` of the original, which is settled up to `settled`."""

    view: View
    growing: Growing
    settled: int
    end: int

    def original_edge(self, edge: int) -> int:
        """Where an edge of the view lies in the original text."""
        if edge == len(self.view.segment.text):
            return max(self.settled, self.end)
        if self.view.places is None:
            return edge
        return max(self.settled, self.view.places[edge - 1][1] if edge else 0)


class Views:
    """How detectors see some segments, and the way between the two. `segments` are what they see."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._views = {number: view(each) for number, each in enumerate(segments) if not is_plain(each.text)}
        self.segments = list(segments)
        for number, each in self._views.items():
            self.segments[number] = each.segment

    def original(self, finding: Finding) -> Finding:
        """As `View.original`."""
        seen = self._views.get(finding.segment)
        return finding if seen is None else seen.original(finding)

    def shown(self, finding: Finding) -> Finding:
        """As `View.shown`."""
        seen = self._views.get(finding.segment)
        return finding if seen is None else seen.shown(finding)


def plain(text: str) -> str:
    """Every character in the spelling that detectors see, for a text that stands nowhere."""
    return text if text.isascii() else text.translate(_SPELLING)


def is_plain(text: str) -> bool:
    """Whether a text is seen as it is, at the cost of a look: ASCII, and nothing in it can be an escape."""
    return text.isascii() and not _may_be_spelled_out(text)


def _may_be_spelled_out(text: str) -> bool:
    return "%" in text or "\\" in text or "\x1b" in text


def view(segment: Segment) -> View:
    """How detectors see a segment."""
    text = segment.text
    spelled_out = _may_be_spelled_out(text) and _SPELLED_OUT.search(text) is not None
    if not spelled_out:
        if text.isascii():
            return View(segment)
        plain = text.translate(_SPELLING)
        if len(plain) == len(text):
            return View(segment if plain == text else segment._replace(text=plain))
    words: list[str] = []
    places: list[tuple[int, int]] = []
    hidden = _hidden_words(text)
    for said, start, end in _read(text):
        if not said:
            continue
        if said.isascii():
            words.append(said)
            places += (
                [(start, end)] if len(said) == 1 else zip(range(start, end), range(start + 1, end + 1), strict=True)
            )
            continue
        for place, char in enumerate(said, start):
            shown = chr(ord(char) - 0xE0000) if place in hidden else _SPELLING[ord(char)]
            if shown:
                words.append(shown)
                places.append((place, place + 1 if len(said) > 1 else end))
    return View(segment._replace(text="".join(words)), tuple(places))


def view_growing(growing: Growing) -> GrowingView:
    """How detectors see a text that still grows."""
    segment = growing.segment
    end = len(segment.text)
    if not growing.closed and (open_end := _UNFINISHED.search(segment.text, max(0, end - _LONGEST_UNFINISHED))):
        end = open_end.start()
        segment = segment._replace(text=segment.text[:end])
    shown = view(segment)
    settled = growing.settled if shown.places is None else bisect_left(shown.places, (growing.settled, 0))
    settled = min(settled, len(shown.segment.text))
    return GrowingView(shown, replace(growing, segment=shown.segment, settled=settled), growing.settled, end)


def _read(text: str) -> Iterator[tuple[str, int, int]]:
    """What a text says, each with where it stands, [start, end): a character that is spelled out, or a stretch that
    is not."""
    at = 0
    for match in _SPELLED_OUT.finditer(text):
        yield text[at : match.start()], at, match.start()
        yield _spelled_out(match), match.start(), match.end()
        at = match.end()
    yield text[at:], at, len(text)


def _spelled_out(match: re.Match[str]) -> str:
    if match["blank"]:
        return _BLANKS[match["blank"]]
    code = match["byte"] or match["unit"]
    return chr(int(code, 16)) if code else match["mark"] or ""


def _hidden_words(text: str) -> frozenset[int]:
    """The offsets of tag characters that stand in runs long enough to say something."""
    found: set[int] = set()
    run: list[int] = []
    if text.isascii():
        return frozenset()
    for offset, char in enumerate(text + " "):
        if ord(char) in _TAGS:
            run.append(offset)
            continue
        if len(run) >= _SHORTEST_HIDDEN_TEXT:
            found.update(run)
        run.clear()
    return frozenset(found)
