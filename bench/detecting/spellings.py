"""29 ways to write a value so that a search passes it by, and ten codings, each inside itself and one another.

Each text is a sentence with one value in one spelling, under the word that announces it; the label covers the
whole run that says the value. Values are test values: a network's test card, an example IBAN, the number of an
advertisement, an address of a reserved domain. This module must not know how anybody reads them.
"""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from detecting.marking import finished, marked
from detecting.texts import Text

type Spell = Callable[[str], str]

VALUES: Final = (
    ("CREDIT_CARD", "card number", "5105105105105100"),
    ("IBAN_CODE", "IBAN", "GB82WEST12345698765432"),
    ("US_SSN", "SSN", "219-09-9999"),
    ("EMAIL_ADDRESS", "e-mail", "jane.doe01@example.com"),
)
_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SPOKEN: Final = {**{str(at): word for at, word in enumerate(_DIGITS)}, ".": "dot", "@": "at", "-": "dash"}
_LIKE_LATIN: Final = str.maketrans("aceopxyABEHKMOPTSW", "асеорхуАВЕНКМОРТЅԜ")


def _fours(mark: str) -> Spell:
    return lambda value: mark.join(value[at : at + 4] for at in range(0, len(value), 4))


def _each(form: str) -> Spell:
    return lambda value: "".join(form.format(ord(char)) for char in value)


def _digits_from(first: int) -> Spell:
    return lambda value: "".join(chr(first + int(char)) if char.isdigit() else char for char in value)


def _base64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


SPELLINGS: Final[Mapping[str, Spell]] = MappingProxyType(
    {
        "plain": str,
        "in fours": _fours(" "),
        "dots": _fours("."),
        "no-break blanks": _fours("\u00a0"),
        "en dashes": _fours("\u2013"),
        "line ends": _fours("\n"),
        "character by character": " ".join,
        "zero-width blank": lambda value: f"{value[:6]}\u200b{value[6:]}",
        "soft hyphen": lambda value: f"{value[:6]}\u00ad{value[6:]}",
        "full width": lambda value: "".join(chr(ord(char) + 0xFEE0) for char in value),
        "Arabic digits": _digits_from(0x660),
        "mathematical digits": _digits_from(0x1D7D8),
        "tag characters": lambda value: "".join(chr(0xE0000 + ord(char)) for char in value),
        "in words": lambda value: " ".join(_SPOKEN.get(char, char) for char in value),
        "backwards": lambda value: value[::-1],
        "letters of another script": lambda value: value.translate(_LIKE_LATIN),
        "O for 0": lambda value: value.replace("0", "O"),
        "l for 1": lambda value: value.replace("1", "l"),
        "Base64": _base64,
        "Base64 for URLs": lambda value: base64.urlsafe_b64encode(value.encode()).decode().rstrip("="),
        "Base32": lambda value: base64.b32encode(value.encode()).decode(),
        "hexadecimal": lambda value: value.encode().hex(),
        "percent": _each("%{:02X}"),
        "HTML entities": _each("&#{};"),
        "unicode escapes": _each("\\u{:04x}"),
        "quoted-printable": _each("={:02X}"),
        "rot13": lambda value: codecs.encode(value, "rot13"),
        "between words": lambda value: f"card_{value}_end",
        "between letters": lambda value: f"x{value}y",
    }
)
_CODINGS: Final = (
    "Base64", "Base64 for URLs", "Base32", "hexadecimal", "percent", "HTML entities", "unicode escapes",
    "quoted-printable",
)  # fmt: skip
_MORE_CODINGS: Final[Mapping[str, Spell]] = MappingProxyType(
    {
        "octal": _each("\\{:03o}"),
        "data URL": lambda value: f"data:text/plain;base64,{_base64(value)}",
    }
)


def spelled() -> Iterator[tuple[str, Text]]:
    """Every spelling of every value, by its name."""
    for name, spell in SPELLINGS.items():
        for entity, label, value in VALUES:
            written = spell(value)
            at = written.find(value) if name.startswith("between") else 0
            size = len(value) if name.startswith("between") else len(written)
            run = marked(entity, written[at : at + size])
            yield name, _sentence(label, f"{written[:at]}{run}{written[at + size :]}")


def nested() -> Iterator[tuple[int, Text]]:
    """Every value in every coding once, in every coding of that one, and three deep; by its depth. What a data URL
    says before its comma is none of the value."""
    codings = {**{name: SPELLINGS[name] for name in _CODINGS}, **_MORE_CODINGS}
    spells = list(codings.values())
    for entity, label, value in VALUES:
        for number, outer in enumerate(spells):
            inner, innermost = spells[(number + 3) % len(spells)], spells[(number + 5) % len(spells)]
            depths = (outer(value), outer(inner(value)), outer(inner(innermost(value))))
            for depth, written in enumerate(depths, 1):
                comma = outer(",") if outer(",") in written else ","
                head, comma, run = written.rpartition(comma)
                yield depth, _sentence(label, f"{head}{comma}{marked(entity, run)}")


def _sentence(label: str, written: str) -> Text:
    return finished(f"Hello, the {label} is {written} as discussed.", "spelling")
