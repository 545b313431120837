"""`grille.detectors.edges`: what can still change when a text goes on."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.edges import begun, opened, uncut
from grille.entities import Entity

CARD = r"(?<![0-9])[0-9]{4}(?:[ -]?[0-9]{4}){3}(?![0-9])"
SECRET = r"(?i)password:? (?P<value>[^ ]{6,20})"
MAIL = r"[a-z.]{1,30}@[a-z]{1,20}\.com"
SETTING = r"a=(?P<value>[a-z]{2,4})(?=\s{0,3}(?:$|;))"
SWITCH = r"tool[ ][^\n]{0,200}?(?<=[ ])-p[ ]?[a-z]{4}"
WHOLE = r"\A[^ ]{4,8}\Z"
EITHER = r"-b(?:a{3,9}-e|a)|a"


def held(pattern: str, text: str, settled: int = 0) -> str:
    return text[begun(opened(pattern), text, settled) :]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (CARD, "nothing here. ", ""),
        (CARD, "the card is 4111 11", "4111 11"),
        (CARD, "the card is 4111 1111 1111 1111", "4111 1111 1111 1111"),
        (CARD, "the card is 4111 1111 1111 1111.", ""),
        (SECRET, "my passwo", "passwo"),
        (SECRET, "my password: hunter22", "password: hunter22"),
        (SECRET, "my password: hunter22 ", ""),
        (MAIL, "write to jane.d", "jane.d"),
        (MAIL, "", ""),
        (SETTING, "a=bc  ", "a=bc  "),
        (SETTING, "a=bc  d", ""),
        (SETTING, "a=bc\nd", ""),
        (SWITCH, "tool -h", "tool -h"),
        (SWITCH, "tool -h cache", "tool -h cache"),
        (WHOLE, "abcd", "abcd"),
        (WHOLE, "abcd ", ""),
        (EITHER, "-baaaa", "-baaaa"),
        (r"foo\b", "foo", "foo"),
        (r"[$]1\$", "cost $1", "$1"),
    ],
)
def test_what_may_become_or_change_a_match_is_held(pattern: str, text: str, expected: str) -> None:
    assert held(pattern, text) == expected


def test_what_was_settled_before_is_not_looked_at() -> None:
    assert held(CARD, "4111 4111 11", 5) == "4111 11"


PIECES = st.lists(st.sampled_from([*"41 -@.abc=;\n", "4111", "password", "jane@example.com", "a=bc"])).map("".join)


@pytest.mark.parametrize("pattern", [CARD, SECRET, MAIL, SETTING, EITHER, WHOLE])
@given(text=PIECES, more=PIECES)
def test_before_the_edge_nothing_changes_whatever_comes(pattern: str, text: str, more: str) -> None:
    edge = begun(opened(pattern), text, 0)
    rule = regex.compile(pattern, regex.MULTILINE)
    before = {match.span() for match in rule.finditer(text, overlapped=True) if match.start() < edge}
    after = {match.span() for match in rule.finditer(text + more, overlapped=True) if match.start() < edge}
    assert before == after
    assert begun(opened(pattern), text + more, 0) >= edge


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9))), st.integers(0, 60))
def test_an_edge_cuts_nothing_and_gives_up_no_more_than_it_must(spans: list[tuple[int, int]], edge: int) -> None:
    stretches = [(start, start + length) for start, length in spans]
    moved = uncut(edge, stretches)
    assert moved <= edge
    assert not any(start < moved < end for start, end in stretches)
    assert all(any(start < place < end for start, end in stretches) for place in range(moved + 1, edge + 1))


def test_no_pattern_of_a_pack_lets_go_of_the_beginning_of_its_example(shipped: dict[str, Entity]) -> None:
    for entity in shipped.values():
        for text in (f"see {example} now\n" for example in entity.examples if len(example) < 400):
            for pattern in entity.patterns:
                match = regex.search(pattern, text, regex.MULTILINE)
                ends = range(match.start() + 1, match.end()) if match else ()
                assert all(begun(opened(pattern), text[:end], 0) <= match.start() for end in ends if match), pattern
