from __future__ import annotations

import pytest

from grille.detectors.beside import REACH, beside, is_companion
from grille.detectors.cues import cues
from grille.detectors.words import words_of

WANTED = cues(["iban", "phone", "email", "account number", "date of birth"])


def said(text: str) -> tuple[bool, bool]:
    start = text.index("Jane Doe")
    return beside(text, start, start + len("Jane Doe"), WANTED)


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Jane Doe", "iban": ""}',
        '{"phoneNumber": "", "name": "Jane Doe"}',
        r"{\"name\": \"Jane Doe\", \"email_address\": \"\"}",
        '{"name": "Jane Doe", "bankDetails": {"iban": ""}}',
        '{"personal": {"dateOfBirth": ""}, "name": "Jane Doe"}',
        "Name: Jane Doe\nStatus: paid\nAccount number: 7",
        "Phone: 7\nName: Jane Doe",
        "<x><name>Jane Doe</name><iban>7</iban></x>",
        "<x><Email/><name>Jane Doe</name></x>",
        'level=INFO name="Jane Doe" email=7',
        "name: Jane Doe\nbank:\n  iban: 7",
    ],
)
def test_a_key_of_the_same_record_is_a_companion(text: str) -> None:
    assert said(text) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Jane Doe", "price": ""}',
        '{"name": "Jane Doe", "text": "its iban: 7"}',
        '{"name": "Jane Doe", "owner": {"email": ""}}',
        '[{"email": ""}, {"name": "Jane Doe"}]',
        '[{"name": "Jane Doe"}, {"email": ""}]',
        '{"name": "Jane Doe", "people": [{"email": ""}, {"email": ""}]}',
        '{"name": "Jane Doe", "email_template": ""}',
        "Name: Jane Doe\n\nPhone: 7",
        "Phone: 7\n---\nName: Jane Doe\n---\nPhone: 7",
        "<x><name>Jane Doe</name></x><x><iban>7</iban></x>",
        "<y><iban>7</iban></y><x><name>Jane Doe</name></x>",
        'email=7\nname="Jane Doe" level=INFO\nemail=7',
        "Name: Jane Doe" + " and so on" * (REACH // 10) + "\nPhone: 7",
    ],
)
def test_a_key_of_another_record_is_none(text: str) -> None:
    assert said(text) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Jane Doe"',
        '{"name": "Jane Doe", "pho',
        '{"name": "Jane Doe", "owner": {"email": ""',
        "Name: Jane Doe\nStatus: paid\n",
        "<x><name>Jane Doe</name><price>7</price>",
    ],
)
def test_a_record_that_has_not_ended_may_still_have_one(text: str) -> None:
    assert said(text) == (False, True)


@pytest.mark.parametrize(
    ("label", "yes"),
    [
        ("phone", True),
        ("contactPhoneNumber", True),
        ("email_address", True),
        ("phones", True),
        ("email template", False),
        ("address", False),
        ("", False),
    ],
)
def test_the_last_words_of_a_key_say_what_it_is(label: str, yes: bool) -> None:
    assert is_companion(words_of(label)[::-1], WANTED) is yes
