"""`grille.detectors.chat`: which lines are written as people talk."""

from __future__ import annotations

import pytest

from grille.detectors.chat import chat


def is_chat(text: str) -> bool:
    return bool(chat(text).over(0, len(text)))


@pytest.mark.parametrize(
    "text",
    [
        "lol Jane did it again",
        "LOL Jane",
        "jane u there",
        "@janedoe saw it first",
        "ready for #quarterend with Jane",
        "lunch w/ Jane",
        "yesss Jane won",
        "i think Jane knows",
        "Jane won!!",
        "miss you Jane \N{FACE WITH TEARS OF JOY}",
        "see you there Jane :)",
    ],
)
def test_it_is_told_by_words_and_signs(text: str) -> None:
    assert is_chat(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please pay invoice 1042 to Jane Doe by Friday.",
        "Write to jane.doe@example.com about (U) and U-turns.",
        "for i in range(10): total += i",
        "x = [i for i in jane]; y:D",
        "Louis XIII, DEM 12,000, colour #aaabbb, commit cccddd, www.example.com",
        "??? 27 Example Road",
        "@property\n@cache(None)",
        "Is this right? Yes!",
    ],
)
def test_letters_and_programs_are_none(text: str) -> None:
    assert not is_chat(text)


def test_a_mark_tells_for_its_line_and_in_a_long_one_for_what_is_near() -> None:
    text = "Dear Jane,\nlol Jane\nYours, Jane"
    assert [bool(chat(text).over(at, at + 4)) for at in (5, 15, 27)] == [False, True, False]
    long = "Jane " + "and so on " * 40 + "lol Jane"
    assert [bool(chat(long).over(at, at + 4)) for at in (0, len(long) - 4)] == [False, True]


def test_each_place_near_a_mark_is_told_however_many_marks_there_are() -> None:
    lines = ["haha lol", "so long", "x" * 20, "noooooo lol u", "and on", "lol"]
    text = "\n".join(lines * 3)
    told = chat(text)
    at = 0
    for line in lines * 3:
        says = any(word in line for word in ("lol", "haha", "noooooo"))
        assert [bool(told.over(place, place + 1)) for place in range(at, at + len(line))] == [says] * len(line)
        at += len(line) + 1


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["lol ", "aaa", "sooo ", "@jane ", "w/ ", "i am ", "!!", "#a"])
def test_long_texts_of_one_piece_are_told_in_time(piece: str) -> None:
    chat(piece * 50_000)
