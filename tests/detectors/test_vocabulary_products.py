from __future__ import annotations

import pytest

from grille.detectors import Detectors, find_all
from grille.detectors.vocabulary_companies import GIVEN_NAMES
from grille.detectors.vocabulary_products import ASSISTANTS, HOUSES, PROGRAMS
from grille.exchange import Kind, Segment

NAMES = frozenset({"PERSON", "LOCATION", "ORGANIZATION"})


def names(everything: Detectors, text: str, label: str = "") -> set[tuple[str, str]]:
    found = find_all(everything, [Segment("/text", Kind.TEXT, text, label)], NAMES)
    return {(each.entity, text[each.start : each.end]) for each in found}


@pytest.mark.parametrize("program", ["Xero", "QuickBooks", "Salesforce", "Jira", "Kubernetes", "Klaviyo"])
@pytest.mark.parametrize(
    "text",
    ["Delete an existing timesheet in {} by its id.", "Ask {} for the balance.", "{} returned an error, try again."],
)
def test_programs_that_everybody_knows_are_nobody_and_nowhere(everything: Detectors, program: str, text: str) -> None:
    assert names(everything, text.format(program)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "You are Claude Code, Anthropic's official CLI for Claude.",
        "Ask Claude, Gemini or Copilot to summarise the minutes.",
        "The Sharpe ratio and the Herfindahl index are explained in chapter four.",
        "Bayes' theorem holds, the Poisson process does not end.",
        "Dodd-Frank, Sarbanes-Oxley and Basel III apply to the bank.",
    ],
)
def test_assistants_statutes_and_what_is_called_after_somebody_are_nobody(everything: Detectors, text: str) -> None:
    assert names(everything, text) == set()


def test_whoever_has_a_second_name_is_somebody(everything: Detectors) -> None:
    assert names(everything, "Please call Claude Duval about the loan.") == {("PERSON", "Claude Duval")}
    assert ("PERSON", "Priya") in names(everything, "Priya's model is better than the one that Priya had before.")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Please ask Jane Docker about the loan. Docker said it was paid last week.", "Docker"),
        ("Anna Bloomberg called us on Monday. Bloomberg wants the statement of her account.", "Bloomberg"),
        ("Dr. Kafka will see you now.", "Kafka"),
    ],
)
def test_so_is_who_stands_behind_a_given_name_or_a_title(everything: Detectors, text: str, name: str) -> None:
    assert ("PERSON", name) in names(everything, text)


def test_under_a_label_a_program_is_a_firm(everything: Detectors) -> None:
    assert names(everything, "Xero Ltd", "supplier") == {("ORGANIZATION", "Xero Ltd")}


def test_a_house_may_be_a_firm_but_no_place_and_nobody(everything: Detectors) -> None:
    for text in ("We have an account in Revolut.", "Ask Revolut for the balance.", "The report by Bloomberg was late."):
        assert {kind for kind, _ in names(everything, text)} <= {"ORGANIZATION"}


def test_nobody_is_called_like_a_program() -> None:
    assert GIVEN_NAMES.isdisjoint(PROGRAMS | HOUSES)
    assert PROGRAMS.isdisjoint(HOUSES | ASSISTANTS)
