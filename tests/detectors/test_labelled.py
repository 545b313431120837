from __future__ import annotations

import pytest

from grille.detectors.base import Sight
from grille.detectors.labelled import LabelledNames
from grille.entities import Entity
from grille.exchange import Growing, Kind, Segment, Source

HERE = Source("pack.yaml", 1, "entities.PERSON")
PERSON = Entity("PERSON", HERE, recognizer="labelled_name", score=0.5, score_with_context=0.9)
WANTED = frozenset({"PERSON"})


def found(text: str, label: str = "") -> list[str]:
    findings = LabelledNames([PERSON]).find([Segment("/a", Kind.RESULT, text, label)], WANTED)
    assert all(finding.score == 0.9 and finding.detector == "labelled_name" for finding in findings)
    return [text[finding.start : finding.end] for finding in findings]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Contact: Jane Doe\nID: 7\nFirst Name: Jane\nEmail: jane@example.com", ["Jane Doe", "Jane"]),
        ("Payee: Jane Doe, Amount: 30", ["Jane Doe"]),
        ("**Cardholder:** Jane Doe", ["Jane Doe"]),
        ('{"first_name": "Jane", "lastName":"Doe"}', ["Jane", "Doe"]),
        (r"{\"contact\": \"Jane Doe\"}", ["Jane Doe"]),
        ("account_holder=Jane Doe;", ["Jane Doe"]),
        ("payee,amount\nJane Doe,3\n", ["Jane Doe"]),
    ],
)
def test_a_label_announces_a_name(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Contact: Ridgeway University",
        "Contact: none",
        "Contact: 12",
        "Contact number: 12",
        "the contact is here",
        "Contact:",
    ],
)
def test_what_is_not_a_name_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_the_key_of_a_value_announces_it() -> None:
    assert found("Jane", "firstName") == ["Jane"]
    assert found("Jane", "status") == []
    assert found("Ridgeway University", "contact") == []


def test_only_wanted_entities_are_looked_for() -> None:
    assert LabelledNames([PERSON]).find([Segment("/a", Kind.TEXT, "Contact: Jane Doe")], frozenset()) == []


def test_it_serves_people_that_a_model_looks_for_as_well() -> None:
    place = Entity("LOCATION", HERE, recognizer="spacy")
    person = Entity("PERSON", HERE, recognizer="spacy")
    assert LabelledNames([place, person]).entities == WANTED


def test_below_the_threshold_nothing_is_reported() -> None:
    strict = Entity("PERSON", HERE, recognizer="labelled_name", score_with_context=0.8, threshold=0.9)
    assert LabelledNames([strict]).find([Segment("/a", Kind.TEXT, "Contact: Jane Doe")], WANTED) == []


def held(text: str, label: str = "", *, closed: bool = False) -> str:
    growing = Growing(Segment("/a", Kind.TEXT, text, label), 0, closed)
    (sight,) = LabelledNames([PERSON]).watch([growing], WANTED, [len(text)])
    assert all(each.end <= sight.edge for each in sight.findings)
    return text[sight.edge :]


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("Contact: Ja", "Contact: Ja"),
        ("Contact: Jane Doe\nEmail", ""),
        ("Contact: Jane Doe, Email", ""),
        ("Please conta", "conta"),
        ("Please contact ", "contact "),
        ("Please contact us", ""),
        ("A line of prose that says nothing at all", ""),
        ("payee,amount\nJane Doe,3", "Jane Doe,3"),
        ("payee,amount\nJane Doe,3\n", ""),
        ("colour,amount\nred,3", ""),
        ("Contact: Jane" + " and" * 30, ""),
    ],
)
def test_a_label_waits_for_its_value_and_prose_for_nothing(text: str, waits: str) -> None:
    assert held(text) == waits
    assert held(text, closed=True) == ""


def test_a_text_under_a_name_label_waits_until_it_is_too_long_for_a_name() -> None:
    assert held("Jane", "firstName") == "Jane"
    assert held("Jane " * 20, "firstName") == ""


def test_a_name_and_what_announces_it_belong_together() -> None:
    text = "Contact: Jane Doe\npayee,amount\nJohn Roe,3\n"
    (sight,) = LabelledNames([PERSON]).watch([Growing(Segment("/a", Kind.TEXT, text))], WANTED, [len(text)])
    assert [text[start:end] for start, end in sight.whole] == ["Contact: Jane Doe", "John Roe"]
    assert [text[each.start : each.end] for each in sight.findings] == ["Jane Doe", "John Roe"]


def test_what_is_settled_is_not_looked_at() -> None:
    text = "Contact: Jane Doe\nPayee: John Roe\n"
    (sight,) = LabelledNames([PERSON]).watch([Growing(Segment("/a", Kind.TEXT, text), 18)], WANTED, [len(text)])
    assert [text[each.start : each.end] for each in sight.findings] == ["John Roe"]


def test_nothing_wanted_holds_nothing() -> None:
    (sight,) = LabelledNames([PERSON]).watch([Growing(Segment("/a", Kind.TEXT, "Contact: J"))], frozenset(), [10])
    assert sight == Sight((), 10)
