"""The detectors of a policy as a worker runs them: built once, warm, asked for what is wanted."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from engines import CARD, PATTERNS, SSN, engine
from grille.addon import finding
from grille.addon.finding import finder
from grille.addon.nursery import Finder
from grille.addon.workers import Recipe
from grille.detectors import find_all
from grille.entities import Entity
from grille.exchange import Kind, Segment

TEXT = Segment("/text", Kind.TEXT, f"Card {CARD}, number {SSN}.")


@pytest.fixture
def entities(tmp_path: Path) -> tuple[Entity, ...]:
    return tuple(engine(tmp_path).policy.entities.values())


@pytest.fixture
def find(entities: tuple[Entity, ...]) -> Finder:
    return finder(entities)


def test_the_entities_of_a_policy_are_found_at_their_places(find: Finder) -> None:
    found = find([TEXT], frozenset(PATTERNS))
    assert {(each.entity, TEXT.text[each.start : each.end]) for each in found} == {
        ("CREDIT_CARD", CARD),
        ("US_SSN", SSN),
    }


def test_only_what_is_wanted_is_looked_for(find: Finder) -> None:
    assert {each.entity for each in find([TEXT], frozenset({"US_SSN"}))} == {"US_SSN"}
    assert tuple(find([TEXT], frozenset())) == ()


def test_one_message_leaves_nothing_for_the_next(find: Finder) -> None:
    assert find([TEXT], frozenset(PATTERNS))
    assert tuple(find([Segment("/text", Kind.TEXT, "Nothing here.")], frozenset(PATTERNS))) == ()


def test_a_policy_without_entities_finds_nothing() -> None:
    assert tuple(finder(())([TEXT], frozenset())) == ()


def test_the_detectors_have_been_used_before_the_first_message(
    entities: tuple[Entity, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a detector loads late would be loaded in every worker, in the time of somebody's message."""
    asked: list[frozenset[str]] = []

    def watching(detectors: object, segments: object, wanted: frozenset[str]) -> object:
        asked.append(wanted)
        return find_all(detectors, segments, wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(finding, "find_all", watching)
    finder(entities)
    assert asked == [frozenset(PATTERNS)]


def test_a_recipe_for_it_can_be_sent_to_another_process(entities: tuple[Entity, ...]) -> None:
    recipe = Recipe("grille.addon.finding", "finder", (entities,))
    assert pickle.loads(pickle.dumps(recipe.arguments)) == (entities,)
    assert getattr(finding, recipe.function) is finder
