"""The smallest message of a vendor's type that has something at one place.

What a type requires is filled with a word that is also base64, so that it fits texts and files; the discriminators of
every type on the way say their first word. Whether the result is what the vendor means, its own model says
(`models.py`): nothing here may be taken for that.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from vendors.formdata import Upload, is_form
from vendors.leaves import Into, Leaf, Member, Scalar, Step, Types, types_of

WORD = base64.b64encode(b"text").decode()
CARD = "4111 1111 1111 1111"
DIGITS = CARD.replace(" ", "")
ENCODED = base64.b64encode(f"card {CARD} .".encode()).decode()
"""As long as base64 has no padding in it."""
_ENTRY = "entry"
_DEEPEST = 12


class Form(Enum):
    """In what form a card number stands at a place."""

    TEXT = "text"
    NUMBER = "number"
    FILE = "base64 of a text"
    CLOSED = "base64 of what nobody can read"
    KEY = "name of a member"
    TEXT_FILE = "file of text"
    CSV_FILE = "file of CSV"
    JSON_FILE = "file of JSON"
    LINES_FILE = "file of JSON lines"
    CLOSED_FILE = "file that nobody can read"


CLOSED = b"\xff\x00 card 4111 1111 1111 1111"
CONTENTS = {
    Form.TEXT_FILE: f"Dear Jane Doe,\r\nyour card {CARD} was declined.\r\n".encode(),
    Form.CSV_FILE: f"name,card\r\nJane Doe,{CARD}\r\n".encode(),
    Form.JSON_FILE: f'{{"cards": [{DIGITS}]}}'.encode(),
    Form.LINES_FILE: f'{{"n": 1}}\n{{"card": "{CARD}"}}\n'.encode(),
    Form.CLOSED_FILE: CLOSED,
}
"""What is in an upload."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A message of `leaf` with a card number at its place, in one form."""

    leaf: Leaf
    form: Form
    document: Any


def forms(leaf: Leaf) -> tuple[Form, ...]:
    """The forms that a card number can take there; none for what is true or false."""
    match leaf.scalar:
        case Scalar.FLAG:
            return ()
        case Scalar.NUMBER:
            return (Form.NUMBER,)
        case Scalar.BYTES:
            return (Form.FILE,)
        case Scalar.KEY:
            return (Form.KEY,)
        case Scalar.UPLOAD:
            return tuple(CONTENTS)
        case Scalar.UPLOAD_HEADER:
            return (Form.TEXT, Form.KEY)
        case Scalar.ANY:
            return (Form.TEXT, Form.NUMBER, Form.KEY)
        case _:
            return (Form.TEXT,)


def probe(leaf: Leaf, form: Form) -> Probe:
    types = types_of(leaf.root.sdk)
    document = _around(types, leaf.steps, _value(types, leaf, form))
    if leaf.root.multipart and not is_form(document):
        document = _an_upload(types, leaf) | document
    return Probe(leaf, form, {leaf.root.under: document, **_ENVELOPE} if leaf.root.under else document)


def _an_upload(types: Types, leaf: Leaf) -> dict[str, Any]:
    """A file that is not required, but makes a form of what would be JSON."""
    owner = next(step.owner for step in leaf.steps if isinstance(step, Member))
    return {name.removesuffix("!"): Upload() for name, kinds in types.types[owner].items() if "upload" in kinds}


_ENVELOPE = {"jsonrpc": "2.0", "id": 1}


def _value(types: Types, leaf: Leaf, form: Form) -> Any:
    match leaf.scalar:
        case Scalar.UPLOAD:
            return Upload(CONTENTS[form])
        case Scalar.UPLOAD_NAME:
            return Upload(name=f"{CARD}.txt")
        case Scalar.UPLOAD_TYPE:
            return Upload(type=f'text/plain; note="{CARD}"')
        case Scalar.UPLOAD_HEADER:
            return Upload(headers=((f"X-{DIGITS}", WORD) if form is Form.KEY else ("X-Note", CARD),))
    match form:
        case Form.TEXT:
            return CARD
        case Form.NUMBER:
            return int(DIGITS)
        case Form.FILE:
            return ENCODED
        case Form.KEY:
            return WORD if leaf.scalar is Scalar.KEY else {CARD: WORD}


def _around(types: Types, steps: tuple[Step, ...], value: Any) -> Any:
    for number in range(len(steps) - 1, -1, -1):
        match steps[number]:
            case Into.ITEM:
                value = [value]
            case Into.KEY:
                is_last = number == len(steps) - 1
                value = {CARD if is_last and value == WORD else _ENTRY: value}
            case Member(owner, name):
                value = {**_required(types, owner, 0), name: value}
    return value


@cache
def _required(types: Types, owner: str, depth: int) -> dict[str, Any]:
    """What an object of this type has at least. Raises `RecursionError` for one that has no end."""
    if depth > _DEEPEST:
        raise RecursionError(owner)
    words = {name: values[0] for name, values in types.words(owner).items()}
    return {name: _least(types, kinds, depth) for name, kinds in types.required(owner)} | words


def _least(types: Types, kinds: list[Any], depth: int) -> Any:
    for kind in sorted(kinds, key=_order):
        match kind:
            case {"[]": items}:
                return [Upload()] if "upload" in items else []
            case {"{*}": _}:
                return {}
            case "int" | "float":
                return 1
            case "bool":
                return False
            case "upload":
                return Upload()
            case str() if kind.startswith("="):
                return kind[1:]
            case str() if kind.startswith("@"):
                return _required(types, kind[1:], depth + 1)
            case _:
                return WORD
    return None


def _order(kind: Any) -> int:
    """Words before objects, which need more."""
    return 2 if isinstance(kind, str) and kind.startswith("@") else 0 if isinstance(kind, str) else 1
