"""Every route of the catalogue, held to `session_only`: what is retained is refused with words that say what to do, and
the corrected request goes through, with the evidence in its record.

The controls: the same retained requests pass where the policy does not ask.
"""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from catalogue_paths import ROUTES, exchange_for, named
from engines import KEY, PACK, SEARCH, find
from grille.dialects import providers
from grille.dialects.samples import SAMPLES
from grille.engine import Engine, Inspection, inspect, load_policy
from grille.exchange import Direction, Outcome, Scalar
from grille.framing.base import Framing
from grille.framing.message import Message
from grille.providers import Control, Provider, Route, Setting
from grille.stream import Rewriter

VALID, ENDED = date(2026, 11, 26), date(2028, 1, 1)
FACTS = tomllib.loads(files("grille.dialects").joinpath("retention.toml").read_text("utf-8"))
POLICY = """
version: 1
policy: small
use: [small.yaml]
profiles: {{none: {{US_SSN: block}}}}
endpoints: {{it: {{provider: {provider}, {asked}request: none, response: none,
  server_side: {{allow: ["*.com", "*.example", "*.example.com"], tools: ["*"]}}}}}}
attestations: [{{id: ZDR-1, provider: {provider}, states: session_only, reference: r, owner: o, expires: 2027-06-30}}]
clients: {{app: {{match: anyone, endpoints: [it]}}}}
"""


@cache
def engine(provider: str, asked: str = "require: [session_only], ") -> Engine:
    with TemporaryDirectory() as folder:
        (Path(folder) / "small.yaml").write_text(PACK, "utf-8")
        file = Path(folder) / "policy.yaml"
        file.write_text(POLICY.format(provider=provider, asked=asked), "utf-8")
        return Engine(load_policy(str(file), None), KEY)


def bare(route: Route) -> dict[str, Any]:
    """The smallest message of the route's dialect, with no flag in it."""
    body: dict[str, Any] = json.loads(SAMPLES[Direction.REQUEST][route.dialect].carry("Hello"))
    body.pop("store", None)
    if route.name.endswith("(WebSocket)") and route.dialect == "openai_responses":
        body["type"] = "response.create"
    return body


