from __future__ import annotations

import pytest

from grille.detectors.cues import Voice, cues, has_cue, judge, phrase_at

WANTED = cues(["account number", "bsb", "tax reference"])


@pytest.mark.parametrize(
    ("nearest_first", "voice"),
    [
        (("number", "account"), Voice.FOR),
        (("bsb",), Voice.FOR),
        (("b", "s", "b"), Voice.FOR),
        (("accountnumber",), Voice.FOR),
        (("reference", "tax"), Voice.FOR),
        (("reference", "our"), Voice.AGAINST),
        (("invoice", "number", "account"), Voice.AGAINST),
        (("a", "b", "c", "invoice"), Voice.SILENT),
        ((), Voice.SILENT),
    ],
)
def test_the_nearest_word_that_says_anything_decides(nearest_first: tuple[str, ...], voice: Voice) -> None:
    assert judge(nearest_first, WANTED) is voice


def test_a_short_cue_counts_with_dots_and_a_phrase_written_as_one() -> None:
    assert WANTED["b"] == (("b", "s", "b"),)
    assert WANTED["accountnumber"] == (("accountnumber",),)


def test_a_phrase_stands_at_its_last_word() -> None:
    assert phrase_at(("number", "account"), 0, WANTED)
    assert not phrase_at(("number", "account"), 1, WANTED)
    assert not phrase_at(("number",), 1, WANTED)
    assert has_cue(("paid", "number", "account"), WANTED)
    assert not has_cue(("paid",), WANTED)
