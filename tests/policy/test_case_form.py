"""`grille.policy.case_form`: short and long forms of a case, and what holds when a key is not written."""

from __future__ import annotations

from grille.exchange import Outcome
from grille.policy import schema
from grille.policy.case_form import CaseForm

SHORT = {"name": "n", "client": "c", "to": "e", "request": {"text": "t", "expect": {"never": "x"}}}
LONG = SHORT | {
    "client": {"client": "c"},
    "to": {"endpoint": "e"},
    "request": {"text": "t", "expect": {"never": ["x"]}},
}


def test_short_forms_are_the_long_ones() -> None:
    assert CaseForm.model_validate(SHORT).model_dump() == CaseForm.model_validate(LONG).model_dump()


def test_a_connection_is_a_good_one_unless_it_is_written() -> None:
    transport = CaseForm.model_validate(SHORT).transport
    assert (transport.tls, transport.verified) == ("1.3", True)


def test_every_verdict_can_be_expected() -> None:
    words = schema.of("tests")["$defs"]["ExpectForm"]["properties"]["verdict"]["anyOf"][0]["enum"]
    assert set(words) == {outcome.value for outcome in Outcome}
