"""`grille.detectors.beginnings`: what matches begin with."""

from __future__ import annotations

import pytest

from grille.detectors.beginnings import Beginnings, beginnings


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}", ("npm_",)),
        (r"hv[sb]\.[a-z]{4}", ("hvb.", "hvs.")),
        (r"(?:glpat|gldt)-[a-z]{4}", ("gldt-", "glpat-")),
        (r"do[op]_(?:v1|v2)_x", ("doo_v1_x", "doo_v2_x", "dop_v1_x", "dop_v2_x")),
        (r"(?:key|keys)-x", ("key-x", "keys-x")),
        (r"abc?d", ("ab",)),
        (r"ab(?i:cd)", ("ab",)),
        (r"ab(?P<value>[0-9])", ("ab",)),
    ],
)
def test_what_a_pattern_begins_with_is_read_from_it(pattern: str, words: tuple[str, ...]) -> None:
    assert tuple(sorted(beginnings(pattern).words)) == words


@pytest.mark.parametrize("pattern", ["(?i)token_x", "abc|def", "[A-Z]{3}abc", "a?bcd", "(?:ab)?cd", "x[0-9]", ".abc"])
def test_of_other_patterns_nothing_is_said(pattern: str) -> None:
    assert beginnings(pattern).words == ()
    assert beginnings(pattern).occur("anything")
    assert beginnings(pattern).begun("anything", 0) is None


def test_an_alternative_inside_a_class_or_a_group_is_none_of_the_pattern() -> None:
    assert beginnings(r"ab[|]c").words == ("ab",)
    assert beginnings(r"ab\|c").words == ("ab|c",)
    assert beginnings(r"ab(?:c|d)").words == ("abc", "abd")


def test_of_words_that_begin_alike_the_shortest_is_enough() -> None:
    assert Beginnings.of(["token", "tok", "key"]).words == ("key", "tok")


@pytest.mark.parametrize(
    ("text", "at", "place"),
    [
        ("see glpat-", 0, None),
        ("see glpat-", 6, 10),
        ("see glp", 0, 4),
        ("see glp", 5, 7),
        ("see gl pat", 0, 10),
        ("", 0, 0),
    ],
)
def test_the_beginning_of_a_beginning_is_where_one_may_come(text: str, at: int, place: int | None) -> None:
    assert Beginnings.of(["glpat-"]).begun(text, at) == place
