"""`grille.detectors.staged`: the rules that are worth a search."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grille.detectors.patterns import compiled, watch
from grille.detectors.staged import Staged, unsettled
from grille.entities import Entity
from grille.exchange import Growing, Kind, Segment, Source

HERE = Source("pack.yaml", 3, "entities.X")
CARD = Entity("CARD", HERE, patterns=("[0-9]{16}", "[0-9]{4}(?:-[0-9]{4}){3}"))
TOKEN = Entity("TOKEN", HERE, patterns=("npm_[a-z0-9]{36}",))
BOTH = frozenset({"CARD", "TOKEN"})
STAGED = Staged([compiled(CARD), compiled(TOKEN)])


def growing(text: str, settled: int = 0) -> Growing:
    return Growing(Segment("/a", Kind.TEXT, text), settled, closed=False)


def of_growing(text: str, settled: int = 0) -> list[tuple[str, list[tuple[str, bool, int]]]]:
    return [
        (patterns.entity.name, [(each.rule.written, each.may_match, each.begins) for each in rules])
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
    assert of_growing("see np") == [("TOKEN", [("npm_[a-z0-9]{36}", False, 4)])]
    assert of_growing("4111111111111111.") == [("CARD", [("[0-9]{16}", True, 17)])]
    assert of_growing("4111111111111111.", settled=16) == []


def test_what_may_have_begun_before_the_last_word_may_begin_there() -> None:
    run, groups = (rule.pattern.pattern for rule in compiled(CARD).rules)
    assert of_growing("see 4111 11") == [("CARD", [(run, False, 9), (groups, False, 9)])]
    assert of_growing("see 4111-11") == [("CARD", [(run, False, 9), (groups, False, 0)])]
    assert of_growing("4111-11", settled=5) == [("CARD", [(run, False, 5), (groups, False, 5)])]


def test_where_a_line_begins_the_end_of_the_one_before_is_said() -> None:
    assert unsettled(growing("one two")) == "\none two"
    assert unsettled(growing("one\ntwo", settled=4)) == "\ntwo"
    assert unsettled(growing("one two", settled=4)) == "two"
    assert unsettled(growing("one two", settled=4), 5) == "t"


def test_a_rule_for_the_beginning_of_a_line_begins_nowhere_else() -> None:
    line = Entity("LINE", HERE, patterns=("^[a-z]{1,9}: [0-9]{4}$",))
    staged = Staged([compiled(line)])
    assert staged.of_growing(growing("see pin", settled=4), frozenset({"LINE"})) == []
    assert staged.of_growing(growing("see\npin", settled=4), frozenset({"LINE"})) != []


@pytest.fixture(scope="module")
def packs(shipped: dict[str, Entity]) -> tuple[Staged, list[str], frozenset[str]]:
    """The rules of all packs, and texts in which they match."""
    known = [each for each in shipped.values() if each.patterns]
    examples = sorted({example for each in known for example in (*each.examples, *each.near_misses)})
    return Staged([compiled(each) for each in known]), examples, frozenset(each.name for each in known)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.integers(0, 60), st.integers(0, 200))
def test_no_edge_and_no_finding_before_it_hangs_on_where_rules_are_said_to_begin(
    packs: tuple[Staged, list[str], frozenset[str]], data: st.DataObject, end: int, settled: int
) -> None:
    rules, examples, names = packs
    words = st.one_of(st.sampled_from(examples), st.text("aZ0 .-_:@/=\n", max_size=12))
    texts = data.draw(st.lists(words, max_size=4))
    text = " ".join(texts)
    text = text[: max(0, len(text) - end)]
    about = growing(text, min(settled, len(text)))
    staged = rules.of_growing(about, names)
    anywhere = [
        (found, [each._replace(begins=about.settled if each.begins < len(text) else len(text)) for each in some])
        for found, some in staged
    ]
    seen, truth = (watch(each, 0, about) for each in (staged, anywhere))
    assert seen.edge == truth.edge
    before = [[each for each in sight.findings if each.end <= truth.edge] for sight in (seen, truth)]
    assert before[0] == before[1]
    cut = [{each for each in sight.whole if each[0] < truth.edge} for sight in (seen, truth)]
    assert cut[0] == cut[1]
