"""From test cases as written to cases that can be judged: names become exchanges.

A client of the policy becomes an identity that it matches, an endpoint a host and path that it serves,
so that a case can speak the policy's own names. This module must not judge a case.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path as FilePath

from grille.exchange import Direction, Exchange, Identity, Outcome, Transport
from grille.policy.case_form import CaseForm, CasesForm, MessageForm, ToForm, TransportForm, WhoForm
from grille.policy.cases import Case, CaseMessage, Expected
from grille.policy.compile import Place, parsed, policy_place
from grille.policy.names import known
from grille.policy.places import example_path
from grille.policy.policy import Endpoint, Match, Policy
from grille.policy.problems import Complaints, Page
from grille.policy.reading import Path

_TLS = {"1.0": "TLSv1", "1.1": "TLSv1.1", "1.2": "TLSv1.2", "1.3": "TLSv1.3"}
_CIPHER = "TLS_AES_256_GCM_SHA384"
_OLDER_CIPHER = "ECDHE-RSA-AES256-GCM-SHA384"
_NOWHERE = ("", 443, "POST", "/")

type Address = tuple[str, int, str, str]
"""Host, port, method, path."""


def read_cases(path: str, policy: Policy) -> tuple[Case, ...]:
    """The cases at `path`: a test file, or the policy that one stands beside (`fintech.yaml`, `fintech`).

    Raises `PolicyErrors` with every problem.
    """
    complaints = Complaints()
    found = parsed(CasesForm, beside(path), complaints)
    if found is None:
        raise complaints.errors()
    form, page, _ = found
    cases = tuple(_case(written, ("cases", n), page, policy, form.today) for n, written in enumerate(form.cases))
    for number, case in enumerate(cases):
        if case.name in [other.name for other in cases[:number]]:
            page.wrong(("cases", number, "name"), "another case has this name: say what only this one shows")
    complaints.settle()
    return cases


def beside(path: str) -> Place:
    """Where the tests of the policy `path` are; `path` itself if it is a test file."""
    place = policy_place(path)
    if place[0].name.endswith(".test.yaml"):
        return place
    return place[0].with_suffix(".test.yaml"), str(FilePath(place[1]).with_suffix(".test.yaml"))


def _case(written: CaseForm, path: Path, page: Page, policy: Policy, today: date | None) -> Case:
    host, port, method, at = _address(written.to, (*path, "to"), page, policy)
    exchange = Exchange(
        id=written.name,
        direction=Direction.REQUEST,
        scheme="http" if written.transport.tls == "none" else "https",
        host=host,
        port=port,
        method=method,
        path=at,
        identity=_identity(written.client, (*path, "client"), page, policy),
        transport=_transport(written.transport, policy),
    )
    answer = None if written.response is None else _message(written.response, (*path, "response"), page)
    return Case(
        name=written.name,
        source=page.source(path, written.name),
        exchange=exchange,
        today=written.today or today,
        request=_message(written.request, (*path, "request"), page),
        response=answer,
    )


def _transport(written: TransportForm, policy: Policy) -> Transport:
    cipher = written.cipher or (_CIPHER if written.tls == "1.3" else _OLDER_CIPHER)
    if written.tls == "none":
        return Transport(client_tls=True)
    keys = pins_of(policy) if written.pinned else ()
    return Transport(_TLS[written.tls], cipher, written.verified, client_tls=True, keys=keys)


def _address(written: ToForm, path: Path, page: Page, policy: Policy) -> Address:
    if (written.endpoint is None) == (written.host is None):
        page.wrong(path, "a case goes to an `endpoint` of the policy or to a `host`, one of the two")
        return _NOWHERE
    if written.host is not None:
        return written.host, 443, written.method or "POST", written.path or "/"
    name = written.endpoint or ""
    if not known(page, (*path, "endpoint"), "endpoint", name, policy.endpoints):
        return _NOWHERE
    address = example_address(policy.endpoints[name], written.method, written.path)
    if not address[-1]:
        page.wrong(path, f"say which `path` of `{name}` is meant: none can be guessed from its routes")
    return address


def example_address(endpoint: Endpoint, method: str | None = None, path: str | None = None) -> Address:
    """A place of `endpoint`: its first host, and the first route that there is a path for, unless method
    or path are given. The path is empty when none can be made up."""
    host, port = endpoint.hosts[0].example(), endpoint.hosts[0].port or 443
    if path is not None:
        return host, port, method or "POST", path
    for route in endpoint.routes:
        used = method or ("POST" if route.method == "*" else route.method)
        made_up = example_path(route.name)
        if endpoint.route(used, made_up) == route:
            return host, port, used, made_up
    return host, port, method or "POST", ""


def _identity(written: WhoForm, path: Path, page: Page, policy: Policy) -> Identity:
    spelled = written.model_fields_set - {"client"}
    if written.client is None:
        return Identity(
            address=written.address,
            proxy_user=written.proxy_user,
            claims={claim: tuple(values) for claim, values in written.jwt.items()},
            names=tuple(written.spiffe),
        )
    if spelled:
        page.wrong(path, "a case names a `client` of the policy or spells an identity out, one of the two")
    elif known(page, (*path, "client"), "client", written.client, policy.clients):
        match = policy.clients[written.client].match
        identity = someone(match)
        if match.holds(identity):
            return identity
        page.wrong(path, "no identity can be made up for this client: spell one out")
    return Identity()


def someone(match: Match) -> Identity:
    """An identity that `match` holds for, unless a pattern in it is too clever."""
    return Identity(
        address=str(match.networks[0].network_address) if match.networks else None,
        proxy_user=match.proxy_users[0] if match.proxy_users else None,
        claims={claim: values[:1] for claim, values in match.claims.items()},
        names=tuple(glob.replace("*", "x").replace("?", "x") for glob in match.spiffe[:1]),
    )


def pins_of(policy: Policy) -> tuple[str, ...]:
    """Every pin of every endpoint: the keys of a made-up connection, so that no promise fails for want of one."""
    asked = (endpoint.requirements.encryption for endpoint in policy.endpoints.values())
    return tuple(dict.fromkeys(pin for each in asked if each for pin in each.pins))


def _message(written: MessageForm, path: Path, page: Page) -> CaseMessage:
    expect = written.expect
    asks = path[-1] == "request"
    has_body = "body" in written.model_fields_set
    if (written.text is None) != has_body:
        page.wrong(path, "a message has a `text` or a `body`, one of the two")
    if not expect.model_fields_set:
        page.wrong((*path, "expect"), "a case that expects nothing shows nothing: say a `verdict` at least")
    elsewhere = "receives" if asks else "sends"
    if elsewhere in expect.model_fields_set:
        page.wrong_key((*path, "expect", elsewhere), "a request `sends`, and an answer is what the client `receives`")
    if not asks and written.tool is not None:
        page.wrong_key((*path, "tool"), "only a request calls a tool")
    return CaseMessage(
        expected=Expected(
            verdict=Outcome(expect.verdict) if expect.verdict else None,
            enforced=expect.enforced,
            never=tuple(expect.never),
            because=tuple(expect.because),
            code=tuple(expect.code),
            text=expect.sends if asks else expect.receives,
        ),
        text=written.text,
        body=json.dumps(written.body, ensure_ascii=False) if has_body else None,
        tool=written.tool,
    )
