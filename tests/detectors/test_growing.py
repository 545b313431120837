"""`watch`: the same findings wherever a text is cut, no longer held than it must be, and cheap."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grille.detectors import Detectors, build, keep_from, watch
from grille.detectors.base import Sight
from grille.detectors.growing import CONTEXT, settle
from grille.detectors.names import Name
from grille.detectors.overlap import Standing
from grille.detectors.reader import Reader
from grille.entities import Entity
from grille.errors import DetectionFailed
from grille.exchange import Finding, Growing, Kind, Known, Segment, Watched
from windows import by_characters, cut, found, stream, whole

CARD = "4111 1111 1111 1111"


@pytest.fixture(scope="session")
def patterns(shipped: dict[str, Entity]) -> Detectors:
    """Every shipped entity; people only as labels announce them, because a model costs more than all of it."""
    without = [each for each in shipped.values() if each.recognizer != "spacy"]
    return build([*without, replace(shipped["PERSON"], recognizer="labelled_name")])


def growing(text: str, settled: int = 0, *, closed: bool = False, label: str = "") -> Growing:
    return Growing(Segment("/text", Kind.TEXT, text, label), settled, closed)


def words(detectors: Detectors, pieces: Sequence[str], label: str = "") -> list[tuple[str, str]]:
    text = "".join(pieces)
    return [
        (entity, text[start:end])
        for start, end, entity, _ in found(detectors, pieces, frozenset(detectors.standings), label=label)
    ]


# -- wherever it is cut ---------------------------------------------------------------------------------------

SNIPPETS = [
    "123 is the CVV",
    "the CVV of the card is 123.",
    "000123456789 is my account number",
    "account number 000123456789, and once more 000123456789 or 000-123-456789",
    "invoice 24223387 of account 12345678",
    f"Card {CARD}, {CARD.replace(' ', '-')} and 5555555555554444",
    "IBAN GB82 WEST 1234 5698 7654 32 or DE89370400440532013000",
    "SSN: 078-05-1120, then 078051120",
    "write to jane.doe@example.co.uk or jane@example.com.",
    "call +1 415 555 0134, (415) 555-0134 ext. 12 or 020 7946 0958",
    "call 555-0134 x12, 22 498317 (office), Direct: 555 0134 or 06 12 34 56 78 then",
    "see https://example.com/a?b=c, www.example.org. and example.net/x",
    "driver's license A5631933, passport 340020013 and MRN PT-482913",
    "sort code 08-24-73, 08-24-73 12345678",
    "Contact: Jane Doe\nFirst Name: Jane\nAccount holder: Mary Ann Poe\n",
    '{"first_name": "Jane", "cvv": "123", "password": "correct-horse"}\n',
    "payee,account number,amount\nJane Doe,12345678,30\nJohn Roe,87654321,7\n",
    "| contact | iban |\n|---|---|\n| Jane Doe | DE89370400440532013000 |\n\n",
    '[{"name": "Jane Doe", "price": 7, "iban": ""}, {"name": "Blue Pen", "price": 7}]\n',
    "<Dbtr><Nm>Jane Doe</Nm></Dbtr><x><name>John Roe</name><phone>7</phone></x>\n",
    "Name: Jane Doe\nStatus: paid\nPhone: 7\n\nName: Blue Pen\n",
    "password=hunter for me, password: hunter2 is it, password=hunter;",
    "born on 23 December 1987, dob 1987-12-23 and May 5, 2024",
    "token=q7Rz0Kp3Vx9Lm2Tn8Wb4Yc6 bearer q7Rz0Kp3Vx9Lm2Tn8Wb4Yc6",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIEXAMPLEEXAMPLE000000\n-----END PRIVATE KEY-----",
    "postgres://app:example-pw@db.example.com:5432/ledger",
    "card %34%31%31%31 1111%201111 1111, 100% of it",
    r"card \u0034111 1111 1111 1111 and C:\users",
    "41\u200b11 1111\u00a01111 1111, é",
    "Contact: Jane Doe\nThen Jane Doe came back, and so did Jane",
    "sku,account number,amount\nA-1,12345678,30\nA-2,87654321,7\n",
    "transit number/account no.: 000628961 97025826, sort code and account number: 20-00-00 / 12345678\n",
    "ts=1 dob=1959-01-07\n2025-07-17T04:07:32Z DEBUG\nAccount numbers: 12345678\n87654321\n11223344 of it",
    "12345678 that he gave us for these accountants, and 87654321 was what they called their acct",
    "The customer called about her refund and we could not say why it took so long.",
]
TEXTS = st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=5).flatmap(
    lambda some: st.sampled_from(["", " ", "\n", ". ", ", "]).map(lambda between: between.join(some))
)
CUTS = st.lists(st.integers(0, 2000), min_size=1, max_size=12)


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_character_by_character_is_as_all_at_once(patterns: Detectors, snippet: str) -> None:
    text = f"{snippet} and the rest of it"
    assert words(patterns, by_characters(text)) == words(patterns, [text])


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_every_single_cut_gives_the_same(patterns: Detectors, snippet: str) -> None:
    wanted = frozenset(patterns.standings)
    expected = found(patterns, [snippet], wanted)
    for place in range(len(snippet) + 1):
        assert found(patterns, [snippet[:place], snippet[place:]], wanted) == expected, place


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(text=TEXTS, cuts=CUTS, label=st.sampled_from(["", "accountNumber", "payee"]))
def test_wherever_a_text_is_cut_the_same_is_found(patterns: Detectors, text: str, cuts: list[int], label: str) -> None:
    wanted = frozenset(patterns.standings)
    expected = found(patterns, [text], wanted, whole, label)
    assert found(patterns, cut(text, cuts), wanted, whole, label) == expected
    assert found(patterns, cut(text, cuts), wanted, keep_from, label) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(text=TEXTS, cuts=CUTS)
def test_with_a_model_as_well(everything: Detectors, text: str, cuts: list[int]) -> None:
    text = f"Jane Doe called from Berlin. {text} Mr. John Roe of Deutsche Bank met Jane Doe"
    wanted = frozenset(everything.standings)
    assert found(everything, cut(text, cuts), wanted) == found(everything, [text], wanted, whole)


def test_what_a_stream_gives_up_is_what_a_whole_message_does(patterns: Detectors) -> None:
    text = f"Contact: Jane Doe\nAccount number: 000123456789\nCard {CARD}, once more 000123456789."
    assert words(patterns, by_characters(text, 3)) == [
        ("PERSON", "Jane Doe"),
        ("US_BANK_NUMBER", "000123456789"),
        ("CREDIT_CARD", CARD),
        ("US_BANK_NUMBER", "000123456789"),
    ]


@pytest.mark.parametrize("written", ["%34%31%31%31 1111 1111 1111", r"\u0034\u0031\u0031\u0031 1111 1111 1111"])
def test_what_is_spelled_out_is_found_as_it_stands(patterns: Detectors, written: str) -> None:
    assert words(patterns, by_characters(f"card {written}.")) == [("CREDIT_CARD", written)]


# -- how much is held -------------------------------------------------------------------------------------------

PROSE = (
    "When a customer asks why a payment was declined, the first thing to check is whether the bank has answered"
    " at all. The reason code that comes back is often vague, and may be of no help. In practice, the director or"
    " an employee explains it in plain words, offers another way to pay, and notes the call in the account"
    " history. It is that simple; attention to detail helps. Is there a contact at the bank? Then call them."
)


def held(detectors: Detectors, text: str, wanted: frozenset[str]) -> list[str]:
    """What waits after each word."""
    pieces = [f"{word} " for word in text.split()]
    ends = [len("".join(pieces[: number + 1])) for number in range(len(pieces))]
    edges = [edge for edge, _ in stream(detectors, pieces, wanted)]
    said = "".join(pieces)
    return [said[edge:end] for edge, end in zip(edges, ends, strict=False)]


def test_of_prose_little_more_than_the_last_word_is_held(patterns: Detectors) -> None:
    waiting = held(patterns, PROSE, frozenset(patterns.standings))
    assert max(map(len, waiting)) <= 20
    assert sum(map(len, waiting)) / len(waiting) < 2


def test_for_names_the_last_sentence_is_held(everything: Detectors) -> None:
    waiting = held(everything, PROSE, frozenset({"PERSON"}))
    assert all(". " not in each.rstrip() for each in waiting)
    assert "Is there a contact at the bank? " not in waiting


def test_a_candidate_waits_for_the_words_that_may_speak_for_it(patterns: Detectors) -> None:
    waiting = held(
        patterns, "That is 123 and we shall see what else there is to be said", frozenset({"CARD_VERIFICATION"})
    )
    assert waiting[2] == "123 "
    assert waiting[-1] == ""


def test_a_closed_text_is_settled_to_its_end(patterns: Detectors) -> None:
    for text in ("card 4111 11", "password: hunter", "100%", "x\u200b", ""):
        assert watch(patterns, [growing(text, closed=True)], frozenset({"CREDIT_CARD"})).edges == (len(text),)


# -- names ------------------------------------------------------------------------------------------------------


def test_a_model_reads_whole_sentences_once_and_nothing_else(
    everything: Detectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    names = Reader.names

    def reading(self: Reader, texts: Sequence[str], *, whole: bool) -> list[list[Name]]:
        assert not whole
        read.extend(texts)
        return names(self, texts, whole=whole)

    monkeypatch.setattr(Reader, "names", reading)
    text = "Jane Doe called. She met John Roe in Berlin! And then"
    assert words(everything, by_characters(text)) == [
        ("PERSON", "Jane Doe"),
        ("PERSON", "John Roe"),
        ("LOCATION", "Berlin"),
    ]
    assert read == ["Jane Doe called. ", "She met John Roe in Berlin! ", "And then"]


# -- known values -------------------------------------------------------------------------------------------------

ACCOUNT = Known("4711-0815-XY", "US_BANK_NUMBER", 0.8)
ONE = frozenset({"US_BANK_NUMBER"})
MORE = "and that is all there is to say about it today, unless somebody asks. "


def test_a_known_value_is_found_again_once_its_last_word_has_come(patterns: Detectors) -> None:
    assert watch(patterns, [growing("pay 4711-0815-XY")], ONE, [ACCOUNT]) == Watched((), (4,))
    seen = watch(patterns, [growing(f"pay 4711-0815-XY {MORE}")], ONE, [ACCOUNT])
    assert [(each.start, each.end, each.entity, each.score) for each in seen.findings] == [
        (4, 16, "US_BANK_NUMBER", 0.8)
    ]
    assert not watch(patterns, [growing(f"pay 4711-0815-XYZ {MORE}")], ONE, [ACCOUNT]).findings


def test_a_known_value_of_an_entity_that_is_not_wanted_is_not_looked_for(patterns: Detectors) -> None:
    assert not watch(patterns, [growing(f"pay 4711-0815-XY {MORE}")], frozenset({"US_SSN"}), [ACCOUNT]).findings


def test_a_new_value_recurs_in_the_other_texts_of_the_call_and_not_before_itself(patterns: Detectors) -> None:
    texts = [
        growing(f"pay 000123456789 to account number 000123456789. {MORE}"),
        growing(f"it is 000123456789. {MORE}"),
    ]
    seen = watch(patterns, texts, ONE)
    assert [(each.segment, each.start) for each in seen.findings] == [(0, 35), (1, 6)]


def test_where_the_text_is_settled_nothing_is_found_any_more(patterns: Detectors) -> None:
    text = f"account number 000123456789. {MORE}{MORE}000123456789. {MORE}"
    again = text.rindex("0001")
    known = Known("000123456789", "US_BANK_NUMBER", 0.8)
    assert [each.start for each in watch(patterns, [growing(text)], ONE).findings] == [15, again]
    assert [each.start for each in watch(patterns, [growing(text, 27)], ONE).findings] == []
    assert [each.start for each in watch(patterns, [growing(text, 27)], ONE, [known]).findings] == [again]


# -- what is kept before -----------------------------------------------------------------------------------------


def test_little_is_kept_of_prose_and_all_of_a_table() -> None:
    prose = "word " * 1000
    assert len(prose) - 2 * CONTEXT <= keep_from(growing(prose, len(prose))) <= len(prose) - CONTEXT
    lines = "some words\n" * 400
    begin = keep_from(growing(lines, len(lines)))
    assert lines[begin - 1] == "\n"
    table = "payee,account number\n" + "Jane Doe,12345678\n" * 100
    assert keep_from(growing(lines + table, len(lines + table))) == len(lines)


def test_headings_are_heard_far_below_and_wherever_the_text_is_cut(patterns: Detectors) -> None:
    text = "x\n" * 300 + "payee,account number\n" + "Jane Doe,12345678\n" * 60
    pieces = by_characters(text, 50)
    assert words(patterns, pieces) == [("PERSON", "Jane Doe"), ("UK_BANK_ACCOUNT", "12345678")] * 60


# -- failures, and what belongs together -------------------------------------------------------------------------


def test_a_wanted_entity_that_nothing_looks_for_is_a_failure() -> None:
    with pytest.raises(DetectionFailed, match="nothing here recognises CREDIT_CARD"):
        watch(build([]), [], frozenset({"CREDIT_CARD"}))


class Failing:
    name = "failing"
    entities = frozenset({"X"})
    patterns = ()

    def looks_at(self, segment: Segment, wanted: frozenset[str]) -> bool:
        return True

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        return []

    def watch(self, texts: Sequence[Growing], wanted: frozenset[str], edges: Sequence[int]) -> list[Sight]:
        raise ValueError("4111")


def test_a_detector_that_raises_is_a_failure_that_quotes_nothing() -> None:
    with pytest.raises(DetectionFailed) as failure:
        watch(Detectors((Failing(),), {"X": Standing.PATTERN}, {"X": 1.0}, frozenset()), [], frozenset({"X"}))
    assert str(failure.value) == "failing: failed with ValueError"


NAMES = {"PERSON": Standing.NAME, "CREDIT_CARD": Standing.PROOF}


def name(start: int, end: int, entity: str = "PERSON") -> Finding:
    return Finding(0, start, end, entity, 0.9, "test")


@pytest.mark.parametrize(
    ("text", "edge", "settled"),
    [
        ("by Jane", 7, 3),
        ("by Jane ", 8, 3),
        ("by Jane D", 8, 3),
        ("by Jane said", 12, 12),
        ("by Jane, Doe", 8, 8),
        ("by Jane. ", 5, 3),
    ],
)
def test_a_name_waits_for_the_word_that_may_belong_to_it(text: str, edge: int, settled: int) -> None:
    assert settle([growing(text)], [Sight((name(3, 7),), edge)], NAMES, ()).edges == (settled,)


def test_two_pieces_of_a_name_come_out_as_one() -> None:
    seen = settle([growing("by Jane Doe, ")], [Sight((name(3, 7), name(8, 11)), 13)], NAMES, ())
    assert [(each.start, each.end) for each in seen.findings] == [(3, 11)]


def test_what_belongs_together_is_not_cut() -> None:
    sight = Sight((name(2, 9, "CREDIT_CARD"),), 20, ((8, 30),))
    assert settle([growing("x" * 40)], [sight], NAMES, ()) == Watched((), (2,))


@pytest.mark.parametrize(
    "text", ["0123456789abcdef" * 3000, "4111-" * 8000, "account number 12345678 " * 2000, "1 " * 20000]
)
def test_a_piece_made_to_hurt_takes_bounded_time(patterns: Detectors, text: str) -> None:
    started = time.process_time()
    watch(patterns, [growing(text)], frozenset(patterns.standings))
    assert time.process_time() - started < 5
