"""The public keys of an upstream's certificate chain, and the handshake that ends when no pinned one is among them.

What counts is the chain as OpenSSL verified it, from the server's certificate up to the trusted root that
ends it: a certificate that a server merely sends along proves nothing, and the root counts although it is
not sent. The look at it is taken in the handshake, before anything of ours is encrypted; what was seen is
kept, so that every request over the connection is judged by it.

This module must not decide which keys are asked for: the policy pins them, and `offer.py` collects the pins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from weakref import WeakKeyDictionary

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from mitmproxy.connection import Server
from OpenSSL import SSL, crypto

from grille.policy import pin_of

type Pins = tuple[tuple[str, ...], ...]
"""The pins of each endpoint that has any."""

SHOWN: MutableMapping[Server, tuple[str, ...]] = WeakKeyDictionary()
"""The keys of each upstream's verified chain, the server's own first."""


def pinned(pins: Pins, keys: Iterable[str]) -> bool:
    """Whether `keys` satisfy every endpoint."""
    shown = set(keys)
    return all(not shown.isdisjoint(each) for each in pins)


def keys_of(made: SSL.Connection | None) -> tuple[str, ...]:
    """The pins of the verified chain of an established connection; none when nothing was verified."""
    chain = made.get_verified_chain(as_cryptography=True) if made is not None else None
    return tuple(_pin(each) for each in chain or ())


def verifier(pins: Pins) -> Callable[[SSL.Connection, crypto.X509, int, int, int], bool]:
    """A callback for `SSL.Context.set_verify` (SSL_CTX_set_verify(3)). OpenSSL calls it for each certificate of
    the chain from the root down, and last for the server's own, at depth 0: by then all keys are known.

    What OpenSSL itself finds wrong stays wrong, with its own error.
    """

    def verify(made: SSL.Connection, certificate: crypto.X509, error: int, depth: int, well: int) -> bool:
        seen = made.get_app_data() or ()
        made.set_app_data((*seen, _pin(certificate.to_cryptography())))
        return bool(well) and (depth > 0 or pinned(pins, made.get_app_data()))

    return verify


def _pin(certificate: x509.Certificate) -> str:
    return pin_of(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
