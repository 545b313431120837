"""A request that is a form: multipart, or name=value pairs.

A field goes through the dialect's table of a request by its name (`image[]`, `expires_after[anchor]`), so that
what is fixed in JSON is fixed here. No field of a form is passed over. What is sent as a file is read as one,
and what servers take for text may be rewritten. This module must not decide what becomes of anything.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote_plus

from grille.dialects.fields import Care, Field, Table
from grille.dialects.gathering import DATA, Gathering, nested
from grille.dialects.reading import Elsewhere, Part, Place
from grille.errors import Malformed
from grille.exchange import Kind, Segment, Touch
from grille.files import File
from grille.framing import multipart
from grille.framing.message import Message
from grille.framing.multipart import Form, FormPart, Stretch

MOST_PAIRS = 1000
_STEP = re.compile(r"\[([^\[\]]*)\]")
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_FORM = "application/x-www-form-urlencoded"
_UNNAMED = Field("", Care.WORDS)
_AT_RANDOM = re.compile(r"={15}[0-9]{19}={2}")
"""A boundary of Python's email package, which Google's clients use. Two in a hundred of them pass for a card number,
and calls that fail at random are worse than this accepted miss: a sender can write nineteen digits there."""

type Fields = tuple[tuple[str, str], ...]
"""Names and values of the plain fields of a form."""


def is_form(message: Message) -> bool:
    """Whether the body calls itself a form of name=value pairs."""
    return any(value.partition(";")[0].strip().lower() == _FORM for value in message.values("content-type"))


def read_multipart(gathering: Gathering, message: Message) -> Fields:
    """Raises `Malformed` or `TooLarge`."""
    form = multipart.parse(message.body, message.values("content-type"))
    for name, text in (("boundary", form.boundary), ("type", form.type)):
        if text and not _AT_RANDOM.fullmatch(text):
            # The header is the transport's, but these words in it are the sender's own.
            gathering.add(Segment(f"part:{name}", Kind.NAME, text, "", Touch.FIXED), Elsewhere())
    return _Parts(gathering, message.body, form).fields()


def read_pairs(gathering: Gathering, text: str) -> Fields:
    """Names and values are judged and never rewritten: nothing that grille knows takes such a form, so nothing is
    known of how its server reads it. Raises `Malformed`."""
    pairs = [pair.partition("=") for pair in text.split("&")]
    if len(pairs) > MOST_PAIRS:
        raise Malformed(f"the form has more than {MOST_PAIRS} fields")
    try:
        fields = tuple((unquote_plus(n, errors="strict"), unquote_plus(v, errors="strict")) for n, _, v in pairs)
    except UnicodeDecodeError:
        raise Malformed("the form is not percent-encoded UTF-8") from None
    for number, (name, value) in enumerate(fields):
        address = f"part:{number}"
        gathering.add(Segment(f"{address}~", Kind.NAME, name, "", Touch.FIXED), Elsewhere())
        gathering.add(Segment(address, Kind.TEXT, value, name, Touch.FIXED), Elsewhere())
    return fields


class _Parts:
    """The parts of one multipart body."""

    def __init__(self, gathering: Gathering, body: bytes, form: Form) -> None:
        self._gathering = gathering
        self._body = body
        self._form = form
        self._table = gathering.dialect.request

    def fields(self) -> Fields:
        """Read all parts."""
        found: list[tuple[str, str]] = []
        for number, part in enumerate(self._form.parts):
            text = self._part(number, part)
            if part.name is not None:
                found.append((part.name.text, text))
        return tuple(found)

    def _part(self, number: int, part: FormPart) -> str:
        address = f"part:{number}"
        label = part.name.text if part.name else ""
        for at, (name, value) in enumerate(part.headers):
            place = f"{address}/header/{at}"
            self._add(Segment(place, Kind.NAME, value, name, Touch.FIXED))
            if name.lower() not in ("content-type", "content-length"):
                self._add(Segment(f"{place}~", Kind.NAME, name, "", Touch.FIXED))
        if part.name is not None and not _is_known(part.name.text, self._table):
            self._add(Segment(f"{address}/name", Kind.NAME, label, "", Touch.FIXED))
        if part.filename is not None:
            self._add(Segment(f"{address}/filename", Kind.TEXT, part.filename.text, "filename"), part.filename)
        data = self._body[part.start : part.end]
        # In multipart/related the first part is about the others (RFC 2387 §3.2), and those are files.
        text = None if part.filename is not None or (part.name is None and number) else _utf8(data)
        if text is None:
            self._gathering.file(File(address, data, label))
            return ""
        self._text(Stretch(part.start, part.end, text), address, label)
        return text

    def _text(self, place: Stretch, address: str, label: str) -> None:
        field = field_of(label, self._table)
        document = nested(place.text) if field.care is not Care.FIXED else None
        if field.care is Care.FILE:
            self._gathering.encoded(place.text, place, address, label)
        elif document is not None:
            self._gathering.document(Part(document, at=place), DATA, f"{address}#", field.kind, 1)
        elif field.care is Care.FIXED:
            self._add(Segment(address, Kind.NAME, place.text, label, Touch.FIXED), place)
        else:
            self._add(Segment(address, field.kind, place.text, label), place)

    def _add(self, segment: Segment, place: Place | None = None) -> None:
        self._gathering.add(segment, place or Elsewhere())


def _steps(name: str) -> tuple[str | None, ...]:
    """The way to a field through the table: None for an item of an array."""
    found = _NAME.fullmatch(name)
    if found is None:
        return (name,)
    return (found[1], *(step or None for step in _STEP.findall(found[2])))


def _is_known(name: str, table: Table) -> bool:
    return all(step is None or step in table.names for step in _steps(name))


def field_of(name: str, table: Table) -> Field:
    """What the table says of a field. What it does not look at in JSON is judged all the same: a signature or a
    ciphertext does not come in a form."""
    state = table.start
    for step in _steps(name):
        state = table.step(state, step)
    field = table.field(state) or _UNNAMED
    kept = (Care.WORDS, Care.DATA, Care.TOKENS, Care.FILE)
    return field if field.care in kept else replace(field, care=Care.FIXED)


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
