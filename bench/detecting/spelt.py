"""How many of the spellings each engine sees through, whole and by the right name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from detecting.engines import Engine
from detecting.names import Names
from detecting.spellings import SPELLINGS, VALUES, nested, spelled
from detecting.texts import Span, Text

ENTITIES: Final = tuple(entity for entity, _, _ in VALUES)


@dataclass(frozen=True, slots=True)
class Sighted:
    """Of one column: spellings found of each entity, those missed by name, and codings found by depth."""

    column: str
    found: Counter[str]
    missed: dict[str, list[str]]
    nested: Counter[int]


ALL: Final = len(SPELLINGS)
ALL_NESTED: Final = Counter(depth for depth, _ in nested())


def sighted(engine: Engine, names: Names) -> list[Sighted]:
    seen = {column: Sighted(column, Counter(), defaultdict(list), Counter()) for column, _ in engine.columns}
    for name, text in spelled():
        for column, is_seen in _seen(engine, names, text).items():
            entity = text.spans[0].entity
            if is_seen:
                seen[column].found[entity] += 1
            else:
                seen[column].missed[entity].append(name)
    for depth, text in nested():
        for column, is_seen in _seen(engine, names, text).items():
            seen[column].nested[depth] += is_seen
    return list(seen.values())


def _seen(engine: Engine, names: Names, text: Text) -> dict[str, bool]:
    """By column: is the one label of the text covered, by finds of its own name?"""
    label = text.spans[0]
    found = names.predicted(engine.find(text.text), frozenset({label.entity}))
    right = [span for span in found if span.entity == label.entity]
    return {
        column: _covered(label, text.text, [span for span in right if span.score >= least])
        for column, least in engine.columns
    }


def _covered(label: Span, text: str, found: Sequence[Span]) -> bool:
    hidden = {at for span in found for at in range(span.start, span.end)}
    return all(at in hidden for at in range(label.start, label.end) if text[at].isalnum() or not text[at].isascii())
