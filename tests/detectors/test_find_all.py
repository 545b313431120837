"""The room as a whole: `build` and `find_all`."""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grille.detectors import CHECKS, RECOGNIZERS, Detectors, build, find_all, patterns
from grille.detectors.overlap import Standing
from grille.entities import Entity
from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Finding, Kind, Segment, Source

HERE = Source("pack.yaml", 3, "entities.X")


def found(detectors: Detectors, *segments: Segment, wanted: frozenset[str] | None = None) -> list[tuple[int, str, str]]:
    findings = find_all(detectors, segments, frozenset(detectors.standings) if wanted is None else wanted)
    return [(each.segment, each.entity, segments[each.segment].text[each.start : each.end]) for each in findings]


def test_a_ledger_answer_gives_up_its_names_and_numbers(everything: Detectors) -> None:
    text = (
        "Contact: Jane Doe\nID: 297c2dc5-cc47-4afd-8ec8-74990b8761e9\nFirst Name: Jane\n"
        "Email: jane@example.com\nBank Account Number: 000123456789\nTax Number: 078-05-1120\nStatus: ACTIVE"
    )
    assert found(everything, Segment("/result", Kind.RESULT, text)) == [
        (0, "PERSON", "Jane Doe"),
        (0, "PERSON", "Jane"),
        (0, "EMAIL_ADDRESS", "jane@example.com"),
        (0, "US_BANK_NUMBER", "000123456789"),
        (0, "US_SSN", "078-05-1120"),
    ]


def test_fields_of_a_json_answer_are_known_by_their_keys(everything: Detectors) -> None:
    fields = {
        "FirstName": "Jane",
        "sortCode": "287654",
        "accountNumber": "12345678",
        "dateOfBirth": "1987-12-23 00:00:00+00:00",
        "cvv": "123",
        "InvoiceID": "24223387",
        "ts": "1735689600",
    }
    segments = [Segment(f"/{key}", Kind.TEXT, value, key) for key, value in fields.items()]
    assert found(everything, *segments) == [
        (0, "PERSON", "Jane"),
        (1, "UK_SORT_CODE", "287654"),
        (2, "UK_BANK_ACCOUNT", "12345678"),
        (3, "DATE_OF_BIRTH", "1987-12-23"),
        (4, "CARD_VERIFICATION", "123"),
    ]


def test_a_value_found_in_one_segment_is_found_in_all(everything: Detectors) -> None:
    segments = [
        Segment("/a", Kind.TEXT, "account number 000123456789"),
        Segment("/b", Kind.TEXT, "pay 000123456789 now"),
    ]
    assert [(number, text) for number, _, text in found(everything, *segments)] == [
        (0, "000123456789"),
        (1, "000123456789"),
    ]


def test_a_number_written_with_invisible_characters_is_found_where_it_stands(everything: Detectors) -> None:
    text = "pay 4111\u200b-1111\u20131111\u00a0\uff11111 now"
    assert found(everything, Segment("/a", Kind.TEXT, text)) == [(0, "CREDIT_CARD", text[4:-4])]


def test_one_entity_stands_where_two_were_seen(everything: Detectors) -> None:
    assert found(everything, Segment("/a", Kind.TEXT, "account number 4111 1111 1111 1111")) == [
        (0, "CREDIT_CARD", "4111 1111 1111 1111")
    ]


def test_only_wanted_entities_are_found(everything: Detectors) -> None:
    segment = Segment("/a", Kind.TEXT, "Jane Doe, jane@example.com, 4111 1111 1111 1111")
    assert found(everything, segment, wanted=frozenset({"EMAIL_ADDRESS"})) == [(0, "EMAIL_ADDRESS", "jane@example.com")]
    assert found(everything, segment, wanted=frozenset()) == []


def test_a_wanted_entity_that_nothing_looks_for_is_a_failure() -> None:
    with pytest.raises(DetectionFailed, match="nothing here recognises CREDIT_CARD"):
        find_all(build([]), [], frozenset({"CREDIT_CARD"}))


class Failing:
    name = "failing"
    entities = frozenset({"X"})

    patterns = ()

    def __init__(self, error: Exception) -> None:
        self.error = error

    def looks_at(self, segment: Segment, wanted: frozenset[str]) -> bool:
        return True

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        raise self.error


@pytest.mark.parametrize("error", [ValueError("4111"), KeyError("4111"), RecursionError("4111"), TimeoutError("4111")])
def test_a_detector_that_raises_is_a_failure_that_quotes_nothing(error: Exception) -> None:
    detectors = Detectors((Failing(error),), {"X": Standing.PATTERN}, {"X": 1.0}, frozenset())
    with pytest.raises(DetectionFailed) as failure:
        find_all(detectors, [Segment("/a", Kind.TEXT, "")], frozenset({"X"}))
    assert str(failure.value) == f"failing: failed with {type(error).__name__}"
    assert failure.value.__suppress_context__


