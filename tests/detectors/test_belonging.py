from __future__ import annotations

import pytest

from grille.detectors.belonging import asides, is_given, may_stand_alone, own_label


def labels(text: str, *numbers: str) -> list[str | None]:
    found = [own_label(text, text.index(number)) for number in numbers]
    return [text[own.start : own.end] if own and not own.waits else None for own in found]


@pytest.mark.parametrize(
    ("text", "numbers", "own"),
    [
        (
            "transit number/account no.: 000628961 97025826",
            ("000628961", "97025826"),
            ["transit number", "account no."],
        ),
        ("Sort code & account: 20-00-00 / 12345678", ("20-00-00", "12345678"), ["Sort code", "account"]),
        ("The BSB and account number are 062-000 and 123456", ("062-000", "123456"), ["The BSB", "account number"]),
        ("routing no / account #\n127190330 / 81343", ("127190330", "81343"), ["routing no", "account #"]),
        ("IFSC/A/c no: HDFC0000001, 123456789", ("HDFC", "123456789"), ["IFSC", "A/c no"]),
        ("BSB/Account: 733948 704 441 176", ("733948", "704", "441", "176"), ["BSB", "Account", "Account", "Account"]),
        ("sort code/account: 20 00 00 / 12345678", ("20", "12345678"), ["sort code", "account"]),
        ('"transit/account": "12345-003 1234567"', ("12345-003", "1234567"), ["transit", "account"]),
    ],
)
def test_of_joined_labels_each_number_has_the_one_in_its_place(
    text: str, numbers: tuple[str, ...], own: list[str]
) -> None:
    assert labels(text, *numbers) == own


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("GST/IRD number: 49-091-850", "49-091-850"),
        ("GST/IRD number: 49-091-850 is wrong", "49-091-850"),
        ("BIC/SWIFT: DEUTDEFF500 paid", "DEUTDEFF500"),
        ("A/c no: 12345678 20-00-00", "12345678"),
        ("A/c no: 12345678 20-00-00", "20-00-00"),
        ("account number: 12345678 87654321", "12345678"),
        ("transit/account: 12345, 67890, 11111", "11111"),
        ("transit/account\n\nof somebody else 12345 67890", "12345"),
    ],
)
def test_where_there_are_not_as_many_numbers_all_labels_speak(text: str, number: str) -> None:
    assert labels(text, number) == [None]


@pytest.mark.parametrize("come", ["", "0", "000628961", "000628961 ", "000628961 /", "000628961 and", "000628961 ab"])
def test_the_first_number_waits_for_the_others(come: str) -> None:
    text = "transit number/account no.: 7"
    own = own_label(text + come, len(text) - 1)
    assert own is not None
    assert own.waits


def given(text: str, value: str, start: str) -> bool:
    begin = text.index(value)
    return is_given(text, begin, begin + len(value), text.index(start))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("dob=1959-01-07\n2025-07-17T04:07:32Z DEBUG", "07"),
        ("dob=1959-01-07\r\n2025-07-17T04:07:32Z DEBUG", "07"),
        ('dob="Nov 24, 1956"\n2025-07-17 04:07', "1956"),
        ("Account number: 12345678\n2025-07-17 paid", "12345678"),
    ],
)
def test_a_key_that_has_its_value_says_nothing_of_the_next_line(text: str, value: str) -> None:
    assert given(text, value, "2025")


@pytest.mark.parametrize(
    "text",
    [
        "Accounts: 11112222,\n2025 and more",
        "Account numbers: 11112222\n20253333\n44445555",
        "Account numbers: 11112222\n20253333",
        "accounts 11112222\n2025 and more",
        "dob=11112222 2025-07-17",
        "as of 10:11112222\n2025 more",
        "see http://11112222\n2025 more",
    ],
)
def test_a_list_goes_on_in_the_next_line(text: str) -> None:
    assert not given(text, "11112222", "2025")


@pytest.mark.parametrize(
    ("text", "may"),
    [("a\n2025", True), ("a\n  2025-07 ", True), ("a\n2025T", False), ("a\n2025\n", False), ("a 2025", False)],
)
def test_whether_a_number_stands_alone_in_its_line_is_known_when_the_line_goes_on(text: str, may: bool) -> None:
    assert may_stand_alone(text, text.index("2025")) is may


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("011234 (bsb), account (389661)", ["bsb"]),
        ("pay 12345678 (acct no) and 87654321(IBAN) or", ["acct no", "IBAN"]),
        ("account (8 digits) 12345678", []),
        ("step 123 (account number): 12345678", []),
        ("account (savings) 12345678", []),
    ],
)
def test_words_in_brackets_behind_a_number_are_its_own(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in asides(text, 0, len(text))] == words
