"""Pins: keys that a policy knows an upstream by, each written as the digest of a public key (RFC 7469 §2.4).

    sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

It is the SHA-256 of a certificate's SubjectPublicKeyInfo in DER, so it outlives the certificate as long as
the key does. This module must not open a connection or a certificate: the bytes are handed in.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

PIN = "^sha256/[A-Za-z0-9+/]{43}=$"
_KIND = "sha256/"
_SIZE = 32
_FORM = "a pin is `sha256/` and the 44 characters of a SHA-256 in Base64"
_CURL = "sha256//"


def pin_of(public_key: bytes) -> str:
    """The pin of a SubjectPublicKeyInfo in DER."""
    return _spelled(hashlib.sha256(public_key).digest())


def written_pin(text: object) -> str:
    """`text` if it is a pin in its one spelling; raises ValueError with what to write instead."""
    if not isinstance(text, str):
        raise ValueError(f"{_FORM}: put it in quotes")
    digest = _digest(text)
    if digest is None:
        raise ValueError(f"{_FORM}: see `require` in policies/README.md for how to get one")
    if _spelled(digest) != text:
        raise ValueError(f"{_FORM}: write `{_spelled(digest)}`")
    return text


def _spelled(digest: bytes) -> str:
    return _KIND + base64.b64encode(digest).decode()


def _digest(text: str) -> bytes | None:
    """The digest that was meant: as curl writes it, without its prefix or its `=`, in URL-safe Base64 or in
    hexadecimal."""
    text = text.strip()
    # A digest may begin with a slash of its own, so which prefix is meant is seen by what is left.
    found = (_decoded(text.removeprefix(prefix)) for prefix in (_CURL, _KIND, "sha256:"))
    return next((digest for digest in found if digest is not None), None)


def _decoded(bare: str) -> bytes | None:
    try:
        if len(bare) == 2 * _SIZE:
            return bytes.fromhex(bare)
        digest = base64.b64decode(bare.rstrip("=").translate(str.maketrans("-_", "+/")) + "=", validate=True)
    except (ValueError, binascii.Error):
        return None
    return digest if len(digest) == _SIZE else None
