"""Exchanges held against promises, for the tests of each of them."""

from __future__ import annotations

from datetime import date

from grille.declared import Declared, Kept
from grille.exchange import Exchange, Flag
from grille.policy import Met, Policy, fields_needed, require
from grille.providers import Route
from policy_paper import ACME, STORE, TODAY, changed, placed, policy

CHAT, RESPONSES, MODELS, FILES, ROUTED = ACME.routes
SESSION = 'require: {encryption: {tls: "1.3"}, session_only: {missing: block}}'


def asking(promises: str) -> Policy:
    return policy(changed(SESSION, f"require: {promises}"))


def met(
    by: Policy,
    *flags: Flag,
    route: Route = RESPONSES,
    where: Exchange | None = None,
    endpoint: str = "chat",
    today: date = TODAY,
    kept: tuple[Kept, ...] = (),
    obstacle: str = "",
) -> Met:
    needed = fields_needed(by.endpoints[endpoint], route)
    seen = {field: Flag(field, present=False) for field in needed} | {flag.field: flag for flag in flags}
    assert set(seen) == set(needed)
    companions = {"/store": ("/include/-", "reasoning")} if route.retention.settings == (STORE,) else {}
    said = Declared(seen, kept, companions, obstacle)
    return require(by, by.endpoints[endpoint], route, where or placed(), said, today)


def codes(found: Met) -> list[str]:
    return [refusal.code for refusal in found.refusals]
