"""Whether an exchange keeps the promises that its endpoint asks for: session-only, and encrypted.

A claim in a body is only a claim. What counts is the field that the provider acts on, at its place and
with its value; a contract that somebody attested; and the connection as it was negotiated. What a
provider really keeps cannot be seen from here: the evidence says what was seen and nothing more.

This module must not open a connection or read a body: facts and fields are handed in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from grille.exchange import Exchange, Flag, Refusal, Scalar
from grille.policy.policy import Endpoint, Policy
from grille.policy.promises import Encryption, Missing, SessionOnly
from grille.providers import Control, Route

_TLS = {"TLSv1.2": 2, "TLSv1.3": 3, "QUICv1": 3}
"""Versions worth asking for, by rank; QUIC has TLS 1.3 in it (RFC 9001). Any other is too old."""
_ENCRYPTED = frozenset({"https", "wss"})


@dataclass(frozen=True, slots=True)
class Met:
    """What is missing, what was seen, and the fields (pointer, value) to write so that nothing is."""

    refusals: tuple[Refusal, ...] = ()
    evidence: tuple[str, ...] = ()
    to_set: tuple[tuple[str, Scalar], ...] = ()


def fields_needed(endpoint: Endpoint, route: Route) -> tuple[str, ...]:
    """The JSON pointers of every field that `require` will ask about."""
    fields: list[str] = []
    if session_only := endpoint.requirements.session_only:
        if session_only.field:
            fields.append(session_only.field)
        elif route.retention.control is Control.FLAG:
            fields.append(route.retention.field)
        fields += route.retention.stateful
    if endpoint.requirements.encryption and endpoint.requirements.encryption.field:
        fields.append(endpoint.requirements.encryption.field)
    return tuple(dict.fromkeys(fields))


def require(
    policy: Policy,
    endpoint: Endpoint,
    route: Route,
    exchange: Exchange,
    flags: Mapping[str, Flag],
    today: date,
) -> Met:
    """Hold a request against its endpoint's promises; `flags` has all of `fields_needed`, or KeyError."""
    parts: list[Met] = []
    if session_only := endpoint.requirements.session_only:
        parts.append(_session_only(policy, endpoint, session_only, route, flags, today))
    if encryption := endpoint.requirements.encryption:
        parts += [_upstream(endpoint, encryption, exchange), _client(encryption, exchange)]
        if encryption.field:
            parts.append(_declared(encryption, flags[encryption.field]))
    return _together(parts)


def _together(parts: list[Met]) -> Met:
    return Met(
        tuple(refusal for part in parts for refusal in part.refusals),
        tuple(seen for part in parts for seen in part.evidence),
        tuple(pair for part in parts for pair in part.to_set),
    )


# -- session-only ---------------------------------------------------------------------------------


def _session_only(
    policy: Policy,
    endpoint: Endpoint,
    asked: SessionOnly,
    route: Route,
    flags: Mapping[str, Flag],
    today: date,
) -> Met:
    retention = route.retention
    parts = [_stateful(asked, flags[field]) for field in retention.stateful]
    if retention.control is Control.NEVER:
        text = "This path stores what it is sent, and can never be session-only: send the words in a request."
        parts.append(_refused("session_only_never", text, asked))
    elif asked.field:
        parts.append(_flag(asked, flags[asked.field], asked.equals, None))
    else:
        match retention.control:
            case Control.FLAG:
                parts.append(_flag(asked, flags[retention.field], retention.equals, retention.default))
            case Control.ACCOUNT:
                parts.append(_attested(policy, endpoint, asked, today))
            case Control.ALWAYS:
                parts.append(_seen("session_only: nothing is kept on this route"))
            case _:
                assert_never(retention.control)
    return _together(parts)


def _stateful(asked: SessionOnly, flag: Flag) -> Met:
    """A field that refers to something kept, or makes something be kept. No setting lets it pass."""
    if not flag.present or flag.null or flag.value is False:
        return Met()
    text = f"Take {_named(flag.field)} out: it needs something kept, and nothing may outlive the session."
    return _refused("session_only_stateful", text, asked)


