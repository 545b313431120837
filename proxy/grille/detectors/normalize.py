"""The text as detectors see it: one spelling for every blank, dash and digit, and nothing invisible.

Non-breaking blanks, en dashes, full-width and Arabic digits become their ASCII equals; zero-width
characters, soft hyphens, bidirectional marks and variation selectors go; a run of Unicode tag
characters, which no reader sees and every model reads, becomes the ASCII it stands for. So a pattern
says `[ -]` and means what a person means, and `4111<ZWSP>1111` is a card.

A view never changes what is sent: findings are mapped back to the original text. This module must not
decode (Base64, percent, HTML entities) and does not fold letters that merely look alike: a Cyrillic
`a` in an IBAN is an accepted miss, because names must keep their letters.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace

from grille.exchange import Finding, Segment

_TAGS = range(0xE0020, 0xE007F)
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_SHORTEST_HIDDEN_TEXT = 4
"""Fewer tag characters in a row are flags of regions or noise inside a number, not hidden words."""


class _Spelling(dict[int, str]):
    """Code point to its plain spelling, of length one or zero; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _plain(code)
        return plain


def _plain(code: int) -> str:
    char = chr(code)
    if code < 128:
        return char
    if any(code in block for block in _SELECTORS):
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
    """`segment` as detectors see it. `offsets[i]` is where its character `i` stands in the original;
    None when every character stands where it stood."""

    segment: Segment
    offsets: tuple[int, ...] | None = field(default=None, repr=False)

    def original(self, finding: Finding) -> Finding:
        """The finding at its place in the original text, invisible characters inside it included."""
        if self.offsets is None:
            return finding
        return replace(finding, start=self.offsets[finding.start], end=self.offsets[finding.end - 1] + 1)

    def original_edge(self, edge: int) -> int:
        """Where an edge of the view lies in the original text; invisible characters before it are settled."""
        if self.offsets is None or edge == 0:
            return edge
        return self.offsets[edge - 1] + 1


def view(segment: Segment) -> View:
    """How detectors see a segment. Plain ASCII is seen as it is, at the cost of one test."""
    if segment.text.isascii():
        return View(segment)
    plain = segment.text.translate(_SPELLING)
    if len(plain) == len(segment.text):
        return View(segment if plain == segment.text else replace(segment, text=plain))
    chars: list[str] = []
    offsets: list[int] = []
    hidden = _hidden_words(segment.text)
    for offset, char in enumerate(segment.text):
        shown = chr(ord(char) - 0xE0000) if offset in hidden else _SPELLING[ord(char)]
        if shown:
            chars.append(shown)
            offsets.append(offset)
    return View(replace(segment, text="".join(chars)), tuple(offsets))


def _hidden_words(text: str) -> frozenset[int]:
    """The offsets of tag characters that stand in runs long enough to say something."""
    found: set[int] = set()
    run: list[int] = []
    for offset, char in enumerate(text + " "):
        if ord(char) in _TAGS:
            run.append(offset)
            continue
        if len(run) >= _SHORTEST_HIDDEN_TEXT:
            found.update(run)
        run.clear()
    return frozenset(found)
