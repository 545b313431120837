"""`grille.dialects.catalogue`: the data file, and that it says what the vendors say."""

from __future__ import annotations

import re
from datetime import date

import pytest

from grille.dialects import DIALECTS, providers
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
    "bedrock-mantle.eu-west-1.api.aws",
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
    "yandex": "llm.api.cloud.yandex.net",
    "copilot": "api.githubcopilot.com copilot-proxy.githubusercontent.com origin-tracker.githubusercontent.com",
    "chatgpt": "chatgpt.com chat.openai.com",
    "web_apps": "claude.ai gemini.google.com copilot.microsoft.com grok.com www.perplexity.ai",
    "cursor": "api2.cursor.sh www.cursorapi.com x.cursor-cdn.com",
}


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


@pytest.mark.parametrize(("name", "host"), [(name, host) for name, hosts in HOSTS.items() for host in hosts.split()])
def test_every_host_that_is_known_belongs_to_one_provider(name: str, host: str) -> None:
    where, _, port = host.partition(":")
    holders = [
        provider.name
        for provider in providers().values()
        if any(host_pattern(text).matches(where, int(port or 443)) for text in provider.hosts)
    ]
    assert holders == [name]


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
        ("bedrock", "/guardrail/g/version/1/apply", "bedrock"),
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
    [("bedrock", "/model/x/invoke"), ("bedrock", "/model/x/invoke-with-response-stream"), ("xai", "/xai_api.Chat/X")],
)
def test_what_cannot_be_read_yet_has_no_route(provider: str, path: str) -> None:
    assert not [route for route in providers()[provider].routes if re.fullmatch(route.path, path)]


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
        ("vercel", "/v1/chat/completions", "/providerOptions/gateway/zeroDataRetention", True, False),
    ],
)
def test_a_flag_is_the_one_that_the_provider_acts_on(
    provider: str, path: str, field: str, equals: bool, default: bool
) -> None:
    retention = named(provider, "POST", path).retention
    assert (retention.control, retention.field) == (Control.FLAG, field)
    assert (retention.equals, retention.default) == (equals, default)


def test_a_reference_to_something_kept_counts_in_both_spellings() -> None:
    stateful = named("gemini", "POST", "/v1/interactions").retention.stateful
    assert {"/previous_interaction_id", "/previousInteractionId", "/background"} <= set(stateful)
    assert {"/cachedContent", "/cached_content"} <= set(
        named("gemini", "POST", "/v1/models/g:generateContent").retention.stateful
    )


def test_openai_keeps_responses_by_default_and_chats_not() -> None:
    responses, chat = named("openai", "POST", "/v1/responses"), named("openai", "POST", "/v1/chat/completions")
    assert (responses.retention.default, chat.retention.default) == (True, False)
    assert responses.retention.equals is chat.retention.equals is False
    assert "/previous_response_id" in responses.retention.stateful


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