def test_a_failure_that_explains_itself_is_passed_on() -> None:
    failing = Failing(DetectionFailed("patterns", "too slow"))
    detectors = Detectors((failing,), {"X": Standing.PATTERN}, {"X": 1.0}, frozenset())
    with pytest.raises(DetectionFailed, match="patterns: too slow"):
        find_all(detectors, [Segment("/a", Kind.TEXT, "")], frozenset({"X"}))


@pytest.mark.parametrize(
    ("entity", "problem"),
    [
        (Entity("X", HERE), "either patterns or a recognizer"),
        (Entity("X", HERE, patterns=("a",), recognizer="spacy"), "either patterns or a recognizer"),
        (
            Entity("X", HERE, recognizer="spicy"),
            "no recognizer 'spicy'; choose one of credential, labelled_key, labelled_name",
        ),
        (Entity("X", HERE, patterns=("a",), check="lhun"), "no check 'lhun'"),
        (Entity("X", HERE, patterns=("(",)), "not a regular expression"),
        (Entity("X", HERE, recognizer="spacy"), "the model knows LOCATION"),
    ],
)
def test_an_entity_that_cannot_be_recognised_says_where_and_why(entity: Entity, problem: str) -> None:
    with pytest.raises(SettingsError) as failure:
        build([entity])
    assert str(failure.value).startswith("pack.yaml:3 entities.X: ")
    assert problem in str(failure.value)


def test_the_vocabulary_of_packs_is_what_this_room_has() -> None:
    assert {"luhn", "card", "iban"} <= CHECKS
    named = {"credential", "labelled_key", "labelled_name", "labelled_password"}
    assert named | {"presidio", "spacy"} == RECOGNIZERS


def test_a_worker_builds_its_detectors_from_what_can_be_sent_to_it(shipped: dict[str, Entity]) -> None:
    sent: list[Entity] = pickle.loads(pickle.dumps([shipped["CREDIT_CARD"], shipped["IBAN_CODE"]]))
    started = time.process_time()
    detectors = build(sent)
    assert time.process_time() - started < 5
    assert len(found(detectors, Segment("/a", Kind.TEXT, "4111 1111 1111 1111 GB82WEST12345698765432"))) == 2


TEXTS = st.lists(
    st.sampled_from(
        [
            "4111 1111 1111 1111",
            "Jane Doe",
            "account number",
            " ",
            "\n",
            ",",
            "12345678",
            "jane@example.com",
            "\u200b",
            "é",
        ]
    )
    | st.text(max_size=8),
    max_size=12,
).map(" ".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(TEXTS, max_size=3))
def test_findings_lie_in_their_text_in_order_and_apart(everything: Detectors, texts: list[str]) -> None:
    segments = [Segment(f"/{number}", Kind.TEXT, text) for number, text in enumerate(texts)]
    wanted = frozenset(everything.standings)
    findings = find_all(everything, segments, wanted)
    assert all(0 <= each.start < each.end <= len(texts[each.segment]) for each in findings)
    assert all(
        (one.segment, one.end) <= (other.segment, other.start) or one.segment < other.segment
        for one, other in pairwise(findings)
    )
    assert find_all(everything, segments, wanted) == findings


HOSTILE = {
    "digits apart": "1 " * 50_000,
    "fours apart": "4 " * 50_000,
    "dotted": "a.a." * 25_000,
    "colons": "1:1:" * 25_000,
    "cut cards": "4111-" * 20_000,
    "hexadecimal": "0123456789abcdef" * 6_250,
    "signs": "a@" * 50_000,
    "headers": "-----BEGIN PRIVATE KEY-----" * 3_700,
    "cues": "account number 12345678 " * 4_000,
    "one long row": "a,b\n" + "12345678," * 11_000,
    "invisible": "4\u200b" * 50_000,
    "names": "Contact: Jane Doe\n" * 5_500,
}


def test_a_hundred_kilobytes_made_to_hurt_take_bounded_time(everything: Detectors) -> None:
    patterns = frozenset(everything.standings) - {"PERSON", "LOCATION", "ORGANIZATION"}
    started = time.process_time()
    for text in HOSTILE.values():
        find_all(everything, [Segment("/a", Kind.TEXT, text)], patterns)
    assert time.process_time() - started < 5 * len(HOSTILE)


def test_a_text_of_twice_the_length_is_judged_twice_as_often_and_no_more(
    everything: Detectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A count and no time: what is quadratic here would stop a proxy at 100 kB."""
    judged: list[regex.Match[str]] = []

    def counted(match: regex.Match[str]) -> patterns.Read:
        judged.append(match)
        return read_match(match)

    read_match = patterns.read_match
    monkeypatch.setattr(patterns, "read_match", counted)
    counts = []
    for rows in (20, 40):
        text = "name,sort code,account number,card\n" + "Jane,20-00-00,12345678,4111 1111 1111 1111\n" * rows
        judged.clear()
        find_all(everything, [Segment("/a", Kind.OPAQUE, text)], everything.standings.keys() - {"PERSON", "LOCATION"})
        counts.append(len(judged))
    assert 20 < counts[0] < counts[1] <= 2.1 * counts[0]
