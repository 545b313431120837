"""HTML, SVG and other markup; and the strict XML of office documents.

A value can be cut by tags (`4111<b>1111`) and two values can stand in neighbouring elements, so every text is
given twice where that makes a difference: each stretch on a line of its own, and joined up to the end of its
paragraph. Attributes and comments are words as well. XML with a document type is refused, because its
entities are a program. This module must not fetch anything.
"""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser
from xml.parsers import expat

from grille.documents.base import Damaged, Findings, below

_BLOCKS = frozenset(
    {"p", "h", "h1", "h2", "h3", "h4", "h5", "h6", "c", "si", "row", "tr", "tc", "td", "th", "comment", "li", "div",
     "br", "cr", "tab", "title", "table-cell", "table-row", "list-item", "line-break", "text", "option",
     "script", "style"}
)  # fmt: skip
"""Local names of elements behind which a new line begins, in HTML, OOXML and ODF."""
_SCIENTIFIC = re.compile(r"-?[0-9]+\.?[0-9]*[eE]\+?[0-9]{1,2}")
_MOST_ELEMENTS_DEEP = 1000


class _Gathered:
    """The texts of one piece of markup."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.joined: list[str] = []
        self.values: list[str] = []

    def stretch(self, text: str) -> None:
        if text.strip():
            self.lines.append(_written_out(text))
        self.joined.append(text)

    def ended(self, name: str) -> None:
        if name in _BLOCKS:
            self.joined.append("\n")

    def into(self, found: Findings, where: str) -> None:
        separate = "\n".join(self.lines)
        joined = "".join(self.joined)
        found.text(where, separate)
        if _lines(joined) != _lines(separate):
            found.text(where, joined)
        found.values(below(where, "values"), self.values)


def open_markup(text: str, found: Findings, where: str) -> None:
    """Markup as it stands, and as a browser would read it."""
    found.text(where, text)
    reader = _Html()
    reader.feed(text)
    reader.close()
    reader.gathered.into(found, where)


def open_xml(data: bytes, found: Findings, where: str) -> None:
    """A part of an office document. Raises `Damaged` when it is not well-formed XML without a document type."""
    gathered = _Gathered()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_ELEMENTS_DEEP:
            raise Damaged
        gathered.values.extend(attributes.values())

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        gathered.ended(name.rpartition(" ")[2])

    def doctype(*_: object) -> None:
        raise Damaged

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = gathered.stretch
    parser.CommentHandler = gathered.values.append
    parser.ProcessingInstructionHandler = lambda target, text: gathered.values.extend((target, text))
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise Damaged from None
    gathered.into(found, where)


class _Html(HTMLParser):
    """What a lenient reader makes of markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.gathered = _Gathered()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.gathered.values.extend(value for _, value in attrs if value)
        self.gathered.ended(tag)

    def handle_endtag(self, tag: str) -> None:
        self.gathered.ended(tag)

    def handle_data(self, data: str) -> None:
        self.gathered.stretch(data)

    def handle_comment(self, data: str) -> None:
        self.gathered.values.append(data)

    def handle_decl(self, decl: str) -> None:
        self.gathered.values.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.gathered.values.append(data)

    def handle_pi(self, data: str) -> None:
        self.gathered.values.append(data)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _written_out(text: str) -> str:
    """The text, and a whole number written with an exponent, as spreadsheets do, once more without."""
    if not _SCIENTIFIC.fullmatch(text):
        return text
    number = Decimal(text)
    return f"{text}\n{number:.0f}" if number == number.to_integral_value() else text
