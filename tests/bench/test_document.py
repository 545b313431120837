"""`bench/detecting/document.py` and its tables: figures go between the marks, for both engines or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from detecting.document import BEGIN, DOCUMENT, END, written
from detecting.engines import OURS, Engine
from detecting.goals import STOCK
from detecting.names import Names
from detecting.running import parts, results
from detecting.spelt import ENTITIES, Sighted, sighted
from detecting.tables import of_set, share
from detecting.texts import Span, Text, TextSet

TEXTS = TextSet(
    "notes",
    (
        Text("card 4111111111111111", (Span(5, 21, "CREDIT_CARD"),), "cue"),
        Text("4242424242424242", (Span(0, 16, "CREDIT_CARD"),), "nocue"),
    ),
)


def engine(column: str, find: Callable[[str], list[Span]]) -> Engine:
    return Engine(column, find, ((column, 0.5),))


def blind(text: str) -> list[Span]:
    return [Span(0, len(text), "CREDIT_CARD", 0.4)]


def seeing(text: str) -> list[Span]:
    return [Span(5, 21, "CREDIT_CARD", 0.9)] if text.startswith("card") else []


def test_values_that_nothing_announces_are_a_set_of_their_own() -> None:
    assert [part.name for part in parts(TEXTS)] == ["notes, announced", "notes, alone"]


def test_a_set_is_shown_with_a_line_an_engine() -> None:
    both = [engine(STOCK, blind), engine(OURS, seeing)]
    lines = list(of_set(next(iter(results([TEXTS], both, Names(), 1)))))
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in lines[2].splitlines()[2:]]
    assert lines[0] == "## notes: 2 texts, 0 kB, 2 labels\n"
    assert [row[:2] for row in rows] == [["CREDIT_CARD", STOCK], ["", OURS]]
    assert rows[1][2].startswith(".50 [0, ")


def test_figures_go_between_the_marks_and_nowhere_else() -> None:
    both = [engine(STOCK, blind), engine(OURS, seeing)]
    found = list(results([TEXTS], both, Names(), 1))
    seen = [Sighted(each.name, Counter({ENTITIES[0]: 3}), {ENTITIES[0]: ["dots"]}, Counter()) for each in both]
    document = written(f"before\n{BEGIN}\nold\n{END}\nafter", found, seen)
    assert document.startswith(f"before\n{BEGIN}\n")
    assert document.endswith(f"{END}\nafter")
    assert "old" not in document
    assert "grille misses: dots" in document
    with pytest.raises(ValueError, match="there must be"):
        written("no marks", found, seen)
    with pytest.raises(ValueError, match="run both"):
        written(f"{BEGIN}{END}", list(results([TEXTS], both[1:], Names(), 1)), seen)


def test_the_document_has_its_marks() -> None:
    document = DOCUMENT.read_text("utf-8")
    assert document.index(BEGIN) < document.index(END)


def test_a_spelling_is_seen_when_all_of_it_is_covered_by_the_right_name() -> None:
    whole = sighted(engine("whole", lambda text: [Span(0, len(text), each, 0.9) for each in ENTITIES]), Names())[0]
    half = sighted(engine("half", lambda text: [Span(0, len(text) // 2, each, 0.9) for each in ENTITIES]), Names())[0]
    assert [whole.found[each] for each in ENTITIES] == [29] * 4
    assert half.found.total() == 0


def test_shares_are_told_from_all_and_nothing() -> None:
    assert [share(value) for value in (0, 1, 0.5, 0.999, 0.001, 0.9996)] == ["0", "1", ".50", ".999", ".001", "1"]
