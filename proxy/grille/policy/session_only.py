"""Whether nothing of an exchange outlives its session, as far as a request can show it.

What counts is the field or header that the provider acts on, at its place and with its value, or a contract that
somebody attested. What a provider really keeps cannot be seen from here: the evidence says what was seen
and nothing more. This module must not read a body: what it says is handed in.
"""

from __future__ import annotations

import json
from datetime import date

from grille.declared import Declared, Kept
from grille.exchange import Flag
from grille.policy.met import Met, named, refused, same, seen, together
from grille.policy.policy import Endpoint, Policy
from grille.policy.promises import Missing, SessionOnly
from grille.providers import Control, Route, Setting

_SAYS = "session_only:"


def settings_asked(asked: SessionOnly, route: Route) -> tuple[Setting, ...]:
    """The flags that count: the endpoint's own field, which stands for the provider's, or the route's settings."""
    return (Setting(asked.field, asked.equals),) if asked.field else route.retention.settings


def session_only(
    policy: Policy, endpoint: Endpoint, asked: SessionOnly, route: Route, declared: Declared, today: date
) -> Met:
    control = route.retention.control
    if control is Control.NEVER:
        text = "This path stores what it is sent, and can never be session-only: send the words in a request."
        return refused("session_only_never", text, asked, f"{_SAYS} impossible on this route")
    parts = [_kept(asked, each) for each in declared.kept]
    parts += [_flag(asked, setting, declared) for setting in settings_asked(asked, route)]
    if asked.attested or (control is Control.ACCOUNT and not asked.field):
        parts.append(_attested(policy, endpoint, asked, today))
    elif attestation := _contract(policy, endpoint, today):
        parts.append(seen(f"{_SAYS} attested {attestation}"))
    if control is Control.ALWAYS and not asked.field:
        parts.append(seen(f"{_SAYS} this route has no store"))
    return together(parts)


def _kept(asked: SessionOnly, kept: Kept) -> Met:
    """Something that refers to what is kept, or makes something be kept. No setting lets it pass."""
    place = named(kept.address)
    evidence = f"{_SAYS} {kept.address} shows that something is kept"
    if kept.word:
        text = f"Take `{kept.word}` out of {place}: {kept.why}."
    elif kept.instead:
        text = f"Set {place} to {kept.instead}: {kept.why}."
    else:
        text = f"Take {place} out: {kept.why}."
    return refused("session_only_stateful", text, asked, evidence)


def _flag(asked: SessionOnly, setting: Setting, declared: Declared) -> Met:
    """The flag that the provider acts on. A missing one may be set; a wrong value is never changed for
    the caller, who would get something else than they asked for. Where the provider's default is right,
    a field of the same name elsewhere is the caller's own data; where it is not, it is a mistake or a
    trick, and stops the exchange even where a missing field would only be logged."""
    flag = declared.flags[setting.where]
    absent = not flag.present or flag.null
    shown = json.dumps(setting.equals)
    if not absent and same(flag.value, setting.equals):
        return seen(f"{_SAYS} {flag.field} is {shown} on the wire")
    if absent and setting.default is not None and same(setting.default, setting.equals):
        return seen(f"{_SAYS} {flag.field} is absent, and {shown} by default")
    if absent and flag.elsewhere:
        text = f"Set {named(flag.field)} to {shown} at exactly that place: the same name elsewhere does not count."
        return refused("session_only_misplaced", text, asked, f"{_SAYS} {flag.field} is misplaced")
    state = f"{_SAYS} {flag.field} is {'missing' if absent else f'not {shown}'}"
    if asked.missing is Missing.LOG:
        return seen(f"{state} (only logged)")
    if not absent:
        text = f"Set {named(flag.field)} to {shown}: with any other value the provider keeps what it is sent."
        return refused("session_only_wrong", text, asked, state)
    if asked.missing is Missing.SET and not declared.obstacle:
        return _to_set(setting, flag, declared, state)
    why = f", and it cannot be set for you: {declared.obstacle}" if asked.missing is Missing.SET else ""
    text = f"Set {named(flag.field)} to {shown}: without it the provider keeps what it is sent{why}."
    return refused("session_only_missing", text, asked, state)


def _to_set(setting: Setting, flag: Flag, declared: Declared, state: str) -> Met:
    companion = declared.companions.get(setting.where)
    to_set = ((setting.where, setting.equals), *((companion,) if companion else ()))
    return Met((), (state,), to_set, (f"{_SAYS} {flag.field} was set to {json.dumps(setting.equals)}",))


def _contract(policy: Policy, endpoint: Endpoint, today: date) -> str:
    """The id of an attestation that counts today, or nothing."""
    for each in policy.attestations:
        meant = each.endpoint == endpoint.name or (each.provider != "" and each.provider == endpoint.provider)
        if meant and today <= each.expires:
            return each.id
    return ""


def _attested(policy: Policy, endpoint: Endpoint, asked: SessionOnly, today: date) -> Met:
    if attestation := _contract(policy, endpoint, today):
        return seen(f"{_SAYS} attested {attestation}")
    if asked.missing is Missing.LOG:
        return seen(f"{_SAYS} not attested (only logged)")
    text = f"No contract that {endpoint.name} keeps nothing is on record: use another, or ask for one."
    return refused("session_only_unattested", text, asked, f"{_SAYS} not attested")
