from __future__ import annotations

from dataclasses import replace

import pytest

from grille.detectors import Detectors, find_all, standings
from grille.detectors.base import Sight
from grille.detectors.placed import LABELS, LabelledPlaces
from grille.entities import Entity
from grille.exchange import Growing, Kind, Segment, Source
from grille.record import Record
from windows import cut
from windows import found as streamed

PLACE = Entity("LOCATION", Source("pack.yaml", 1, "entities.LOCATION"), recognizer="spacy", score_with_context=0.9)
WANTED = frozenset({"LOCATION"})


def found(text: str, label: str = "") -> list[str]:
    findings = LabelledPlaces([PLACE]).find([Segment("/a", Kind.RESULT, text, label)], WANTED)
    assert all(finding.score == 0.9 and finding.detector == "labelled_place" for finding in findings)
    return [text[finding.start : finding.end] for finding in findings]


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("city", "Reading"),
        ("Town", "Stow on the Wold"),
        ("placeOfBirth", "Freiburg im Breisgau"),
        ("BillingCity", "Qwertzburg"),
        ("address", "Qwertz 12 Zyx"),
        ("billing_address", "3 Scheelring\n69910 Qwertzau"),
        ("AddressLine1", "PO Box 77"),
        ("residence", "Scheelring 3, 69910 Qwertzau"),
        ("home_address", "Flat 2, The Old Rectory"),
        ("street", "Wall Street"),
        ("street", "Unter den Linden 5"),
        ("postalCode", "90210"),
        ("zip", "12345-6789"),
        ("Postcode", "EX1 2AB"),
    ],
)
def test_a_label_announces_a_place(label: str, value: str) -> None:
    assert found(value, label) == [value]
    assert found(f' "{value}" ', label) == [value]
    assert found(value, "remark") == []


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("city", "Unknown"),
        ("city", "n/a"),
        ("city", "not known to us"),
        ("cityCode", "Reading"),
        ("address", "Home"),
        ("address", "10.0.0.1"),
        ("address", "2001:db8::1"),
        ("address", "0x7ffe12ab"),
        ("address", "Jane Doe 2 <jane@example.com>"),
        ("emailAddress", "Jane Doe 2"),
        ("ip_address", "10.0.0.1 Web Server"),
        ("address", "Level 3 " * 30),
        ("addressType", "Postal 2"),
        ("zip", "archive.zip"),
        ("zip", "deflate"),
        ("postcode", "required"),
        ("capacity", "Reading"),
        ("", "Reading"),
        ("MailingCity", "MailingCity"),
        ("Street", "Street"),
    ],
)
def test_what_does_not_read_like_one_is_left_alone(label: str, value: str) -> None:
    assert found(value, label) == []


def test_a_line_is_one_of_what_is_above_it() -> None:
    segment = Segment("/a", Kind.RESULT, "Qwertz 12", "line1", record=Record(("address",)))
    (finding,) = LabelledPlaces([PLACE]).find([segment], WANTED)
    assert (finding.start, finding.end) == (0, 9)
    assert LabelledPlaces([PLACE]).find([segment._replace(record=Record(("invoice",)))], WANTED) == []


def test_so_do_the_headings_of_a_table() -> None:
    text = "customer,city,zip,paid\nLang-Hicks,Reading,90210,12345\nDoe,Unknown,,77\n"
    assert found(text) == ["Reading", "90210"]
    assert found("| Address | Sum |\n|---|---|\n| Qwertz 12 | 12 |\n") == ["Qwertz 12"]


def test_only_places_that_a_model_looks_for_are_served() -> None:
    person, own = replace(PLACE, name="PERSON"), replace(PLACE, recognizer="", patterns=("x",))
    assert LabelledPlaces([person, own]).entities == frozenset()
    segment = Segment("/a", Kind.RESULT, "Reading", "city")
    assert LabelledPlaces([PLACE]).looks_at(segment, WANTED)
    assert not LabelledPlaces([PLACE]).looks_at(segment._replace(label="remark"), WANTED)
    assert not LabelledPlaces([PLACE]).looks_at(segment, frozenset())
    assert LabelledPlaces([PLACE]).find([segment], frozenset()) == []


def test_whatever_it_finds_in_a_text_one_of_its_patterns_matches() -> None:
    """Or nobody would ask it."""
    import regex

    (pattern,) = LabelledPlaces.patterns
    assert all(regex.search(pattern, label) and regex.search(pattern, label.replace(" ", "_")) for label in LABELS)


def watched(text: str, label: str = "", settled: int = 0, *, closed: bool = False) -> Sight:
    growing = Growing(Segment("/a", Kind.TEXT, text, label), settled, closed)
    (sight,) = LabelledPlaces([PLACE]).watch([growing], WANTED, [len(text)])
    return sight


def test_a_value_waits_for_its_end() -> None:
    assert watched("Read", "city") == Sight((), 0)
    assert [each.end for each in watched("Reading", "city", closed=True).findings] == [7]
    assert watched("Reading " * 30, "city").edge == 240
    assert watched("Read", "remark").edge == 4


def test_a_row_waits_for_the_end_of_its_line() -> None:
    text = "city,paid\nReading,12"
    assert watched(text).edge == text.index("Reading")
    whole = watched(f"{text}\n")
    assert whole.edge == len(text) + 1
    assert whole.whole == ((10, 17),)
    assert watched("colour,paid\nred,12").edge == 18
    assert not watched(f"{text}\n", settled=12).findings


def test_nothing_wanted_holds_nothing() -> None:
    growing = Growing(Segment("/a", Kind.TEXT, "Read", "city"))
    assert LabelledPlaces([PLACE]).watch([growing], frozenset(), [4]) == [Sight((), 4)]


STREAMED = [
    "name,city,zip\nDoe,Reading,90210\nRoe,Unknown,\n\nAnd so on.",
    "| Address | Sum |\n|---|---|\n| Qwertz 12 | 12 |\n",
    "No city, town or address is said here.",
]


@pytest.mark.parametrize("text", STREAMED)
def test_a_stream_finds_the_same_wherever_it_is_cut(text: str) -> None:
    alone = Detectors((LabelledPlaces([PLACE]),), standings([PLACE]), {"LOCATION": 0.9}, frozenset())
    whole = [(each.start, each.end) for each in find_all(alone, [Segment("/a", Kind.TEXT, text)], WANTED)]
    for place in range(1, len(text)):
        for pieces in (cut(text, [place]), cut(text, [place, place + 1])):
            assert [each[:2] for each in streamed(alone, pieces, WANTED)] == whole
    assert [each[:2] for each in streamed(alone, list(text), WANTED)] == whole
