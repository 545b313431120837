"""What a request says about itself, read off the message: flags at their places, and what shows that something is kept.

A flag in a body is a field, in a head a header; the same name anywhere else is noted, because a flag in the wrong place
is a mistake or a trick. This module must not decide what a flag is worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from urllib.parse import unquote_plus

from grille.declared import Declared
from grille.dialects import retention, setting
from grille.dialects.base import Dialect
from grille.dialects.reading import Reading
from grille.errors import CannotRewrite, Malformed
from grille.exchange import Flag, Scalar
from grille.framing.json_spans import Array, Node, String, find, scalar
from grille.framing.message import Message
from grille.providers import Retention, Setting

_HEADER = "header:"


def declared(
    dialect: Dialect, reading: Reading, fields: Sequence[str], rules: Retention | None, *, in_socket: bool = False
) -> Declared:
    """What the request says at `fields` (JSON pointers, or `header:NAME`), and, with the `rules` of its route, what it
    shows to be kept.

    Raises `Malformed` where parsers would disagree: a name that differs only in case, a header that stands twice.
    """
    flags = {field: _flag(reading, field) for field in fields}
    if rules is None:
        return Declared(flags)
    root = reading.root
    documents = root.items if dialect.batches and isinstance(root, Array) else [root] if root is not None else []
    own = {each.where for each in rules.settings}
    kept = retention.kept((dialect.name, *rules.stateful), documents, reading.message, in_socket=in_socket)
    companions = {each.where: said for each in rules.settings if (said := _companion(each, root))}
    to_set: list[tuple[str, Scalar]] = [*((field, True) for field in fields), *companions.values()]
    return Declared(
        flags,
        # What is a setting of this route is judged as one, and not twice.
        tuple(each for each in kept if each.address not in own),
        companions,
        "the request is signed" if reading.signed is not None else _obstacle(root, to_set),
    )


def echoed(reading: Reading, asked: Setting) -> bool:
    """Whether an answer says of itself what is not what `asked` asks for. Most answers say nothing."""
    for part in reading.parts:
        if part.inside is None and asked.where.startswith("/"):
            for where in (asked.where, f"/response{asked.where}"):
                node = find(part.document.root, where)
                if node is not None and scalar(node) is not None and scalar(node) != asked.equals:
                    return True
    return False


def _obstacle(root: Node | None, to_set: Sequence[tuple[str, Scalar]]) -> str:
    try:
        setting.splices(root, to_set)
    except CannotRewrite as error:
        return str(error)
    return ""


def _flag(reading: Reading, field: str) -> Flag:
    outside = tuple(_outside(reading.message, field))
    if not field.startswith(_HEADER):
        flag = reading.flag(field)
        return Flag(field, flag.present, flag.value, (*flag.elsewhere, *outside), flag.null)
    name = field.removeprefix(_HEADER)
    values = reading.message.values(name)
    if len(values) > 1:
        raise Malformed(f"the header `{name}` stands twice")
    in_body = reading.flag(f"/{name}")
    elsewhere = ((in_body.field,) if in_body.present else ()) + in_body.elsewhere + outside
    return Flag(field, bool(values), values[0].strip() if values else None, elsewhere)


def _outside(message: Message, field: str) -> Iterator[str]:
    """The name of the field where it does not count: in the query, or as a header that is not meant."""
    name = field.rpartition("/")[2].removeprefix(_HEADER).casefold()
    meant = field.removeprefix(_HEADER) if field.startswith(_HEADER) else None
    for pair in message.target.partition("?")[2].split("&"):
        if unquote_plus(pair.partition("=")[0]).casefold().rpartition(".")[2] == name:
            yield f"query:{name}"
    for header, _ in message.headers:
        lower = header.lower()
        if lower != meant and _plain(lower) == _plain(name):
            yield f"{_HEADER}{lower}"


def _plain(name: str) -> str:
    return name.replace("-", "_").removeprefix("x_")


def _companion(asked: Setting, root: Node | None) -> tuple[str, Scalar] | None:
    companion = asked.companion
    if companion is None or root is None:
        return None
    model = find(root, "/model")
    if isinstance(model, String) and any(fnmatchcase(model.text.lower(), glob) for glob in companion.not_for):
        return None
    return f"{companion.where}/-", companion.value
