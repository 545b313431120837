"""`grille.policy.decide`: who may speak, and what becomes of what was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.exchange import Action, Direction, Exchange, Identity, Outcome, Refusal, Touch, Verdict
from grille.policy import Policy, admit, decide, fingerprint, forbidden_tool, unspoken
from policy_paper import (
    POLICY,
    ROBOT,
    STAFF,
    TODAY,
    changed,
    exchange,
    message,
    placed,
    policy,
)

SMALL = policy()
CARD = ("CREDIT_CARD", "4111 1111 1111 1111")
TEST_CARD = ("CREDIT_CARD", "4242-4242-4242-4242")
SSN = ("US_SSN", "078-05-1120")
KEY = ("API_KEY", "key-abcdefgh01234567")
NAME = ("PERSON", "Jane Doe")


def judged(*parts: tuple[str, str], where: Exchange | None = None, by: Policy = SMALL, today: date = TODAY) -> Verdict:
    segments, findings = message(*parts)
    return decide(by, where or placed(), segments, findings, today)


def because(verdict: Verdict) -> list[str]:
    return [ruling.because.name for ruling in verdict.rulings]


# -- admit ----------------------------------------------------------------------------------------


def test_an_entitled_client_is_admitted_with_its_names_filled_in() -> None:
    admitted = admit(SMALL, exchange())
    assert isinstance(admitted, Exchange)
    assert (admitted.clients, admitted.endpoint) == (("staff",), "chat")


@pytest.mark.parametrize(
    ("asked", "code", "source"),
    [
        (exchange(identity=Identity()), "client_unknown", "otherwise.client"),
        (exchange(host="other.example"), "endpoint_unknown", "otherwise.endpoint"),
        (exchange(path="/v1/else"), "route_unknown", "endpoints.chat"),
        (exchange(path="/v1/x/../responses"), "route_unknown", "endpoints.chat"),
        (exchange(identity=ROBOT), "endpoint_forbidden", "clients.robot"),
    ],
)
def test_what_the_policy_does_not_speak_of_is_refused(asked: Exchange, code: str, source: str) -> None:
    refusal = admit(SMALL, asked)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.because.name) == (code, source)
    assert refusal.text.endswith(".")
    assert "/v1" not in refusal.text


def test_two_claims_on_a_place_are_refused_whatever_else_is_said() -> None:
    chat = SMALL.endpoints["chat"]
    both = replace(SMALL, endpoints={"chat": chat, "again": replace(chat, name="again")})
    refusal = admit(both, exchange())
    assert isinstance(refusal, Refusal)
    assert refusal.code == "endpoint_ambiguous"


@pytest.mark.parametrize(("reaction", "evidence"), [("log", 1), ("allow", 0)])
def test_an_unknown_host_may_go_unread_if_the_policy_says_so(reaction: str, evidence: int) -> None:
    open_policy = policy(POLICY + f"otherwise: {{endpoint: {reaction}}}\n")
    admitted = admit(open_policy, exchange(host="other.example"))
    assert isinstance(admitted, Exchange)
    assert admitted.endpoint == ""
    assert len(unspoken(open_policy, admitted)) == evidence
    assert judged(CARD, where=admitted, by=open_policy).outcome is Outcome.ALLOW


@pytest.mark.parametrize("reaction", ["log", "allow"])
def test_an_unknown_path_of_a_known_host_is_refused_all_the_same(reaction: str) -> None:
    refusal = admit(policy(POLICY + f"otherwise: {{endpoint: {reaction}}}\n"), exchange(path="/v1/else"))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "route_unknown"


def test_an_unknown_client_may_be_logged_under_the_endpoints_own_profile() -> None:
    open_policy = policy(POLICY + "otherwise: {client: log}\n")
    admitted = admit(open_policy, exchange(identity=Identity()))
    assert isinstance(admitted, Exchange)
    assert (admitted.clients, admitted.endpoint) == ((), "chat")
    verdict = judged(SSN, where=admitted, by=open_policy)
    assert verdict.outcome is Outcome.BLOCK
    assert verdict.evidence == ("the client is unknown: otherwise.client is log",)


def test_every_matching_client_is_filled_in_and_one_must_list_the_endpoint() -> None:
    both = replace(STAFF, names=ROBOT.names)
    admitted = admit(SMALL, exchange(identity=both))
    assert isinstance(admitted, Exchange)
    assert admitted.clients == ("staff", "robot")
    assert because(judged(NAME, where=admitted)) == ["profiles.no_names.PERSON"]


# -- tools ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "code"),
    [("get_balance", None), ("export_all", "tool_forbidden"), ("get_secret_key", "tool_forbidden"), (None, None)],
)
def test_a_tool_is_called_only_if_the_globs_permit_it(tool: str | None, code: str | None) -> None:
    refusal = forbidden_tool(SMALL, replace(placed("ledger", ("robot",)), tool=tool))
    assert (refusal and refusal.code) == code
    assert refusal is None or (tool or "") not in refusal.text


def test_an_endpoint_that_says_nothing_of_tools_permits_all() -> None:
    assert forbidden_tool(SMALL, replace(placed("chat"), tool="anything")) is None


# -- decide ---------------------------------------------------------------------------------------


def test_every_finding_gets_a_ruling_with_its_line() -> None:
    verdict = judged(CARD, NAME)
    assert [ruling.action for ruling in verdict.rulings] == [Action.TOKENIZE, Action.TOKENIZE]
    assert because(verdict) == ["profiles.outside.CREDIT_CARD", "profiles.outside.PERSON"]
    assert (verdict.outcome, verdict.enforced, verdict.refusals) == (Outcome.REWRITE, True, ())


def test_nothing_found_is_allowed() -> None:
    assert judged() == Verdict(Outcome.ALLOW)


def test_a_finding_that_no_row_names_gets_no_ruling() -> None:
    assert judged(SSN, where=placed("ledger", ("robot",))).rulings == ()


def test_a_block_refuses_with_a_text_that_names_the_entity_and_never_the_value() -> None:
    verdict = judged(SSN, KEY, SSN)
    assert verdict.outcome is Outcome.BLOCK
    assert [(refusal.code, refusal.text) for refusal in verdict.refusals] == [
        ("entity_blocked", "The request holds US_SSN, which may not pass here: take it out and send it again."),
        ("entity_blocked", "The request holds API_KEY, which may not pass here: take it out and send it again."),
    ]
    assert "078" not in repr(verdict)


def test_an_answer_is_refused_in_its_own_words() -> None:
    blocking = policy(changed('"@secrets": redact}', '"@secrets": block}'))
    verdict = judged(KEY, where=placed(direction=Direction.RESPONSE), by=blocking)
    assert verdict.refusals[0].text == (
        "The answer holds API_KEY, which may not pass here: ask for something that does not need it."
    )


def test_a_row_needs_its_threshold_or_else_the_entitys() -> None:
    segments, findings = message(NAME, score=0.7)
    assert decide(SMALL, placed(), segments, findings, TODAY).rulings == ()
    assert because(decide(SMALL, placed("ledger", ()), segments, findings, TODAY)) == ["profiles.inside.PERSON"]
    segments, findings = message(NAME, score=0.5)
    assert decide(SMALL, placed("ledger", ()), segments, findings, TODAY).rulings == ()


def test_a_value_is_treated_everywhere_as_where_it_was_surest() -> None:
    segments, findings = message(NAME, ("PERSON", "jane doe"))
    findings[1] = findings[1]._replace(score=0.1)
    assert len(decide(SMALL, placed(), segments, findings, TODAY).rulings) == 2


def test_more_values_than_the_row_allows_are_an_export() -> None:
    cards = [("CREDIT_CARD", f"4111 1111 1111 111{n}") for n in range(3)]
    assert judged(*cards[:2]).outcome is Outcome.REWRITE
    verdict = judged(*cards)
    assert verdict.outcome is Outcome.BLOCK
    assert [refusal.code for refusal in verdict.refusals] == ["entity_in_bulk"]
    assert "more than 2 different values of CREDIT_CARD" in verdict.refusals[0].text
    assert because(verdict) == ["profiles.outside.CREDIT_CARD"] * 3


def test_who_would_be_refused_for_one_value_is_not_told_to_ask_about_fewer() -> None:
    many = ["US_SSN: {action: tokenize, over: {count: 1, action: block}}"]
    values = [SSN, ("US_SSN", "219-09-9999")]
    by = _with_rows(many, "block")
    (bulk,) = judged(*values, where=placed("vault", ("staff",)), by=by).refusals
    (refusal,) = judged(*values, where=placed("vault", ("robot",)), by=by).refusals
    assert (bulk.code, refusal.code) == ("entity_in_bulk", "entity_blocked")


def test_one_value_in_many_spellings_is_no_export() -> None:
    spellings = ["4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111", "4111.1111.1111.1111"]
    assert judged(*(("CREDIT_CARD", spelling) for spelling in spellings)).outcome is Outcome.REWRITE


def test_an_excepted_value_does_not_count_toward_an_export() -> None:
    cards = [("CREDIT_CARD", "4111 1111 1111 1111"), ("CREDIT_CARD", "5555 5555 5555 4444"), TEST_CARD]
    assert judged(*cards).outcome is Outcome.REWRITE
    assert judged(*cards, where=placed("vault")).outcome is Outcome.BLOCK


def test_an_exception_loosens_and_is_the_reason() -> None:
    verdict = judged(TEST_CARD)
    assert verdict.outcome is Outcome.ALLOW
    assert verdict.rulings[0].action is Action.ALLOW
    assert because(verdict) == ["exceptions.EX-1"]
    assert [source.name for source in verdict.rulings[0].bore] == ["profiles.outside.CREDIT_CARD", "exceptions.EX-1"]


@pytest.mark.parametrize(
    ("where", "today"),
    [(placed("vault"), TODAY), (placed(clients=("robot",)), TODAY), (placed(), date(2027, 2, 1))],
)
def test_an_exception_holds_only_where_for_whom_and_until_when_it_says(where: Exchange, today: date) -> None:
    assert because(judged(TEST_CARD, where=where, today=today)) == ["profiles.outside.CREDIT_CARD"]


def test_an_exception_for_another_value_does_not_hold() -> None:
    assert because(judged(CARD)) == ["profiles.outside.CREDIT_CARD"]


def test_an_exception_may_name_its_value_by_a_keyed_fingerprint() -> None:
    key = b"k" * 32
    made = fingerprint(key, "US_SSN", "078 05 1120")
    loosened = policy(
        POLICY + f"  - {{id: EX-2, reason: r, owner: o, expires: 2027-01-31, entity: US_SSN, fingerprints: [{made}]}}\n"
    )
    segments, findings = message(SSN)
    assert because(decide(loosened, placed(), segments, findings, TODAY, key)) == ["exceptions.EX-2"]
    assert because(decide(loosened, placed(), segments, findings, TODAY, b"j" * 32)) == ["profiles.outside.US_SSN"]
    assert because(decide(loosened, placed(), segments, findings, TODAY)) == ["profiles.outside.US_SSN"]


def test_an_exception_without_values_still_hides() -> None:
    item = "  - {id: EX-2, reason: r, owner: o, expires: 2027-01-31, entity: US_SSN, action: hash}\n"
    verdict = judged(SSN, by=policy(POLICY + item))
    assert (verdict.outcome, verdict.rulings[0].action) == (Outcome.REWRITE, Action.HASH)


def test_of_two_exceptions_the_one_that_loosens_most_holds() -> None:
    item = "  - {id: EX-2, reason: r, owner: o, expires: 2027-01-31, entity: CREDIT_CARD, action: mask}\n"
    head, key, first = POLICY.partition("exceptions:\n")
    for written in (POLICY + item, head + key + item + first):
        assert because(judged(TEST_CARD, CARD, by=policy(written))) == ["exceptions.EX-1", "exceptions.EX-2"]


def test_a_mask_leaves_what_its_row_says() -> None:
    ruling = judged(CARD, where=placed("ledger", ("robot",))).rulings[0]
    assert (ruling.action, ruling.keep_last) == (Action.MASK, 4)
    assert judged(CARD).rulings[0].keep_last == 0


def test_of_two_masks_the_one_that_leaves_less_decides() -> None:
    tight = policy(changed("no_names: {PERSON: redact}", "no_names: {CREDIT_CARD: {action: mask, keep_last: 2}}"))
    ruling = judged(CARD, where=placed("ledger", ("robot",)), by=tight).rulings[0]
    assert (ruling.keep_last, ruling.because.name) == (2, "profiles.no_names.CREDIT_CARD")


@pytest.mark.parametrize(
    ("touch", "part", "action", "outcome", "codes"),
    [
        (Touch.FIXED, CARD, Action.BLOCK, Outcome.BLOCK, ["cannot_rewrite"]),
        (Touch.FIXED, TEST_CARD, Action.ALLOW, Outcome.ALLOW, []),
        (Touch.FIXED, SSN, Action.BLOCK, Outcome.BLOCK, ["entity_blocked"]),
        (Touch.SEALED, CARD, Action.LOG, Outcome.ALLOW, []),
        (Touch.SEALED, TEST_CARD, Action.ALLOW, Outcome.ALLOW, []),
        (Touch.SEALED, SSN, Action.BLOCK, Outcome.BLOCK, ["entity_blocked"]),
    ],
)
def test_a_place_that_may_not_change_is_blocked_or_recorded(
    touch: Touch, part: tuple[str, str], action: Action, outcome: Outcome, codes: list[str]
) -> None:
    segments, findings = message(part, touch=touch)
    verdict = decide(SMALL, placed(), segments, findings, TODAY)
    assert (verdict.rulings[0].action, verdict.outcome) == (action, outcome)
    assert [refusal.code for refusal in verdict.refusals] == codes


def test_monitoring_is_the_same_verdict_not_enforced() -> None:
    watching = policy(changed("policy: small", "policy: small\nmode: monitor"))
    enforced, watched = judged(CARD, SSN), judged(CARD, SSN, by=watching)
    assert watched.enforced is False
    assert [(r.finding, r.action) for r in watched.rulings] == [(r.finding, r.action) for r in enforced.rulings]
    assert [r.code for r in watched.refusals] == [r.code for r in enforced.refusals]
    assert not watched.stops


# -- laws -----------------------------------------------------------------------------------------

_ACTIONS = ["allow", "log", "mask", "hash", "tokenize", "redact", "block"]


def _with_rows(rows: list[str], tighten: str) -> Policy:
    lines = "".join(f"    {row}\n" for row in rows)
    text = changed("profiles:\n", f"profiles:\n  many:\n{lines}  tight: {{US_SSN: {tighten}}}\n")
    text = text.replace("provider: contract, request: outside", "provider: contract, request: many")
    text = text.replace("tighten: no_names", "tighten: tight")
    return policy(text + "groups: {one: [US_SSN], two: [US_SSN, PERSON]}\n")


@pytest.mark.parametrize("order", list(permutations(["US_SSN: mask", '"@one": tokenize', '"@two": log'])))
def test_the_order_of_rows_does_not_matter(order: tuple[str, ...]) -> None:
    verdict = judged(SSN, where=placed("vault", ()), by=_with_rows(list(order), "log"))
    assert because(verdict) == ["profiles.many.@one"]
    assert {source.name for source in verdict.rulings[0].bore} == {
        "profiles.many.US_SSN",
        "profiles.many.@one",
        "profiles.many.@two",
    }


@pytest.mark.parametrize("own", _ACTIONS)
@pytest.mark.parametrize("tighten", _ACTIONS)
def test_a_client_tightens_and_never_loosens(own: str, tighten: str) -> None:
    by = _with_rows([f"US_SSN: {own}"], tighten)
    alone = judged(SSN, where=placed("vault", ("staff",)), by=by).rulings[0].action
    with_client = judged(SSN, where=placed("vault", ("robot",)), by=by).rulings[0].action
    assert alone is Action[own.upper()]
    assert with_client is max(alone, Action[tighten.upper()])


_PARTS = st.lists(st.sampled_from([CARD, TEST_CARD, SSN, KEY, NAME, ("CREDIT_CARD", "5555555555554444")]), max_size=5)


@given(_PARTS, _PARTS)
def test_more_findings_never_make_a_verdict_milder(parts: list[tuple[str, str]], more: list[tuple[str, str]]) -> None:
    severity = [Outcome.ALLOW, Outcome.REWRITE, Outcome.BLOCK].index
    assert severity(judged(*parts, *more).outcome) >= severity(judged(*parts).outcome)


@given(_PARTS)
def test_no_verdict_holds_a_value(parts: list[tuple[str, str]]) -> None:
    shown = repr(judged(*parts))
    assert not [value for _, value in parts if value in shown]
