"""`grille.dialects.catalogue`: the data file, and that it says what the vendors say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from grille.dialects import DIALECTS, providers
from grille.dialects.envelope import CREDENTIALS
from grille.dialects.retention import lists
from grille.policy.places import example_path, host_pattern
from grille.providers import Control, Provider, Route

ROUTES = [(provider, route) for provider in providers().values() for route in provider.routes]

HOSTS = {
    "openai": "api.openai.com us.api.openai.com eu.api.openai.com jp.api.openai.com",
    "azure_openai": "bank.openai.azure.com bank.services.ai.azure.com bank.cognitiveservices.azure.com",
    "anthropic": "api.anthropic.com aws-external-anthropic.eu-west-1.api.aws claude.googleapis.com",
    "gemini": "generativelanguage.googleapis.com",
    "vertex": "aiplatform.googleapis.com europe-west4-aiplatform.googleapis.com aiplatform.eu.rep.googleapis.com",
    "bedrock": "bedrock-runtime.eu-west-1.amazonaws.com bedrock-runtime-fips.us-east-1.amazonaws.com "
    "bedrock-mantle.eu-west-1.api.aws bedrock-runtime.cn-north-1.amazonaws.com.cn bedrock-runtime.us-east-1.api.aws "
    "vpce-0a1b-2c3d.bedrock-runtime.us-east-1.vpce.amazonaws.com",
    "mistral": "api.mistral.ai api.eu.mistral.ai api.us.mistral.ai codestral.mistral.ai",
    "cohere": "api.cohere.com api.cohere.ai",
    "xai": "api.x.ai",
    "openrouter": "openrouter.ai",
    "vercel": "ai-gateway.vercel.sh",
    "groq": "api.groq.com",
    "together": "api.together.ai api.together.xyz",
    "deepseek": "api.deepseek.com",
    "fireworks": "api.fireworks.ai",
    "perplexity": "api.perplexity.ai",
    "cerebras": "api.cerebras.ai",
    "nvidia": "integrate.api.nvidia.com",
    "github_models": "models.inference.ai.azure.com",
    "sambanova": "api.sambanova.ai",
    "novita": "api.novita.ai",
    "hyperbolic": "api.hyperbolic.xyz",
    "dashscope": "dashscope.aliyuncs.com dashscope-intl.aliyuncs.com",
    "moonshot": "api.moonshot.ai",
    "huggingface": "router.huggingface.co",
    "meta": "api.meta.ai api.llama.com",
    "baseten": "inference.baseten.co",
    "chutes": "llm.chutes.ai",
    "deepinfra": "api.deepinfra.com",
    "ollama": "localhost:11434",
    "ollama_cloud": "ollama.com",
    "self_hosted": "localhost:1234",
    "yandex": "llm.api.cloud.yandex.net",
    "copilot": "api.githubcopilot.com copilot-proxy.githubusercontent.com origin-tracker.githubusercontent.com",
    "chatgpt": "chatgpt.com chat.openai.com",
    "web_apps": "claude.ai gemini.google.com copilot.microsoft.com grok.com www.perplexity.ai",
    "cursor": "api2.cursor.sh www.cursorapi.com x.cursor-cdn.com",
}


MUTUAL = ["mtls.api.openai.com", "mtls-us.api.openai.com", "mtls-eu.api.openai.com"]
"""They ask for a certificate whose key only the caller has; see docs/limits.md."""


@pytest.mark.parametrize("host", MUTUAL)
def test_a_host_that_asks_for_the_callers_own_certificate_is_in_no_row(host: str) -> None:
    patterns = [host_pattern(text) for each in providers().values() for text in each.hosts]
    assert not [str(pattern) for pattern in patterns if pattern.matches(host, 443)]


def named(provider: str, method: str, path: str) -> Route:
    found = (r for r in providers()[provider].routes if r.method in ("*", method) and re.fullmatch(r.path, path))
    return next(found)


LISTED = yaml.safe_load((Path(__file__).parents[1] / "data" / "providers.yaml").read_text("utf-8"))["providers"]
NO_HOST = {
    "mtls.api.openai.com": "asks for the caller's own certificate, so it cannot be intercepted",
    "mtls-us.api.openai.com": "asks for the caller's own certificate, so it cannot be intercepted",
    "mtls-eu.api.openai.com": "asks for the caller's own certificate, so it cannot be intercepted",
    "*.perplexity.ai": "api.perplexity.ai is a provider of its own; the pages are at two names, which are known",
}
NO_ROUTE = {
    ("openai", "/v1/live/sessions(/.*)?"): "the vendor's types do not say what is spoken there",
    ("azure_openai", "/openai/deployments/x/audio/x"): "each is named: nothing is judged that nobody has read of",
    ("azure_openai", "/openai/deployments/x/images/x"): "each is named",
    ("azure_openai", "/openai/v1/x"): "each is named",
    ("bedrock", "/openai/v1/x"): "each is named",
    ("bedrock", "/anthropic/v1/x"): "each is named",
    ("vercel", "/v1/x"): "each is named",
    ("ollama", "/v1/x"): "each is named",
}
"""Places of the list that the catalogue does not know, and why. What has no route is refused."""


def spelled(pattern: str) -> Iterator[str]:
    """Every path that `pattern` stands for, with x for what may be anything."""
    pattern = pattern.replace("xai_api.*", "xai_api.Chat/GetCompletion").replace("language.*.", "language.v1beta.")
    group = re.search(r"\(([^()]*)\)(\?)?", pattern)
    if group is None:
        start = "/v1/projects/x/locations/x" if pattern.startswith(".*") else ""
        yield start + re.sub(r"\{[^}]*\}|\.\*", "x", pattern.removeprefix(".*"))
        return
    for choice in [*group[1].split("|"), *([""] if group[2] else [])]:
        yield from spelled(pattern[: group.start()] + choice + pattern[group.end() :])


def listed_places() -> Iterator[tuple[str, str, str]]:
    for name, entry in LISTED.items():
        for place in entry.get("endpoints", ()):
            method = re.split(r"[+|]", place["m"])[0]
            for path in spelled(place["p"]):
                yield name, "POST" if method == "ANY" else method, path


def excused() -> set[tuple[str, str]]:
    return {(name, path) for name, pattern in NO_ROUTE for path in spelled(pattern)}


def holders(host: str) -> list[str]:
    where, _, port = host.partition(":")
    return [
        provider.name
        for provider in providers().values()
        if any(host_pattern(text).matches(where, int(port or 443)) for text in provider.hosts)
    ]


def test_every_host_of_the_list_is_known_or_left_out_for_a_reason() -> None:
    hosts = {host for entry in LISTED.values() for host in entry["hosts"]}
    unknown = {host for host in hosts if len(holders(host.replace("*", "x"))) != 1}
    assert unknown == set(NO_HOST)


def test_every_path_of_the_list_is_known_or_left_out_for_a_reason() -> None:
    known = providers()
    unknown = {
        (name, path)
        for name, method, path in listed_places()
        if not any(r.method in ("*", method) and re.fullmatch(r.path, path) for r in known[name].routes)
    }
    assert unknown == excused()


@pytest.mark.parametrize("provider", providers().values(), ids=lambda provider: provider.name)
def test_every_way_to_show_who_asks_is_one_that_the_list_has_or_a_known_credential(provider: Provider) -> None:
    listed = LISTED.get(provider.name, {}).get("auth", ())
    assert provider.auth
    for route in provider.routes:
        assert route.credentials is not None
        assert all(name.startswith("?") or name in CREDENTIALS | {"cookie"} for name in route.credentials)
        for each in listed:
            name = re.split("[:= ]", each)[0].lower()
            assert name in route.credentials or name in NOT_SECRET or name.startswith("aws4")


NOT_SECRET = {"openai-organization", "openai-project", "anthropic-version", "anthropic-beta"}


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
        assert route.retention.settings
    assert set(route.retention.stateful) <= lists()


@pytest.mark.parametrize(("name", "host"), [(name, host) for name, hosts in HOSTS.items() for host in hosts.split()])
def test_every_host_that_is_known_belongs_to_one_provider(name: str, host: str) -> None:
    assert holders(host) == [name]


def test_no_provider_is_without_a_host_in_the_list_above() -> None:
    assert set(providers()) == set(HOSTS)


@pytest.mark.parametrize(("provider", "route"), ROUTES, ids=lambda each: each.name)
def test_a_route_is_reached_by_the_path_that_it_is_named_after(provider: Provider, route: Route) -> None:
    """A name with … stands for many paths; ` (WebSocket)` says how one is used."""
    if "…" in route.name:
        return
    path = example_path(route.name.removesuffix(" (WebSocket)"))
    assert named(provider.name, route.method, path) is route


@pytest.mark.parametrize(
    ("provider", "path"),
    [
        ("gemini", "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"),
        ("gemini", "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained"),
        ("vertex", "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"),
    ],
)
def test_a_live_session_can_be_resumed_only_where_it_is_kept(provider: str, path: str) -> None:
    route = named(provider, "GET", path)
    assert route.dialect == "gemini_live"
    assert "gemini_live" in lists()


@pytest.mark.parametrize(
    ("provider", "path", "dialect"),
    [
        ("openai", "/v1/embeddings", "openai_text"),
        ("openai", "/v1/audio/transcriptions", "openai_text"),
        ("openai", "/v1/audio/translations", "openai_text"),
        ("openai", "/v1/images/edits", "openai_text"),
        ("openai", "/v1/images/variations", "openai_text"),
        ("azure_openai", "/openai/deployments/whisper/audio/transcriptions", "openai_text"),
        ("azure_openai", "/openai/v1/images/edits", "openai_text"),
        ("azure_openai", "/openai/deployments/gpt/completions", "openai_text"),
        ("gemini", "/v1/models/gemini-3-pro:streamGenerateContent", "gemini"),
        ("gemini", "/v1beta/models/gemini-embedding-001:batchEmbedContents", "gemini"),
        ("vertex", "/v1/projects/p/locations/l/publishers/google/models/g:generateContent", "gemini"),
        ("vertex", "/v1/projects/p/locations/l/publishers/anthropic/models/c:streamRawPredict", "anthropic"),
        ("bedrock", "/model/anthropic.claude-v1%3A0/converse-stream", "bedrock"),
        ("bedrock", "/model/arn%3Aaws%3Abedrock%3Aeu%3A1%3Ainference-profile%2Fx/count-tokens", "bedrock"),
        ("vertex", "/v1/projects/p/locations/l/publishers/mistralai/models/m:streamRawPredict", "mistral"),
        ("vertex", "/v1/projects/p/locations/l/publishers/google/models/m:predict", "gemini"),
        ("vertex", "/v1/projects/p/locations/l/publishers/anthropic/models/count-tokens:rawPredict", "anthropic"),
        ("bedrock", "/guardrail/g/version/1/apply", "bedrock"),
        ("bedrock", "/guardrail-checks/invoke", "bedrock"),
        ("bedrock", "/model/us.anthropic.claude-v1%3A0/invoke", "bedrock_invoke"),
        ("bedrock", "/model/arn:aws:bedrock:eu:1:inference-profile/x/invoke-with-response-stream", "bedrock_invoke"),
        ("bedrock", "/v1/chat/completions", "openai_chat"),
        ("xai", "/xai_api.Chat/GetCompletion", "anyjson"),
        ("bedrock", "/openai/v1/responses", "openai_responses"),
        ("mistral", "/v1/fim/completions", "mistral"),
        ("cohere", "/v2/rerank", "cohere"),
        ("deepseek", "/beta/completions", "openai_text"),
        ("huggingface", "/novita/v1/chat/completions", "openai_chat"),
        ("ollama", "/api/embeddings", "ollama"),
    ],
)
def test_a_path_leads_to_the_dialect_that_it_speaks(provider: str, path: str, dialect: str) -> None:
    assert named(provider, "POST", path).dialect == dialect


@pytest.mark.parametrize(
    ("provider", "path"),
    [("bedrock", "/model/x/invoke-model"), ("bedrock", "/model/x/y/z/invoke"), ("xai", "/xai_api.Chat/X/Y")],
)
def test_what_cannot_be_read_yet_has_no_route(provider: str, path: str) -> None:
    assert not [route for route in providers()[provider].routes if re.fullmatch(route.path, path)]


def test_a_model_that_is_to_do_something_is_not_one_that_is_looked_up() -> None:
    methods = {
        path: {each.method for each in providers()["gemini"].routes if re.fullmatch(each.path, path)}
        for path in ("/v1beta/models/gemini-pro", "/v1beta/models/gemini-pro:generateContent")
    }
    assert list(methods.values()) == [{"GET"}, {"POST"}]


@pytest.mark.parametrize(
    ("provider", "path", "field", "equals", "default"),
    [
        ("azure_openai", "/openai/v1/responses", "/store", False, True),
        ("azure_openai", "/openai/deployments/gpt/chat/completions", "/store", False, False),
        ("gemini", "/v1/interactions", "/store", False, True),
        ("mistral", "/v1/conversations", "/store", False, True),
        ("xai", "/v1/responses", "/store", False, True),
        ("fireworks", "/inference/v1/responses", "/store", False, True),
        ("openrouter", "/api/v1/chat/completions", "/provider/zdr", True, False),
        ("openrouter", "/api/v1/messages", "/provider/data_collection", "deny", "allow"),
        ("vercel", "/v1/messages", "/providerOptions/gateway/disallowPromptTraining", True, False),
        ("yandex", "/v1/chat/completions", "header:x-data-logging-enabled", "false", "true"),
        ("vercel", "/v1/chat/completions", "/providerOptions/gateway/zeroDataRetention", True, False),
    ],
)
def test_a_flag_is_the_one_that_the_provider_acts_on(
    provider: str, path: str, field: str, equals: bool | str, default: bool | str
) -> None:
    retention = named(provider, "POST", path).retention
    assert retention.control is Control.FLAG
    assert (field, equals, default) in [(each.where, each.equals, each.default) for each in retention.settings]


def test_openai_keeps_responses_by_default_and_chats_not() -> None:
    (responses,) = named("openai", "POST", "/v1/responses").retention.settings
    (chat,) = named("openai", "POST", "/v1/chat/completions").retention.settings
    assert (responses.default, chat.default) == (True, False)
    assert responses.equals is chat.equals is False


def test_a_flag_alone_does_not_promise_anything_at_bedrock() -> None:
    retention = named("bedrock", "POST", "/openai/v1/responses").retention
    assert retention.control is Control.ACCOUNT
    assert [setting.where for setting in retention.settings] == ["/store"]


@pytest.mark.parametrize(
    ("provider", "path"),
    [
        ("openai", "/v1/files"),
        ("openai", "/v1/threads/t_1/messages"),
        ("openai", "/v1/responses/resp_1"),
        ("azure_openai", "/openai/v1/files"),
        ("anthropic", "/v1/messages/batches"),
        ("gemini", "/upload/v1beta/files"),
        ("gemini", "/v1/cachedContents"),
        ("gemini", "/v1/interactions/int_1"),
        ("bedrock", "/async-invoke"),
        ("bedrock", "/model/x/invoke-with-bidirectional-stream"),
        ("bedrock", "/openai/v1/responses/r_1"),
        ("bedrock", "/v1/files"),
        ("mistral", "/v1/batch/jobs"),
        ("mistral", "/v1/conversations/conv_1"),
        ("cohere", "/v1/datasets"),
        ("xai", "/v1/responses/resp_1"),
        ("perplexity", "/async/chat/completions"),
        ("chatgpt", "/backend-api/conversation"),
        ("web_apps", "/api/organizations/o/chat_conversations/c/completion"),
    ],
)
def test_routes_that_exist_to_store_can_never_be_session_only(provider: str, path: str) -> None:
    assert named(provider, "POST", path).retention.control is Control.NEVER


@pytest.mark.parametrize(
    ("provider", "path", "dialect"),
    [
        ("openai", "/v1/responses/resp_1", "openai_responses"),
        ("openai", "/v1/chat/completions/chat_1", "openai_chat"),
        ("openai", "/v1/conversations", "openai_responses"),
        ("openai", "/v1/conversations/conv_1/items", "openai_responses"),
        ("azure_openai", "/openai/v1/conversations/conv_1", "openai_responses"),
        ("azure_openai", "/openai/responses/resp_1", "openai_responses"),
        ("gemini", "/v1beta/interactions/int_1", "gemini_interactions"),
        ("gemini", "/v1beta/cachedContents", "gemini"),
        ("gemini", "/v1beta/tunedModels/mine:streamGenerateContent", "gemini"),
        ("vertex", "/v1/projects/p/locations/eu/cachedContents", "gemini"),
        ("bedrock", "/openai/v1/responses/r_1", "openai_responses"),
        ("mistral", "/v1/conversations/conv_1", "mistral"),
        ("xai", "/v1/responses/resp_1", "openai_responses"),
        ("fireworks", "/inference/v1/responses/resp_1", "openai_responses"),
        ("self_hosted", "/v1/responses/resp_1", "openai_responses"),
    ],
)
def test_what_is_stored_and_said_in_a_dialect_is_read_in_it(provider: str, path: str, dialect: str) -> None:
    assert named(provider, "GET", path).dialect == dialect


@pytest.mark.parametrize(
    ("provider", "path"),
    [
        ("anthropic", "/v1/messages"),
        ("bedrock", "/model/x/converse"),
        ("gemini", "/v1/models/g:generateContent"),
        ("mistral", "/v1/chat/completions"),
        ("cohere", "/v2/chat"),
        ("groq", "/openai/v1/chat/completions"),
        ("deepseek", "/chat/completions"),
    ],
)
def test_where_there_is_no_flag_only_a_contract_counts(provider: str, path: str) -> None:
    assert named(provider, "POST", path).retention.control is Control.ACCOUNT
