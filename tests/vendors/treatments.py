"""What a dialect's table says of each place of the vendors' types, for a message that has a card number there.

The walk is the one that reading uses. What really becomes of the message `proofs.py` tries out; the two must agree.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from grille.dialects import DIALECTS, Dialect, walk
from grille.dialects.coverage import Way, table
from grille.dialects.fields import Care, Field
from grille.dialects.forms import field_of
from grille.exchange import Direction
from grille.framing.json_parser import parse
from grille.framing.json_spans import Array, Number, Object, String
from grille.framing.message import Message
from vendors import formdata
from vendors.documents import CARD, CLOSED, DIGITS, ENCODED, Form, forms, probe
from vendors.leaves import Leaf, Scalar, leaves_of
from vendors.root import Root
from vendors.roots import ROOTS

PATH = "/v1/chat/completions"
JSON = (("Content-Type", "application/json"),)
EVENTS = (("Content-Type", "text/event-stream"),)
FORM = (("Content-Type", formdata.TYPE),)
_CONDITION = re.compile(r"\{[a-z_]+=[^}]*\}")


@dataclass(frozen=True, slots=True)
class Placed:
    """A card number at a leaf, in one form, in a message of one dialect. `where` is the place without its
    conditions."""

    dialect: str
    leaf: Leaf
    form: Form
    message: Message
    where: str
    care: Care
    why: str

    @property
    def way(self) -> Way:
        return self.leaf.root.way

    @property
    def is_refused(self) -> bool:
        """What has words that nobody can read: token ids, or a file that is no text."""
        is_closed = self.form in (Form.CLOSED, Form.CLOSED_FILE)
        return is_closed or (self.care is Care.TOKENS and self.form is Form.NUMBER)

    @property
    def is_tried(self) -> bool:
        """Whether a card number has to be blocked there, and hidden."""
        return self.care not in (Care.NEVER, Care.ECHO) and not self.is_refused

    @property
    def is_form(self) -> bool:
        return self.message.headers == FORM

    @property
    def document(self) -> Any:
        """The message as its vendor's model takes it."""
        return document(self.message)


def bare(place: str) -> str:
    return _CONDITION.sub("", place).removeprefix(".")


def written(root: Root, document: Any) -> Message:
    if root.multipart and formdata.is_form(document):
        return Message(FORM, formdata.written(document), PATH)
    body = json.dumps(document)
    if root.way is Way.EVENT:
        return Message(EVENTS, f"data: {body}\n\n".encode(), PATH)
    return Message(JSON, body.encode(), PATH)


def document(message: Message) -> Any:
    """The counterpart of `written`."""
    (content_type,) = message.values("content-type")
    if content_type == formdata.TYPE:
        return formdata.document(formdata.parts(content_type, message.body))
    return json.loads(message.body.removeprefix(b"data: "))


def direction(way: Way) -> Direction:
    return Direction.REQUEST if way is Way.REQUEST else Direction.RESPONSE


_NAMED = dict.fromkeys(name for root in ROOTS for name in root.dialects)
_FOUND = {(name, root.way) for root in ROOTS for name in root.dialects}
PAIRS = tuple((name, way) for name in _NAMED for way in Way if (name, way) in _FOUND)
"""The dialects and ways for which there are types of a vendor."""


@cache
def every(name: str, way: Way) -> tuple[Placed, ...]:
    """Every leaf of every vendor's type of this dialect, in every form that a card number takes there."""
    roots = [root for root in ROOTS if name in root.dialects and root.way is way]
    return tuple(each for root in roots for leaf in leaves_of(root) for each in _placed(name, leaf))


@cache
def placed(name: str, way: Way) -> tuple[Placed, ...]:
    """The same, one for each different message."""
    return tuple({(each.message.body, each.form, each.where): each for each in every(name, way)}.values())


def _placed(name: str, leaf: Leaf) -> Iterator[Placed]:
    for form in forms(leaf):
        document = probe(leaf, form).document
        care, why = care_of(DIALECTS[name], leaf, document)
        where = bare(leaf.place) + "~" * (form is Form.KEY and not leaf.place.endswith("~"))
        message = written(leaf.root, document)
        if care is Care.FILE and form in (Form.TEXT, Form.FILE):
            for form, inside in ((Form.FILE, ENCODED), (Form.CLOSED, _CLOSED)):
                body = message.body.replace(CARD.encode(), ENCODED.encode()).replace(ENCODED.encode(), inside.encode())
                yield Placed(name, leaf, form, replace(message, body=body), where, care, why)
        else:
            yield Placed(name, leaf, form, message, where, care, why)


_CLOSED = base64.b64encode(CLOSED).decode()


def care_of(dialect: Dialect, leaf: Leaf, document: Any) -> tuple[Care, str]:
    """What the table says of the place of `leaf`."""
    match leaf.scalar:
        case Scalar.UPLOAD:
            return Care.FILE, ""
        case Scalar.UPLOAD_NAME:
            return Care.WORDS, ""
        case Scalar.UPLOAD_TYPE | Scalar.UPLOAD_HEADER:
            return Care.FIXED, "a header of a part"
    if leaf.root.multipart and formdata.is_form(document):
        parts = formdata.parts(formdata.TYPE, formdata.written(document))
        (name,) = (part.name for part in parts if holds(part.content.decode()))
        field = field_of(name, dialect.request)
        return field.care, field.why
    return care_at(dialect, leaf.root.way, json.dumps(document))


def holds(text: str) -> bool:
    return CARD in text or DIGITS in text or ENCODED in text


@cache
def care_at(dialect: Dialect, way: Way, body: str) -> tuple[Care, str]:
    """What the table says of the one place in `body` that holds the card number."""
    root = parse(body).root
    tables = table(dialect, way)
    leaves: list[walk.Leaf] = []
    walk.Walk(tables, leaves.append, batches=dialect.batches).through(root)
    for leaf in leaves:
        match leaf.node:
            case String(text=text) | Number(text=text) if holds(text):
                break
            case Object(start=start, end=end) | Array(start=start, end=end) if holds(body[start:end]):
                field = tables.field(leaf.state)
                if field is not None and field.care is Care.ECHO:
                    break
    else:
        raise AssertionError("the walk does not come by the card number")
    field = tables.field(leaf.state) or Field("", Care.WORDS)
    return field.care, field.why
