"""Which segments a language model reads, and in what pieces.

Reading costs a hundred times what patterns cost, and a model invents names in what is not language.
So a segment is prose only if it may hold words people wrote (by kind), shows a capital letter that
begins a word, and either has several words of which few are code, or stands under a label that
announces a name or a place. Names without any capital, and a lone name under a label that says
nothing (`"text": "Jane"`), are accepted misses here: labels and propagation find some of them, and in data the forms of
addresses and companies.

What Markdown and HTML put around words is no code, and no part of them: a model reads the words without it.

This module must not load a model or find anything itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from grille.detectors.names import is_name_label, is_place_label
from grille.exchange import Kind, Segment

LONGEST_PIECE: Final = 2000
"""Characters read at once: what a model needs of memory grows with it, what it knows does not."""
_KINDS = frozenset({Kind.TEXT, Kind.SYSTEM, Kind.RESULT, Kind.ARGUMENTS})
_CAPITALISED = regex.compile(r"\b\p{Lu}\p{L}")
_TWO_WORDS = regex.compile(r"\p{L}[.,;:!?)'’\"]{0,3}\s{1,4}[('\"]{0,2}\p{L}")
_FOUR_WORDS = regex.compile(r"(?:(?<![\p{L}\p{N}])[\p{L}\p{N}]++[.,;:!?)'’\"\\]{0,3}\s{1,4}[('\">?\\]{0,3}\s?){3}\p{L}")
_MARKS = regex.compile(r"[{}\[\]()=<>;_/|$&+*^~`]|\\(?![\"'nrt])|(?<!\\)\"")
_MOST_MARKS: Final = 0.15
"""Share of characters that are marks: above it a text is code or data. The escapes of a JSON string are none."""
_EMPHASIS = regex.compile(r"\*{2,3}+|_{2,3}+|~~")
"""What Markdown puts around words is no code: `**Customer:** Jane Doe` is a label and a name."""
_STUCK = regex.compile(
    r"(?<![\p{L}\p{N}_])_{1,3}+(?=\p{L})|(?<=[\p{L}.])_{1,3}+(?![\p{L}\p{N}_])|~~|(?<=[\p{L}.])\]\([^()\s]{1,300}+\)"
)
"""Of Markdown's marks those that make one word of a name and what is around it: `_Jane Doe_`, `[Jane Doe](…)`."""
_OF_HTML: Final = (
    r"</?(?:(?P<within>a|abbr|b|cite|code|em|font|i|label|mark|s|small|span|strong|sub|sup|time|u)|address|article|"
    r"blockquote|body|br|caption|center|dd|div|dl|dt|figcaption|footer|h[1-6]|head|header|hr|html|li|main|nav|ol|option|p|"
    r"pre|section|table|tbody|td|tfoot|th|thead|title|tr|ul)(?:\s[^<>]{0,500}+)?/?>"
)
_TAG = regex.compile(_OF_HTML, regex.IGNORECASE)
"""Of HTML, which is text in clothes; XML is data, whose names `labelled` knows."""
_OTHER_TAG = regex.compile(f"(?!{_OF_HTML})</", regex.IGNORECASE)
_XML = regex.compile(r"\s*<[?!\p{L}]")
_REMARK = regex.compile(r"(?<=>)(?=[^<>]{0,200}?\p{Ll}{2}[ ]\p{Ll}{2})[^<>]{12,}+(?=</)")
"""What somebody says in an element of XML."""
_BREAKS: Final = ("\n", ". ", " ")


def holds_words(segment: Segment) -> bool:
    """Whether a segment may hold words that people wrote, be it prose or data."""
    return segment.kind in _KINDS


def is_prose(segment: Segment) -> bool:
    """Whether a segment is worth reading for names."""
    text = segment.text
    if not holds_words(segment):
        return False
    shows_case = _CAPITALISED.search(text) is not None
    if shows_case and (is_name_label(segment.label) or is_place_label(segment.label)):
        return True
    words = _TWO_WORDS if shows_case else _FOUR_WORDS
    if words.search(text) is None:
        return False
    return _REMARK.search(text) is not None if is_xml(text) else not _is_code(text)


def is_xml(text: str) -> bool:
    """Whether a text is a document of XML, and none of HTML."""
    return "</" in text and _XML.match(text) is not None and _OTHER_TAG.search(text) is not None


def _is_code(text: str) -> bool:
    if not _has_many_marks(text):
        return False
    return _has_many_marks(_STUCK.sub("", _TAG.sub("", text) if "</" in text else text))


def _has_many_marks(text: str) -> bool:
    most, marks = _MOST_MARKS * len(text), len(_MARKS.findall(text))
    return marks > most and marks - sum(map(len, _EMPHASIS.findall(text))) > most


def spoken(text: str) -> str:
    """The text as a model reads it, every character where it was: of XML what is said in its elements."""
    if is_xml(text):
        return _remarks(text)
    if "</" in text:
        text = _TAG.sub(_apart, text)
    return _STUCK.sub(_blank, text) if "_" in text or "](" in text or "~~" in text else text


def _remarks(text: str) -> str:
    """What is said in the elements, each on a line of its own, and blanks for all else."""
    kept, at = [], 0
    for remark in _REMARK.finditer(text):
        kept += ["\n", " " * (remark.start() - at - 1), remark[0]]
        at = remark.end()
    return "".join(kept) + " " * (len(text) - at)


def _apart(tag: regex.Match[str]) -> str:
    """What a tag leaves: the cells of a table are different lines."""
    return _blank(tag) if tag["within"] else f"\n{' ' * (len(tag[0]) - 1)}"


def _blank(mark: regex.Match[str]) -> str:
    return " " * len(mark[0])


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """A text in pieces of at most `LONGEST_PIECE` characters with their offsets, cut at the last line
    end, sentence end or blank, so that a name stays whole. Pieces without a capital are left out."""
    start = 0
    while start < len(text):
        end = _cut(text, start)
        if _CAPITALISED.search(text, start, end):
            yield start, text[start:end]
        start = end


def _cut(text: str, start: int) -> int:
    if len(text) - start <= LONGEST_PIECE:
        return len(text)
    for mark in _BREAKS:
        place = text.rfind(mark, start + LONGEST_PIECE // 2, start + LONGEST_PIECE)
        if place > 0:
            return place + len(mark)
    return start + LONGEST_PIECE
