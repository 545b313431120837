"""The promises an endpoint may ask for, and what can be shown for them: session-only and encrypted.

`flags.py` holds an exchange against these. Nothing here decides or knows the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from grille.exchange import Scalar, Source


class Missing(Enum):
    """What becomes of an exchange that does not show the promise it should show."""

    BLOCK = "block"
    SET = "set"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class SessionOnly:
    """`field` (a JSON pointer) must equal `equals`; without one, the route's retention control counts. With
    `attested` there must be a contract as well, whatever the request shows."""

    source: Source
    missing: Missing = Missing.BLOCK
    field: str = ""
    equals: Scalar = None
    attested: bool = False


@dataclass(frozen=True, slots=True)
class Encryption:
    """`tls` is the least version (`1.2`, `1.3`); `ciphers`, if any, are all that are allowed, in OpenSSL's
    spelling; one of `pins`, if any, must be the pin of a certificate of the verified chain; the body's `field`
    (a JSON pointer) must be one of `one_of`."""

    source: Source
    tls: str = "1.2"
    ciphers: tuple[str, ...] = ()
    field: str = ""
    one_of: tuple[Scalar, ...] = ()
    pins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirements:
    encryption: Encryption | None = None
    session_only: SessionOnly | None = None

    def without_body(self) -> Requirements:
        """What a message owes that carries no promises of its own: what is asked of the connection."""
        encryption = replace(self.encryption, field="", one_of=()) if self.encryption else None
        return Requirements(encryption)


@dataclass(frozen=True, slots=True)
class Attestation:
    """A contract or a setting that makes a provider (or one endpoint) session-only, until `expires`."""

    id: str
    source: Source
    provider: str
    endpoint: str
    reference: str
    owner: str
    expires: date
