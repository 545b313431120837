"""`grille.policy.pins`: one spelling, and a word for whoever wrote another."""

from __future__ import annotations

import base64
import hashlib

import pytest

from grille.errors import PolicyErrors
from grille.policy.pins import pin_of, written_pin
from policy_paper import changed, policy
from promising import SESSION

DIGEST = hashlib.sha256(b"a public key").digest()
GOOD = "sha256/" + base64.b64encode(DIGEST).decode()
REQUIRE = "require: {{encryption: {{pins: [{}]}}}}"


def test_a_pin_is_the_digest_of_a_public_key() -> None:
    assert pin_of(b"a public key") == GOOD
    assert written_pin(GOOD) == GOOD


def test_a_digest_may_begin_with_a_slash() -> None:
    slash = "sha256/" + base64.b64encode(b"\xff" * 32).decode()
    assert slash.startswith("sha256//")
    assert written_pin(slash) == slash
    with pytest.raises(ValueError, match="write `") as caught:
        written_pin(slash.replace("sha256/", "sha256//", 1))
    assert str(caught.value).endswith(f"write `{slash}`")


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("sha256/", "sha256//"),
        GOOD.removeprefix("sha256/"),
        GOOD.removesuffix("="),
        GOOD.translate(str.maketrans("+/", "-_")).replace("sha256_", "sha256/"),
        f" {GOOD} ",
        DIGEST.hex(),
        f"sha256:{DIGEST.hex().upper()}",
    ],
)
def test_another_spelling_is_refused_with_the_right_one(text: str) -> None:
    with pytest.raises(ValueError, match="write `") as caught:
        written_pin(text)
    assert str(caught.value).endswith(f"write `{GOOD}`")


def test_two_spellings_of_the_same_bits_are_not_two_pins() -> None:
    """The last character of a digest in Base64 has two bits that mean nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    loose = GOOD[:-2] + alphabet[alphabet.index(GOOD[-2]) + 1] + "="
    with pytest.raises(ValueError, match="write `") as caught:
        written_pin(loose)
    assert str(caught.value).endswith(f"write `{GOOD}`")


@pytest.mark.parametrize(
    "text", ["", "sha256/", "sha256/AAAA", "sha1/" + GOOD[7:], GOOD + "A", "sha256/" + "é" * 43 + "=", 7, None, ["a"]]
)
def test_what_is_no_pin_is_said_to_be_none(text: object) -> None:
    with pytest.raises(ValueError, match="a pin is `sha256/` and the 44 characters"):
        written_pin(text)


def test_a_policy_says_where_a_pin_is_wrong() -> None:
    curl = GOOD.replace("sha256/", "sha256//")
    with pytest.raises(PolicyErrors) as caught:
        policy(changed(SESSION, REQUIRE.format(f"{GOOD}, {curl}")))
    (problem,) = caught.value.problems
    assert f"write `{GOOD}`" in problem.text
    assert str(problem).splitlines()[-1].strip() == "^"


def test_a_policy_keeps_its_pins() -> None:
    asked = policy(changed(SESSION, REQUIRE.format(GOOD))).endpoints["chat"].requirements.encryption
    assert asked is not None
    assert asked.pins == (GOOD,)
