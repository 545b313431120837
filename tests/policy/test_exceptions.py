"""`grille.policy.exceptions`: what loosens, and what is attested."""

from __future__ import annotations

from datetime import date

import pytest

from policy_paper import POLICY, changed, placed, policy, said

ITEM = "  - {id: EX-2, reason: r, owner: o, expires: 2027-01-31, entity: %s}\n"


@pytest.mark.parametrize(
    ("rest", "text"),
    [
        ("US_SSN, action: log", "an exception that lets a value through names it: add `values` or `fingerprints`"),
        ("US_SSN", "an exception that lets a value through names it"),
        ('US_SSN, values: [" - "]', "a value must have more to it than separators"),
        ("US_SSM, values: [a]", "unknown entity `US_SSM`: did you mean `US_SSN`?"),
        ("US_SSN, values: [a], clients: [stuff]", "unknown client `stuff`: did you mean `staff`?"),
        ("US_SSN, values: [a], endpoints: [chad]", "unknown endpoint `chad`: did you mean `chat`?"),
        ("US_SSN, action: block", "an exception only loosens: for US_SSN, no row that it reaches does more than block"),
        ("US_SSN, action: redact, endpoints: [ledger]", "for US_SSN, no row that it reaches names it"),
        (
            "PERSON, action: mask, endpoints: [ledger], clients: [staff]",
            "PERSON, no row that it reaches does more than log",
        ),
    ],
)
def test_an_exception_that_cannot_be_meant_is_refused(rest: str, text: str) -> None:
    found = said(POLICY + ITEM % rest)
    assert len(found) == 1
    assert text in found[0]


@pytest.mark.parametrize(
    "rest",
    [
        "US_SSN, action: redact",
        f"US_SSN, fingerprints: [{'a' * 64}]",
        "PERSON, action: mask, endpoints: [ledger], clients: [robot]",
        "CREDIT_CARD, action: redact",
    ],
)
def test_an_exception_may_loosen_what_a_row_a_tightening_or_a_bulk_rule_does(rest: str) -> None:
    assert said(POLICY + ITEM % rest) == []


def test_every_item_has_an_id_of_its_own() -> None:
    twice = POLICY + (ITEM % "US_SSN, action: mask").replace("EX-2", "EX-1")
    assert "`EX-1` is there already: every item has an id of its own" in said(twice)[0]


@pytest.mark.parametrize(
    "missing", ["id: EX-1, ", "reason: A published test card., ", "owner: sec@bank.example, ", "expires: 2027-01-31,"]
)
def test_an_exception_says_why_and_who_and_until_when(missing: str) -> None:
    assert any("is missing here: add it" in line for line in said(changed(missing, "")))


def test_values_are_kept_in_one_spelling_and_not_shown() -> None:
    exemption = policy().exemptions[0]
    assert exemption.values == {"4242424242424242"}
    assert "4242" not in repr(exemption)


def test_an_exception_reaches_its_clients_and_endpoints_until_its_last_day() -> None:
    exemption = policy().exemptions[0]
    assert exemption.reaches(placed("chat", ("staff",)), date(2027, 1, 31))
    assert exemption.reaches(placed("chat", ("robot", "staff")), date(2026, 1, 1))
    assert not exemption.reaches(placed("chat", ("staff",)), date(2027, 2, 1))
    assert not exemption.reaches(placed("vault", ("staff",)), date(2027, 1, 31))
    assert not exemption.reaches(placed("chat", ("robot",)), date(2027, 1, 31))


@pytest.mark.parametrize(
    ("about", "text"),
    [
        ("provider: acme, endpoint: chat", "an attestation speaks of a `provider` or of an `endpoint`, one of the two"),
        ("", "an attestation speaks of a `provider` or of an `endpoint`"),
        ("provider: acne", "unknown provider `acne`: did you mean `acme`?"),
        ("endpoint: chad", "unknown endpoint `chad`: did you mean `chat`?"),
    ],
)
def test_an_attestation_speaks_of_one_thing(about: str, text: str) -> None:
    comma = ", " if about else ""
    item = f"{{id: Z, {about}{comma}states: session_only, reference: r, owner: o, expires: 2027-01-01}}"
    assert text in said(POLICY + f"attestations: [{item}]\n")[0]


def test_an_ended_attestation_is_told_too() -> None:
    item = "{id: Z, provider: acme, states: session_only, reference: r, owner: o@a.example, expires: 2026-01-01}"
    found = said(POLICY + f"attestations: [{item}]\n", today=date(2026, 12, 1))
    assert found == ["33:105 `Z` ended on 2026-01-01: delete it, or let o@a.example renew it"]
