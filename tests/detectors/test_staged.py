"""`grille.detectors.staged`: the rules that are worth a search."""

from __future__ import annotations

from grille.detectors.patterns import compiled
from grille.detectors.staged import Staged
from grille.entities import Entity
from grille.exchange import Growing, Kind, Segment, Source

HERE = Source("pack.yaml", 3, "entities.X")
CARD = Entity("CARD", HERE, patterns=("[0-9]{16}", "[0-9]{4}(?:-[0-9]{4}){3}"))
TOKEN = Entity("TOKEN", HERE, patterns=("npm_[a-z0-9]{36}",))
BOTH = frozenset({"CARD", "TOKEN"})
STAGED = Staged([compiled(CARD), compiled(TOKEN)])


def growing(text: str, settled: int = 0) -> Growing:
    return Growing(Segment("/a", Kind.TEXT, text), settled, closed=False)


def of_growing(text: str, settled: int = 0) -> list[tuple[str, list[tuple[str, bool, bool]]]]:
    return [
        (patterns.entity.name, [(each.rule.written, each.may_match, each.may_begin) for each in rules])
        for patterns, rules in STAGED.of_growing(growing(text, settled), BOTH)
    ]


def test_rules_that_may_match_are_worth_a_search() -> None:
    rules = STAGED.of("4111-1111-1111-1111 or npm_", BOTH)
    assert {name: [each.written for each in found] for name, found in rules.items()} == {
        "CARD": ["[0-9]{4}(?:-[0-9]{4}){3}"],
        "TOKEN": ["npm_[a-z0-9]{36}"],
    }
    assert STAGED.of("4111-1111-1111-1111 or npm_", frozenset({"TOKEN"})).keys() == {"TOKEN"}
    assert STAGED.of("nothing of the kind", BOTH) == {}


def test_of_a_growing_text_also_those_that_have_begun() -> None:
    assert of_growing("see np") == [("TOKEN", [("npm_[a-z0-9]{36}", False, True)])]
    assert of_growing("4111111111111111.") == [("CARD", [("[0-9]{16}", True, False)])]
    assert of_growing("4111111111111111.", settled=16) == []
