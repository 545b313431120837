"""From exceptions and attestations as written to those that count, each until its last day.

An exception that names no value must still hide the value, and one that loosens nothing is a mistake.
This module must not apply any: `decide.py` and `flags.py` do.
"""

from __future__ import annotations

from datetime import date

from grille.exchange import Action
from grille.policy.names import Names, known
from grille.policy.policy import Exemption, Policy, Profile
from grille.policy.policy_form import ExceptionForm, PolicyForm
from grille.policy.problems import Page
from grille.policy.profiles import action
from grille.policy.promises import Attestation
from grille.policy.reading import Path
from grille.policy.values import canonical


def compile_exemptions(form: PolicyForm, page: Page, names: Names) -> tuple[Exemption, ...]:
    exemptions: list[Exemption] = []
    for number, written in enumerate(form.exceptions):
        path = ("exceptions", number)
        _check_names(written, page, path, names)
        exemption = Exemption(
            id=written.id,
            source=page.source(path, f"exceptions.{written.id}"),
            reason=written.reason,
            owner=written.owner,
            expires=written.expires,
            entity=written.entity,
            action=action(written.action),
            values=frozenset(canonical(value) for value in written.values),
            fingerprints=frozenset(written.fingerprints),
            clients=None if written.clients is None else frozenset(written.clients),
            endpoints=None if written.endpoints is None else frozenset(written.endpoints),
        )
        _check_values(exemption, page, path)
        exemptions.append(exemption)
    _check_ids([each.id for each in exemptions], page, "exceptions")
    return tuple(exemptions)


def compile_attestations(form: PolicyForm, page: Page, names: Names) -> tuple[Attestation, ...]:
    attestations: list[Attestation] = []
    for number, written in enumerate(form.attestations):
        path = ("attestations", number)
        if (written.provider is None) == (written.endpoint is None):
            page.wrong(path, "an attestation speaks of a `provider` or of an `endpoint`, one of the two")
        elif written.provider is not None:
            known(page, (*path, "provider"), "provider", written.provider, names.vocabulary.providers)
        elif written.endpoint is not None:
            known(page, (*path, "endpoint"), "endpoint", written.endpoint, names.endpoints)
        attestations.append(
            Attestation(
                id=written.id,
                source=page.source(path, f"attestations.{written.id}"),
                provider=written.provider or "",
                endpoint=written.endpoint or "",
                reference=written.reference,
                owner=written.owner,
                expires=written.expires,
            )
        )
    _check_ids([each.id for each in attestations], page, "attestations")
    return tuple(attestations)


def check_ended(policy: Policy, page: Page, today: date) -> None:
    """Say which exceptions and attestations have ended: they stopped by themselves, and only clutter."""
    ends = [("exceptions", n, e.id, e.owner, e.expires) for n, e in enumerate(policy.exemptions)]
    ends += [("attestations", n, a.id, a.owner, a.expires) for n, a in enumerate(policy.attestations)]
    for section, number, name, owner, expires in ends:
        if expires < today:
            text = f"`{name}` ended on {expires}: delete it, or let {owner} renew it"
            page.wrong((section, number, "expires"), text)


def check_loosening(policy: Policy, page: Page) -> None:
    """Say which exceptions loosen nothing. Only for a policy with nothing else wrong in it: where a row
    is missing because it is wrong, this would complain of the exception."""
    for number, exemption in enumerate(policy.exemptions):
        strictest = _strictest(exemption, policy)
        if strictest is None or exemption.action >= strictest:
            does = "names it" if strictest is None else f"does more than {strictest.name.lower()}"
            text = f"an exception only loosens: for {exemption.entity}, no row that it reaches {does}"
            page.wrong(("exceptions", number), text)


def _check_names(written: ExceptionForm, page: Page, path: Path, names: Names) -> None:
    names.knows_entity(page, (*path, "entity"), written.entity)
    for number, client in enumerate(written.clients or ()):
        known(page, (*path, "clients", number), "client", client, names.clients)
    for number, endpoint in enumerate(written.endpoints or ()):
        known(page, (*path, "endpoints", number), "endpoint", endpoint, names.endpoints)


def _check_values(exemption: Exemption, page: Page, path: Path) -> None:
    named = exemption.values or exemption.fingerprints
    if exemption.action <= Action.LOG and not named:
        page.wrong(path, "an exception that lets a value through names it: add `values` or `fingerprints`")
    if "" in exemption.values:
        page.wrong((*path, "values"), "a value must have more to it than separators")


def _strictest(exemption: Exemption, policy: Policy) -> Action | None:
    """The most that any row it reaches does to the entity; None when there is no such row."""
    profiles: list[Profile | None] = []
    for name, endpoint in policy.endpoints.items():
        if exemption.endpoints is None or name in exemption.endpoints:
            profiles += [endpoint.request, endpoint.response]
    for name, client in policy.clients.items():
        if exemption.clients is None or name in exemption.clients:
            profiles.append(client.tighten)
    rows = [row for profile in profiles if profile for row in profile.rows.get(exemption.entity, ())]
    return max([r.action for r in rows] + [r.over.action for r in rows if r.over], default=None)


def _check_ids(ids: list[str], page: Page, section: str) -> None:
    for number, each in enumerate(ids):
        if each in ids[:number]:
            page.wrong((section, number, "id"), f"`{each}` is there already: every item has an id of its own")
