"""`grille.once`: what was judged before costs no search, and everything comes out as if it had been searched anew."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines import CARD, engine
from engines import find as find_each
from grille import detectors
from grille.detectors import quiet
from grille.engine import Engine
from grille.entities import Entity
from grille.errors import DetectionFailed
from grille.exchange import Finding, Kind, Segment
from grille.once import Once

WANTED = frozenset({"CREDIT_CARD", "PERSON"})


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