def with_settings(body: dict[str, Any], wanted: Mapping[str, Scalar]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    headers: list[tuple[str, str]] = []
    for where, value in wanted.items():
        if where.startswith("header:"):
            headers.append((where.removeprefix("header:"), str(value)))
            continue
        *above, last = where.split("/")[1:]
        at = body
        for step in above:
            at = at.setdefault(step, {})
        at[last] = value
    return body, headers


def judged(
    provider: Provider,
    route: Route,
    body: dict[str, Any],
    headers: list[tuple[str, str]] | None = None,
    by: Engine | None = None,
    today: date = VALID,
) -> Inspection:
    exchange = exchange_for(provider, route)
    in_socket = route.name.endswith("(WebSocket)")
    content = b"" if exchange.method == "GET" and not in_socket else json.dumps(body).encode()
    message = Message((("Content-Type", "application/json"), *(headers or [])), content, exchange.path)
    found = asyncio.run(
        inspect(by or engine(provider.name), exchange, message, find, today, in_socket=in_socket),
    )
    assert found.route == route
    return found


def codes(found: Inspection) -> list[str]:
    return [refusal.code for refusal in found.verdict.refusals]


def texts(found: Inspection) -> str:
    return "\n".join(refusal.text for refusal in found.verdict.refusals)


def wanted(route: Route) -> dict[str, Scalar]:
    return {setting.where: setting.equals for setting in route.retention.settings}


def place(where: str) -> str:
    """As a refusal names it."""
    return where.removeprefix("header:") if where.startswith("header:") else where[1:].replace("/", ".")


def off(provider: Provider) -> Engine:
    return engine(provider.name, "")


FLAGGED = [
    (provider, route, setting)
    for provider, route in ROUTES
    for setting in route.retention.settings
    if route.retention.control is not Control.NEVER
]


@pytest.mark.parametrize(("provider", "route", "setting"), FLAGGED, ids=named)
def test_a_request_without_the_flag_is_refused_with_the_exact_field_and_passes_with_it(
    provider: Provider, route: Route, setting: Setting
) -> None:
    corrected, headers = with_settings(bare(route), wanted(route))
    passed = judged(provider, route, corrected, headers)
    assert passed.verdict.outcome is Outcome.ALLOW
    assert f"session_only: {setting.where} is {json.dumps(setting.equals)} on the wire" in passed.verdict.evidence
    others = {where: value for where, value in wanted(route).items() if where != setting.where}
    without, headers = with_settings(bare(route), others)
    found = judged(provider, route, without, headers)
    if setting.default == setting.equals:
        assert found.verdict.outcome is Outcome.ALLOW
        evidence = f"session_only: {setting.where} is absent, and {json.dumps(setting.equals)} by default"
        assert evidence in found.verdict.evidence
    else:
        assert codes(found) == ["session_only_missing"]
        assert f"`{place(setting.where)}` to {json.dumps(setting.equals)}" in texts(found)
        assert f"session_only: {setting.where} is missing" in found.verdict.evidence
    assert judged(provider, route, without, headers, off(provider)).verdict.outcome is Outcome.ALLOW


@pytest.mark.parametrize(("provider", "route", "setting"), FLAGGED, ids=named)
def test_a_request_with_the_wrong_value_is_refused_with_the_exact_field(
    provider: Provider, route: Route, setting: Setting
) -> None:
    wrong: Scalar = not setting.equals if isinstance(setting.equals, bool) else "another"
    retained, headers = with_settings(bare(route), {**wanted(route), setting.where: wrong})
    found = judged(provider, route, retained, headers)
    assert codes(found) == ["session_only_wrong"]
    assert f"`{place(setting.where)}` to {json.dumps(setting.equals)}" in texts(found)
    assert judged(provider, route, retained, headers, off(provider)).verdict.outcome is Outcome.ALLOW


def of(*controls: Control) -> list[tuple[Provider, Route]]:
    return [(provider, route) for provider, route in ROUTES if route.retention.control in controls]


@pytest.mark.parametrize(("provider", "route"), of(Control.ACCOUNT), ids=named)
def test_where_only_the_account_can_promise_it_a_contract_is_asked_for(provider: Provider, route: Route) -> None:
    body, headers = with_settings(bare(route), wanted(route))
    refused = judged(provider, route, body, headers, today=ENDED)
    assert codes(refused) == ["session_only_unattested"]
    assert "No contract that it keeps nothing is on record" in texts(refused)
    assert "session_only: not attested" in refused.verdict.evidence
    passed = judged(provider, route, body, headers)
    assert passed.verdict.outcome is Outcome.ALLOW
    assert "session_only: attested ZDR-1" in passed.verdict.evidence
    assert judged(provider, route, body, headers, off(provider), ENDED).verdict.outcome is Outcome.ALLOW


@pytest.mark.parametrize(("provider", "route"), of(Control.NEVER), ids=named)
def test_a_route_that_stores_is_refused_whatever_is_attested(provider: Provider, route: Route) -> None:
    if route.name.endswith("(WebSocket)"):
        return
    refused = judged(provider, route, bare(route))
    assert codes(refused) == ["session_only_never"]
    assert "can never be session-only" in texts(refused)
    assert refused.verdict.evidence == ("session_only: impossible on this route",)
    assert judged(provider, route, bare(route), by=off(provider)).verdict.outcome is Outcome.ALLOW


@pytest.mark.parametrize(("provider", "route"), of(Control.ALWAYS), ids=named)
def test_a_route_that_keeps_nothing_lets_through_and_says_so(provider: Provider, route: Route) -> None:
    passed = judged(provider, route, bare(route))
    assert passed.verdict.outcome is Outcome.ALLOW
    if not route.name.endswith("(WebSocket)"):
        assert "session_only: this route has no store" in passed.verdict.evidence


@pytest.mark.parametrize(("provider", "route"), ROUTES, ids=named)
def test_what_can_be_set_is_set_and_nothing_else_changes(provider: Provider, route: Route) -> None:
    if route.retention.control in (Control.NEVER, Control.ALWAYS):
        return
    if not any(each.retention.settings for each in provider.routes):
        return
    by = engine(provider.name, "require: {session_only: {missing: set}}, ")
    body = bare(route)
    found = judged(provider, route, body, by=by)
    assert not found.verdict.refusals
    sent = json.loads(found.message.body)
    after, headers = with_settings(
        json.loads(json.dumps(body)), {s.where: s.equals for s in route.retention.settings if s.default != s.equals}
    )
    for setting in route.retention.settings:
        if setting.companion:
            after["include"] = [setting.companion.value]
    assert sent == after
    assert set(headers) <= set(found.message.headers)
    if after == body and not headers:
        assert found.message.body == json.dumps(body).encode()
    again = judged(provider, route, body, by=by)
    assert again.message == found.message
    for setting in route.retention.settings:
        if setting.default != setting.equals:
            said = f"session_only: {setting.where} was set to {json.dumps(setting.equals)}"
            assert said in found.verdict.evidence


# -- what is kept -----------------------------------------------------------------------------------

_STEP = re.compile(r"\.?(?:(\*\*)|(\[\])|\{([^=]+)=([^}]*)\}|([^.\[\]{}]+))")


def holding(where: str, value: object) -> Any:
    """The smallest document with `value` at `where`."""
    steps = [found.groups() for found in _STEP.finditer(where)]
    node: Any = value
    ends_in_condition = steps[-1][2] is not None
    if ends_in_condition:
        node = {}
    for anywhere, item, key, values, name in reversed(steps):
        if item:
            node = [node]
        elif key:
            node = {**node, key: values.split("|")[0].replace("*", "20990101")}
        elif name:
            node = {name: node}
        elif anywhere:
            node = {"deep": [node]}
    return node


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row in FACTS["stateful"][name]:
        found += rows(row["like"]) if "like" in row else [row]
    return found


STATEFUL = [
    (provider, route, row["where"], row)
    for provider, route in ROUTES
    for name in (route.dialect, *route.retention.stateful)
    if name in FACTS["stateful"] and route.retention.control is not Control.NEVER
    for row in rows(name)
]


def with_kept(route: Route, row: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    body, headers = with_settings(bare(route), wanted(route))
    value = row["values"][0].replace("*", "x") if "values" in row else "kept_1"
    kept = holding(row["where"], value)
    if route.name.endswith("(WebSocket)") and route.dialect == "openai_realtime":
        body = {"type": "session.update"}
    return {**body, **kept}, headers


@pytest.mark.parametrize(("provider", "route", "where", "row"), STATEFUL, ids=named)
def test_whatever_shows_that_something_is_kept_is_refused_by_its_name(
    provider: Provider, route: Route, where: str, row: Mapping[str, Any]
) -> None:
    if row.get("in_socket") and route.name.endswith("(WebSocket)"):
        return
    body, headers = with_kept(route, row)
    if f"/{where}" in wanted(route):
        return
    found = judged(provider, route, body, headers)
    last = re.sub(r"\{[^}]*\}|\[\]", "", where).rpartition(".")[2]
    assert set(codes(found)) - {"server_side_host", "server_side_tool"} == {"session_only_stateful"}
    assert last in texts(found)
    assert row["why"] in texts(found)
    assert set(codes(judged(provider, route, body, headers, off(provider)))) <= {"server_side_host"}


def test_every_list_is_held_against_a_route() -> None:
    held = {id(row) for *_, row in STATEFUL}
    assert held == {id(row) for listed in FACTS["stateful"].values() for row in listed if "like" not in row}


@pytest.mark.parametrize("word", [each for row in FACTS["headers"]["anthropic"] for each in row["values"]])
def test_a_beta_that_keeps_something_is_refused_by_its_name_and_others_pass(word: str) -> None:
    provider = providers()["anthropic"]
    route = provider.routes[0]
    refused = judged(provider, route, bare(route), [("anthropic-beta", f"a-1,{word.replace('*', '2099')}")])
    assert codes(refused) == ["session_only_stateful"]
    assert f"Take `{word}` out of the header `anthropic-beta`" in texts(refused)
    fine = "context-management-2025-06-27, extended-cache-ttl-2025-04-11, interleaved-thinking-2025-05-14"
    assert judged(provider, route, bare(route), [("anthropic-beta", fine)]).verdict.outcome is Outcome.ALLOW


def test_no_route_is_without_its_pair() -> None:
    flagged = {(provider.name, route.name) for provider, route, _ in FLAGGED}
    others = {(provider.name, route.name) for provider, route in of(Control.ACCOUNT, Control.NEVER, Control.ALWAYS)}
    assert flagged | others == {(provider.name, route.name) for provider, route in ROUTES}


def test_a_signed_request_is_not_touched_and_its_caller_told_what_to_set() -> None:
    provider = providers()["bedrock"]
    route = next(each for each in provider.routes if each.name == "/openai/v1/responses")
    by = engine("bedrock", "require: {session_only: {missing: set}}, ")
    authorization = ("Authorization", "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y")
    refused = judged(provider, route, bare(route), [authorization], by)
    assert codes(refused) == ["session_only_missing"]
    assert "Set `store` to false" in texts(refused)
    assert "it cannot be set for you: the request is signed" in texts(refused)
    passed = judged(provider, route, {**bare(route), "store": False}, [authorization], by)
    assert passed.verdict.outcome is Outcome.ALLOW


def test_a_request_with_no_place_for_the_flag_is_refused_with_the_field_that_it_lacks() -> None:
    provider = providers()["openrouter"]
    by = engine("openrouter", "require: {session_only: {missing: set}}, ")
    refused = judged(provider, provider.routes[0], {**bare(provider.routes[0]), "provider": "acme"}, by=by)
    assert set(codes(refused)) == {"session_only_missing"}
    assert "Set `provider.zdr` to true" in texts(refused)
    assert "the body has no place for `/provider/zdr`" in texts(refused)


def test_monitor_and_a_block_for_another_reason_do_not_claim_that_a_flag_was_set() -> None:
    provider = providers()["openai"]
    route = next(each for each in provider.routes if each.name == "/v1/responses")
    asked = "require: {session_only: {missing: set}}, "
    monitored = judged(provider, route, bare(route), by=engine("openai", f"mode: monitor, {asked}"))
    assert monitored.verdict.evidence == ("session_only: /store is missing", "session_only: attested ZDR-1")
    assert monitored.message.body == json.dumps(bare(route)).encode()
    body = {**bare(route), "input": "219-09-9999"}
    blocked = judged(provider, route, body, by=engine("openai", asked))
    assert blocked.verdict.outcome is Outcome.BLOCK
    assert not any("was set" in line for line in blocked.verdict.evidence)


def test_an_answer_that_says_otherwise_is_recorded() -> None:
    provider = providers()["openai"]
    route = next(each for each in provider.routes if each.name == "/v1/responses")
    exchange = replace(exchange_for(provider, route), direction=Direction.RESPONSE)
    for store, evidence in ((True, ("session_only: the answer says otherwise of /store",)), (False, ())):
        body = json.dumps({"object": "response", "store": store, "output": []}).encode()
        message = Message((("Content-Type", "application/json"),), body, status=200)
        found = asyncio.run(inspect(engine("openai"), exchange, message, find, VALID))
        assert (found.verdict.outcome, found.verdict.evidence) == (Outcome.ALLOW, evidence)


@pytest.mark.parametrize(("store", "said"), [("true", True), ("false", False)])
def test_a_stream_that_says_otherwise_is_recorded(store: str, said: bool) -> None:
    provider = providers()["openai"]
    route = next(each for each in provider.routes if each.name == "/v1/responses")
    asked = judged(provider, route, {**bare(route), "store": False})
    rewriter = Rewriter(engine("openai"), asked, SEARCH, VALID, asked.tokens, Framing.SSE)
    event = f'event: response.completed\ndata: {{"type": "response.completed", "response": {{"store": {store}}}}}\n\n'
    out = asyncio.run(rewriter.feed(event.encode())) + asyncio.run(rewriter.close())
    assert b"".join(out) == event.encode()
    assert rewriter.verdict.evidence == (("session_only: the answer says otherwise of /store",) if said else ())


def test_what_lives_in_a_connections_memory_is_fine_there_and_only_there() -> None:
    provider = providers()["openai"]
    http, socket = (route for route in provider.routes if route.path.replace("\\", "") == "/v1/responses")
    body = {"type": "response.create", "model": "any", "input": "x", "store": False, "previous_response_id": "resp_1"}
    assert judged(provider, socket, body).verdict.outcome is Outcome.ALLOW
    assert codes(judged(provider, http, body)) == ["session_only_stateful"]
    assert codes(judged(provider, socket, {**body, "conversation": "conv_1"})) == ["session_only_stateful"]
    assert codes(judged(provider, socket, {**body, "store": True})) == ["session_only_wrong"]


@pytest.mark.parametrize(
    ("provider", "path"),
    [
        ("bedrock", "/model/us.anthropic.claude-fable-5-v1%3A0/converse"),
        ("vertex", "/v1/projects/p/locations/l/publishers/anthropic/models/claude-mythos-5:rawPredict"),
    ],
)
def test_a_model_whose_maker_keeps_everything_is_refused_in_a_path_too(provider: str, path: str) -> None:
    which = providers()[provider]
    route = next(each for each in which.routes if re.fullmatch(each.path, path))
    for target, expected in ((path, ["session_only_stateful"]), (re.sub("claude-[a-z]+-5", "claude-opus-5", path), [])):
        exchange = replace(exchange_for(which, route), path=target)
        message = Message((("Content-Type", "application/json"),), json.dumps(bare(route)).encode(), target)
        found = asyncio.run(inspect(engine(provider), exchange, message, find, VALID))
        assert codes(found) == expected
    assert "the model in the path" not in texts(found)
