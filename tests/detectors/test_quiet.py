"""`grille.detectors.quiet`: where it says that nothing stands, nothing is found, and no pattern was run to say it."""

from __future__ import annotations

from unittest import mock

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.written import WORDS, segments, texts, values
from grille.detectors import Detectors, Quiet, find_each, keep_from, quiet, watch
from grille.detectors.quiet import MOST
from grille.detectors.sieve import Sieve
from grille.entities import Entity
from grille.exchange import Growing, Kind, Known, Segment, Source
from windows import by_characters, cut, found

CARD = "4111 1111 1111 1111"
SECRETS = frozenset({"CREDIT_CARD", "PASSWORD", "LOGIN", "AWS_ACCESS_KEY"})


@pytest.fixture(scope="module")
def silence(by_pattern: list[Entity]) -> Quiet:
    return quiet(by_pattern)


def growing(text: str, settled: int = 0, *, closed: bool = False, label: str = "content") -> Growing:
    return Growing(Segment("/text", Kind.TEXT, text, label), settled, closed)


# -- whole texts -------------------------------------------------------------------------------------------------


@settings(max_examples=80)
@given(data=st.data())
def test_in_a_quiet_text_nothing_is_found(
    data: st.DataObject, silence: Quiet, without_model: Detectors, by_pattern: list[Entity]
) -> None:
    drawn = data.draw(segments(values(by_pattern)))
    wanted = frozenset(without_model.standings)
    silent = [each for each, is_quiet in zip(drawn, silence.in_whole(drawn, wanted), strict=True) if is_quiet]
    assert find_each(without_model, silent, wanted) == ()


def test_no_example_is_quiet(silence: Quiet, without_model: Detectors, by_pattern: list[Entity]) -> None:
    wanted = frozenset(without_model.standings)
    for entity in by_pattern:
        drawn = [Segment("/a", Kind.TEXT, example) for example in entity.examples]
        assert not any(silence.in_whole(drawn, wanted)), entity.name


def test_words_are_quiet_and_what_stands_under_a_label_is_not(silence: Quiet) -> None:
    drawn = [
        Segment("/a", Kind.TEXT, WORDS),
        Segment("/a", Kind.TEXT, "open", "status"),
        Segment("/a", Kind.TEXT, "xyzzy", "password"),
        Segment("/a", Kind.CREDENTIAL, "xyzzy"),
    ]
    assert silence.in_whole(drawn, SECRETS | {"BODY_CREDENTIAL"}) == [True, True, False, False]


def test_only_what_is_wanted_makes_a_noise(silence: Quiet) -> None:
    drawn = [Segment("/a", Kind.TEXT, "it began with npm_ there")]
    assert silence.in_whole(drawn, frozenset({"BUILD_TOKEN"})) == [False]
    assert silence.in_whole(drawn, frozenset({"AWS_ACCESS_KEY"})) == [True]


def test_where_names_are_wanted_nothing_is_quiet(shipped: dict[str, Entity]) -> None:
    everything = quiet(shipped.values())
    wanted = SECRETS | {"PERSON"}
    assert everything.in_whole([Segment("/a", Kind.TEXT, WORDS)], wanted) == [False]
    assert everything.in_growing([growing(WORDS)], wanted, ()) is None


def test_what_nobody_looks_for_is_not_quiet(silence: Quiet) -> None:
    assert silence.in_whole([Segment("/a", Kind.TEXT, WORDS)], frozenset({"NO_SUCH_ENTITY"})) == [False]


def test_nothing_is_quiet_when_re2_fails(silence: Quiet) -> None:
    with mock.patch.object(Sieve, "passes", lambda sieve, text: sieve.everything):
        assert silence.in_whole([Segment("/a", Kind.TEXT, WORDS)], SECRETS) == [False]
        assert silence.in_growing([growing(WORDS)], SECRETS, ()) is None


# -- texts that grow ---------------------------------------------------------------------------------------------


