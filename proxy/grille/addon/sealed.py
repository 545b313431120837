"""Values as a store sees them: encrypted for one scope, under names that say nothing.

    name     HMAC-SHA256 of scope and token                         which scope, token or entity it is: not to be read
    sealed   version · id of the key · nonce · AES-256-GCM(value)    for that scope and token, and no other

Every scope has a key of its own, derived from the deployment's (HKDF-SHA256), and scope and token are associated data:
what was sealed for one does not open for another, wherever somebody moves it. After a change of the key, what was
sealed under a former one still opens. What does not open is not known: nobody is given another's value, or an error
that tells why. This module must not keep or send anything.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from grille import tokens

_VERSION = b"\x01"
_ID, _NONCE, _NAME = 4, 12, 24
"""Bytes of a key's id, of a nonce, of a name."""


class Seals:
    """`key` is the deployment's, `former` are those before it, the last one first."""

    def __init__(self, key: bytes, former: Sequence[bytes] = ()) -> None:
        self._newest_first = tuple(dict.fromkeys((key, *former)))
        self._by_id = {_id(each): each for each in reversed(self._newest_first)}
        self._key = key

    def names(self, *parts: str) -> list[bytes]:
        """Where something is kept that `parts` tell: under the key, and under former ones."""
        return [_name(key, *parts) for key in self._newest_first]

    def seal(self, scope: str, token: str, value: str) -> bytes:
        """`value`, for whoever has the key, the scope and the token."""
        nonce, text = os.urandom(_NONCE), value.encode("utf-8", "surrogatepass")
        head = _VERSION + _id(self._key)
        return head + nonce + _cipher(self._key, scope).encrypt(nonce, text, head + tokens.framed(scope, token))

    def opened(self, scope: str, token: str, sealed: bytes) -> str | None:
        """The value; None for what was not sealed here for that scope and token."""
        head, nonce = sealed[: 1 + _ID], sealed[1 + _ID : 1 + _ID + _NONCE]
        key = self._by_id.get(head[1:])
        if head[:1] != _VERSION or key is None or len(nonce) < _NONCE:
            return None
        try:
            text = _cipher(key, scope).decrypt(nonce, sealed[1 + _ID + _NONCE :], head + tokens.framed(scope, token))
            return text.decode("utf-8", "surrogatepass")
        except (InvalidTag, UnicodeDecodeError):
            return None


def _id(key: bytes) -> bytes:
    return tokens.derive(key, "store: which key")[:_ID]


def _name(key: bytes, *parts: str) -> bytes:
    return hmac.digest(tokens.derive(key, "store: names"), tokens.framed(*parts), "sha256")[:_NAME]


def _cipher(key: bytes, scope: str) -> AESGCM:
    return AESGCM(tokens.derive(key, f"store: values of {scope}"))
