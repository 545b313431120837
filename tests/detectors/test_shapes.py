"""`grille.detectors.shapes`: what a value beside a label must look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors import shapes

CHOSEN = ["letmein", "hunter2", "correct-horse", "P@$$w0rd", "12345678", "Summer.2024", "Tr0ub4dor&3", "$2b$12$EXAMPLE"]
NEVER = [
    *("", "abc", "two words", "password", "Required!", "None", "null", "true", "SecretStr", "********", "xxxx-xxxx"),
    *("<password>", "${DB_PASSWORD}", "$PASSWORD", "%PASSWORD%", "{{ password }}", "{password}", "%s", "@password"),
    *("your_password_here", "newPassword", "my-secret-token", "YOUR_API_KEY", "Passwort", "contraseña", "パスワード"),
    *("/run/secrets/db", "./pw.txt", "https://example.com", "config.password", "DB_PASSWORD", "get_password(user)"),
    *("self.password", "#password", "password.txt", "jane@example.com", "os.environ[", "UserPasswordInput"),
]
MIXED = ["hunter2", "Hunter2!", "P@ssword", "Winter-2024", "s3cret", "abc123"]
PLAIN = ["letmein", "correct-horse", "12345678", "password2", "new_pw1"]
TECHNICAL = ["SHA256", "ISO27001", "IS027001", "2nd", "v1.2", "90days", "8-16", "UTF-8", "TLS1.2", "12-character", "Q3"]
DRAWN = ["q7Rz0Kp3Vx9Lm2Tn8Wb4Yc6", "0123456789abcdef0f1e2d3c", "dXNlcjpleGFtcGxlMTIz", "k3j5x8q2m4n6p7r9s1t0"]
WORDS = [
    *("production-eu-west-1", "getAccountNumberFromLedger", "aaaaaaaaaaaaaaaaaaaaaaaa", "short1A"),
    *("ConnectorCallToolV1Request", "PrivateKeyInfo.componentType", "OAuth2UpdateConfigParam"),
]


@pytest.mark.parametrize("value", CHOSEN)
def test_what_somebody_chose_is_a_secret_in_quotes(value: str) -> None:
    assert shapes.chosen(value)


@pytest.mark.parametrize("value", NEVER)
def test_what_stands_for_a_secret_or_says_where_it_is_is_none(value: str) -> None:
    assert not shapes.chosen(value)
    assert not shapes.mixed(value)
    assert not shapes.key_like(value)
    assert not shapes.secret_like(value)


@pytest.mark.parametrize("value", MIXED)
def test_letters_with_digits_or_marks_are_no_word(value: str) -> None:
    assert shapes.mixed(value)


@pytest.mark.parametrize("value", PLAIN)
def test_a_word_a_number_and_a_numbered_stand_in_are_not_mixed(value: str) -> None:
    assert not shapes.mixed(value)


@pytest.mark.parametrize("value", TECHNICAL)
def test_a_technical_word_is_not_believed_in_a_sentence(value: str) -> None:
    assert not shapes.spoken(value)


@pytest.mark.parametrize("value", ["Hunter2!", "hunter2", "Xk9mQ2pL.", "s3cret"])
def test_what_is_mixed_and_not_technical_is_believed_in_a_sentence(value: str) -> None:
    assert shapes.spoken(value)


@pytest.mark.parametrize("value", DRAWN)
def test_chance_is_recognised(value: str) -> None:
    assert shapes.drawn(value)
    assert shapes.key_like(value)


@pytest.mark.parametrize("value", WORDS)
def test_words_written_together_are_not_chance(value: str) -> None:
    assert not shapes.drawn(value)


@pytest.mark.parametrize("value", ["01234567-89ab-cdef-0123-456789abcdef", "crackle1231567190113413981"])
def test_a_uuid_and_a_long_piece_with_digits_are_keys(value: str) -> None:
    assert shapes.key_like(value)
    assert not shapes.drawn(value)


def test_beside_the_word_secret_a_person_may_have_made_it_up() -> None:
    assert shapes.secret_like("my5uperS3cretJwt")
    assert not shapes.secret_like("my-tls-secret-2")
    assert not shapes.secret_like("short1")


def test_a_seed_phrase_is_twelve_words_or_more_hardly_one_twice() -> None:
    words = "abandon ability able about above absent absorb abstract absurd abuse access accident"
    assert shapes.seed_phrase(words)
    assert not shapes.seed_phrase(" ".join(["abandon"] * 12))
    assert not shapes.seed_phrase("abandon ability able")


def test_the_seed_of_a_second_factor_is_of_one_case_and_has_digits() -> None:
    assert shapes.factor_seed("jbsw y3dp ehpk 3pxp")
    assert not shapes.factor_seed("this code that they")
    assert not shapes.factor_seed("Room 4BCD here when")


def test_a_passphrase_is_words_of_which_no_request_for_one_is_made() -> None:
    assert shapes.passphrase("velvet anchor drizzle compass")
    assert not shapes.passphrase("please enter the new one")
    assert not shapes.passphrase("velvet anchor")
    assert not shapes.passphrase("velvet anchor velvet anchor")


@given(st.text(max_size=60))
def test_no_shape_raises(value: str) -> None:
    for shape in (shapes.chosen, shapes.mixed, shapes.spoken, shapes.drawn, shapes.key_like, shapes.secret_like):
        shape(value)
