"""One action, one operator: how much of a value each of them leaves."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.actions import Replacement, replacement
from grille.actions.operators import Tokenize
from grille.exchange import Action, Finding, Ruling, Source
from grille.tokens import Minter, look_alikes

KEY = bytes(range(32))
CARD = "4111 1111 1111 1111"
HIDING = [action for action in Action if action.hides]


def ruling(action: Action, entity: str = "CREDIT_CARD", keep_last: int = 0) -> Ruling:
    finding = Finding(0, 0, 1, entity, 1.0, "test")
    return Ruling(finding, action, Source("policy.yaml", 1, f"profiles.out.{entity}"), keep_last=keep_last)


def refuse_to_mint(entity: str, value: str) -> str:
    raise AssertionError("only tokenize mints")


def masked(value: str, keep_last: int) -> str:
    return replacement(ruling(Action.MASK, keep_last=keep_last), value, refuse_to_mint, KEY)


def hashed(value: str, entity: str = "EMAIL_ADDRESS", key: bytes = KEY) -> str:
    return replacement(ruling(Action.HASH, entity), value, refuse_to_mint, key)


def test_the_room_keeps_its_protocol() -> None:
    kept: Replacement = replacement
    assert kept is replacement


@pytest.mark.parametrize(
    ("value", "keep_last", "expected"),
    [
        (CARD, 4, "**** **** **** 1111"),
        (CARD, 0, "**** **** **** ****"),
        ("4242-4242-4242-4242", 4, "****-****-****-4242"),
        ("378282246310005", 4, "***********0005"),
        ("(212) 555-0134", 2, "(***) ***-**34"),
        ("GB82 WEST 1234 5698 7654 32", 4, "**** **** **** **** **54 32"),
        ("anna@example.com", 0, "****@*******.***"),
        ("4111\u00a01111\n1111\t1111", 4, "****\u00a0****\n****\t1111"),
        ("p_ss!w%rd", 0, "*********"),
        ("4\u200b111", 1, "****1"),
        ("1234", 4, "**34"),
        ("123", 4, "**3"),
        ("1", 4, "*"),
        ("12", 99, "*2"),
        ("李四", 0, "**"),
        ("four one one, one", 0, "*****************"),
        ("four-one-one", 2, "**********ne"),
        ("Jane Doe", 0, "********"),
        ("", 4, ""),
    ],
)
def test_a_mask_leaves_the_last_characters_and_the_separators_of_numbers(
    value: str, keep_last: int, expected: str
) -> None:
    assert masked(value, keep_last) == expected


@given(value=st.text(), keep_last=st.integers(0, 50))
def test_a_mask_never_leaves_more_than_was_asked_for_nor_more_than_half(value: str, keep_last: int) -> None:
    result = masked(value, keep_last)
    assert len(result) == len(value)
    is_grouped = "@" in value or any(map(str.isdigit, value))
    said = [char for char in value if not (is_grouped and (char.isspace() or char in "-./()@:+,"))]
    left = sum(new == old for new, old in zip(result, value, strict=True) if old in said and old != "*")
    assert left <= min(keep_last, len(said) // 2)


def test_a_hash_is_short_keyed_and_says_what_it_is_of() -> None:
    result = hashed("anna@example.com")
    entity, _, digits = result.partition("#")
    assert (entity, len(digits)) == ("EMAIL_ADDRESS", 16)
    assert int(digits, 16)
    assert result == hashed("anna@example.com")
    others = {hashed("bert@example.com"), hashed("anna@example.com", key=KEY[::-1]), hashed("anna@example.com", "URL")}
    assert digits not in {other.partition("#")[2] for other in others}
    assert len(others) == 3


@given(st.text(), st.sampled_from(["EMAIL_ADDRESS", "A", "US_SSN_H"]))
def test_neither_a_hash_nor_a_redaction_looks_like_a_token(value: str, entity: str) -> None:
    for action in (Action.HASH, Action.REDACT):
        result = replacement(ruling(action, entity), value, refuse_to_mint, KEY)
        assert look_alikes(result, ["EMAIL_ADDRESS", "A", "US_SSN_H", "US_SSN"]) == []


def test_redaction_says_what_was_there() -> None:
    assert replacement(ruling(Action.REDACT, "US_SSN"), "219-09-9999", refuse_to_mint, KEY) == "[US_SSN removed]"


def test_tokenize_asks_whoever_mints() -> None:
    minter = Minter(KEY, "s")
    token = replacement(ruling(Action.TOKENIZE), CARD, minter.mint, KEY)
    assert token == minter.mint("CREDIT_CARD", CARD)
    assert dict(minter.map().values) == {token: CARD}


def test_tokenize_without_a_way_to_mint_fails() -> None:
    with pytest.raises(TypeError, match="way to mint"):
        Tokenize().operate(CARD)


@pytest.mark.parametrize("action", [action for action in Action if not action.hides])
def test_an_action_that_hides_nothing_has_no_replacement(action: Action) -> None:
    with pytest.raises(ValueError, match="replaces nothing") as caught:
        replacement(ruling(action), CARD, refuse_to_mint, KEY)
    assert CARD not in str(caught.value)


@pytest.mark.parametrize("action", HIDING)
@pytest.mark.parametrize("value", [CARD, "219-09-9999", "anna@example.com", "Anna Example"])
def test_the_value_is_gone_and_the_same_arguments_give_the_same_words(
    action: Action, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        first = replacement(ruling(action, keep_last=4), value, Minter(KEY, "s").mint, KEY)
    assert value not in first
    assert first == replacement(ruling(action, keep_last=4), value, Minter(KEY, "s").mint, KEY)
    assert not caplog.records


@given(st.sampled_from(HIDING), st.text(st.characters()))
def test_every_text_can_be_replaced(action: Action, value: str) -> None:
    replacement(ruling(action, keep_last=2), value, Minter(KEY, "s").mint, KEY)
    replacement(ruling(action), value + "\ud83d", Minter(KEY, "s").mint, KEY)


def test_it_brings_neither_the_analyzer_nor_spacy_into_the_process() -> None:
    said = "import sys, grille.addon.run; print(*sorted({'numpy', 'presidio_analyzer', 'spacy'} & sys.modules.keys()))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    assert subprocess.check_output([sys.executable, "-c", said], env=environment, text=True) == "\n"
