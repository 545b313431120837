"""`grille.once`: what was judged before costs no search, and everything comes out as if it had been searched anew."""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines import CARD, JSON, PLACES, SSN, TODAY, engine, exchange
from engines import find as find_each
from grille import detectors
from grille.detectors import quiet
from grille.detectors.normalize import view
from grille.engine import Engine, Inspection, inspect
from grille.entities import Entity
from grille.errors import DetectionFailed
from grille.exchange import Finding, Kind, Outcome, Segment
from grille.framing.message import Message
from grille.once import _WRITTEN_OTHERWISE, Once

WANTED = frozenset({"CREDIT_CARD", "PERSON"})
ROWS = [{"id": number, "payer": f"Company {number}", "total": 10.5 * number} for number in range(12)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(tmp_path_factory.mktemp("policy"))


def entities(running: Engine) -> tuple[Entity, ...]:
    return tuple(running.policy.entities.values())


class Counting:
    """A finder that remembers what it was given."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        self.asked += [segment.text for segment in segments]
        return await find_each(segments, wanted)


def found(once: Once, *segments: Segment, wanted: frozenset[str] = WANTED) -> list[tuple[int, str, str]]:
    each = asyncio.run(once.find(segments, wanted))
    return [(one.segment, one.entity, segments[one.segment].text[one.start : one.end]) for one in each]


def text(words: str, kind: Kind = Kind.TEXT, label: str = "") -> Segment:
    return Segment("/text", kind, words, label)


def test_it_counts_what_it_knew_and_what_it_did_not(running: Engine) -> None:
    once = Once(entities(running), Counting())
    found(once, text("one"), text("two"))
    found(once, text("two"), text("three"))
    assert (once.known, once.met, once.searched) == (3, 1, 3)


def test_a_text_is_searched_once(running: Engine) -> None:
    counting = Counting()
    once = Once(entities(running), counting)
    first = found(once, text(f"pay {CARD}"), text("good morning"))
    again = found(once, text(f"pay {CARD}"), text("and now?"), text("good morning"))
    assert first == [(0, "CREDIT_CARD", CARD)] == again
    assert counting.asked == [f"pay {CARD}", "good morning", "and now?"]


def test_a_text_in_which_nothing_can_stand_is_handed_to_nobody(running: Engine) -> None:
    counting, sought, wanted = Counting(), entities(running), frozenset({"CREDIT_CARD"})
    once = Once(sought, counting, quiet=quiet(sought))
    assert found(once, text("nothing here"), text(CARD), wanted=wanted) == [(1, "CREDIT_CARD", CARD)]
    assert found(once, text("nothing here"), wanted=wanted) == []
    assert counting.asked == [CARD]
    assert (once.known, once.met, once.searched) == (2, 1, 2)


def test_the_same_text_twice_in_one_message_is_searched_once(running: Engine) -> None:
    counting = Counting()
    once = Once(entities(running), counting)
    assert len(found(once, text(f"pay {CARD}"), text(f"pay {CARD}"))) == 2
    assert counting.asked == [f"pay {CARD}"]


@pytest.mark.parametrize(
    "other",
    [text("good morning", Kind.NAME), text("good morning", label="card"), text("good\0morning"), text("good morning ")],
)
def test_a_text_of_another_kind_or_label_is_another_text(running: Engine, other: Segment) -> None:
    counting = Counting()
    once = Once(entities(running), counting)
    found(once, text("good morning"))
    found(once, other)
    assert len(counting.asked) == 2


def test_what_was_looked_for_is_a_part_of_what_is_known(running: Engine) -> None:
    once = Once(entities(running), find_each)
    assert found(once, text(f"pay {CARD}"), wanted=frozenset({"PERSON"})) == []
    assert found(once, text(f"pay {CARD}")) == [(0, "CREDIT_CARD", CARD)]


def test_a_value_of_a_new_text_is_found_in_a_known_one(running: Engine) -> None:
    once = Once(entities(running), find_each)
    assert found(once, text("send 4111.1111.1111.1111 on")) == []
    assert found(once, text("send 4111.1111.1111.1111 on"), text(CARD)) == [
        (0, "CREDIT_CARD", "4111.1111.1111.1111"),
        (1, "CREDIT_CARD", CARD),
    ]


def test_a_search_that_failed_is_not_known(running: Engine) -> None:
    async def failing(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        raise DetectionFailed("workers", "late")

    once = Once(entities(running), failing)
    for _ in range(2):
        with pytest.raises(DetectionFailed):
            found(once, text(CARD))


def test_the_text_that_was_not_met_for_longest_goes_first(running: Engine) -> None:
    counting = Counting()
    once = Once(entities(running), counting, most=2)
    for words in ("one", "two", "one", "three", "one", "two"):
        found(once, text(words))
    assert counting.asked == ["one", "two", "three", "two"]


def test_messages_that_are_searched_at_the_same_time_do_not_lose_each_others_texts(running: Engine) -> None:
    async def slowly(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        await asyncio.sleep(0.01 if segments[0].text == "slow" else 0)
        return await find_each(segments, wanted)

    async def all_at_once(once: Once) -> list[tuple[Finding, ...]]:
        await once.find([text(CARD)], WANTED)
        messages = [[text("slow"), text(CARD)], [text("one")], [text("two")]]
        return await asyncio.gather(*(once.find(each, WANTED) for each in messages))

    assert [len(each) for each in asyncio.run(all_at_once(Once(entities(running), slowly, most=1)))] == [1, 0, 0]


def test_no_word_of_a_text_is_kept(running: Engine) -> None:
    once = Once(entities(running), find_each)
    assert found(once, text(f"Jane Doe pays {CARD}"))
    kept = pickle.dumps(once._known)
    assert b"CREDIT_CARD" in kept
    assert not any(word in kept for word in (b"4111", b"Jane", b"pays"))


@pytest.fixture(scope="module")
def built(running: Engine) -> detectors.Detectors:
    return detectors.build(entities(running))


_TEXTS = st.lists(
    st.lists(st.sampled_from(["Jane Doe", "jane", " ", CARD, "4111-1111-1111-1111", "é", "\u200b", "%34", "x"])).map(
        "".join
    ),
    min_size=1,
    max_size=4,
)


@given(st.lists(_TEXTS, min_size=1, max_size=3))
def test_findings_are_those_of_a_search_of_the_whole_message(
    running: Engine, built: detectors.Detectors, messages: list[list[str]]
) -> None:
    async def each(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        return detectors.find_each(built, segments, wanted)

    once = Once(entities(running), each)
    for message in messages:
        segments = [text(words) for words in message]
        assert asyncio.run(once.find(segments, WANTED)) == detectors.find_all(built, segments, WANTED)


# -- documents in strings -------------------------------------------------------------------------


def judged(running: Engine, once: Once | None, *contents: object) -> Inspection:
    """A conversation in which a tool answers with JSON in a string."""
    said = [each if isinstance(each, str) else json.dumps(each) for each in contents]
    body = json.dumps({"messages": [{"role": "tool", "tool_call_id": "c", "content": each} for each in said]})
    message = Message(JSON, body.encode(), PLACES["openai"][1])
    searching = once or Once(entities(running), find_each)
    return asyncio.run(inspect(running, exchange("openai"), message, searching.find, TODAY, once=once))


def left(inspection: Inspection) -> object:
    """What leaves, and what the record says; segments may have other numbers."""
    verdict = inspection.verdict
    rulings = [
        (inspection.segments[each.finding.segment].address, each.finding.start, each.finding.entity, each.action)
        for each in verdict.rulings
    ]
    return inspection.message.body, inspection.tokens, verdict.outcome, verdict.refusals, verdict.evidence, rulings


def closed(inspection: Inspection) -> int:
    return sum(segment.closed for segment in inspection.segments)


def test_a_document_without_findings_stays_closed_the_next_time(running: Engine) -> None:
    once = Once(entities(running), find_each)
    first, second = judged(running, once, ROWS), judged(running, once, ROWS, "and now?")
    assert (closed(first), closed(second)) == (0, 1)
    assert len(second.segments) < len(first.segments)
    assert second.verdict.outcome is Outcome.ALLOW


@pytest.mark.parametrize(
    "rows",
    [
        [*ROWS, {"card": CARD}],
        [*ROWS, {"note": "CREDIT_CARD_K7Q2M9XA"}],
        [*ROWS, {"note": 'she said "no"'}],
        f"[{json.dumps(ROWS)}, 2.19099999e8]",
        json.dumps([*ROWS, {"note": "CREDIT_CARD_K7Q2M9XA"}]).replace("T_C", "T\\u005fC"),
        json.dumps([*ROWS, {"note": "éCREDIT_CARD_K7Q2M9XA"}]),
        ROWS[:2],
        "[" + json.dumps(ROWS),
    ],
    ids=[
        "a finding",
        "what looks like a token",
        "words that are escaped",
        "a number that is not what it reads",
        "a token with an escape",
        "a token behind one",
        "short",
        "no document",
    ],
)
def test_others_do_not(running: Engine, rows: object) -> None:
    once = Once(entities(running), find_each)
    judged(running, once, rows)
    assert closed(judged(running, once, rows)) == 0


@pytest.mark.parametrize(
    ("late", "outcome"),
    [(f"the number is {SSN}", Outcome.BLOCK), ("ask Jane Doe", Outcome.REWRITE)],
    ids=["a number", "a name"],
)
def test_a_value_that_is_found_later_opens_it(running: Engine, late: str, outcome: Outcome) -> None:
    hidden = json.dumps([*ROWS, {"number": 219099999, "who": "JANE DOE"}])
    once = Once(entities(running), find_each)
    judged(running, once, hidden)
    assert closed(judged(running, once, hidden)) == 1
    anew, known = judged(running, None, hidden, late), judged(running, once, hidden, late)
    assert closed(known) == 0
    assert left(known) == left(anew)
    assert (len(anew.verdict.rulings), anew.verdict.outcome) == (2, outcome)


_WRITTEN = ["219099999", "\\uff1219099999", "é\\u3000219099999", "\\u003c219099999", "\\ud835\\udfda19099999",
            "\\u0000219099999", "\\u005cu003219099999", "%3\\u003219099999", "\\u00253219099999"]  # fmt: skip
"""A number as it may be written in a string. The last five are not read so in the text around that."""


@pytest.mark.parametrize("written", _WRITTEN)
def test_a_value_that_is_found_later_opens_it_whatever_escapes_it_is_written_with(
    running: Engine, written: str
) -> None:
    hidden = json.dumps([*ROWS, "here"]).replace("here", written)
    once = Once(entities(running), find_each)
    judged(running, once, hidden)
    late = f"the number is {SSN}"
    anew, known = judged(running, None, hidden, late), judged(running, once, hidden, late)
    assert left(known) == left(anew)
    assert len(anew.verdict.rulings) == 2


def test_escapes_of_plain_letters_and_signs_leave_it_closed_and_are_read_for_what_they_are(running: Engine) -> None:
    once = Once(entities(running), find_each)
    signs = json.dumps([*ROWS, "Société", "here"]).replace("here", "\\u003cb\\u003e \\u0026 \\u0022 \\u0027")
    judged(running, once, signs)
    assert closed(judged(running, once, signs)) == 1
    for code in range(0x10000):
        for escape in (f"\\u{code:04x}", f"\\u{code:04X}"):
            if _WRITTEN_OTHERWISE.search(escape) is None:
                assert view(text(f"a{escape}b")).segment == view(text(f"a{chr(code)}b")).segment


_VALUE = st.sampled_from([CARD, "Jane Doe", "JANE DOE", "x", 4111111111111111, None, "é", "a b"])
_ROW = st.fixed_dictionaries({"a": _VALUE})
_DOCUMENT = st.lists(_ROW, min_size=1, max_size=3).map(lambda rows: [*rows, *ROWS])


@st.composite
def _escaped(draw: st.DrawFn) -> str:
    """A document in which chance wrote a character as an escape, in whatever a number or a name stands in."""
    said = draw(st.sampled_from(["219099999", "JANE DOE", "𝟚19099999", "\x01219099999", "%3219099999", "x Jane Doe"]))
    at = draw(st.integers(0, len(said) - 1))
    units = said[at].encode("utf-16-be").hex()
    escape = "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
    return json.dumps([*ROWS, "here"]).replace("here", json.dumps(said[:at])[1:-1] + escape + said[at + 1 :])


@settings(max_examples=25)
@given(
    st.lists(
        st.lists(st.one_of(_DOCUMENT, _escaped(), st.sampled_from([CARD, SSN, "Jane Doe", "go on"])), max_size=3),
        max_size=4,
    )
)
def test_what_leaves_is_what_leaves_without_it(running: Engine, turns: list[list[object]]) -> None:
    once = Once(entities(running), find_each)
    for turn in turns:
        assert left(judged(running, once, *turn)) == left(judged(running, None, *turn))


def test_a_body_of_any_size_is_read_the_same(running: Engine) -> None:
    large = [{"id": number, "note": f"Company {number}"} for number in range(2000)]
    inspection = judged(running, Once(entities(running), find_each), large, CARD)
    assert inspection.verdict.outcome is Outcome.REWRITE
    assert CARD.encode() not in inspection.message.body
