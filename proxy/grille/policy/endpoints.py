"""From endpoints as written to those that run: hosts, routes, promises, profiles.

An endpoint names a provider, whose hosts, routes and retention rules are in the catalogue, or a dialect,
and then says hosts and paths itself. No two may claim the same place, because nothing would say which
of them holds. This module must not match an exchange: `policy.py` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from re import fullmatch

from grille.policy.names import Names, known
from grille.policy.places import HostPattern, example_path, globs_meet, host_pattern, path_expression
from grille.policy.policy import Endpoint, Mode, Policy, Profile, Reaction, Restore, Tools
from grille.policy.policy_form import EndpointForm, PolicyForm
from grille.policy.problems import Page
from grille.policy.promises import Encryption, Missing, Requirements, SessionOnly
from grille.policy.reading import Path
from grille.policy.server_side import ServerSide
from grille.policy.streams import Judging, Stop, Streams
from grille.providers import Control, Retention, Route

_ANY_METHOD = "*"
_EVERYWHERE = "/**"


def compile_endpoints(
    form: PolicyForm, page: Page, names: Names, profiles: Mapping[str, Profile]
) -> dict[str, Endpoint]:
    """The endpoints that could be made; whatever is wrong with the others has been said."""
    endpoints: dict[str, Endpoint] = {}
    for name, written in form.endpoints.items():
        path = ("endpoints", name)
        hosts, routes = _hosts(written, page, path, names), _routes(written, page, path, names)
        requirements = _requirements(written, page, path)
        sides = (("request", written.request.profile), ("response", written.response.profile))
        for side, profile in sides:
            known(page, (*path, side, "profile"), "profile", profile, names.profiles)
        if not all(profile in profiles for _, profile in sides):
            continue
        endpoints[name] = Endpoint(
            name=name,
            source=page.source(path),
            provider=written.provider or "",
            routes=routes,
            hosts=hosts,
            mode=Mode(written.mode or form.mode),
            requirements=requirements,
            request=profiles[written.request.profile],
            response=profiles[written.response.profile],
            restore=Restore(written.response.restore),
            tools=_tools(written, page, path),
            server_side=_server_side(written, page, path),
            streams=Streams(Judging(written.stream.judge), Stop(written.stream.stop)),
            unscannable=Reaction(written.unscannable),
        )
        _check_session_only(endpoints[name], names, page, path)
    _check_claims(endpoints, page)
    return endpoints


def _hosts(written: EndpointForm, page: Page, path: Path, names: Names) -> tuple[HostPattern, ...]:
    texts = written.hosts
    if texts is None:
        provider = names.vocabulary.providers.get(written.provider or "")
        if provider:
            return tuple(host_pattern(text) for text in provider.hosts)
        if written.provider is None:
            page.wrong_key(path, "an endpoint that names no provider needs `hosts`")
        return ()
    hosts: list[HostPattern] = []
    for number, text in enumerate(texts):
        try:
            hosts.append(host_pattern(text))
        except ValueError as error:
            page.wrong((*path, "hosts", number), str(error))
    return tuple(hosts)


def _routes(written: EndpointForm, page: Page, path: Path, names: Names) -> tuple[Route, ...]:
    if (written.provider is None) == (written.dialect is None):
        page.wrong_key(path, "an endpoint names a `provider` of the catalogue or else its `dialect`, one of the two")
        return ()
    if written.provider is not None:
        if written.paths is not None:
            page.wrong_key((*path, "paths"), "`paths` goes with `dialect`: a provider brings its own")
        providers = names.vocabulary.providers
        found = known(page, (*path, "provider"), "provider", written.provider, providers)
        return providers[written.provider].routes if found else ()
    dialect = written.dialect or ""
    known(page, (*path, "dialect"), "dialect", dialect, names.vocabulary.dialects)
    routes: list[Route] = []
    for number, glob in enumerate(written.paths or [_EVERYWHERE]):
        try:
            expression = path_expression(glob)
        except ValueError as error:
            page.wrong((*path, "paths", number), str(error))
            continue
        routes.append(Route(glob, _ANY_METHOD, expression, dialect, Retention(Control.ACCOUNT)))
    return tuple(routes)


def _requirements(written: EndpointForm, page: Page, path: Path) -> Requirements:
    encryption = session_only = None
    if (asked := written.require.encryption) is not None:
        at = (*path, "require", "encryption")
        if (asked.field is None) != (not asked.one_of):
            page.wrong_key(at, "`field` and `one_of` go together: which field, and what it may be")
        declared = (asked.field or "", tuple(asked.one_of))
        encryption = Encryption(page.source(at), asked.tls, tuple(asked.ciphers), *declared, tuple(asked.pins))
    if (kept := written.require.session_only) is not None:
        at = (*path, "require", "session_only")
        if (kept.field is None) != (kept.equals is None):
            page.wrong_key(at, "`field` and `equals` go together: which field, and what it must be")
        missing = Missing(kept.missing)
        session_only = SessionOnly(page.source(at), missing, kept.field or "", kept.equals, kept.attested)
    return Requirements(encryption, session_only)


def _tools(written: EndpointForm, page: Page, path: Path) -> Tools | None:
    if written.tools is None:
        return None
    allow = None if written.tools.allow is None else tuple(written.tools.allow)
    return Tools(page.source((*path, "tools")), allow, tuple(written.tools.block))


def _server_side(written: EndpointForm, page: Page, path: Path) -> ServerSide:
    at = (*path, "server_side")
    hosts: list[HostPattern] = []
    buckets: list[str] = []
    for number, text in enumerate(written.server_side.allow):
        if text.startswith(("s3://", "gs://")):
            buckets.append(text.rstrip("/"))
            continue
        try:
            hosts.append(host_pattern(text))
        except ValueError as error:
            page.wrong((*at, "allow", number), str(error))
    source = page.source(at if "server_side" in written.model_fields_set else path)
    return ServerSide(source, tuple(hosts), tuple(buckets), tuple(written.server_side.tools))


def _check_session_only(endpoint: Endpoint, names: Names, page: Page, path: Path) -> None:
    """A promise that no exchange could keep is a mistake in the policy, and better found here."""
    asked = endpoint.requirements.session_only
    at = (*path, "require", "session_only")
    if asked is None or asked.field or not endpoint.routes:
        return
    controls = {route.retention.control for route in endpoint.routes}
    if asked.missing is Missing.SET and not any(route.retention.settings for route in endpoint.routes):
        page.wrong((*at, "missing"), "no request to this endpoint has a field to set: name an attestation instead")
    attested = {endpoint.name, endpoint.provider} & names.attested
    if asked.missing is Missing.BLOCK and not attested and _only_by_account(controls):
        page.wrong(at, "nothing could show this here: add an attestation, or say which `field` must equal what")
    elif asked.attested and not attested:
        page.wrong((*at, "attested"), f"no attestation speaks of `{endpoint.name}` or its provider: add one")


def check_streams(policy: Policy, page: Page) -> None:
    """A row that counts a whole answer cannot be honoured while the answer is on its way."""
    for endpoint in policy.endpoints.values():
        if endpoint.streams.judge is Judging.COLLECT:
            continue
        _check_counts(endpoint.response, ("endpoints", endpoint.name, "response"), endpoint, page)
        for client in policy.clients.values():
            if client.tighten and endpoint.name in client.endpoints:
                _check_counts(client.tighten, ("clients", client.name, "tighten"), endpoint, page)


def _check_counts(profile: Profile, path: Path, endpoint: Endpoint, page: Page) -> None:
    counting = sorted(entity for entity, rows in profile.rows.items() if any(row.over for row in rows))
    if counting:
        page.wrong_key(
            path,
            f"`{profile.name}` counts values of {counting[0]} with `over`, but streamed answers of `{endpoint.name}` go"
            " out before they are counted: give that endpoint `stream: collect`, or a profile without `over`",
        )


def _only_by_account(controls: set[Control]) -> bool:
    return Control.ACCOUNT in controls and Control.FLAG not in controls


def _check_claims(endpoints: Mapping[str, Endpoint], page: Page) -> None:
    for one, other in combinations(endpoints.values(), 2):
        met = [a for a in one.hosts if any(a.meets(b) for b in other.hosts)]
        if met and any(_meet(a, b) for a in one.routes for b in other.routes):
            text = f"`{one.name}` claims places at {met[0]} that this claims too: nothing says which holds"
            page.wrong_key(("endpoints", other.name), text)


def _meet(one: Route, other: Route) -> bool:
    """Whether some request takes both routes. Of two expressions of the catalogue only the same text and
    the example in each name are compared; what that overlooks, `admit` refuses when it happens."""
    if _ANY_METHOD not in (one.method, other.method) and one.method != other.method:
        return False
    return (
        one.path == other.path
        or globs_meet(one.name, other.name, "/")
        or fullmatch(one.path, example_path(other.name)) is not None
        or fullmatch(other.path, example_path(one.name)) is not None
    )
