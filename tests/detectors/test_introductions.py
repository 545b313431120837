from __future__ import annotations

import time

import pytest

from grille.detectors.introductions import are_initials, introduced, speaking, supposed


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mr F.E. and Dr. J. R. Roe met Mrs van der Berg", ["F.E.", "J. R. Roe", "van der Berg"]),
        ("Dear Jane,\nthe invoice", ["Jane"]),
        ("my name is john roe and I", ["john roe"]),
        ("Ich heiße Jana Beispiel.", ["Jana Beispiel"]),
        ("Best regards,\n\nJane Doe\nHead of Tax", ["Jane Doe"]),
        ("Met vriendelijke groet,\nJan de Vries", ["Jan de Vries"]),
        ("From: Jane Doe <jane@example.com>", ["Jane Doe"]),
        ("This is Maria from Payroll", ["Maria"]),
        ("signed by Jane Doe, on Monday", ["Jane Doe"]),
        ("I told Bill that Grace said grace, and asked Mark or Frank", ["Bill", "Grace", "Mark", "Frank"]),
        ("Rose and Will think so; Hope never knows", ["Hope"]),
        ("hi amara, it's tunde from the bank", ["amara", "tunde"]),
        ("it was mister beispiel and missus probe", ["beispiel", "probe"]),
        ("my names olga beispiel, i", ["olga beispiel"]),
        ("TO MR J DOE AND MRS ROE, MISS A B VAN POE", ["J DOE", "ROE", "A B VAN POE"]),
        ("Present: Doe, Jane; Van Loon, Piet;\nSt. Poe, Ann", ["Doe, Jane", "Van Loon, Piet", "St. Poe, Ann"]),
    ],
)
def test_words_around_a_name_introduce_it(text: str, names: list[str]) -> None:
    assert sorted(text[start:end] for start, end in introduced(text)) == sorted(names)


@pytest.mark.parametrize(
    "text",
    [
        "Dear Customer,",
        "Hi team,",
        "I am Happy to say that",
        "my name is on the list",
        "this is payroll from maria",
        "my names are on the list",
        "I told Hope Creek, and Rob Roe said so",
        "May I ask Mark-up? Will the bill be paid? The Frank said",
        "hi all, it's grace from today",
        "At present: Doe, Jane; Van Loon, Piet",
        "Best regards,\nthe accounts department",
        "<jane@example.com>",
        "DR 100.00 CR 100.00",
        "MS OFFICE, MR SCAN AND THE MISS RATE",
        "Dr Bad Debt Expense 1,200.00",
    ],
)
def test_whom_nothing_introduces_is_not_found(text: str) -> None:
    assert list(introduced(text)) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Attendees: Jane Doe, Li Wei and Tom. We met", ["Jane Doe", "Li Wei", "Tom"]),
        ("Present: Jane Doe, Tom", ["Jane Doe", "Tom"]),
        ("our founders are: Doe, Roe & Poe", ["Doe", "Roe", "Poe"]),
        ("Apologies:\n- Jane Doe\n- Tom\nAgenda", ["Jane Doe", "Tom"]),
        ('Mary: "Not today."\nJohn Doe:\\"why?\\"', ["Mary", "John Doe"]),
        ("my wife Jane and her elder son, J.P., left", ["Jane", "J.P."]),
        ("my wife J.P. However, she left", ["J.P."]),
        ("by a Kenyan national, Jane Doe (applicant)", ["Jane Doe"]),
        ("- Adeyinka to call\n1. Poe and Roe will send it\n- Invoices to be sent", ["Adeyinka", "Poe", "Roe"]),
        ("in R. and Roe v. the United Kingdom", ["R.", "Roe"]),
    ],
)
def test_lists_lines_kin_and_cases_suppose_people(text: str, names: list[str]) -> None:
    assert sorted(text[start:end] for start, end in supposed(text)) == sorted(names)


def test_who_speaks_in_turn_is_named_before_each_turn() -> None:
    text = "[10:02] Mary: not today\n[10:03] John Doe: why?\n[10:04] Mary: busy"
    assert [text[start:end] for start, end in speaking(text)] == ["Mary", "John Doe", "Mary"]


@pytest.mark.parametrize(
    "text", ["Mary: not today\nJohn: why", "Total: 7\nSum: 8\nTotal: 9", "Note: this\nNote: that", "Mary: a-1\n" * 3]
)
def test_keys_and_those_who_speak_once_do_not_take_turns(text: str) -> None:
    assert speaking(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "attendees: all customers",
        "my wife left, and our accountants Roe",
        "a national holiday, and the national Trust",
        "Tom: sure",
        "an Irish national, Mr. J. Roe",
        "see p. 12 v. 3",
    ],
)
def test_nobody_is_supposed_elsewhere(text: str) -> None:
    assert list(supposed(text)) == []


def test_initials_are_letters_only() -> None:
    assert are_initials("J.P.")
    assert not are_initials("J. Roe")


@pytest.mark.parametrize(
    "part", ["Mr ", "Mr A. ", "Jane ", "my name is ", "Dear\n", "regards,\n", "A.-", "kids: Jo, ", "my son ", "A and "]
)
def test_repetition_does_not_take_long(part: str) -> None:
    began = time.process_time()
    list(introduced(part * (50_000 // len(part))))
    list(supposed(part * (50_000 // len(part))))
    assert time.process_time() - began < 3
