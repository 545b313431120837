"""What detection is meant to reach, beside what it reached: a line a goal, from the sets that were run.

A set that was not given leaves its goal without a figure, and says so. This module must not set a goal lower
than the project's issue did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from detecting.engines import OURS
from detecting.names import EVERYDAY, NAMES
from detecting.running import Result, Run
from detecting.spelt import ALL, ENTITIES, Sighted
from detecting.tables import share, shown
from detecting.tongues import FRAMES

SYNTHETIC: Final = "public synthetic set"
COURT: Final = "court cases"
FINANCE: Final = "finance texts, announced"
LANGUAGES: Final = tuple(f"names, {locale[:2]}" for locale in FRAMES)
LOOKALIKES: Final = "600 look-alikes"
STOCK: Final = "Presidio md ≥ 0.35"
_ABSENT: Final = "not run"
_BIC_GOAL: Final = 0.97

type Line = list[str]


def lines(results: Sequence[Result], seen: Sequence[Sighted]) -> list[Line]:
    """Goal, what stock Presidio reached, what grille reached."""
    by_name = {result.texts.name: result for result in results}
    return [
        *_structured(by_name),
        *_values(by_name),
        *_nothing(by_name),
        *_prose(by_name),
        _abroad(by_name),
        *_spellings(seen),
    ]


def _columns(goal: str, result: Result | None, figures: Mapping[str, str]) -> Line:
    return [goal, *((figures[column] for column in (STOCK, OURS)) if result else (_ABSENT, _ABSENT))]


def _pair(result: Result) -> Iterator[Run]:
    yield from (result.run(column) for column in (STOCK, OURS))


def _structured(by_name: Mapping[str, Result]) -> Iterator[Line]:
    for name in ("documents", FINANCE):
        result = by_name.get(name)
        for measure in ("recall", "precision"):
            said: dict[str, str] = {}
            for run in _pair(result) if result else ():
                assert result is not None
                kinds = [entity for entity in result.entities if entity not in EVERYDAY]
                values = [result.of(run, entity)[measure].value for entity in kinds]
                enough = sum(value is not None and value >= 0.98 for value in values)
                said[run.column] = f"{enough} of {len(kinds)}, least {share(min(value or 0 for value in values))}"
            yield _columns(f"{name}: identifiers with {measure} ≥ .98: all", result, said)


def _values(by_name: Mapping[str, Result]) -> Iterator[Line]:
    result = by_name.get("third-party values")
    for entity in result.entities if result else ():
        assert result is not None
        goal = _BIC_GOAL if entity == "BIC_CODE" else 0.99
        figures = {run.column: shown(result.of(run, entity)["recall"]) for run in _pair(result)}
        yield _columns(f"third-party values: {entity} found ≥ {share(goal)}", result, figures)


def _nothing(by_name: Mapping[str, Result]) -> Iterator[Line]:
    for name in ("look-alikes", LOOKALIKES):
        result = by_name.get(name)
        said = {run.column: shown(result.flagged(run)) for run in _pair(result)} if result else {}
        yield _columns(f"{name}: flagged as an identifier ≤ .01", result, said)
    result = by_name.get("business text")
    for goal, others in (("identifiers ≤ 1", True), ("names ≤ 10", False)):
        said = {run.column: f"{result.false_finds(run, NAMES, others):.1f}" for run in _pair(result)} if result else {}
        yield _columns(f"business text: false {goal} per 100 kB", result, said)


_PROSE: Final = (
    (SYNTHETIC, "", "F2", "≥ .82"), (SYNTHETIC, "", "characters recalled", "≥ .93"),
    (SYNTHETIC, "", "character precision", "≥ .90"), (SYNTHETIC, "", "spans leaked", "≤ .10"),
    (SYNTHETIC, "PERSON", "F2", "≥ .94"), (COURT, "PERSON", "precision", "≥ .80"), (COURT, "PERSON", "recall", "≥ .98"),
    ("posts", "PERSON", "F2", "≥ .60"), ("secrets", "SECRET", "recall", "≥ .60"),
)  # fmt: skip


def _prose(by_name: Mapping[str, Result]) -> Iterator[Line]:
    for name, entity, measure, goal in _PROSE:
        result = by_name.get(name)
        said: dict[str, str] = {}
        for run in _pair(result) if result else ():
            assert result is not None
            figures = result.of(run, entity) if entity else result.overall(run)
            said[run.column] = shown(figures[measure])
        yield _columns(f"{name}: {entity + ' ' if entity else ''}{measure} {goal}", result, said)


def _abroad(by_name: Mapping[str, Result]) -> Line:
    """The mean of the languages, each of which counts alike."""
    results = [by_name[name] for name in LANGUAGES if name in by_name]
    figures: dict[str, str] = {}
    for column in (STOCK, OURS) if results else ():
        values = [each.of(each.run(column), "PERSON")["F2"].value or 0 for each in results]
        figures[column] = share(sum(values) / len(values))
    return _columns("names in five languages: PERSON F2, mean, ≥ .80", results[0] if results else None, figures)


def _spellings(seen: Sequence[Sighted]) -> Iterator[Line]:
    found = {each.column: each for each in seen}
    for entity in ENTITIES:
        yield [
            f"spellings of {entity}: {ALL} of {ALL}",
            *(str(found[column].found[entity]) if column in found else _ABSENT for column in (STOCK, OURS)),
        ]
