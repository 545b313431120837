"""Each action that hides is one operator of Presidio's anonymizer; tokenize is ours. The only file that
imports it.

    MASK      mask      **** **** **** 1111          every character but the last few; separators of numbers stay
    HASH      hash      EMAIL_ADDRESS#3f2a91c05b7d4e21  64 bits of SHA-256, salted with the key
    TOKENIZE  ours      CREDIT_CARD_K7Q2M9XA         can be swapped back
    REDACT    replace   [US_SSN removed]

Presidio's engine is not used: it takes entities by text offsets and merges neighbours by rules of its
own, and which finding wins was decided before. This module must not log, and passes no value to an error.

Accepted miss: a hash is of the spelling as it stands; two spellings of one number have two hashes.
"""

from __future__ import annotations

import hmac
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import compress
from typing import assert_never

from grille.actions.base import Mint
from grille.exchange import Action, Ruling

_ANALYZER = "presidio_analyzer"


@contextmanager
def _without_analyzer() -> Iterator[None]:
    """One operator of the anonymizer, for a service of Azure's, would like the analyzer, and does without. With it come
    spaCy, 80 MB and two seconds, into a process that leaves looking to others."""
    absent = _ANALYZER not in sys.modules
    if absent:
        sys.modules[_ANALYZER] = None  # type: ignore[assignment]  # what `import` takes for: not installed
    try:
        yield
    finally:
        if absent:
            del sys.modules[_ANALYZER]


with _without_analyzer():
    from presidio_anonymizer.operators import Operator, OperatorsFactory, OperatorType

HASH_DIGITS = 16
"""Hexadecimal digits of a hash that are shown."""

type _Params = dict[str, object]

_SEPARATORS = frozenset("-./()@:+,")


class Tokenize(Operator):
    """Presidio's operator for tokens: it asks whoever holds the map of the exchange."""

    def operate(self, text: str, params: _Params | None = None) -> str:
        mint = (params or {}).get("mint")
        if not callable(mint):
            raise TypeError("tokenize needs a way to mint")
        return str(mint((params or {}).get("entity"), text))

    def validate(self, params: _Params | None = None) -> None:
        """Nothing to check that `operate` does not."""

    def operator_name(self) -> str:
        return "tokenize"

    def operator_type(self) -> OperatorType:
        return OperatorType.Anonymize


def _built(make: Callable[[], OperatorsFactory], *names: str) -> dict[str, Operator]:
    """One of each, for the life of the process: an operator keeps nothing between calls."""
    factory = make()
    factory.add_anonymize_operator(Tokenize)
    return {name: factory.create_operator_class(name, OperatorType.Anonymize) for name in names}


_OPERATORS = _built(OperatorsFactory, "mask", "hash", "replace", "tokenize")


def replacement(ruling: Ruling, value: str, mint: Mint, key: bytes) -> str:
    """What is written in place of `value`. `key` is secret, at least 16 bytes.

    Raises ValueError for an action that hides nothing: whoever asks has mistaken one for another.
    """
    entity = ruling.finding.entity
    match ruling.action:
        case Action.MASK:
            return _masked(value, ruling.keep_last)
        case Action.HASH:
            return _hashed(entity, value, key)
        case Action.TOKENIZE:
            return _OPERATORS["tokenize"].operate(value, {"mint": mint, "entity": entity})
        case Action.REDACT:
            return _OPERATORS["replace"].operate(value, {"new_value": f"[{entity} removed]"})
        case Action.ALLOW | Action.LOG | Action.BLOCK:
            raise ValueError(f"{ruling.action.name} replaces nothing")
        case _:
            assert_never(ruling.action)


def _masked(value: str, keep_last: int) -> str:
    """Stars for every character but the usual separators and the last `keep_last` others; never more than half of
    those are kept, so that a short value is not shown whole. Separators stay in what is a number or an address: of a
    number in words (`four one one`), or the words of a seed phrase, their lengths would tell a good part."""
    has_groups = "@" in value or any(map(str.isdigit, value))
    hidden = [not (has_groups and _separates(char)) for char in value]
    secret = "".join(compress(value, hidden))
    kept = min(keep_last, len(secret) // 2)
    params: _Params = {"masking_char": "*", "chars_to_mask": len(secret) - kept, "from_end": False}
    masked = iter(_OPERATORS["mask"].operate(secret, params))
    return "".join(next(masked) if hides else char for char, hides in zip(value, hidden, strict=True))


def _separates(char: str) -> bool:
    return char.isspace() or char in _SEPARATORS


def _hashed(entity: str, value: str, key: bytes) -> str:
    """The salt is a key of its own for each entity. A number sign is in no token, so that a hash never
    looks like one."""
    salt = hmac.digest(key, f"hash {entity}".encode(), "sha256")
    sayable = value.encode("utf-8", "backslashreplace").decode()
    digest = _OPERATORS["hash"].operate(sayable, {"hash_type": "sha256", "salt": salt})
    return f"{entity}#{digest[:HASH_DIGITS]}"
