"""Who speaks: what of it was verified, and nothing else.

    an address          the other end of the connection
    a proxy user        Proxy-Authorization: Basic, checked against an htpasswd file (bcrypt)
    claims of a JWT     Proxy-Authorization: Bearer, a Basic password that is a JWT (for clients that can
                        only put a user and a password into a proxy URL), or X-Grille-Identity
    names               the URI and DNS names of a client certificate that verified

What a CONNECT request proved holds for its tunnel. A credential that something here could check and that
does not pass is refused; it is never passed over in favour of the address. One that nothing here checks
is not looked at. Either way it is not forwarded (`intake.prepare`).

This module must not log, keep or repeat a credential: of a password that passed it keeps a keyed digest,
because bcrypt is slow on purpose.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import secrets
from collections import OrderedDict
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from pathlib import Path
from weakref import WeakKeyDictionary

from cryptography import x509
from cryptography.x509 import verification
from mitmproxy import connection, http
from mitmproxy.proxy.mode_specs import RegularMode
from mitmproxy.utils.htpasswd import HtpasswdFile

from grille.addon.claims import Tokens, Unverified, looks_like_token
from grille.addon.refusal import Refused
from grille.errors import SettingsError
from grille.exchange import Identity

_REMEMBERED = 256
_LONGEST_CREDENTIAL = 16 * 1024


class Users:
    """The users of an htpasswd file."""

    def __init__(self, path: str) -> None:
        try:
            self._file = HtpasswdFile.from_file(Path(path))
        except (OSError, ValueError):
            raise SettingsError(f"{path}: not a readable htpasswd file; write one with `htpasswd -B`") from None
        if any(stored.startswith("{SHA}") for stored in self._file.users.values()):
            raise SettingsError(f"{path}: SHA-1 passwords are not accepted; write them anew with `htpasswd -B`")
        self._key = secrets.token_bytes(32)
        self._passed: OrderedDict[bytes, None] = OrderedDict()
        self._slots = asyncio.Semaphore(2)

    async def check(self, user: str, password: str) -> bool:
        """Whether the password is the user's. bcrypt runs in a thread, two at a time: guessing passwords
        must not slow the others down."""
        digest = hmac.digest(self._key, f"{len(user)}:{user}{password}".encode("utf-8", "replace"), "sha256")
        if digest in self._passed:
            self._passed.move_to_end(digest)
            return True
        async with self._slots:
            passed = await asyncio.to_thread(self._matches, user, password)
        if passed:
            self._passed[digest] = None
            if len(self._passed) > _REMEMBERED:
                self._passed.popitem(last=False)
        return passed

    def _matches(self, user: str, password: str) -> bool:
        try:
            return self._file.check_password(user, password)
        except ValueError:  # longer than bcrypt reads, or with a NUL
            return False


class Certificates:
    """Client certificates that chain to one of the CAs in a PEM file (RFC 5280, EKU clientAuth)."""

    def __init__(self, path: str) -> None:
        try:
            self._store = verification.Store(x509.load_pem_x509_certificates(Path(path).read_bytes()))
        except (OSError, ValueError):
            raise SettingsError(f"{path}: not a readable PEM file of CA certificates") from None

    def names(self, chain: list[x509.Certificate]) -> tuple[str, ...]:
        """The URI and DNS names of the first of `chain`; raises `Unverified`. That the client holds its
        key was proved in the handshake."""
        verifier = verification.PolicyBuilder().store(self._store).build_client_verifier()
        try:
            subjects = verifier.verify(chain[0], chain[1:]).subjects or []
        except verification.VerificationError:
            raise Unverified from None
        wanted = (x509.UniformResourceIdentifier, x509.DNSName)
        return tuple(str(name.value) for name in subjects if isinstance(name, wanted))


@dataclass(frozen=True, slots=True)
class Checks:
    """What credentials can be checked against; all None: there is only the address."""

    users: Users | None = None
    tokens: Tokens | None = None
    certificates: Certificates | None = None

    @property
    def any(self) -> bool:
        return any(check is not None for check in (self.users, self.tokens, self.certificates))


class Identities:
    """Who is at the other end of each client connection."""

    def __init__(self, checks: Checks) -> None:
        self.checks = checks
        self._tunnels: MutableMapping[connection.Client, Identity] = WeakKeyDictionary()
        self._certified: MutableMapping[connection.Client, tuple[str, ...] | None] = WeakKeyDictionary()

    def handshake(self, client: connection.Client) -> None:
        """Remember the certificate that `client` showed. Inside CONNECT there is a second handshake,
        mostly without one; what the first proved holds."""
        if self.checks.certificates is None or not client.certificate_list:
            return
        try:
            chain = [each.to_cryptography() for each in client.certificate_list]
            self._certified[client] = self.checks.certificates.names(chain)
        except (Unverified, ValueError):
            self._certified[client] = None

    def lacks(self, identity: Identity) -> bool:
        """Whether credentials could be shown and were not. Who showed good ones is not asked again: a browser would
        take that for a wrong password."""
        checks = self.checks
        shown = (identity.proxy_user or identity.claims) if checks.users or checks.tokens else identity.names
        return checks.any and not shown

    async def connect(self, flow: http.HTTPFlow) -> Identity:
        """The identity that a CONNECT request proves, from now on that of the connection."""
        identity = await self.of(flow)
        self._tunnels[flow.client_conn] = identity
        return identity

    def known(self, client: connection.Client) -> Identity:
        """What a connection has shown by itself, before any request."""
        return self._tunnels.get(client, Identity(address=client.peername[0]))

    async def of(self, flow: http.HTTPFlow) -> Identity:
        """The identity behind a request; raises `Refused`."""
        client = flow.client_conn
        identity = self.known(client)
        names = self._certified.get(client, ())
        try:
            if names is None:
                raise Unverified
            identity = replace(identity, names=names)
            for name in ("proxy-authorization", "x-grille-identity"):
                values = flow.request.headers.get_all(name)
                if len(values) > 1 or any(len(value) > _LONGEST_CREDENTIAL for value in values):
                    raise Unverified
                for value in values:
                    identity = await self._with(identity, name, value)
        except Unverified:
            raise refused_credentials(flow) from None
        return identity

    async def _with(self, identity: Identity, name: str, value: str) -> Identity:
        users, tokens = self.checks.users, self.checks.tokens
        scheme, _, rest = value.strip().partition(" ")
        if name == "x-grille-identity":
            token = rest.strip() if scheme.lower() == "bearer" else value.strip()
            return replace(identity, claims=tokens.claims(token)) if tokens else identity
        if scheme.lower() == "bearer":
            return replace(identity, claims=tokens.claims(rest.strip())) if tokens else identity
        if scheme.lower() != "basic" or (users is None and tokens is None):
            if users or tokens:
                raise Unverified
            return identity
        user, password = _basic(rest.strip())
        if tokens and (users is None or looks_like_token(password)):
            return replace(identity, claims=tokens.claims(password))
        if users is None or not await users.check(user, password):
            raise Unverified
        return replace(identity, proxy_user=user)


def refused_credentials(flow: http.HTTPFlow) -> Refused:
    """407 makes a client of a forward proxy ask for, or send, its credentials. Who was sent here without
    knowing would take 401 or 407 for the provider's, and gets 403."""
    text = "This was not sent: the credentials for grille are missing or could not be verified."
    knows = isinstance(flow.client_conn.proxy_mode, RegularMode)
    return Refused("credentials", text, 407 if knows else 403)


def _basic(encoded: str) -> tuple[str, str]:
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:  # no base64, no UTF-8, or not even ASCII
        raise Unverified from None
    if not colon:
        raise Unverified
    return user, password
