from __future__ import annotations

from grille.detectors.records import with_records
from grille.exchange import Kind, Segment
from grille.record import Record

TELLING = frozenset({"bsb", "aud", "code"})


def segment(address: str, text: str) -> Segment:
    label = next(step for step in reversed(address.split("/")) if not step.isdecimal())
    return Segment(address, Kind.TEXT, text, label)


def record(*segments: Segment) -> Record:
    return with_records(segments, TELLING)[-1].record


def test_the_key_of_the_object_around_is_above() -> None:
    assert record(segment("/payments/0/bankAccount/number", "1")).above == ("account", "bank")
    assert record(segment("/cards/0/number", "1")).above == ("card",)
    assert record(segment("/number", "1")).above == ()


def test_what_a_document_in_a_string_is_called_is_not_above_its_members() -> None:
    assert record(segment("/messages/0/content#/number", "1")).above == ()


def test_members_that_tell_something_are_known_the_nearest_object_first() -> None:
    found = record(
        segment("/currency", "AUD"),
        segment("/lines/0/bsb", "062-000"),
        segment("/lines/0/name", "Jane"),
        segment("/lines/1/sort_code", "20-00-00"),
        segment("/lines/0/number", "454013"),
    )
    assert found.members == ((("bsb",),), (("aud",),))


def test_a_document_in_a_string_knows_nothing_of_what_is_around_it() -> None:
    assert record(segment("/messages/0/bsb", "1"), segment("/messages/0/content#/rows/0/number", "1")).members == ()


def test_long_texts_tell_nothing() -> None:
    assert record(segment("/note", "AUD is what we pay in, mostly"), segment("/number", "1")).members == ()


def test_equal_records_are_equal_so_that_equal_texts_are_judged_once() -> None:
    rows = [segment(f"/rows/{row}/{key}", key) for row in range(3) for key in ("bsb", "status")]
    assert len({each.record for each in with_records(rows, TELLING)}) == 1


def test_without_segments_there_are_none() -> None:
    assert with_records([], TELLING) == []
