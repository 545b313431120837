"""From a policy as written, with the packs it uses, to one that runs.

`load` opens the files, reads them strictly, and has each section compiled by the file named after it
(`packs`, `profiles`, `endpoints`, `clients`, `exceptions`). All that is wrong, in all of the files, is
said at once. This module must not decide anything about an exchange.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

from grille.errors import Problem
from grille.exchange import Source
from grille.policy import shipped
from grille.policy.clients import compile_clients
from grille.policy.document import Form, parse
from grille.policy.endpoints import check_streams, compile_endpoints
from grille.policy.exceptions import check_ended, check_loosening, compile_attestations, compile_exemptions
from grille.policy.keeping import Keep, Scope, Tokens
from grille.policy.names import Names, Vocabulary, names_of
from grille.policy.packs import Holder, compile_entities, compile_groups
from grille.policy.policy import Mode, Otherwise, Policy, Reaction
from grille.policy.policy_form import PackForm, PolicyForm
from grille.policy.problems import Complaints, Page
from grille.policy.profiles import compile_profiles
from grille.policy.reading import MAX_BYTES, Plain, read

type Place = tuple[Path, str]
"""A file, and what it is called in messages and records."""


def load(path: str, vocabulary: Vocabulary, today: date | None = None) -> Policy:
    """The policy at `path`, which may also be the name of a shipped one such as `starter`.

    Raises `PolicyErrors` with every problem. With `today`, an exception or attestation that has ended is
    one of them, as `grille check` wants it. Without, it is not: it has stopped by itself, and a proxy
    must still start on the day after.
    """
    complaints = Complaints()
    place = policy_place(path)
    found = parsed(PolicyForm, place, complaints)
    if found is None:
        raise complaints.errors()
    form, page, whole_page = found
    packs, pack_pages = _packs(form, page, place)
    names = names_of(whole_page, pack_pages, vocabulary, whole=len(packs) == _asked_for(whole_page))
    policy = _compiled(form, page, packs, names, _digest(whole_page, pack_pages))
    if not complaints.any:
        check_loosening(policy, page)
        check_streams(policy, page)
    if today is not None:
        check_ended(policy, page, today)
    complaints.settle()
    return policy


def _compiled(form: PolicyForm, page: Page, packs: list[Holder], names: Names, digest: str) -> Policy:
    holders: list[Holder] = [*packs, (form, page)]
    entities = compile_entities(holders, names.vocabulary)
    groups = compile_groups(holders, names)
    profiles = compile_profiles(form, page, names, groups)
    return Policy(
        name=form.policy,
        file=page.written.file,
        description=form.description,
        digest=digest,
        mode=Mode(form.mode),
        otherwise=_otherwise(form, page),
        tokens=Tokens(Scope(form.tokens.scope), Keep(form.tokens.keep)),
        languages=tuple(form.languages),
        entities=entities,
        groups=groups,
        profiles=profiles,
        endpoints=compile_endpoints(form, page, names, profiles),
        clients=compile_clients(form, page, names, profiles),
        exemptions=compile_exemptions(form, page, names),
        attestations=compile_attestations(form, page, names),
    )


def policy_place(path: str) -> Place:
    """Where the policy `path` is: a file, or else a shipped one of that name."""
    if not Path(path).exists() and path in shipped.names():
        return shipped.folder() / f"{path}.yaml", f"{shipped.LABEL}/{path}.yaml"
    return Path(path), path


def open_page(place: Place, complaints: Complaints) -> Page | None:
    """Read the file; None when there is nothing to go on with, and then it has been said why."""
    path, label = place
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "no such file").lower()
        cure = f"give a file, or one of {', '.join(shipped.names())}"
        if label.endswith(".test.yaml"):
            cure = "a policy's cases stand in the file of this name beside it; write some"
        complaints.add(Problem(label, 1, 1, f"cannot be read ({reason}): {cure}"))
        return None
    written, problems = read(raw, label)
    for problem in problems:
        complaints.refuse(problem)
    return Page(written, complaints) if written else None


def parsed[F: Form](form: type[F], place: Place, complaints: Complaints) -> tuple[F, Page, Page] | None:
    """The document at `place`, the page to cite from, and the page as it was written."""
    page = open_page(place, complaints)
    found = parse(form, page) if page else None
    return (*found, page) if found and page else None


def _packs(form: PolicyForm, page: Page, policy: Place) -> tuple[list[Holder], list[Page]]:
    """The packs under `use` that could be read, and their pages as written."""
    holders: list[Holder] = []
    pages: list[Page] = []
    for number, name in enumerate(form.use):
        if name in form.use[:number]:
            page.wrong(("use", number), f"`{name}` is used already: once is enough")
            continue
        place = _pack_place(name, policy)
        if place is None:
            page.wrong(("use", number), "there is no such file beside the policy or among the shipped packs")
            continue
        found = parsed(PackForm, place, page.complaints)
        if found is not None:
            holders.append((found[0], found[1]))
            pages.append(found[2])
    return holders, pages


def _asked_for(page: Page) -> int:
    """How many packs the policy wants; -1 when that cannot be read."""
    used = page.written.at(("use",))
    if isinstance(used, list):
        return len(used)
    return -1 if page.written.existing(("use",)) else 0


def _pack_place(name: str, policy: Place) -> Place | None:
    path, label = policy
    beside = path.parent / name
    if beside.is_file():
        return beside, str(Path(label).parent / name)
    found = shipped.find(name)
    return (found, f"{shipped.LABEL}/{name}") if found else None


def _otherwise(form: PolicyForm, page: Page) -> Otherwise:
    said = form.otherwise
    sources: dict[str, Source] = {key: page.source(("otherwise", key)) for key in type(said).model_fields}
    return Otherwise(
        endpoint=Reaction(said.endpoint),
        shadow_ai=Reaction(said.shadow_ai),
        client=Reaction(said.client),
        body=Reaction(said.body),
        failure=Reaction(said.failure),
        store=Reaction(said.store),
        sources=sources,
    )


def _digest(page: Page, packs: list[Page]) -> str:
    """Comments, order of keys and file names do not count; every word that means something does."""

    def said(data: Plain) -> str:
        return json.dumps(data, sort_keys=True, separators=(",", ":"))

    whole = "\n".join([said(page.written.data), *sorted(said(pack.written.data) for pack in packs)])
    return hashlib.sha256(whole.encode()).hexdigest()
