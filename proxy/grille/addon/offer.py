"""What grille offers an upstream in the TLS handshake: only what the policy would accept afterwards.

A policy may ask for a version and for ciphers (`require: encryption`). They are looked at on the
negotiated connection by `policy/flags.py`; but by then the server's name and a handshake have gone out,
and another connection may be made later. So the offer itself is narrowed, and OpenSSL keeps to it on
every connection. Chain and name are verified in the handshake, as mitmproxy does it.

At this point only host and port are known, not the path. When several endpoints share a host the offer
fits all of them: the highest of their versions and the ciphers that each of them allows.

A chain without a pinned key ends the handshake too (`pinning.py`): the certificates of every endpoint at the
host must be shown, and nothing has been sent by then but the greeting.

This module must not widen anything, and reads nothing of a message.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import certifi
from mitmproxy.connection import Server
from mitmproxy.net.tls import DEFAULT_OPTIONS
from OpenSSL import SSL

from grille.addon.pinning import pinned, verifier
from grille.policy import Endpoint

_VERSIONS = {"1.2": SSL.TLS1_2_VERSION, "1.3": SSL.TLS1_3_VERSION}
_NEGOTIATED = ("TLSv1.2", "TLSv1.3")
_LATER = "TLS_"
"""The names of TLS 1.3 cipher suites begin so; those of older versions do not (RFC 8446, appendix B.4)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """`ciphers` in OpenSSL's spelling; None: OpenSSL's own choice. Empty: no connection can be made. Of each of
    `pins` the chain must have one."""

    least: str = "1.2"
    ciphers: tuple[str, ...] | None = None
    pins: tuple[tuple[str, ...], ...] = ()

    def accepts(self, version: str | None, cipher: str | None, keys: Iterable[str] = ()) -> bool:
        """Whether a negotiated version (`TLSv1.3`), cipher and chain are within the offer."""
        known = version in _NEGOTIATED and _NEGOTIATED.index(version) >= _NEGOTIATED.index(f"TLSv{self.least}")
        return known and (self.ciphers is None or cipher in self.ciphers) and pinned(self.pins, keys)


def offer(endpoints: Iterable[Endpoint]) -> Offer:
    """The offer that satisfies every one of `endpoints`."""
    wanted = [each.requirements.encryption for each in endpoints if each.requirements.encryption]
    least = max((each.tls for each in wanted), default="1.2")
    lists = [each.ciphers for each in wanted if each.ciphers]
    pins = tuple(dict.fromkeys(each.pins for each in wanted if each.pins))
    if not lists:
        return Offer(least, None, pins)
    return Offer(least, tuple(cipher for cipher in lists[0] if all(cipher in other for other in lists)), pins)


def handshake(wanted: Offer, server: Server, ca_file: str | None) -> SSL.Connection | None:
    """A connection that will offer `wanted` to `server`, whose `sni` is the name to verify.

    `ca_file` is a PEM file of trusted CAs, mitmproxy's own list when None. None comes back when the offer
    is empty: then the connection must fail.
    """
    old = tuple(cipher for cipher in wanted.ciphers or () if not cipher.startswith(_LATER))
    new = tuple(cipher for cipher in wanted.ciphers or () if cipher.startswith(_LATER))
    if wanted.ciphers is not None and not (new or (old and wanted.least == "1.2")):
        return None
    ciphers = None if wanted.ciphers is None else (old, new)
    made = SSL.Connection(_context(wanted.least, ciphers, wanted.pins, ca_file))
    _verify_name(made, server.sni or "")
    if server.alpn_offers:
        made.set_alpn_protos(list(server.alpn_offers))
    made.set_connect_state()
    return made


@lru_cache(64)
def _context(
    least: str,
    ciphers: tuple[tuple[str, ...], tuple[str, ...]] | None,
    pins: tuple[tuple[str, ...], ...],
    ca_file: str | None,
) -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    # A handshake in the middle of a connection (TLS 1.2) could end in another cipher, and after the request was judged.
    context.set_options(DEFAULT_OPTIONS | SSL.OP_NO_RENEGOTIATION)
    context.set_min_proto_version(_VERSIONS[least])
    if ciphers is not None:
        old, new = ciphers
        if old:
            context.set_cipher_list(":".join(old).encode())
        else:
            context.set_min_proto_version(SSL.TLS1_3_VERSION)
        if new:
            context.set_tls13_ciphersuites(":".join(new).encode())
        else:
            context.set_max_proto_version(SSL.TLS1_2_VERSION)
    context.set_verify(SSL.VERIFY_PEER, verifier(pins) if pins else None)
    context.load_verify_locations(ca_file or certifi.where())
    return context


def _verify_name(made: SSL.Connection, name: str) -> None:
    """Send `name` and demand a certificate for it. pyOpenSSL has no call for that, so OpenSSL's own is
    used (X509_VERIFY_PARAM_set1_host(3)), which is also what mitmproxy does."""
    library = vars(SSL)["_lib"]
    parameters = library.SSL_get0_param(made._ssl)
    library.X509_VERIFY_PARAM_set_hostflags(parameters, library.X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS)
    try:
        packed = ipaddress.ip_address(name).packed
    except ValueError:
        raw = name.encode("idna")
        made.set_tlsext_host_name(raw)
        done = library.X509_VERIFY_PARAM_set1_host(parameters, raw, len(raw))
    else:
        done = library.X509_VERIFY_PARAM_set1_ip(parameters, packed, len(packed))
    if done != 1 or not name:
        raise ValueError("OpenSSL does not take the name to verify")
