"""`grille.detectors.wording`: trees in the words of RE2."""

from __future__ import annotations

import pytest
import re2

from grille.detectors.syntax import OTHER, Chars, tree
from grille.detectors.wording import COPIES, in_bytes, written


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("[a-c7]", rb"[\x37-\x37\x61-\x63]"),
        ("a|b", rb"(?:[\x61-\x61]|[\x62-\x62])"),
        ("a{2,4}", rb"(?:[\x61-\x61]){2,4}"),
        ("a{2,90}", rb"(?:[\x61-\x61]){2,}"),
        ("a{90}", rb"(?:[\x61-\x61]){%d,}" % COPIES),
        ("a(?=b)", rb"[\x61-\x61]"),
    ],
)
def test_a_tree_is_written_wider_rather_than_longer(pattern: str, words: bytes) -> None:
    assert written(tree(pattern)) == words


def test_what_is_written_is_read_byte_by_byte() -> None:
    assert re2.search(written(tree("é")), bytes((OTHER,)), in_bytes()) is not None
    assert re2.search(written(Chars(frozenset())), bytes(range(256)), in_bytes()) is None
