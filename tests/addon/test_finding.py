"""The detectors of a policy as a worker runs them: built once, warm, asked for what is wanted."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from engines import CARD, PATTERNS, SSN, engine
from grille.addon import finding
from grille.addon.nursery import Finder, Recipe
from grille.detectors import find_each
from grille.entities import Entity
from grille.exchange import Growing, Kind, Known, Segment

TEXT = Segment("/text", Kind.TEXT, f"Card {CARD}, number {SSN}.")


@pytest.fixture
def entities(tmp_path: Path) -> tuple[Entity, ...]:
    return tuple(engine(tmp_path).policy.entities.values())


@pytest.fixture
def finder(entities: tuple[Entity, ...]) -> Finder:
    return finding.finder(entities)


def test_the_entities_of_a_policy_are_found_at_their_places(finder: Finder) -> None:
    found = finder.find([TEXT], frozenset(PATTERNS))
    assert {(each.entity, TEXT.text[each.start : each.end]) for each in found} == {
        ("CREDIT_CARD", CARD),
        ("US_SSN", SSN),
    }


def test_only_what_is_wanted_is_looked_for(finder: Finder) -> None:
    assert {each.entity for each in finder.find([TEXT], frozenset({"US_SSN"}))} == {"US_SSN"}
    assert tuple(finder.find([TEXT], frozenset())) == ()


def test_of_a_text_that_grows_what_is_settled_is_found(finder: Finder) -> None:
    text = TEXT.text.removesuffix(".")
    for closed, found, held in ((False, {CARD}, SSN), (True, {CARD, SSN}, "")):
        growing = Growing(Segment("/text", Kind.TEXT, text), closed=closed)
        watched = finder.watch([growing], frozenset(PATTERNS), ())
        assert {text[each.start : each.end] for each in watched.findings} == found
        assert text[watched.edges[0] :] == held


def test_values_that_were_known_in_one_piece_are_unknown_in_the_next(finder: Finder) -> None:
    growing = Growing(Segment("/text", Kind.TEXT, "pay 4711-0815-XY now"))
    known = Known("4711-0815-XY", "CREDIT_CARD", 0.9)
    assert finder.watch([growing], frozenset(PATTERNS), [known]).findings
    assert not finder.watch([growing], frozenset(PATTERNS), ()).findings
    assert not finder.find([growing.segment], frozenset(PATTERNS))


def test_one_message_leaves_nothing_for_the_next(finder: Finder) -> None:
    assert finder.find([TEXT], frozenset(PATTERNS))
    assert tuple(finder.find([Segment("/text", Kind.TEXT, "Nothing here.")], frozenset(PATTERNS))) == ()


def test_a_policy_without_entities_finds_nothing() -> None:
    assert tuple(finding.finder(()).find([TEXT], frozenset())) == ()


def test_the_detectors_have_been_used_before_the_first_message(
    entities: tuple[Entity, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a detector loads late would be loaded in every worker, in the time of somebody's message."""
    asked: list[frozenset[str]] = []

    def watching(detectors: object, segments: object, wanted: frozenset[str]) -> object:
        asked.append(wanted)
        return find_each(detectors, segments, wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(finding, "find_each", watching)
    finding.finder(entities)
    assert asked == [frozenset(PATTERNS)]


def test_a_recipe_for_it_can_be_sent_to_another_process(entities: tuple[Entity, ...]) -> None:
    recipe = Recipe("grille.addon.finding", "finder", (entities,))
    assert pickle.loads(pickle.dumps(recipe.arguments)) == (entities,)
    assert getattr(finding, recipe.function) is finding.finder
