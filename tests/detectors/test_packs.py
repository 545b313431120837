"""The shipped packs: every entity finds its examples and leaves its near misses alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import cast

import pytest
import regex
import yaml

from grille.detectors import Detectors, find_all
from grille.entities import Entity
from grille.exchange import Kind, Segment

FOLDER = Path(__file__).parents[2] / "policies" / "entities"
PACKS = {
    name: yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    for name in ("payment", "identity", "national", "secrets")
}
ENTITIES = [name for pack in PACKS.values() for name in pack["entities"]]
UNBOUNDED = regex.compile(r"(?<![\\}])[*+](?![?+]?\])|\{[0-9]+,\}")


def in_text(value: str) -> tuple[str, str]:
    return value, f"Please look at {value} before Friday."


def finds(everything: Detectors, entity: str, text: str) -> bool:
    return bool(find_all(everything, [Segment("/a", Kind.TEXT, text)], frozenset({entity})))


@pytest.mark.parametrize("name", ENTITIES)
def test_every_example_is_found_alone_and_in_a_sentence(
    name: str, shipped: dict[str, Entity], everything: Detectors
) -> None:
    missed = [text for value in shipped[name].examples for text in in_text(value) if not finds(everything, name, text)]
    assert missed == []


@pytest.mark.parametrize("name", ENTITIES)
def test_no_near_miss_is_found(name: str, shipped: dict[str, Entity], everything: Detectors) -> None:
    wrong = [text for value in shipped[name].near_misses for text in in_text(value) if finds(everything, name, text)]
    assert wrong == []


@pytest.mark.parametrize("name", ENTITIES)
def test_every_entity_brings_its_proof(name: str, shipped: dict[str, Entity]) -> None:
    entity = shipped[name]
    assert entity.description
    assert entity.examples
    assert entity.near_misses
    assert 0 <= entity.threshold <= entity.score <= entity.score_with_context <= 1


@pytest.mark.parametrize("name", ENTITIES)
def test_a_weak_pattern_has_cues_to_stand_beside(name: str, shipped: dict[str, Entity]) -> None:
    entity = shipped[name]
    assert entity.context or not any("(?P<weak>" in pattern for pattern in entity.patterns)


@pytest.mark.parametrize("name", ENTITIES)
def test_every_repetition_is_bounded(name: str, shipped: dict[str, Entity]) -> None:
    for pattern in shipped[name].patterns:
        outside_classes = regex.sub(r"\[(?:\\.|[^\]\\])*\]", "C", pattern)
        assert not UNBOUNDED.search(outside_classes), pattern


@pytest.mark.parametrize("pack", PACKS)
def test_groups_name_entities_of_their_pack(pack: str) -> None:
    written = PACKS[pack]
    groups = cast("dict[str, list[str]]", written["groups"])
    assert written["version"] == 1
    assert written["pack"] == pack
    assert set(groups[pack]) == set(written["entities"])
    assert all(set(members) <= set(written["entities"]) for members in groups.values())


def test_each_pattern_alone_survives_text_made_to_hurt(shipped: dict[str, Entity]) -> None:
    hostile = ["1 " * 10_000, "a.a." * 5_000, "1:1:" * 5_000, "4111-" * 4_000, "0123456789abcdef" * 1_250, "A" * 20_000]
    started = time.process_time()
    for entity in shipped.values():
        for pattern in entity.patterns:
            for text in hostile:
                list(regex.finditer(pattern, text, overlapped=True, timeout=10))
    assert time.process_time() - started < 60
