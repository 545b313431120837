"""`grille.sinks.tally`: what was found, counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.exchange import Action, Finding, Ruling, Source
from grille.sinks.tally import MOST_ADDRESSES, Tally, safe_address, tally

CARD_ROW = Source("policy.yaml", 14, "profiles.outside.CREDIT_CARD")


def ruling(segment: int, action: Action = Action.TOKENIZE, entity: str = "CREDIT_CARD") -> Ruling:
    return Ruling(Finding(segment, 3, 9, entity, 0.9, "test"), action, CARD_ROW)


def found_at(*addresses: str) -> tuple[str, ...]:
    (found,) = tally(tuple(ruling(number) for number in range(len(addresses))), addresses).entries()
    return found.addresses


def test_findings_of_one_kind_action_and_line_are_one_entry() -> None:
    rulings = (ruling(1), ruling(0), ruling(1), ruling(0, Action.LOG), ruling(0, entity="US_SSN"))
    findings = tally(rulings, ["/a", "/b"]).entries()
    assert [(found.entity, found.action, found.count, found.addresses) for found in findings] == [
        ("CREDIT_CARD", "tokenize", 3, ("/b", "/a")),
        ("CREDIT_CARD", "log", 1, ("/a",)),
        ("US_SSN", "tokenize", 1, ("/a",)),
    ]


def test_only_the_first_addresses_are_listed_and_all_are_counted() -> None:
    addresses = [f"/{number}" for number in range(500)]
    (found,) = tally(tuple(ruling(number) for number in range(500)), addresses).entries()
    assert found.count == 500
    assert found.addresses == tuple(f"/{number}" for number in range(MOST_ADDRESSES))


def test_pieces_of_a_stream_add_up() -> None:
    counted = Tally()
    for number in range(100):
        counted.add((ruling(0), ruling(1)), [f"stream:content/{number}", "stream:arguments"])
    (found,) = counted.entries()
    assert found.count == 200
    assert len(found.addresses) == MOST_ADDRESSES


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/messages/0/content", "/messages/0/content"),
        ("/messages/1234/content/12/text", "/messages/1234/content/12/text"),
        ("/input/0/arguments#/to/name", "/input/0/arguments#/to/name"),
        ("/a/key~", "/a/…"),
        ("", ""),
        ("path", "path"),
        ("body", "body"),
        ("header:X-Request-Id", "header:X-Request-Id"),
        ("header:X-4111-1111", "header:…"),
        ("query:q", "query:q"),
        ("query:4111 1111", "query:…"),
        ("query:a/4111111", "query:a/…"),
        ("stream:text/0/1", "stream:text/0/1"),
        ("event:12/choices/0/delta", "event:12/choices/0/delta"),
        ("event:12345/x", "event:…/x"),
        ("other:place", "…"),
        ("/4111111111111111", "/…"),
        ("/12345", "/…"),
        ("/4111/1111/1111/1111/x", "/…/…/…/…/x"),
        ("/a41/b11/c11/d1/x", "/…/…/…/…/x"),
        ("/078-05-1120", "/…"),
        ("/Zoë", "/…"),
        ("/two words", "/…"),
        ("/anna@example.com", "/…"),
        ("/a~1b", "/…"),
        ("/" + "a" * 41, "/" + "a" * 41),
        ("/" + "a" * 42, "/…"),
        ("/x12345", "/…"),
        ("/٤١١١", "/…"),
        ("//a", "//a"),
    ],
)
def test_an_address_is_kept_without_what_could_be_a_value(address: str, expected: str) -> None:
    assert found_at(address) == (expected,)


def test_a_key_in_which_something_was_found_is_hidden_wherever_it_stands() -> None:
    assert found_at("/people/Jane~", "/people/Jane/age", "/people/Janet", "/Jane", "/people/Jane#/x") == (
        "/people/…",
        "/people/…/age",
        "/people/Janet",
        "/Jane",
        "/people/…/x",
    )


@given(
    st.lists(st.sampled_from(["a", "4", "11", "1", "/", "#", "~", ":", ".", "-", "header:", "Zoë", " "]), max_size=30)
)
def test_no_address_keeps_seven_digits(parts: list[str]) -> None:
    words = "".join(parts)
    address = safe_address(words, set())
    assert sum(map(str.isdigit, address)) <= 6
    assert "Zoë" not in address
    assert " " not in address
