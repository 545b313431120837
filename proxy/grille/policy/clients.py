"""From clients as written to those that are recognised.

What an identity is made of was verified before it got here; this module only says what is asked of it.
A pattern that would let a stranger match is refused.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from grille.policy.names import Names, known
from grille.policy.policy import Client, Match, Network, Profile
from grille.policy.policy_form import MatchForm, PolicyForm
from grille.policy.problems import Page
from grille.policy.reading import Path

_SPIFFE = "spiffe://"


def compile_clients(form: PolicyForm, page: Page, names: Names, profiles: Mapping[str, Profile]) -> dict[str, Client]:
    clients: dict[str, Client] = {}
    for name, written in form.clients.items():
        path = ("clients", name)
        for number, endpoint in enumerate(written.endpoints):
            known(page, (*path, "endpoints", number), "endpoint", endpoint, names.endpoints)
        if written.tighten is not None:
            known(page, (*path, "tighten"), "profile", written.tighten, names.profiles)
        clients[name] = Client(
            name=name,
            source=page.source(path),
            match=_match(written.match, page, (*path, "match")),
            endpoints=frozenset(written.endpoints),
            tighten=profiles.get(written.tighten or ""),
        )
    return clients


def _match(written: MatchForm, page: Page, path: Path) -> Match:
    parts = written.model_fields_set - {"anyone"}
    if written.anyone and parts:
        page.wrong(path, f"`anyone` stands alone: take it away, or take away {', '.join(sorted(parts))}")
    for part in sorted(parts):
        if not getattr(written, part):
            page.wrong_key((*path, part), f"an empty `{part}` would match everybody: name somebody")
    for claim, values in written.jwt.items():
        if not values:
            page.wrong_key((*path, "jwt", claim), f"an empty `{claim}` would match nobody: name a value")
    for number, glob in enumerate(written.spiffe):
        trust_domain = glob.removeprefix(_SPIFFE).partition("/")[0]
        if not glob.startswith(_SPIFFE) or not trust_domain or any(char in trust_domain for char in "*?["):
            page.wrong((*path, "spiffe", number), "a SPIFFE ID begins with spiffe:// and a trust domain without `*`")
    return Match(
        anyone=bool(written.anyone),
        networks=_networks(written, page, path),
        proxy_users=tuple(written.proxy_user),
        claims={claim: tuple(values) for claim, values in written.jwt.items()},
        spiffe=tuple(written.spiffe),
    )


def _networks(written: MatchForm, page: Page, path: Path) -> tuple[Network, ...]:
    networks: list[Network] = []
    for number, text in enumerate(written.network):
        try:
            networks.append(ipaddress.ip_network(text))
        except ValueError:
            page.wrong(
                (*path, "network", number),
                "a network is an address with its prefix, like 10.0.0.0/8 or ::1/128",
            )
    return tuple(networks)
