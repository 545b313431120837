"""`grille.detectors.readings`: every spelling of a value is found, and is covered whole."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Callable
from itertools import product

import pytest

from grille.detectors import Detectors, build, find_all
from grille.detectors.readings import readings
from grille.entities import Entity
from grille.exchange import Kind, Segment

VALUES = {
    "CREDIT_CARD": "4111111111111111",
    "IBAN_CODE": "GB82WEST12345698765432",
    "US_SSN": "219-09-9999",
    "EMAIL_ADDRESS": "jane.doe@example.com",
}
LABELS = {"CREDIT_CARD": "card", "IBAN_CODE": "IBAN", "US_SSN": "SSN", "EMAIL_ADDRESS": "e-mail"}
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
WORDS = {str(number): word for number, word in enumerate(DIGITS)}
WORDS |= {".": "dot", "@": "at", "-": "dash"}


def encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def fours(mark: str) -> Callable[[str], str]:
    return lambda value: mark.join(value[at : at + 4] for at in range(0, len(value), 4))


def each(form: str) -> Callable[[str], str]:
    return lambda value: "".join(form.format(ord(char)) for char in value)


def shifted(by: int) -> Callable[[str], str]:
    return lambda value: "".join(chr(by + int(char)) if char.isdigit() else char for char in value)


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "groups of four": fours(" "),
    "dots": fours("."),
    "no-break blanks": fours("\u00a0"),
    "en dashes": fours("\u2013"),
    "line ends": fours("\n"),
    "slashes": fours("/"),
    "underscores": fours("_"),
    "one by one": lambda value: " ".join(value),
    "zero-width blank": lambda value: f"{value[:5]}\u200b{value[5:]}",
    "soft hyphen": lambda value: f"{value[:5]}\u00ad{value[5:]}",
    "full width": lambda value: "".join(chr(ord(char) + 0xFEE0) for char in value),
    "Arabic digits": shifted(0x660),
    "mathematical digits": shifted(0x1D7CE),
    "tag characters": lambda value: "".join(chr(0xE0000 + ord(char)) for char in value),
    "spoken": lambda value: " ".join(WORDS.get(char, char) for char in value),
    "backwards": lambda value: value[::-1],
    "Base64": encoded,
    "Base64 for URLs": lambda value: base64.urlsafe_b64encode(value.encode()).decode().rstrip("="),
    "Base32": lambda value: base64.b32encode(value.encode()).decode(),
    "hexadecimal": lambda value: value.encode().hex(),
    "escaped hexadecimal": each("\\x{:02x}"),
    "octal": each("\\{:03o}"),
    "quoted-printable": each("={:02X}"),
    "quoted-printable blanks": fours("=20"),
    "quoted-printable no-break blanks": fours("=C2=A0"),
    "cut by quoted-printable": lambda value: f"{value[:6]}=\r\n{value[6:]}",
    "marks escaped": lambda value: re.sub("([-.@])", r"\\\1", value),
    "struck through": lambda value: "".join(f"{char}\u0336" for char in value),
    "keys of a telephone": lambda value: re.sub("([0-9])", "\\1\ufe0f\u20e3", value),
    "percent": each("%{:02X}"),
    "entities": each("&#{};"),
    "hexadecimal entities": each("&#x{:x};"),
    "blanks of HTML": fours("&nbsp;"),
    "numbered blanks of HTML": fours("&#160;"),
    "soft hyphen of HTML": lambda value: f"{value[:5]}&shy;{value[5:]}",
    "dashes of HTML": lambda value: value.replace("-", "&#8209;"),
    "Base64 of no-break blanks": lambda value: encoded(fours("\u00a0")(value)),
    "unicode escapes": each("\\u{:04x}"),
    "rot13": lambda value: codecs.encode(value, "rot13"),
    "between underscores": lambda value: f"card_{value}_end",
    "between letters": lambda value: f"x{value}y",
    "O for 0": lambda value: value.replace("0", "O"),
    "l for 1": lambda value: value.replace("1", "l"),
    "Cyrillic letters": lambda value: value.translate(str.maketrans("ETSeaoc", "ЕТЅеаос")),
    "Base64 twice": lambda value: encoded(encoded(value)),
    "Base64 three times": lambda value: encoded(encoded(encoded(value))),
    "hexadecimal of Base64": lambda value: encoded(value).encode().hex(),
    "percent twice": each("%25{:02X}"),
    "Base64 of percent": lambda value: encoded(each("%{:02X}")(value)),
    "data URL": lambda value: f"data:text/plain;base64,{encoded(value)}",
}
GLUED = {"between underscores", "between letters", "data URL"}
"""There the letters around the value are none of it."""


@pytest.fixture(scope="module")
def detectors(shipped: dict[str, Entity]) -> Detectors:
    return build([shipped[name] for name in VALUES])


def covered(detectors: Detectors, text: str, entity: str) -> set[int]:
    found = find_all(detectors, [Segment("/text", Kind.TEXT, text, "text")], frozenset(VALUES))
    return {place for each in found if each.entity == entity for place in range(each.start, each.end)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("entity", VALUES)
def test_every_spelling_is_found_and_covered_whole(entity: str, form: str, detectors: Detectors) -> None:
    written = FORMS[form](VALUES[entity])
    text = f"Please check the {LABELS[entity]} {written} for me today."
    start = text.index(written)
    missed = {place for place in range(start, start + len(written)) if text[place].isalnum()}
    missed -= covered(detectors, text, entity)
    assert len(missed) <= (22 if form in GLUED else 0), sorted(missed)
    assert covered(detectors, text, entity)


CODINGS = (
    "Base64", "Base64 for URLs", "Base32", "hexadecimal", "octal", "quoted-printable", "percent", "entities",
    "unicode escapes", "data URL",
)  # fmt: skip


@pytest.mark.parametrize("outer", CODINGS)
def test_codings_inside_one_another_are_read_three_deep(outer: str, detectors: Detectors) -> None:
    for number, (middle, inner) in enumerate(product(CODINGS, CODINGS)):
        entity = list(VALUES)[number % len(VALUES)]
        twice = FORMS[outer](FORMS[middle](VALUES[entity]))
        assert covered(detectors, f"my {LABELS[entity]} is {twice}.", entity), middle
        thrice = FORMS[outer](FORMS[middle](FORMS[inner](VALUES[entity])))
        assert covered(detectors, f"my {LABELS[entity]} is {thrice}.", entity), (middle, inner)


@pytest.mark.parametrize("form", ["blanks of HTML", "quoted-printable blanks", "entities", "Base64", "percent twice"])
def test_a_number_that_looks_encoded_once_it_is_decoded_is_found(form: str, detectors: Detectors) -> None:
    assert covered(detectors, f"the card {FORMS[form]('5555555555554444')} fails", "CREDIT_CARD")


def test_a_text_that_says_everything_plainly_has_no_other_reading() -> None:
    text = "Card 4111 1111 1111 1111 of jane.doe@example.com, IBAN GB82 WEST 1234 5698 7654 32."
    assert list(readings(Segment("/text", Kind.TEXT, text.replace("4111 1111 1111 1111", "none")))) == []
    assert list(readings(Segment("/text", Kind.TEXT, ""))) == []


def test_what_is_encoded_deeper_than_three_times_is_not_read(detectors: Detectors) -> None:
    value = VALUES["CREDIT_CARD"]
    for _ in range(3):
        value = encoded(value)
    assert covered(detectors, f"card {value}", "CREDIT_CARD")
    assert not covered(detectors, f"card {encoded(value)}", "CREDIT_CARD")


def test_a_number_that_is_a_card_backwards_counts_only_beside_a_cue(detectors: Detectors) -> None:
    assert covered(detectors, "card 1111111111111114", "CREDIT_CARD")
    assert not covered(detectors, "order 1111111111111114", "CREDIT_CARD")


def test_a_value_found_in_another_reading_is_hidden_where_it_recurs(detectors: Detectors) -> None:
    hidden = encoded("jane.doe@example.com")
    text = f"first {hidden}, then {hidden}"
    found = covered(detectors, text, "EMAIL_ADDRESS")
    assert len(found) == 2 * len(hidden)
