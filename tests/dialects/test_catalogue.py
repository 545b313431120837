"""`grille.dialects.catalogue`: the data file, and that it says what the vendors say."""

from __future__ import annotations

import re
from datetime import date

import pytest

from grille.dialects import DIALECTS, providers
from grille.providers import Control, Provider, Route

ROUTES = [(provider, route) for provider in providers().values() for route in provider.routes]


def named(provider: str, method: str, path: str) -> Route:
    found = (r for r in providers()[provider].routes if r.method in ("*", method) and re.fullmatch(r.path, path))
    return next(found)


@pytest.mark.parametrize("provider", providers().values(), ids=lambda provider: provider.name)
def test_every_provider_says_where_its_facts_are_from_and_when_they_were_read(provider: Provider) -> None:
    assert provider.hosts
    assert provider.source
    assert date.fromisoformat(provider.reviewed)


@pytest.mark.parametrize(("provider", "route"), ROUTES, ids=lambda each: each.name)
def test_every_route_is_complete(provider: Provider, route: Route) -> None:
    assert route.dialect in DIALECTS
    re.compile(route.path)
    if route.retention.control is Control.FLAG:
        assert route.retention.field.startswith("/")


def test_openai_keeps_responses_by_default_and_chats_not() -> None:
    responses, chat = named("openai", "POST", "/v1/responses"), named("openai", "POST", "/v1/chat/completions")
    assert (responses.retention.default, chat.retention.default) == (True, False)
    assert responses.retention.equals is chat.retention.equals is False
    assert "/previous_response_id" in responses.retention.stateful


@pytest.mark.parametrize(
    ("provider", "path"),
    [("openai", "/v1/files"), ("openai", "/v1/threads/t_1/messages"), ("anthropic", "/v1/messages/batches")],
)
def test_routes_that_exist_to_store_can_never_be_session_only(provider: str, path: str) -> None:
    assert named(provider, "POST", path).retention.control is Control.NEVER


def test_anthropic_has_no_flag_only_a_contract() -> None:
    assert named("anthropic", "POST", "/v1/messages").retention.control is Control.ACCOUNT
