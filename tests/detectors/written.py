"""Texts with examples and near misses of the packs in them, in every spelling, with words and labels around them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from hypothesis import strategies as st

from grille.entities import Entity
from grille.exchange import Kind, Segment

WORDS = "The careful auditors have signed an international letter; nobody (as they say) knows why! What now?"
LABELS = ("", "note", "account_number", "card", "password", "ssn", "value")
BETWEEN = (" ", ", ", "\n", ": ", " is ", "", "\u200b", "\u00a0", "-", '", "', "=", "\t", "é", "?")
WRITTEN = (
    "Card number ",
    "IBAN: ",
    "my account ",
    "sort code ",
    "born on ",
    "tel ",
    '"password": "',
    "routing ",
    "vat ",
)


def values(entities: list[Entity]) -> list[str]:
    return sorted({value for entity in entities for value in (*entity.examples, *entity.near_misses)})


def in_other_digits(text: str) -> str:
    return text.translate({ord(str(digit)): chr(0x0660 + digit) for digit in range(10)})


def spelled(text: str) -> Iterator[str]:
    yield text
    yield text.replace(" ", "\u00a0").replace("-", "\u2013")
    yield in_other_digits(text)
    yield "\u200b".join(text)
    yield base64.b64encode(text.encode()).decode()
    yield text.encode().hex()
    yield "".join(f"%{code:02x}" for code in text.encode())
    yield re.sub(r"([-.@+() ])", r"\\\1", text)
    yield f"\x1b[31m{text}\x1b[0m"
    yield text[::-1]
    yield text.replace("0", "O")
    yield " ".join(text)
    yield text[1:]
    yield text[:-1] + "7"


def texts(known: list[str]) -> st.SearchStrategy[str]:
    value = st.sampled_from(known).flatmap(lambda text: st.sampled_from(list(spelled(text))))
    said = st.one_of(st.sampled_from(WRITTEN), st.sampled_from(WORDS.split(" ")), st.text(max_size=9))
    pieces = st.tuples(st.one_of(value, value, said), st.sampled_from(BETWEEN))
    return st.lists(pieces, max_size=6).map(lambda pieces: "".join(map("".join, pieces)))


def segments(known: list[str]) -> st.SearchStrategy[list[Segment]]:
    kinds = st.sampled_from((Kind.TEXT, Kind.OPAQUE, Kind.CREDENTIAL))
    segment = st.builds(Segment, st.just("/a/0"), kinds, texts(known), st.sampled_from(LABELS))
    return st.lists(segment, min_size=1, max_size=3)
