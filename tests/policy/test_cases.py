"""`grille.policy.cases`: running the tests beside a policy, and saying what does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count

import pytest

from grille.errors import DetectionFailed
from grille.exchange import Action, Finding, Outcome, Refusal, Ruling, Source, Verdict
from grille.policy import Case, CaseMessage, Expected, Judged, Report, run
from policy_paper import TODAY, exchange, policy

SMALL = policy()
HERE = Source("p.test.yaml", 3, "a case")
CARD_ROW = SMALL.profiles["outside"].rows["CREDIT_CARD"][0].source
SSN_ROW = SMALL.profiles["outside"].rows["US_SSN"][0].source
TOKENS = {"CREDIT_CARD": ("CREDIT_CARD_AAAAAAAA", "CREDIT_CARD_BBBBBBBB")}

HIDDEN = Verdict(Outcome.REWRITE, (Ruling(Finding(0, 0, 4, "CREDIT_CARD", 0.9, "t"), Action.TOKENIZE, CARD_ROW),))
REFUSED = Verdict(Outcome.BLOCK, refusals=(Refusal("entity_blocked", "Take it out.", SSN_ROW),))
ALLOWED = Verdict(Outcome.ALLOW)


@dataclass
class Canned:
    """A judge with its answers ready."""

    asked: Judged
    answered: Judged = field(default_factory=lambda: Judged(ALLOWED))
    seen: list[Case] = field(default_factory=list)

    def request(self, case: Case) -> Judged:
        return self.asked

    def response(self, case: Case, request: Judged) -> Judged:
        self.seen.append(case)
        return self.answered


def case(request: Expected, response: CaseMessage | None = None, name: str = "a case") -> Case:
    return Case(name, HERE, exchange(), TODAY, CaseMessage(request, text="words"), response)


def failures(expected: Expected, judged: Judged) -> tuple[str, ...]:
    return run(SMALL, [case(expected)], Canned(judged)).results[0].failures


def test_a_case_holds_when_everything_it_expects_does() -> None:
    expected = Expected(Outcome.REWRITE, True, ("4111",), ("profiles.outside.CREDIT_CARD",), (), "sent")
    assert failures(expected, Judged(HIDDEN, "sent")) == ()


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Expected(Outcome.ALLOW), "request: the verdict is rewrite, expected allow (tokenize by "),
        (Expected(enforced=False), "request: the verdict is enforced"),
        (Expected(never=("4111",)), "request: `4111` goes out: '4111 it is'"),
        (Expected(because=("profiles.outside.US_SSN",)), "request: profiles.outside.US_SSN decided nothing here (tok"),
        (Expected(code=("entity_blocked",)), "request: no refusal entity_blocked: there is none"),
        (Expected(text="else"), "request: the text is '4111 it is', expected 'else'"),
    ],
)
def test_what_does_not_hold_is_said_with_the_reason(expected: Expected, text: str) -> None:
    found = failures(expected, Judged(HIDDEN, "4111 it is"))
    assert len(found) == 1
    assert found[0].startswith(text)


def test_a_failure_names_the_refusals_there_are() -> None:
    assert failures(Expected(code=("tool_forbidden",)), Judged(REFUSED)) == (
        "request: no refusal tool_forbidden: there is entity_blocked",
    )
    assert "(no row decided anything)" in failures(Expected(Outcome.BLOCK), Judged(ALLOWED))[0]
    assert failures(Expected(enforced=True), Judged(replace(HIDDEN, enforced=False))) == (
        "request: the verdict is only recorded",
    )


def test_an_answer_gets_the_tokens_of_its_request() -> None:
    answer = CaseMessage(Expected(text="back"), "{CREDIT_CARD:2} and {CREDIT_CARD:1}", '{"a": "{CREDIT_CARD:1}"}')
    judge = Canned(Judged(HIDDEN, "", TOKENS), Judged(ALLOWED, "back"))
    assert run(SMALL, [case(Expected(Outcome.REWRITE), answer)], judge).passed
    filled = judge.seen[0].response
    assert filled is not None
    assert filled.text == "CREDIT_CARD_BBBBBBBB and CREDIT_CARD_AAAAAAAA"
    assert filled.body == '{"a": "CREDIT_CARD_AAAAAAAA"}'


def test_a_placeholder_without_a_token_is_a_failure_and_the_answer_is_not_judged() -> None:
    answer = CaseMessage(Expected(Outcome.ALLOW), "{CREDIT_CARD:3} {PERSON:1}")
    judge = Canned(Judged(HIDDEN, "", TOKENS))
    assert run(SMALL, [case(Expected(Outcome.REWRITE), answer)], judge).results[0].failures == (
        "response: {CREDIT_CARD:3} stands for nothing: the request made 2 tokens of CREDIT_CARD",
        "response: {PERSON:1} stands for nothing: the request made 0 tokens of PERSON",
    )
    assert judge.seen == []


def test_a_stopped_request_has_no_answer() -> None:
    answer = CaseMessage(Expected(Outcome.ALLOW), "hello")
    (failure,) = run(SMALL, [case(Expected(Outcome.BLOCK), answer)], Canned(Judged(REFUSED))).results[0].failures
    assert failure.startswith("response: there is none, because the request was stopped (entity_blocked by ")


def test_an_answer_is_held_against_what_it_expects() -> None:
    answer = CaseMessage(Expected(Outcome.REWRITE), "hello")
    report = run(SMALL, [case(Expected(Outcome.REWRITE), answer)], Canned(Judged(HIDDEN)))
    assert report.results[0].failures == ("response: the verdict is allow, expected rewrite (no row decided anything)",)


def test_a_case_that_cannot_be_judged_fails_and_the_others_go_on() -> None:
    numbers = count()

    class Broken(Canned):
        def request(self, case: Case) -> Judged:
            if next(numbers) == 0:
                raise DetectionFailed("spacy", "no model")
            return self.asked

    cases = [case(Expected(Outcome.REWRITE), name="one"), case(Expected(Outcome.REWRITE), name="two")]
    report = run(SMALL, cases, Broken(Judged(HIDDEN)))
    assert [result.failures for result in report.results] == [("could not be judged: spacy: no model",), ()]
    assert not report.passed


def test_rows_that_never_decided_are_named_and_a_refusal_counts_as_a_decision() -> None:
    def unused(*judged: Judged) -> set[str]:
        reports = [run(SMALL, [case(Expected())], Canned(each)) for each in judged]
        return set.intersection(*({source.name for source in report.unused} for report in reports))

    everything = {source.name for source in SMALL.sources()}
    assert unused(Judged(ALLOWED)) == everything
    assert unused(Judged(HIDDEN), Judged(REFUSED)) == everything - {
        "profiles.outside.CREDIT_CARD",
        "profiles.outside.US_SSN",
    }


def test_an_empty_report_passes() -> None:
    assert Report((), ()).passed
