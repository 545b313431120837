"""`grille.detectors.reasons`: why something was found, without any of it."""

from __future__ import annotations

import base64

import pytest

from grille.detectors import Detectors, build, find_all
from grille.detectors.deciding import Cue, Where
from grille.detectors.reasons import Look, Reason
from grille.entities import Entity
from grille.exchange import Kind, Segment, Source

CARD, SSN = "4111 1111 1111 1111", "219-09-9999"


def looked(
    entities: dict[str, Entity], detectors: Detectors, *segments: Segment | str, wanted: str
) -> list[tuple[str, Reason]]:
    seen = [each if isinstance(each, Segment) else Segment("/a", Kind.TEXT, each) for each in segments]
    findings = find_all(detectors, seen, frozenset({wanted}))
    look = Look(entities, seen, findings)
    return [(seen[each.segment].text[each.start : each.end], look.reason(each)) for each in findings]


def why(shipped: dict[str, Entity], everything: Detectors, text: Segment | str, wanted: str) -> Reason:
    [(_, reason)] = looked(shipped, everything, text, wanted=wanted)
    return reason


def test_a_pattern_says_its_number_its_check_and_the_cue(shipped: dict[str, Entity], everything: Detectors) -> None:
    reason = why(shipped, everything, f"card {CARD}", "CREDIT_CARD")
    assert reason.rule
    assert not reason.rule.weak
    assert (reason.check, reason.cue) == ("card", Cue("card", Where.BEFORE))


def test_a_finding_that_stands_alone_has_no_cue(shipped: dict[str, Entity], everything: Detectors) -> None:
    reason = why(shipped, everything, f"it was {CARD} again", "CREDIT_CARD")
    assert (reason.check, reason.cue) == ("card", None)


def test_a_weak_pattern_is_called_one(shipped: dict[str, Entity], everything: Detectors) -> None:
    reason = why(shipped, everything, Segment("/a", Kind.TEXT, "219099999", "ssn"), "US_SSN")
    assert reason.rule
    assert reason.rule.weak
    assert reason.cue == Cue("ssn", Where.LABEL)


def test_a_pattern_that_reads_what_announces_its_value_is_called_so(
    shipped: dict[str, Entity], everything: Detectors
) -> None:
    reason = why(shipped, everything, "\u2446021000021\u2446", "US_ABA_ROUTING")
    assert reason.rule
    assert reason.rule.announces


def test_a_secret_is_found_by_the_name_before_it(shipped: dict[str, Entity], everything: Detectors) -> None:
    reason = why(shipped, everything, "password: hunter2-example", "PASSWORD")
    assert reason.cue == Cue("", Where.NAMED)


def test_what_stands_in_the_same_record_is_named(shipped: dict[str, Entity], everything: Detectors) -> None:
    record = Segment("/bank/bsb", Kind.TEXT, "062-000", "bsb"), Segment("/bank/number", Kind.TEXT, "12345678", "number")
    [(value, reason)] = looked(shipped, everything, *record, wanted="AU_BANK_ACCOUNT")
    assert (value, reason.cue) == ("12345678", Cue("bsb", Where.RECORD))


def test_a_word_that_speaks_against_in_vain_is_named(shipped: dict[str, Entity], everything: Detectors) -> None:
    reason = why(shipped, everything, f"invoice {CARD}", "CREDIT_CARD")
    assert reason.against == Cue("invoice", Where.BEFORE)


def test_what_was_decoded_is_called_so_and_where_it_stands_is_known(
    shipped: dict[str, Entity], everything: Detectors
) -> None:
    coded = base64.b64encode(f"the card is {CARD} today".encode()).decode()
    reason = why(shipped, everything, f"see {coded}", "CREDIT_CARD")
    assert reason.otherwise
    assert reason.check == "card"


def test_invisible_characters_do_not_hide_the_reason(shipped: dict[str, Entity], everything: Detectors) -> None:
    reason = why(shipped, everything, "na\u200bme: ca\u200brd 4111\u200b 1111 1111 1111", "CREDIT_CARD")
    assert reason.cue == Cue("card", Where.BEFORE)


def test_a_value_that_recurs_leads_to_where_it_was_found(shipped: dict[str, Entity], everything: Detectors) -> None:
    found = looked(shipped, everything, "account number 12345678", "and 12345678", wanted="US_BANK_NUMBER")
    origin = found[1][1].same_as
    assert origin
    assert (origin.segment, origin.start) == (0, 15)


def test_a_name_under_a_label_is_there_for_the_label(shipped: dict[str, Entity], everything: Detectors) -> None:
    assert why(shipped, everything, "Payee: Jane Doe", "PERSON").cue == Cue("payee", Where.BEFORE)
    labelled = Segment("/a", Kind.TEXT, "Jane", "first_name")
    assert why(shipped, everything, labelled, "PERSON").cue == Cue("first name", Where.LABEL)
    owned = Segment("/a", Kind.TEXT, "Jane Doe", "owner")
    assert why(shipped, everything, owned, "PERSON").cue == Cue("owner", Where.LABEL)
    company = Segment("/a", Kind.TEXT, "Lang-Hicks", "supplier_name")
    assert why(shipped, everything, company, "ORGANIZATION").cue == Cue("supplier name", Where.LABEL)


def test_a_place_under_a_label_is_there_for_the_label(shipped: dict[str, Entity], everything: Detectors) -> None:
    labelled = Segment("/a", Kind.TEXT, "Reading", "billing_city")
    assert why(shipped, everything, labelled, "LOCATION").cue == Cue("city", Where.LABEL)


def test_a_name_that_the_model_read_may_have_a_cue(shipped: dict[str, Entity], everything: Detectors) -> None:
    assert why(shipped, everything, "Yesterday Mrs Jane Doe called us.", "PERSON").cue == Cue("mrs", Where.BEFORE)


def test_a_credential_is_there_for_its_place(shipped: dict[str, Entity], everything: Detectors) -> None:
    credential = Segment("/mcp_servers/0/authorization_token", Kind.CREDENTIAL, "not-what-keys-look-like")
    assert why(shipped, everything, credential, "BODY_CREDENTIAL").cue == Cue("", Where.PLACE)


def test_a_stock_recogniser_says_that_its_check_holds() -> None:
    crypto = Entity("CRYPTO", Source("my.yaml", 4, "entities.CRYPTO"), recognizer="presidio")
    text = "send it to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
    [(_, reason)] = looked({"CRYPTO": crypto}, build([crypto]), text, wanted="CRYPTO")
    assert reason.check == "presidio"
    assert reason.rule
    assert reason.rule.source == crypto.source


@pytest.mark.parametrize(
    "name", ["CREDIT_CARD", "PHONE_NUMBER", "US_SSN", "UK_SORT_CODE", "DATE_OF_BIRTH", "IBAN_CODE"]
)
def test_every_example_has_its_reason(name: str, shipped: dict[str, Entity], everything: Detectors) -> None:
    entity = shipped[name]
    for example in entity.examples:
        for _, reason in looked(shipped, everything, example, wanted=name):
            assert reason.same_as or reason.rule, example
            assert reason.same_as or not reason.rule or not reason.rule.weak or reason.cue, example


def test_a_reason_holds_nothing_of_the_text(shipped: dict[str, Entity], everything: Detectors) -> None:
    reasons = looked(shipped, everything, f"Zebediah said: card {CARD} and {CARD}", wanted="CREDIT_CARD")
    shown = repr([reason for _, reason in reasons])
    assert "card" in shown
    assert "4111" not in shown
    assert "Zebediah" not in shown
