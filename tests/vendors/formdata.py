"""A multipart form as SDKs write it, and as a receiver reads it: names with brackets, a part for each value.

The reading is Python's own (`email`), so that it is another's than grille's. Nothing here may know what a field means.
"""

from __future__ import annotations

import email.parser
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import pairwise
from typing import Any

BOUNDARY = "a-boundary"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form, and what its sender says of it."""

    content: bytes = b"text"
    name: str = "a.txt"
    type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()


def is_form(document: dict[str, Any]) -> bool:
    """Whether an SDK makes a form of `document`: without a file it writes JSON."""
    return any(isinstance(value, Upload) for _, value in _flat("", document))


def written(document: dict[str, Any]) -> bytes:
    """The form that an SDK makes of `document`."""
    parts = (_part(name, value) for name, value in _flat("", document))
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    match value:
        case dict():
            for key, below in value.items():
                yield from _flat(f"{name}[{key}]" if name else key, below)
        case list():
            for item in value:
                yield from _flat(f"{name}[]", item)
        case bool():
            yield name, str(value).lower()
        case _:
            yield name, value


def _part(name: str, value: Any) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    if not isinstance(value, Upload):
        return f"{head}\r\n\r\n{value}\r\n".encode()
    headers = "".join(f"{key}: {text}\r\n" for key, text in (*value.headers, ("Content-Type", value.type)))
    return f'{head}; filename="{value.name}"\r\n{headers}\r\n'.encode() + value.content + b"\r\n"


@dataclass(frozen=True, slots=True)
class Received:
    """A part, as a receiver reads it. `file` is empty for a field."""

    name: str
    file: str
    headers: tuple[tuple[str, str], ...]
    content: bytes


def parts(content_type: str, body: bytes) -> tuple[Received, ...]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    assert not form.defects, form.defects
    return tuple(_received(part) for part in form.iter_parts() if isinstance(part, EmailMessage))


def _received(part: EmailMessage) -> Received:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    name = part.get_param("name", header="content-disposition")
    headers = tuple((key, str(text)) for key, text in part.items() if key.lower() != "content-disposition")
    return Received(str(name), part.get_filename() or "", headers, content)


def document(received: tuple[Received, ...]) -> dict[str, Any]:
    """What an SDK would have written as these parts; a file is its content."""
    found: dict[str, Any] = {}
    for part in received:
        value = part.content if part.file else part.content.decode()
        steps = re.findall(r"[^\[\]]+|\[\]", part.name)
        inside: Any = found
        for step, following in pairwise(steps):
            inside = inside.setdefault(step, [] if following == "[]" else {})
        if steps[-1] == "[]":
            inside.append(value)
        else:
            inside[steps[-1]] = value
    return found
