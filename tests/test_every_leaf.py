"""Every place of the vendors' own types: none is overlooked, and what the coverage table says of it is tried.

The places are those of `vendors/types/`. For each, a message with a card number there goes through the engine under
three policies: one that hides it, one that blocks it, and one that allows it, or the others would prove nothing.
What nobody looks at is written in `vendors/untouched.txt`, with the reason: a place that is new there fails here.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest

from grille.dialects import DIALECTS
from grille.dialects.fields import Care
from vendors.leaves import Leaf, Scalar, leaves_of
from vendors.models import is_valid
from vendors.paper import stale
from vendors.proofs import Fate, Proof, Seen, beside_a_card, proofs
from vendors.roots import ROOTS, Way
from vendors.treatments import PAIRS
from vendors.untouched import FILE, untouched

MOST = 0.95
"""What share of the messages that were rewritten is, to begin with, what the vendor's own model takes."""
UNCHECKED = {"anyjson"}
"""A dialect that knows no vendor: it may write a word in place of a number."""

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*is not a valid:UserWarning"
)  # google-genai on a word it does not know


@pytest.fixture(scope="module", params=PAIRS, ids=lambda pair: f"{pair[0]}-{pair[1].value}")
def pair(request: pytest.FixtureRequest) -> tuple[str, Way]:
    found: tuple[str, Way] = request.param
    return found


def of(pair: tuple[str, Way], *cares: Care) -> list[Proof]:
    return [proof for proof in proofs(*pair) if not cares or proof.placed.care in cares]


def judged(pair: tuple[str, Way]) -> list[Proof]:
    """What the table says is judged, and a file whose words can be read."""
    return [proof for proof in proofs(*pair) if proof.placed.is_tried]


def test_every_dialect_has_types_of_its_vendor_in_every_way() -> None:
    assert {name for name in DIALECTS if not {(name, way) for way in Way} <= set(PAIRS)} == {"anyjson"}


def test_every_leaf_is_read_as_the_table_says(pair: tuple[str, Way]) -> None:
    said = {Care.NEVER: {Seen.NOT}, Care.SEALED: {Seen.SEALED}, Care.FIXED: {Seen.FIXED}, Care.FILE: {Seen.FIXED},
            Care.DATA: {Seen.FREE}, Care.WORDS: {Seen.FREE, Seen.FIXED}, Care.TOKENS: {Seen.FREE, Seen.REFUSED},
            Care.ECHO: {Seen.NOT, Seen.FIXED}}  # fmt: skip
    assert [str(proof) for proof in of(pair) if proof.seen not in said[proof.placed.care]] == []


def test_what_nobody_looks_at_is_listed_with_its_reason() -> None:
    assert FILE.read_text("utf-8") == untouched(), (
        "read the difference, then run: cd tests && python -m vendors.untouched"
    )


def test_the_pages_of_the_coverage_table_say_what_is_so() -> None:
    assert list(stale()) == [], "run: cd tests && python -m vendors.paper"


def test_a_policy_that_blocks_blocks_a_card_number_in_every_judged_place(pair: tuple[str, Way]) -> None:
    assert [str(proof) for proof in judged(pair) if proof.blocking is not Fate.BLOCKED] == []


def test_a_policy_that_hides_lets_it_out_of_none(pair: tuple[str, Way]) -> None:
    fates = {Seen.FREE: Fate.REWRITTEN, Seen.FIXED: Fate.BLOCKED, Seen.SEALED: Fate.LEAKED}
    assert [str(proof) for proof in judged(pair) if proof.hiding is not fates[proof.seen]] == []


def test_with_the_policy_off_it_leaks_from_all_of_them(pair: tuple[str, Way]) -> None:
    assert [str(proof) for proof in judged(pair) if proof.off is not Fate.LEAKED] == []


def test_token_ids_are_refused_under_any_policy(pair: tuple[str, Way]) -> None:
    numbers = [proof for proof in of(pair) if proof.placed.is_token_id]
    assert {proof.off for proof in numbers} <= {Fate.UNREADABLE}


def test_no_word_of_an_enumeration_is_rewritten(pair: tuple[str, Way]) -> None:
    words = {(leaf.root.name, leaf.place) for leaf in _leaves(*pair) if leaf.scalar is Scalar.WORD}
    rewritten = {
        proof.placed.where
        for proof in of(pair)
        if proof.hiding is Fate.REWRITTEN and (proof.placed.leaf.root.name, proof.placed.leaf.place) in words
    }
    # The kind of a piece in a tool's result: with another word there it is no such piece.
    assert pair[0] in UNCHECKED or {where for where in rewritten if not where.endswith(".result[].type")} == set()


def test_what_was_rewritten_is_still_what_the_vendor_takes(pair: tuple[str, Way]) -> None:
    before: Counter[bool] = Counter()
    broken: list[str] = []
    for proof in of(pair):
        valid = is_valid(proof.placed.leaf, json.loads(proof.placed.body)) if proof.hiding is Fate.REWRITTEN else None
        if valid is None:
            continue
        before[valid] += 1
        if valid and not is_valid(proof.placed.leaf, json.loads(proof.after.removeprefix(b"data: "))):
            broken.append(str(proof))
    if pair[0] in UNCHECKED:
        return
    assert broken == []
    assert before[True] >= MOST * before.total()


def test_an_echo_is_emptied_when_anything_is_rewritten(pair: tuple[str, Way]) -> None:
    echoes = [proof.placed for proof in of(pair, Care.ECHO) if proof.seen is Seen.NOT]
    assert [str(each.leaf.place) for each in echoes if beside_a_card(each) is not Fate.REWRITTEN] == []


def _leaves(dialect: str, way: Way) -> list[Leaf]:
    return [leaf for root in ROOTS if dialect in root.dialects and root.way is way for leaf in leaves_of(root)]
