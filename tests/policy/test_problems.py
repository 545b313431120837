"""`grille.policy.problems`: collecting what is wrong, and guessing what was meant."""

from __future__ import annotations

import pytest

from grille.errors import PolicyErrors, Problem
from grille.policy.problems import Complaints, Page, guess, listed, unknown
from grille.policy.reading import read


def test_problems_come_out_once_each_in_the_order_of_their_files() -> None:
    complaints = Complaints()
    for file, line in (("b", 9), ("a", 5), ("b", 2), ("b", 9)):
        complaints.add(Problem(file, line, 1, "wrong"))
    with pytest.raises(PolicyErrors) as caught:
        complaints.settle()
    assert [(p.file, p.line) for p in caught.value.problems] == [("b", 2), ("b", 9), ("a", 5)]


def test_nothing_wrong_settles_quietly() -> None:
    complaints = Complaints()
    complaints.settle()
    assert not complaints.any


def test_a_name_is_guessed_or_the_choices_are_listed() -> None:
    assert unknown("entity", "CREDIT_KARD", {"CREDIT_CARD", "PERSON"}) == (
        "unknown entity `CREDIT_KARD`: did you mean `CREDIT_CARD`?"
    )
    assert guess("person", {"PERSON"}) == ": did you mean `PERSON`?"
    assert guess("zzz", {"b", "a"}) == ": known here: `a`, `b`"
    assert guess("zzz", set()) == ": there is none here"


def test_a_long_list_is_cut_short() -> None:
    assert listed(f"n{n:02}" for n in range(15)).endswith("`n11` and 3 more")


def test_a_page_names_the_entries_of_a_section() -> None:
    written, _ = read(b"a: {b: 1, c: 2}\nd: [e]\n", "p.yaml")
    assert written is not None
    page = Page(written, Complaints())
    assert page.names("a") == ("b", "c")
    assert page.names("d") == page.names("z") == ()


def test_nothing_more_is_said_of_a_place_that_was_refused_in_reading() -> None:
    complaints = Complaints()
    complaints.refuse(Problem("a", 1, 2, "an alias is refused"))
    complaints.add(Problem("a", 1, 2, "this must be text"))
    complaints.add(Problem("a", 1, 3, "unknown name"))
    assert [problem.text for problem in complaints.errors().problems] == ["an alias is refused", "unknown name"]
    assert complaints.refused("a", 1, 2)
    assert not complaints.refused("b", 1, 2)
