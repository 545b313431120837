"""How a fault in the shape of a document is put to the person who wrote it.

pydantic says what its types saw; this says what to do. Which place is meant comes from `reading.py`.
This module must not know pydantic, and it quotes nothing but what stands in the file itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from grille.policy.problems import guess
from grille.policy.reading import Path, Written

NAME = "^[a-z][a-z0-9_-]{0,63}$"
GROUP = "^[a-z][a-z0-9_]{0,63}$"
ENTITY = "^[A-Z][A-Z0-9_]{0,63}$"
MEMBER = "^([A-Z][A-Z0-9_]{0,63}|@[a-z][a-z0-9_]{0,63})$"
ID = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
POINTER = "^(/([^/~]|~[01])+)+$"
FINGERPRINT = "^[0-9a-f]{64}$"
WHILE = "^[1-9][0-9]{0,3}[mhd]$"

_SPELLING = {
    NAME: "a name is small letters, digits, `-` and `_`, beginning with a letter",
    GROUP: "a group is named in small letters, digits and `_`",
    ENTITY: "an entity is named in capitals, digits and `_`, like CREDIT_CARD",
    MEMBER: 'a row is named by an entity (CREDIT_CARD) or a group in quotes ("@secrets")',
    ID: "an id is letters, digits, `.`, `-` and `_`, like EX-14",
    POINTER: "a field is a JSON pointer, like /store or /metadata/kept",
    WHILE: "a while is a number of minutes, hours or days: `30m`, `1h`, `7d`",
    FINGERPRINT: "a fingerprint is 64 hexadecimal digits: HMAC-SHA256 of the value",
}
_SHAPES = {
    "string_type": "text: put it in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping of keys and values",
    "model_type": "a mapping of keys and values",
    "model_attributes_type": "a mapping of keys and values",
}
_ENTRIES = {"profiles": 3} | dict.fromkeys(
    ("endpoints", "clients", "entities", "groups", "exceptions", "attestations"), 2
)
"""How many steps lead to an entry that can be left out without the others losing their sense."""

_ASIDE = frozenset({"mode", "require", "tools"})
"""What can be left out of an endpoint without the rest of it looking wrong."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of shape: its kind in pydantic's words, where, the text, and the keys known there."""

    kind: str
    loc: Path
    text: str
    known: tuple[str, ...]

    @property
    def path(self) -> Path:
        return self.loc[:-1] if self.loc and self.loc[-1] == "[key]" else self.loc

    @property
    def of_key(self) -> bool:
        return self.kind == "extra_forbidden" or self.path != self.loc


def said(fault: Fault, written: Written) -> str:
    """What to tell the author."""
    value = written.at(written.existing(fault.path))
    match fault.kind:
        case "missing":
            return f"`{fault.loc[-1]}` is missing here: add it" if fault.loc else fault.text
        case "extra_forbidden":
            return f"unknown key `{fault.loc[-1]}`{guess(str(fault.loc[-1]), fault.known)}"
        case "literal_error":
            return _choice(fault.text, value)
        case "string_pattern_mismatch":
            return next((text for pattern, text in _SPELLING.items() if f"'{pattern}'" in fault.text), fault.text)
        case "too_short" | "string_too_short":
            return "this must not be empty"
        case "string_type" if isinstance(value, list | dict):
            return "this must be one text, and no list or mapping"
        case kind if kind in _SHAPES:
            return f"this must be {_SHAPES[kind]}"
        case _:
            return fault.text.removeprefix("Input should").strip().replace("be ", "this must be ", 1)


def _choice(text: str, value: object) -> str:
    """`text` is pydantic's `Input should be 'a', 'b' or 'c'`."""
    choices = text.removeprefix("Input should be ").replace(" or ", ", ").split(", ")
    names = [choice.strip("'") for choice in choices]
    if isinstance(value, str):
        close = guess(value, names)
        return f"`{value}` is not a choice{close}".replace("known here", "choose from")
    if isinstance(value, int | float) and str(value) in names:
        return f'put it in quotes: "{value}"'
    return f"this must be one of {', '.join(names)}"


def entry_of(fault: Fault, written: Written) -> Path:
    """The least that must be left out for the rest to be read without this fault."""
    existing = written.existing(fault.path)
    if fault.kind == "extra_forbidden" and isinstance(written.at(existing[:-1]), dict):
        return existing
    depth = _ENTRIES.get(str(existing[0]), 1) if existing else 0
    aside = existing[:1] == ("endpoints",) and existing[2:3] and existing[2] in _ASIDE
    return existing[: 3 if aside else depth]