def _flag(asked: SessionOnly, flag: Flag, equals: Scalar, default: Scalar) -> Met:
    """The field that the provider acts on. A missing one may be set; a wrong value is never changed for
    the caller, who would get something else than they asked for. Where the provider's default is right,
    a field of the same name elsewhere is the caller's own data; where it is not, it is a mistake or a
    trick, and stops the exchange even where a missing field would only be logged."""
    absent = not flag.present or flag.null
    shown = json.dumps(equals)
    if not absent and _same(flag.value, equals):
        return _seen(f"session_only: {flag.field} is {shown} on the wire")
    if absent and default is not None and _same(default, equals):
        return _seen(f"session_only: {flag.field} is absent, and {shown} by default")
    if absent and flag.elsewhere:
        text = f"Set {_named(flag.field)} to {shown} at exactly that place: the same name elsewhere does not count."
        return _refused("session_only_misplaced", text, asked)
    if asked.missing is Missing.LOG:
        return _seen(f"session_only: {flag.field} is {'missing' if absent else f'not {shown}'} (only logged)")
    if not absent:
        text = f"Set {_named(flag.field)} to {shown}: with any other value the provider keeps what it is sent."
        return _refused("session_only_wrong", text, asked)
    if asked.missing is Missing.SET:
        return Met((), (f"session_only: {flag.field} was set to {shown}",), ((flag.field, equals),))
    text = f"Set {_named(flag.field)} to {shown}: without it the provider keeps what it is sent."
    return _refused("session_only_missing", text, asked)


def _attested(policy: Policy, endpoint: Endpoint, asked: SessionOnly, today: date) -> Met:
    for each in policy.attestations:
        meant = each.endpoint == endpoint.name or (each.provider != "" and each.provider == endpoint.provider)
        if meant and today <= each.expires:
            return _seen(f"session_only: attested {each.id}")
    if asked.missing is Missing.LOG:
        return _seen("session_only: not attested (only logged)")
    text = f"No contract that {endpoint.name} keeps nothing is on record: use another, or ask for one."
    return _refused("session_only_unattested", text, asked)


# -- encryption -----------------------------------------------------------------------------------


def _upstream(endpoint: Endpoint, asked: Encryption, exchange: Exchange) -> Met:
    seen = exchange.transport
    name = endpoint.name
    if seen.upstream_loopback:
        return _seen("encryption: the upstream is on this host")
    if exchange.scheme not in _ENCRYPTED:
        return _refused("encryption_plain", f"Call {name} by https: plain http is not accepted.", asked)
    if seen.tls_version is None:
        text = f"Nothing is known yet of the connection to {name}: try again, or tell the proxy's owner."
        return _refused("encryption_unknown", text, asked)
    owner = "nothing in the request changes that, so tell the proxy's owner"
    parts: list[Met] = []
    if _TLS.get(seen.tls_version, 0) < _TLS[f"TLSv{asked.tls}"]:
        text = f"The connection to {name} uses a TLS older than {asked.tls}: {owner}."
        parts.append(_refused("encryption_tls", text, asked))
    if asked.ciphers and seen.cipher not in asked.ciphers:
        text = f"The connection to {name} uses a cipher that is not on the policy's list: {owner}."
        parts.append(_refused("encryption_cipher", text, asked))
    if not seen.verified:
        text = f"The certificate of {name} was not verified: {owner}."
        parts.append(_refused("encryption_unverified", text, asked))
    if parts:
        return _together(parts)
    return Met(evidence=(f"encryption: {seen.tls_version} {seen.cipher or 'unknown cipher'}, chain verified",))


def _client(asked: Encryption, exchange: Exchange) -> Met:
    if exchange.transport.client_tls:
        return _seen("encryption: the client speaks TLS to the proxy")
    if exchange.transport.client_loopback:
        return _seen("encryption: the client is on this host")
    text = "Speak to the proxy by TLS, or from the same host: between you and it nothing is encrypted."
    return _refused("encryption_client", text, asked)


def _declared(asked: Encryption, flag: Flag) -> Met:
    """What the body says of itself, to the letter. It is a claim, so it never stands for the connection."""
    choices = " or ".join(json.dumps(each) for each in asked.one_of)
    if flag.present and any(_same(flag.value, each) for each in asked.one_of):
        return _seen(f"encryption: the body declares {flag.field} as asked")
    if flag.present:
        text = f"Set {_named(flag.field)} to {choices}: the value must be exactly that."
        return _refused("encryption_field_wrong", text, asked)
    if flag.elsewhere:
        text = f"Set {_named(flag.field)} to {choices} at exactly that place: the same name elsewhere does not count."
        return _refused("encryption_field_misplaced", text, asked)
    return _refused("encryption_field_missing", f"Set {_named(flag.field)} to {choices}: it is missing.", asked)


def _seen(evidence: str) -> Met:
    return Met(evidence=(evidence,))


def _refused(code: str, text: str, asked: SessionOnly | Encryption) -> Met:
    return Met(refusals=(Refusal(code, text, asked.source),))


def _same(one: Scalar, other: Scalar) -> bool:
    """Equality as JSON has it: `false` is not `0`, and text is not a number."""
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def _named(field: str) -> str:
    """A field as a caller would say it: `store`, `prompt.id`."""
    return "`" + ".".join(step.replace("~1", "/").replace("~0", "~") for step in field.split("/")[1:]) + "`"
