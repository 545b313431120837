"""The shipped packs, read plainly: strict reading is the policy room's affair."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
import yaml

from grille.detectors import Detectors, build
from grille.entities import Entity
from grille.exchange import Source

PACKS = Path(__file__).parents[2] / "policies" / "entities"


def entities(path: Path) -> list[Entity]:
    written = cast("dict[str, dict[str, object]]", yaml.safe_load(path.read_text("utf-8"))["entities"])
    return [_entity(name, fields, Source(path.name, 0, f"entities.{name}")) for name, fields in written.items()]


def _entity(name: str, fields: dict[str, object], source: Source) -> Entity:
    patterns = fields.get("patterns") or ([fields["pattern"]] if "pattern" in fields else [])

    def texts(key: str) -> tuple[str, ...]:
        return tuple(cast("list[str]", fields.get(key, [])))

    return Entity(
        name=name,
        source=source,
        description=str(fields["description"]),
        patterns=tuple(cast("list[str]", patterns)),
        recognizer=str(fields.get("recognizer", "")),
        check=str(fields.get("check", "")),
        context=texts("context"),
        companions=texts("companions"),
        score=float(cast("float", fields["score"])),
        score_with_context=float(cast("float", fields["score_with_context"])),
        threshold=float(cast("float", fields["threshold"])),
        examples=texts("examples"),
        near_misses=texts("near_misses"),
    )


@pytest.fixture(scope="session")
def shipped() -> dict[str, Entity]:
    """Every shipped entity by its name."""
    return {entity.name: entity for path in sorted(PACKS.glob("*.yaml")) for entity in entities(path)}


@pytest.fixture(scope="session")
def by_pattern(shipped: dict[str, Entity]) -> list[Entity]:
    """Every shipped entity that is found without a language model."""
    return [entity for entity in shipped.values() if entity.recognizer != "spacy"]


@pytest.fixture(scope="session")
def without_model(by_pattern: list[Entity]) -> Detectors:
    """Detectors for these."""
    return build(by_pattern)


@pytest.fixture(scope="session")
def everything(shipped: dict[str, Entity]) -> Detectors:
    """Detectors for every shipped entity, the language model among them."""
    return build(list(shipped.values()))