@settings(max_examples=80)
@given(data=st.data())
def test_what_is_quiet_is_settled_no_further_than_a_search_would_settle_it(
    data: st.DataObject, silence: Quiet, without_model: Detectors, by_pattern: list[Entity]
) -> None:
    text = data.draw(texts(values(by_pattern)))
    one = growing(text, data.draw(st.integers(0, len(text))), closed=data.draw(st.booleans()))
    known = [Known(CARD, "CREDIT_CARD", 0.9), Known("auditors", "PASSWORD", 0.8)]
    wanted = frozenset(without_model.standings)
    if seen := silence.in_growing([one], wanted, known):
        searched = watch(without_model, [one], wanted, known)
        (edge,) = seen.edges
        assert one.settled <= edge <= searched.edges[0]
        assert seen.findings == tuple(each for each in searched.findings if each.end <= edge)


@settings(max_examples=40)
@given(data=st.data(), places=st.lists(st.integers(0, 2000), min_size=1, max_size=12))
def test_wherever_a_text_is_cut_the_same_is_found_as_without_it(
    data: st.DataObject, places: list[int], silence: Quiet, without_model: Detectors, by_pattern: list[Entity]
) -> None:
    text = data.draw(texts(values(by_pattern)))
    wanted = frozenset(without_model.standings)
    expected = found(without_model, [text], wanted)
    assert found(without_model, cut(text, places), wanted, quiet=silence) == expected
    assert found(without_model, by_characters(text, 3), wanted, keep_from, "note", silence) == found(
        without_model, [text], wanted, keep_from, "note"
    )


def test_of_words_little_more_than_the_last_one_is_held(silence: Quiet) -> None:
    seen = silence.in_growing([growing("The harbour was quiet and noth", 4)], SECRETS, ())
    assert seen is not None
    assert seen.edges == (26,)
    closed = silence.in_growing([growing("The harbour was quiet", 4, closed=True)], SECRETS, ())
    assert closed is not None
    assert closed.edges == (21,)


@pytest.mark.parametrize("text", ["the card is 4111", "-----BEGIN PRIVATE KEY", "the password is", "AKIA"])
def test_what_may_have_begun_is_not_quiet(silence: Quiet, text: str) -> None:
    assert silence.in_growing([growing(f"{text} and", 0)], SECRETS | {"PRIVATE_KEY"}, ()) is None


def test_a_known_value_is_found_again_without_a_search(silence: Quiet) -> None:
    known = [Known("xyzzy", "PASSWORD", 0.8)]
    seen = silence.in_growing([growing("it was xyzzy, and nothing else", 3)], SECRETS, known)
    assert seen is not None
    assert [(each.start, each.end, each.entity) for each in seen.findings] == [(7, 12, "PASSWORD")]


def test_more_than_a_little_text_is_left_to_a_worker(silence: Quiet) -> None:
    long = "word " * (MOST // 5)
    assert silence.in_growing([growing(long, len(long) - 9)], SECRETS, ()) is not None
    assert silence.in_growing([growing(long + "more", len(long) - 9)], SECRETS, ()) is None
    assert silence.in_growing([growing("word")], SECRETS, [Known(f"a{n}", "PASSWORD", 1) for n in range(30)]) is None


@pytest.mark.timeout(20)
def test_no_pattern_of_a_pack_is_run() -> None:
    """One that takes for ever on the text is not: a search in this process would not come back."""
    slow = Entity("SLOW", Source("pack.yaml", 3, "entities.SLOW"), patterns=("(?:x|xx)+z(?=y)",))
    text = f"{'x' * 60}zq"
    with pytest.raises(TimeoutError):
        regex.search(slow.patterns[0], text, timeout=0.5)
    silence, wanted = quiet([slow]), frozenset({"SLOW"})
    assert len(silence.in_whole([Segment("/a", Kind.TEXT, text)], wanted)) == 1
    for settled in (0, 10, len(text)):
        silence.in_growing([growing(text, settled)], wanted, ())
