"""Whether an exchange keeps the promises that its endpoint asks for: session-only, and encrypted.

Each promise has a file of its own. This module must not open a connection or read a body: facts and
fields are handed in.
"""

from __future__ import annotations

from datetime import date

from grille.declared import Declared
from grille.exchange import Exchange
from grille.policy.encryption import encryption
from grille.policy.met import Met, together
from grille.policy.policy import Endpoint, Policy
from grille.policy.session_only import session_only, settings_asked
from grille.providers import Route


def fields_needed(endpoint: Endpoint, route: Route) -> tuple[str, ...]:
    """The place of every flag that `require` will ask about: a JSON pointer, or `header:NAME`."""
    fields: list[str] = []
    if asked := endpoint.requirements.session_only:
        fields += [setting.where for setting in settings_asked(asked, route)]
    if endpoint.requirements.encryption and endpoint.requirements.encryption.field:
        fields.append(endpoint.requirements.encryption.field)
    return tuple(dict.fromkeys(fields))


def require(
    policy: Policy, endpoint: Endpoint, route: Route, exchange: Exchange, declared: Declared, today: date
) -> Met:
    """Hold a request against its endpoint's promises; `declared` has all of `fields_needed`, or KeyError."""
    parts: list[Met] = []
    if asked := endpoint.requirements.session_only:
        parts.append(session_only(policy, endpoint, asked, route, declared, today))
    if said := endpoint.requirements.encryption:
        parts.append(encryption(endpoint, said, exchange, declared.flags))
    return together(parts)
