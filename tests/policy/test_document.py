"""`grille.policy.document`: reading a document, and going on with what is right."""

from __future__ import annotations

from datetime import date

import pytest

from grille.errors import PolicyErrors
from grille.policy.case_form import CasesForm
from grille.policy.document import parse, schema_of
from grille.policy.policy_form import PolicyForm, RowForm
from grille.policy.problems import Complaints, Page
from grille.policy.reading import read

HEAD = "version: 1\npolicy: p\n"


def parsed(text: str) -> tuple[PolicyForm | None, list[str]]:
    complaints = Complaints()
    written, problems = read(text.encode(), "p.yaml")
    for problem in problems:
        complaints.refuse(problem)
    assert written is not None
    found = parse(PolicyForm, Page(written, complaints))
    try:
        complaints.settle()
    except PolicyErrors as error:
        return found[0] if found else None, [f"{p.line}:{p.column} {p.text}" for p in error.problems]
    return found[0] if found else None, []


def test_the_short_form_and_the_long_one_are_the_same() -> None:
    short, said = parsed(HEAD + "profiles: {a: {PERSON: mask}}\n")
    long, also_said = parsed(HEAD + "profiles: {a: {PERSON: {action: mask}}}\n")
    assert said == also_said == []
    assert short == long
    assert short is not None
    assert short.profiles["a"]["PERSON"] == RowForm(action="mask")


def test_a_requirement_may_be_a_list_of_names() -> None:
    short, _ = parsed(HEAD + "endpoints: {a: {request: x, response: y, require: [encryption]}}\n")
    long, _ = parsed(HEAD + "endpoints: {a: {request: x, response: {profile: y}, require: {encryption: {}}}}\n")
    assert short == long


def test_what_is_right_is_read_although_something_else_is_wrong() -> None:
    form, said = parsed(
        HEAD + "profiles: {a: {PERSON: hide, US_SSN: block}, b: {PERSON: log}}\n"
        "clients: {c: {match: anyone, endpoints: []}, d: {match: nobody, endpoints: []}}\n"
        "otherwise: {endpoint: log, klient: log}\n"
    )
    assert form is not None
    assert {name: list(rows) for name, rows in form.profiles.items()} == {"a": ["US_SSN"], "b": ["PERSON"]}
    assert list(form.clients) == ["c"]
    assert form.otherwise.endpoint == "log"
    assert [line.partition(" ")[0] for line in said] == ["3:24", "4:57", "5:28"]


def test_an_item_of_a_list_is_left_out_without_its_neighbours() -> None:
    item = "{id: %s, states: session_only, provider: x, reference: r, owner: o, expires: %s}"
    form, said = parsed(
        HEAD + f"attestations:\n- {item % ('A', '2027-01-01')}\n- {item % ('B', 'soon')}\n"
        f"- {item % ('C', '2027-01-01')}\n"
    )
    assert form is not None
    assert [each.id for each in form.attestations] == ["A", "C"]
    assert form.attestations[1].expires == date(2027, 1, 1)
    assert len(said) == 1


def test_nothing_is_read_when_the_head_is_wrong() -> None:
    assert parsed("policy: p\n")[0] is None
    assert parsed("version: 2\npolicy: p\n") == (
        None,
        ["1:10 this program reads version 1 of the language, written `1`"],
    )
    assert parsed("[a, b]\n") == (None, ["1:1 this must be a mapping of keys and values"])


def test_a_part_that_was_refused_in_reading_is_not_complained_of_again() -> None:
    _, said = parsed(HEAD + "otherwise: {endpoint: no}\nuse: *packs\n")
    assert [line.partition(" ")[0] for line in said] == ["3:23", "4:6"]


@pytest.mark.parametrize("day", ["2027-02-30", "2027-1-1", "20270101", "2027-W01-1", "soon", "20270131"])
def test_a_day_is_a_calendar_day(day: str) -> None:
    item = f"{{id: A, states: session_only, provider: x, reference: r, owner: o, expires: {day}}}"
    assert "a day is written year-month-day, like 2027-01-31" in parsed(HEAD + f"attestations: [{item}]\n")[1][0]


def test_a_failure_always_blocks() -> None:
    assert parsed(HEAD + "otherwise: {failure: log}\n")[1] == [
        "3:22 `block` is the only value: whoever can make something fail must not gain by it"
    ]


def test_a_schema_knows_both_forms() -> None:
    row = schema_of(PolicyForm)["$defs"]["RowForm"]["anyOf"]
    assert row[0]["enum"][0] == "allow"
    assert row[1]["required"] == ["action"]
    assert schema_of(CasesForm)["$defs"]["WhoForm"]["anyOf"][1]["type"] == "object"


@pytest.mark.parametrize("key", ["mode", "use", "otherwise", "profiles", "clients", "exceptions"])
def test_a_key_with_nothing_behind_it_is_refused(key: str) -> None:
    for nothing in ("", "null", "~"):
        said = parsed(HEAD + f"{key}: {nothing}\n")[1]
        assert said == ["3:1 nothing is written here: write a value, or take it away"]


def test_nothing_may_not_pass_for_a_key_left_out() -> None:
    text = "clients: {c: {match: {anyone: , network: [10.0.0.0/8]}, endpoints: [], tighten: }}\nuse: [a, null]\n"
    found = parsed(HEAD + text)[1]
    assert [line.partition(" ")[2] for line in found] == ["nothing is written here: write a value, or take it away"] * 3
