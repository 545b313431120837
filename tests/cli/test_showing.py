"""`grille.cli.showing`: never the value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.cli.showing import Places, context
from grille.exchange import Finding, Kind, Segment

TEXT = "Why was 4111 1111 1111 1111 declined for Jane Doe on line 2 of the statement of the month?"
CARD = Finding(0, 8, 27, "CREDIT_CARD", 1.0, "patterns")
NAME = Finding(0, 41, 49, "PERSON", 0.9, "spacy")


def words(*findings: Finding, text: str = TEXT) -> str:
    return context([Segment("/a", Kind.TEXT, text)], findings, findings[0])


def test_a_finding_is_shown_by_its_kind_in_its_place() -> None:
    assert words(CARD, NAME) == "Why was ⟨CREDIT_CARD⟩ declined for ⟨PERSON⟩ on li…"


def test_digits_that_nobody_found_are_not_shown_either() -> None:
    part = Finding(0, 8, 17, "CREDIT_CARD", 1.0, "patterns")
    assert "1111" not in words(part)


@given(st.text(max_size=40), st.text(min_size=1, max_size=20), st.text(max_size=40))
def test_no_part_of_a_value_is_ever_shown(before: str, value: str, after: str) -> None:
    found = Finding(0, len(before), len(before) + len(value), "X", 1.0, "p")
    shown = words(found, text=before + value + after)
    assert shown.count("⟨X⟩") >= 1
    if len(value) > 3 and value not in before + after:
        assert value not in shown.replace("⟨X⟩", "\0")


@pytest.mark.parametrize("key", ["4111111111111111", "4111 1111 1111 1111", "jane.doe@example.com", "Doe"])
def test_a_value_in_a_key_is_not_shown_where_anything_stands(key: str) -> None:
    segments = [Segment(f"/cards/{key}~", Kind.TEXT, key), Segment(f"/cards/{key}/0", Kind.TEXT, "x")]
    where = Places(segments, [Finding(0, 0, len(key), "X", 1.0, "p")])
    assert (where[0], where[1]) == ("/cards/…", "/cards/…/0")
