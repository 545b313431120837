"""Whether an exchange is encrypted on both legs, as it was negotiated, and says so of itself if it must.

A claim in a body is only a claim: it never stands for the connection. This module must not open one:
facts are handed in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from grille.exchange import Exchange, Flag
from grille.policy.met import Met, named, refused, same, seen, together
from grille.policy.policy import Endpoint
from grille.policy.promises import Encryption

_TLS = {"TLSv1.2": 2, "TLSv1.3": 3, "QUICv1": 3}
"""Versions worth asking for, by rank; QUIC has TLS 1.3 in it (RFC 9001). Any other is too old."""
_ENCRYPTED = frozenset({"https", "wss"})


def encryption(endpoint: Endpoint, asked: Encryption, exchange: Exchange, flags: Mapping[str, Flag]) -> Met:
    """Hold both legs of `exchange`, and the field that declares it, against what is `asked`."""
    parts = [_upstream(endpoint, asked, exchange), _client(asked, exchange)]
    if asked.field:
        parts.append(_declared(asked, flags[asked.field]))
    return together(parts)


def _upstream(endpoint: Endpoint, asked: Encryption, exchange: Exchange) -> Met:
    transport = exchange.transport
    name = endpoint.name
    if transport.upstream_loopback and not asked.pins:
        return seen("encryption: the upstream is on this host")
    if exchange.scheme not in _ENCRYPTED:
        return refused("encryption_plain", f"Call {name} by https: plain http is not accepted.", asked)
    if transport.tls_version is None:
        text = f"Nothing is known yet of the connection to {name}: try again, or tell the proxy's owner."
        return refused("encryption_unknown", text, asked)
    owner = "nothing in the request changes that, so tell the proxy's owner"
    parts: list[Met] = []
    if _TLS.get(transport.tls_version, 0) < _TLS[f"TLSv{asked.tls}"]:
        text = f"The connection to {name} uses a TLS older than {asked.tls}: {owner}."
        parts.append(refused("encryption_tls", text, asked))
    if asked.ciphers and transport.cipher not in asked.ciphers:
        text = f"The connection to {name} uses a cipher that is not on the policy's list: {owner}."
        parts.append(refused("encryption_cipher", text, asked))
    if not transport.verified:
        text = f"The certificate of {name} was not verified: {owner}."
        parts.append(refused("encryption_unverified", text, asked))
    pinned = next((key for key in transport.keys if key in asked.pins), "")
    if asked.pins and not pinned:
        text = f"No certificate of {name} has a key that the policy pins: {owner}."
        parts.append(refused("encryption_pin", text, asked))
    if parts:
        return together(parts)
    shown = f"encryption: {transport.tls_version} {transport.cipher or 'unknown cipher'}, chain verified"
    return seen(f"{shown}, pinned {pinned}" if pinned else shown)


def _client(asked: Encryption, exchange: Exchange) -> Met:
    if exchange.transport.client_tls:
        return seen("encryption: the client speaks TLS to the proxy")
    if exchange.transport.client_loopback:
        return seen("encryption: the client is on this host")
    text = "Speak to the proxy by TLS, or from the same host: between you and it nothing is encrypted."
    return refused("encryption_client", text, asked)


def _declared(asked: Encryption, flag: Flag) -> Met:
    """What the body says of itself, to the letter and once. It is a claim, so it never stands for the connection;
    a second one elsewhere could be the one that the other side reads."""
    choices = " or ".join(json.dumps(each) for each in asked.one_of)
    if flag.present and flag.elsewhere:
        text = f"Let {named(flag.field)} stand at that place only: the body has another field of the same name."
        return refused("encryption_field_misplaced", text, asked)
    if flag.present and any(same(flag.value, each) for each in asked.one_of):
        return seen(f"encryption: the body declares {flag.field} as asked")
    if flag.present:
        text = f"Set {named(flag.field)} to {choices}: the value must be exactly that."
        return refused("encryption_field_wrong", text, asked)
    if flag.elsewhere:
        text = f"Set {named(flag.field)} to {choices} at exactly that place: the same name elsewhere does not count."
        return refused("encryption_field_misplaced", text, asked)
    return refused("encryption_field_missing", f"Set {named(flag.field)} to {choices}: it is missing.", asked)
