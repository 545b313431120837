"""`grille.watching`: one step of a stream."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import engines
from grille.aside import waited
from grille.detectors import Quiet, quiet
from grille.engine import Search
from grille.engine import Watch as AnyWatch
from grille.exchange import (
    Direction,
    Finding,
    Growing,
    Kind,
    Known,
    Outcome,
    Segment,
    TokenMap,
    Touch,
    Watched,
)
from grille.sinks.tally import Tally
from grille.watching import Asked, Judged, Watching, acting
from rewriting import MINTED, TOKEN, engine_for


class Watch:
    """Writes down what it is asked; finds by the patterns of the small policy."""

    def __init__(self) -> None:
        self.asked: list[tuple[Sequence[Growing], Sequence[Known]]] = []

    async def __call__(self, texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known]) -> Watched:
        self.asked.append((texts, known))
        return await engines.watch(texts, wanted, known)


def text(words: str, kind: Kind = Kind.TEXT, touch: Touch = Touch.FREE) -> Segment:
    return Segment("stream:content/index=0", kind, words, "content", touch)


async def find(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
    raise AssertionError("a stream is watched")


def watching(
    folder: Path, minted: TokenMap = MINTED, watch: AnyWatch | None = None, quiet: Quiet | None = None, **changed: str
) -> Watching:
    exchange = replace(engines.exchange("openai", Direction.RESPONSE), endpoint="any", clients=("app",))
    running = engine_for(folder, "openai_chat", **changed)
    wanted = running.policy.wanted(exchange)
    search = Search(find, watch or Watch(), quiet=quiet)
    return Watching(running, exchange, search, engines.TODAY, Tally(), wanted, minted)


def judged(step: Watching, *asked: Asked) -> Judged:
    return asyncio.run(waited(step.judge(asked)))


def test_a_text_that_grows_is_settled_up_to_what_may_still_be_found(tmp_path: Path) -> None:
    words = "Done. 219-09-9999; next, 21"
    step = judged(watching(tmp_path), Asked(text(words), 0, closed=False))
    assert [(each.start, each.end, each.text) for each in step.changes] == [(6, 17, "[US_SSN removed]")]
    assert step.edges == (words.index("21", 20),)
    assert step.outcome is Outcome.REWRITE


@pytest.mark.parametrize("held", ["CREDIT", TOKEN, f"{TOKEN}.ex", "credit_card_k7q"])
def test_a_token_that_has_begun_or_may_be_part_of_a_link_is_held(held: str, tmp_path: Path) -> None:
    step = judged(watching(tmp_path, ssn="log"), Asked(text("Pay; " + held), 0, closed=False))
    assert step.edges[0] <= len("Pay; ")


def test_no_edge_cuts_a_token_in_two(tmp_path: Path) -> None:
    async def in_the_middle(texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known]) -> Watched:
        return Watched((), (len("Pay; CREDIT_CARD"),))

    step = watching(tmp_path, watch=in_the_middle)
    assert judged(step, Asked(text(f"Pay; {TOKEN} now"), 0, closed=False)).edges == (len("Pay; "),)


def test_a_closed_text_is_settled_to_its_end(tmp_path: Path) -> None:
    step = judged(watching(tmp_path), Asked(text(f"Pay {TOKEN}"), 4))
    assert step.edges == (len(f"Pay {TOKEN}"),)
    assert [each.text for each in step.changes] == [engines.CARD]


def test_what_was_settled_before_is_context_and_not_judged_again(tmp_path: Path) -> None:
    words = f"219-09-9999 {TOKEN} and more; "
    settled = len(words) - 6
    step = judged(watching(tmp_path), Asked(text(words), settled, closed=False))
    assert step.changes == ()


def test_detectors_see_the_end_of_a_long_text_and_offsets_are_those_of_all_of_it(tmp_path: Path) -> None:
    watch = Watch()
    words = "word " * 800 + "219-09-9999; "
    step = judged(watching(tmp_path, watch=watch), Asked(text(words), 4000, closed=False))
    assert [(each.start, each.end) for each in step.changes] == [(4000, 4011)]
    ((seen,), _) = watch.asked[0]
    assert len(seen.segment.text) < 2500


def test_a_value_that_was_found_is_known_from_then_on(tmp_path: Path) -> None:
    watch = Watch()
    steps = watching(tmp_path, watch=watch)
    judged(steps, Asked(text("219-09-9999")))
    judged(steps, Asked(text("again")))
    assert [[(each.entity, each.text) for each in known] for _, known in watch.asked] == [
        [],
        [("US_SSN", "219-09-9999")],
    ]


def test_of_a_value_that_was_found_twice_the_better_score_is_known(tmp_path: Path) -> None:
    scores = [0.6, 0.9, 0.7, 0.7]

    async def surer(texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known]) -> Watched:
        seen.append([each.score for each in known])
        return Watched((Finding(0, 0, 11, "US_SSN", scores.pop(0), "patterns"),), (11,))

    seen: list[list[float]] = []
    steps = watching(tmp_path, watch=surer, ssn="log")
    for _ in range(4):
        judged(steps, Asked(text("219-09-9999")))
    assert seen == [[], [0.6], [0.9], [0.9]]


def test_an_answer_with_ever_new_ids_does_not_fill_the_memory(tmp_path: Path) -> None:
    steps, first = watching(tmp_path, ssn="log"), text("id_0", touch=Touch.FIXED)
    judged(steps, *(Asked(text(f"id_{number}", touch=Touch.FIXED)) for number in range(4096)))
    assert steps.is_clean(first)
    judged(steps, Asked(text("one_more", touch=Touch.FIXED)))
    assert not steps.is_clean(first)


def test_fixed_texts_that_were_clean_are_not_asked_again_and_others_are(tmp_path: Path) -> None:
    steps = watching(tmp_path, ssn="log")
    ident, free, dirty = text("id_1", touch=Touch.FIXED), text("hello"), text("219-09-9999", touch=Touch.FIXED)
    judged(steps, Asked(ident), Asked(free), Asked(dirty))
    assert steps.is_clean(ident)
    assert not steps.is_clean(ident._replace(label="other"))
    assert not steps.is_clean(free)
    assert not steps.is_clean(dirty)


@pytest.mark.parametrize(
    ("words", "settled", "closed", "worth"),
    [
        ("Hello", 0, False, False),
        ("Hello ", 0, False, True),
        ("Hello world", 6, False, False),
        ("Hello", 0, True, True),
        ("a" * 65, 0, False, True),
    ],
)
def test_within_a_word_there_is_nothing_to_ask(
    words: str, settled: int, closed: bool, worth: bool, tmp_path: Path
) -> None:
    assert watching(tmp_path).worth_it(Asked(text(words), settled, closed)) is worth


@pytest.mark.parametrize(("waited", "length", "worth"), [(512, 530, True), (800, 880, False), (800, 900, True)])
def test_what_waits_for_long_is_asked_again_when_it_has_grown(
    waited: int, length: int, worth: bool, tmp_path: Path
) -> None:
    assert watching(tmp_path).worth_it(Asked(text("a " * (length // 2)), 0, False, waited)) is worth


def test_a_row_that_blocks_stops_the_stream(tmp_path: Path) -> None:
    steps = watching(tmp_path, ssn="block")
    step = judged(steps, Asked(text("It is 219-09-9999.")))
    assert (step.stops, [each.code for each in step.refusals]) == (True, ["entity_blocked"])
    assert step.changes == ()
    assert [each.action for each in steps._tally.entries()] == ["block"]


def test_in_monitor_mode_the_verdict_is_told_and_nothing_written(tmp_path: Path) -> None:
    step = judged(watching(tmp_path, ssn="block", mode="monitor"), Asked(text(f"It is 219-09-9999, {TOKEN}.")))
    assert (step.stops, step.outcome, step.changes) == (False, Outcome.BLOCK, ())


def test_what_nobody_looks_for_needs_no_watch(tmp_path: Path) -> None:
    watch = Watch()
    steps = watching(tmp_path, watch=watch)
    steps._wanted = frozenset()  # type: ignore[attr-defined]
    step = judged(steps, Asked(text("Hello CREDIT"), 0, closed=False))
    assert (watch.asked, step.edges) == ([], (6,))


def test_nothing_asked_is_nothing_judged(tmp_path: Path) -> None:
    assert judged(watching(tmp_path)) == Judged()


def test_no_value_is_shown(tmp_path: Path) -> None:
    step = judged(watching(tmp_path), Asked(text(f"Pay {TOKEN}")))
    assert "4111" not in repr(step) + repr(Known("4111", "CREDIT_CARD", 1.0)) + repr(Finding(0, 0, 4, "X", 1, "t"))


def test_what_is_remembered_has_a_bound(tmp_path: Path) -> None:
    watch = Watch()
    steps = watching(tmp_path, watch=watch)
    for number in range(1100):
        judged(steps, Asked(text(f"219-09-{number:04}")), Asked(text(f"id_{number}", touch=Touch.FIXED)))
    known = [each.text for each in watch.asked[-1][1]]
    assert len(known) == 1000
    assert known[-1] == "219-09-1098"


def test_what_is_only_recorded_is_told_from_what_something_may_become_of(tmp_path: Path) -> None:
    exchange = replace(engines.exchange("openai", Direction.RESPONSE), endpoint="any", clients=("app",))
    policy = engine_for(tmp_path, "openai_chat", ssn="log", card="redact").policy
    assert acting(policy, exchange) == (frozenset({"CREDIT_CARD"}), frozenset({"US_SSN"}))


def test_what_is_quiet_is_handed_to_nobody(tmp_path: Path) -> None:
    watch = Watch()
    sought = engine_for(tmp_path, "openai_chat").policy.sought()
    step = watching(tmp_path, watch=watch, quiet=quiet(sought))
    assert judged(step, Asked(text("Nobody knows why"), 0, closed=False)).edges == (16,)
    assert watch.asked == []
    found = judged(step, Asked(text("Done. 219-09-9999; next"), 0, closed=False))
    assert [each.text for each in found.changes] == ["[US_SSN removed]"]
    assert len(watch.asked) == 1
