"""`grille.detectors.announcing`: names of secrets."""

from __future__ import annotations

import pytest

from grille.detectors.announcing import KEYS, PASSWORDS, Announcement

PASSWORD, SEVERAL, CODES, FACTOR, WORD, PHRASE, SEED, LOGIN = PASSWORDS
SECRET, TOKEN = KEYS


@pytest.mark.parametrize(
    ("announcement", "label"),
    [
        *((PASSWORD, each) for each in ("password", "DB_PASSWORD", "userPassword", "dbPass", "dbpass", "pw", "pwd2")),
        *((PASSWORD, each) for each in ("Passwort", "mot de passe", "contraseña", "비밀번호", "password_confirmation")),
        *((SECRET, each) for each in ("client_secret", "clientSecret", "SECRET_KEY", "private key", "secretValue")),
        *((TOKEN, each) for each in ("token", "X-Api-Key", "apikey", "ALGOLIA_ADMIN_KEY", "accessKey", "auth_token")),
        *(
            (SEVERAL, "logins"),
            (CODES, "mfa_recovery_codes"),
            (WORD, "memorableWord"),
            (FACTOR, "user_totp"),
            (PHRASE, "pass-phrase"),
        ),
        (SEED, "recovery phrase"),
        (LOGIN, "login"),
    ],
)
def test_a_label_that_ends_in_a_name_is_one(announcement: Announcement, label: str) -> None:
    assert announcement.is_name(label)


@pytest.mark.parametrize(
    ("announcement", "label"),
    [
        *(
            (PASSWORD, each)
            for each in ("compass", "bypass", "boarding pass", "password_hash", "passwords_file", "note")
        ),
        *((SECRET, each) for each in ("secretName", "secretary", "secret_id", "public key")),
        *(
            (TOKEN, each)
            for each in ("nextPageToken", "csrf_token", "cache_key", "public_key", "key_id", "monkey", "key")
        ),
    ],
)
def test_what_only_holds_one_is_none(announcement: Announcement, label: str) -> None:
    assert not announcement.is_name(label)


@pytest.mark.parametrize("announcement", [*PASSWORDS, *KEYS])
def test_no_name_begins_with_anything_but_its_stems(announcement: Announcement) -> None:
    for word in (
        "password",
        "dbPass",
        "passwort",
        "mnemonic",
        "log in",
        "client_secret",
        "api key",
        "Some Key",
        "salt",
    ):
        for name in announcement.names.finditer(word, overlapped=True):
            assert word.lower().startswith(announcement.stems.words, name.start())
