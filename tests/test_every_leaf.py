"""Every place of the vendors' own types: none is overlooked, and what the coverage table says of it is tried.

The places are those of `vendors/types/`. For each, a message with a card number there goes through the engine under
three policies: one that hides it, one that blocks it, and one that allows it, or the others would prove nothing.
What nobody looks at is written in `vendors/untouched.txt`, with the reason: a place that is new there fails here.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from grille.dialects import DIALECTS
from grille.dialects.coverage import Way
from grille.dialects.fields import Care
from vendors.documents import CARD, DIGITS, forms, probe
from vendors.formdata import TYPE, is_form, written
from vendors.formdata import parts as parts_of
from vendors.leaves import Leaf, Scalar, leaves_of
from vendors.models import is_valid
from vendors.paper import stale
from vendors.proofs import Fate, Proof, Seen, beside_a_card, parts, proofs
from vendors.root import Root
from vendors.roots import ROOTS
from vendors.sending import sent
from vendors.treatments import PAIRS, document
from vendors.untouched import FILE, untouched

MOST = 0.93
"""What share of the messages that were rewritten is, to begin with, what the vendor's own model takes. The others have
words in an object for which the vendor has no member yet (`codeExecution: {}`)."""
_CARD = re.compile(f"{CARD}|{DIGITS}".encode())
UNCHECKED = {"anyjson"}
"""A dialect that knows no vendor: it may write a word in place of a number."""

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*is not a valid:UserWarning"
)  # google-genai on a word it does not know


type Part = tuple[str, Way, int]
"""A dialect, a way, and a part of its leaves."""
PARTS: list[Part] = [(*pair, part) for pair in PAIRS for part in range(parts(*pair))]


@pytest.fixture(scope="module", params=PARTS, ids=lambda part: f"{part[0]}-{part[1].value}-{part[2]}")
def part(request: pytest.FixtureRequest) -> Part:
    found: Part = request.param
    return found


def of(part: Part, *cares: Care) -> list[Proof]:
    return [proof for proof in proofs(*part) if not cares or proof.placed.care in cares]


UNTYPED = {("gemini_live", Way.ANSWER)}
"""A session has no whole answer: it is events both ways, and what refuses one is an answer of `gemini`."""


def judged(part: Part) -> list[Proof]:
    """What the table says is judged, and a file whose words can be read."""
    return [proof for proof in proofs(*part) if proof.placed.is_tried]


def test_every_dialect_has_types_of_its_vendor_in_every_way() -> None:
    every_way = {(name, way) for name in DIALECTS.keys() - {"anyjson"} for way in Way}
    assert every_way - set(PAIRS) == UNTYPED


def test_every_leaf_is_read_as_the_table_says(part: Part) -> None:
    said = {Care.NEVER: {Seen.NOT}, Care.SEALED: {Seen.SEALED}, Care.FIXED: {Seen.FIXED}, Care.FILE: {Seen.FIXED},
            Care.DATA: {Seen.FREE}, Care.WORDS: {Seen.FREE, Seen.FIXED}, Care.TOKENS: {Seen.FREE},
            Care.ECHO: {Seen.NOT, Seen.FIXED}, Care.POINTER: {Seen.FIXED}, Care.HOSTED: {Seen.FIXED},
            Care.CREDENTIAL: {Seen.FIXED}}  # fmt: skip
    refused = {Seen.REFUSED}
    assert [
        str(proof)
        for proof in of(part)
        if proof.seen not in (refused if proof.placed.is_refused else said[proof.placed.care])
    ] == []


def test_what_nobody_looks_at_is_listed_with_its_reason() -> None:
    assert FILE.read_text("utf-8") == untouched(), (
        "read the difference, then run: cd tests && python -m vendors.untouched"
    )


def test_the_pages_of_the_coverage_table_say_what_is_so() -> None:
    assert list(stale()) == [], "run: cd tests && python -m vendors.paper"


def test_a_policy_that_blocks_blocks_a_card_number_in_every_judged_place(part: Part) -> None:
    assert [str(proof) for proof in judged(part) if proof.blocking is not Fate.BLOCKED] == []


def test_a_policy_that_hides_lets_it_out_of_none(part: Part) -> None:
    fates = {Seen.FREE: Fate.REWRITTEN, Seen.FIXED: Fate.BLOCKED, Seen.SEALED: Fate.LEAKED}
    assert [str(proof) for proof in judged(part) if proof.hiding is not fates[proof.seen]] == []


def test_with_the_policy_off_it_leaks_from_all_of_them(part: Part) -> None:
    assert [str(proof) for proof in judged(part) if proof.off is not Fate.LEAKED] == []


def test_token_ids_and_files_that_nobody_can_read_are_refused_under_any_policy(part: Part) -> None:
    closed = [proof for proof in of(part) if proof.placed.is_refused]
    assert [str(proof) for proof in closed if {proof.hiding, proof.blocking, proof.off} != {Fate.UNREADABLE}] == []


def test_of_a_form_that_is_rewritten_every_other_byte_is_as_it_came(part: Part) -> None:
    for proof in of(part):
        if not proof.placed.is_form or proof.hiding is not Fate.REWRITTEN:
            continue
        before, after = proof.placed.message, proof.after
        (card,) = {CARD.encode(), DIGITS.encode()} & set(_CARD.findall(before.body))
        head, tail = before.body.split(card)
        assert after.body.startswith(head + b"CREDIT_CARD_"), str(proof)
        assert after.body.endswith(tail), str(proof)
        names = [
            [each.name for each in parts_of(*message.values("content-type"), message.body)]
            for message in (before, after)
        ]
        assert names[0] == names[1], str(proof)


def test_no_word_of_an_enumeration_is_rewritten(part: Part) -> None:
    words = {(leaf.root.name, leaf.place) for leaf in _leaves(*part[:2]) if leaf.scalar is Scalar.WORD}
    rewritten = {
        proof.placed.where
        for proof in of(part)
        if proof.hiding is Fate.REWRITTEN and (proof.placed.leaf.root.name, proof.placed.leaf.place) in words
    }
    # The kind of a piece in a tool's result: with another word there it is no such piece.
    assert part[0] in UNCHECKED or {where for where in rewritten if not where.endswith(".result[].type")} == set()


def test_what_was_rewritten_is_still_what_the_vendor_takes(part: Part) -> None:
    before: Counter[bool] = Counter()
    broken: list[str] = []
    for proof in of(part):
        valid = is_valid(proof.placed.leaf, proof.placed.document) if proof.hiding is Fate.REWRITTEN else None
        if valid is None:
            continue
        before[valid] += 1
        if valid and not is_valid(proof.placed.leaf, document(proof.after)):
            broken.append(str(proof))
    if part[0] in UNCHECKED:
        return
    assert broken == []
    assert before[True] >= MOST * before.total()


@pytest.mark.parametrize(
    "root", [root for root in ROOTS if root.multipart and root.sdk == "openai"], ids=lambda root: root.name
)
def test_a_form_is_the_one_that_the_sdk_writes(root: Root) -> None:
    """Else the proofs would be of another format than the vendor's."""
    probes = [probe(leaf, form).document for leaf in leaves_of(root) for form in forms(leaf)]
    probes = [each for each in probes if is_form(each)]
    for document_, parts_ in zip(probes, sent(root, probes), strict=True):
        assert sorted(map(repr, parts_)) == sorted(map(repr, parts_of(TYPE, written(document_))))


def test_an_echo_is_emptied_when_anything_is_rewritten(part: Part) -> None:
    echoes = [proof.placed for proof in of(part, Care.ECHO) if proof.seen is Seen.NOT]
    assert [str(each.leaf.place) for each in echoes if beside_a_card(each) is not Fate.REWRITTEN] == []


def _leaves(dialect: str, way: Way) -> list[Leaf]:
    return [leaf for root in ROOTS if dialect in root.dialects and root.way is way for leaf in leaves_of(root)]
