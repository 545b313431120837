"""`grille.detectors.questions`: what is asked is wider than the pattern, and says enough to be worth asking."""

from __future__ import annotations

import re2
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from grille.detectors.edges import begun, opened
from grille.detectors.questions import SHAPES, Asked, asked_about, asked_about_the_end
from grille.detectors.syntax import folded


def yes(asked: Asked, text: str) -> bool:
    """Whether the questions of a pattern are answered with yes."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    data = folded(text)
    return (
        len(text) >= asked.shortest
        and (not asked.word or re2.search(asked.word, data, options) is not None)
        and (not asked.shape or re2.search(asked.shape, data.translate(SHAPES), options) is not None)
    )


def test_a_word_is_asked_for_where_there_is_one() -> None:
    asked = asked_about(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])")
    assert (bool(asked.word), bool(asked.shape), asked.shortest) == (True, False, 20)
    assert yes(asked, "AKIA0000000000000000")
    assert not yes(asked, "AKIZ0000000000000000")


def test_a_shape_is_asked_for_where_there_is_no_word() -> None:
    asked = asked_about(r"[0-8][0-9]{2}([ .-])[0-9]{2}\1[0-9]{4}")
    assert (bool(asked.word), bool(asked.shape), asked.shortest) == (False, True, 11)
    assert yes(asked, "it is 078-05-1120.")
    assert not yes(asked, "it is 078-051-120.")


def test_a_word_with_digits_beside_it_is_asked_for_with_its_shape() -> None:
    asked = asked_about(r"(?i)account\s{0,2}(?P<value>[0-9]{7,17})")
    assert yes(asked, "Account 1234567")
    assert not yes(asked, "Account 123456, and 1234567")


def test_a_shape_that_any_text_has_is_not_asked_for() -> None:
    asked = asked_about(r"[0-9OoIl](?:[ .-]?[0-9OoIl]){7,18}")
    assert yes(asked, "4lll llll llll llll")
    assert not yes(asked, "internationalisation")


def test_what_is_not_understood_is_not_asked_about() -> None:
    assert asked_about(r"a(?R)?b") == Asked(b"", b"", 0)


ATOMS = (
    *("a", "k", "S", "7", "@", "-", r"\.", "é", ".", "[0-9]", "[^0-9]", "[A-F0-9]", "[a-c-]", r"[\w.]", r"\d", r"\s"),
    *(r"\W", r"\p{L}", r"\p{Lu}", "[^\\W\\d]", "[ſx]"),
)  # fmt: skip
TIMES = ("", "", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}", "{3,}", "+?", "*+", "{17}")
AROUND = (r"\b", "^", "$", "(?<![0-9])", "(?=[a-z])", "(?!7)", "(?<=-)")
ALPHABET = "aAkKsS7x@-. é\u212aſ٣?F\n"


def _more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.sampled_from(("(?:{})", "(?i:{})", "(?P<value>{})", "({})", "(?s:{})", "(?>{})"))
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(group, inner, st.sampled_from(TIMES)).map(lambda made: made[0].format(made[1]) + made[2]),
    )


ONE = st.tuples(st.sampled_from(ATOMS), st.sampled_from(TIMES)).map("".join)
PATTERNS = st.recursive(st.one_of(ONE, ONE, st.sampled_from(AROUND)), _more, max_leaves=6)


@settings(max_examples=200)
@given(pattern=PATTERNS, flag=st.sampled_from(("", "", "(?i)", "(?s)")), texts=st.lists(st.text(ALPHABET, max_size=20)))
def test_whatever_matches_has_a_yes(pattern: str, flag: str, texts: list[str]) -> None:
    try:
        found = regex.compile(flag + pattern, regex.MULTILINE)
    except regex.error:  # a name twice in alternatives, or a look behind that regex does not take
        return
    asked = asked_about(flag + pattern)
    for text in texts:
        if found.search(text, timeout=1):
            assert yes(asked, text)


@settings(max_examples=200)
@given(pattern=PATTERNS, flag=st.sampled_from(("", "", "(?i)", "(?s)")), texts=st.lists(st.text(ALPHABET, max_size=9)))
def test_whatever_may_go_on_at_the_end_has_a_yes(pattern: str, flag: str, texts: list[str]) -> None:
    try:
        going_on = opened(flag + pattern)
    except regex.error:
        return
    asked = asked_about_the_end(flag + pattern)
    for text in texts:
        if begun(going_on, text, 0) < len(text):
            assert yes(asked, f"\n{text}")


def test_what_begins_with_a_line_has_not_begun_within_one() -> None:
    asked = asked_about_the_end(r"^[a-z]{1,9}: [0-9]{4}")
    assert [yes(asked, text) for text in ("\npin: 4", "\npi", "see\npin", "see pin", " pin: 4")] == [
        *(True, True, True, False, False)
    ]
    either = asked_about_the_end(r"^[a-z]{1,9}: [0-9]{4}|pin [0-9]{4}")
    assert yes(either, "see pin 4")


def test_what_cannot_go_on_is_not_asked_about_again() -> None:
    asked = asked_about_the_end(r"(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])")
    assert [yes(asked, text) for text in ("see npm_a0", "see n", "see npm_", "see npm_a0.", "see him")] == [
        *(True, True, True, False, False)
    ]
