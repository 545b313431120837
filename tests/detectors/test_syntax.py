"""`grille.detectors.syntax`: patterns as trees."""

from __future__ import annotations

import pytest

from grille.detectors.syntax import NOTHING, OTHER, Ahead, Chars, Choice, Repeated, Series, Tree, Unread, folded, tree

A, B = Chars(frozenset(b"a")), Chars(frozenset(b"b"))

ANY_B = Chars(frozenset((*b"bB", OTHER)))


@pytest.mark.parametrize(
    ("pattern", "read"),
    [
        ("ab", Series((A, B))),
        ("a|b", Choice((A, B))),
        ("(?:a|b)", Choice((A, B))),
        ("(?P<weak>a)", A),
        ("a{2,4}", Repeated(A, 2, 4)),
        ("a{,4}", Repeated(A, 0, 4)),
        ("a{2}", Repeated(A, 2, 2)),
        ("a{2,}?", Repeated(A, 2, None)),
        ("a*+", Repeated(A, 0, None)),
        ("a?", Repeated(A, 0, 1)),
        (r"(?<!b)\ba$", A),
        ("a(?=b)", Series((A, Ahead(B)))),
        ("a(?!b)", Series((A, Ahead(B)))),
        (r"(a|b)-\1", Series((Choice((A, B)), Chars(frozenset(b"-")), Choice((A, B))))),
        (r"(?i)(?:(b)\1)?", Repeated(Series((ANY_B, ANY_B)), 0, 1)),
        ("a(?#no more)b", Series((A, B))),
        ("", NOTHING),
        ("[ab]", Chars(frozenset(b"ab"))),
        (r"[]\]]", Chars(frozenset(b"]"))),
    ],
)
def test_a_pattern_is_read(pattern: str, read: Tree) -> None:
    assert tree(pattern) == read


@pytest.mark.parametrize(
    ("pattern", "among"),
    [
        ("(?i)a", {*b"aA", OTHER}),
        ("(?i:a)", {*b"aA", OTHER}),
        ("a(?i)", {*b"aA", OTHER}),
        (r"\d", {*b"0123456789", OTHER}),
        ("[^ -~]", {*range(32), 127, OTHER}),
        ("é", {OTHER}),
        ("[a-é]", {*range(ord("a"), 128), OTHER}),
        (r"\.", set(b".")),
        ("(?s).", {*range(128), OTHER}),
    ],
)
def test_a_class_has_what_it_may_hold(pattern: str, among: set[int]) -> None:
    [chars] = [each for each in _parts(tree(pattern)) if isinstance(each, Chars)]
    assert chars.among == among


def _parts(read: Tree) -> tuple[Tree, ...]:
    return read.parts if isinstance(read, Series) else (read,)


@pytest.mark.parametrize(
    "pattern",
    [
        *("(?x)a b", "(?1)(a)", r"(?P<n>a)(?P<n>b)\1", r"(a)(?i:\1)", "(?:ab){e<=1}", r"\X", "[[:alpha:]]"),
        *(r"(a)(?(1)b|c)", "(?|a|b)", r"\Ga", r"(?P<n>a)(?P=n)", "(?=a)?b", "(?V1)[[a-z]--[b]]"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_not_guessed_at(pattern: str) -> None:
    with pytest.raises(Unread):
        tree(pattern)


def test_every_character_is_one_byte_where_it_was() -> None:
    assert folded("a?é\U0001f600\ud800b") == bytes((*b"a?", OTHER, OTHER, OTHER, *b"b"))


def test_a_class_that_begins_with_its_own_bracket_is_not_taken_for_two() -> None:
    with pytest.raises(Unread):
        tree("[^][:alpha:]x]")
    assert tree("[^]a]b") == Series((tree(r"[^\]a]"), B))
