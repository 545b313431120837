"""Messages for which an SDK has no type of its own, put together from the parts that it has, as it does when it sends.

Google's client takes a config and writes it partly beside `generationConfig`; Cohere's takes arguments and sends them
as members; Anthropic's sends some of them as headers; and for Bedrock both leave out the model, which is in the path.
Nothing here may add a member that the SDK does not send.
"""

from __future__ import annotations

import importlib
import inspect
import typing
from collections.abc import Callable, Mapping
from typing import Any, NotRequired, Required, TypedDict

_IN_CONFIG_ONLY = ("httpOptions", "shouldReturnHttpResponse", "automaticFunctionCalling", "automaticContinuation")
_BESIDE_CONFIG = (
    "systemInstruction", "safetySettings", "tools", "toolConfig", "labels", "cachedContent", "serviceTier", "store",
    "continuationToken", "modelArmorConfig",
)  # fmt: skip
"""What `google.genai.models` writes beside `generationConfig`, and what it does not send."""


def _made(name: str, members: Mapping[str, Any]) -> Any:
    return TypedDict(name, dict(members))  # type: ignore[operator]


def _generate_content() -> Any:
    from google.genai import types

    optional = {name: NotRequired[kind] for name, kind in _of_config(types.GenerateContentConfig).items()}
    config = {name: kind for name, kind in optional.items() if name not in (*_BESIDE_CONFIG, *_IN_CONFIG_ONLY)}
    beside = {name: kind for name, kind in optional.items() if name in _BESIDE_CONFIG}
    members = {
        "contents": Required[list[types.Content]],
        **beside,
        "generationConfig": NotRequired[_made("GenerationConfig", config)],
    }
    return _made("GenerateContentRequest", members)


def _of_config(model: Any) -> dict[str, Any]:
    """A config's members by their names on the wire, as the SDK sends them."""
    from google.genai import types

    sent = {"systemInstruction": types.Content, "tools": list[types.Tool], "responseSchema": types.Schema,
            "speechConfig": types.SpeechConfig}  # fmt: skip
    found = {str(field.alias): field.annotation for field in model.model_fields.values()}
    return {name: sent.get(name, kind) for name, kind in found.items()}


def _count_tokens() -> Any:
    from google.genai import types

    inner = {"model": NotRequired[str], **typing.get_type_hints(_generate_content(), include_extras=True)}
    members = {
        "contents": NotRequired[list[types.Content]],
        "generateContentRequest": NotRequired[_made("GenerateContentRequestInside", inner)],
    }
    return _made("CountTokensRequest", members)


def _embed_content() -> Any:
    from google.genai import types

    config = _of_config(types.EmbedContentConfig)
    optional = {name: NotRequired[kind] for name, kind in config.items() if name not in _IN_CONFIG_ONLY}
    members = {"model": NotRequired[str], "content": Required[types.Content], **optional}
    return _made("EmbedContentRequest", members)


def _live_message() -> Any:
    """What a client says in a live session. In its setup, tools and instructions are sent as in a request."""
    from google.genai import types

    def optional(name: str, model: Any) -> Any:
        return _made(name, {each: NotRequired[kind] for each, kind in _of_config(model).items()})

    tools = _made("LiveClientContextUpdateTools", {"tools": NotRequired[list[types.Tool]]})
    update = {"systemInstruction": NotRequired[types.Content], "tools": NotRequired[tools]}  # type: ignore[valid-type]
    members = {
        "setup": optional("LiveClientSetup", types.LiveClientSetup),
        "clientContent": types.LiveClientContent,
        "realtimeInput": types.LiveClientRealtimeInput,
        "toolResponse": types.LiveClientToolResponse,
        "contextUpdate": _made("LiveClientContextUpdate", update),
    }
    return _made("LiveClientMessage", {name: NotRequired[kind] for name, kind in members.items()})


def _answer_of(kind: str) -> Callable[[], Any]:
    """An answer without what the SDK adds to it."""

    def load() -> Any:
        model = getattr(importlib.import_module("google.genai.types"), kind)
        own = ("sdkHttpResponse", "automaticFunctionCallingHistory", "parsed")
        members = {str(f.alias): NotRequired[f.annotation] for f in model.model_fields.values() if f.alias not in own}
        return _made(f"{kind}OnTheWire", members)

    return load


def _cohere_request(verb: str, client: str = "v2.raw_client:RawV2Client") -> Callable[[], Any]:
    """What Cohere's client takes as arguments, it sends as members."""

    def load() -> Any:
        own = _cohere_arguments(client, verb)
        return _made(f"Cohere{verb.title()}Request", {**own, "stream": NotRequired[bool]})

    return load


def _cohere_on_bedrock(verb: str, client: str) -> Callable[[], Any]:
    """The same, as `BedrockClient` sends it: the model is in the path, and so is whether the answer streams."""

    def load() -> Any:
        own = {name: kind for name, kind in _cohere_arguments(client, verb).items() if name not in ("model", "accepts")}
        version = {"api_version": Required[int]} if verb == "rerank" else {}
        return _made(f"Cohere{client[:2].title()}{verb.title()}OnBedrock", own | version)

    return load


def _cohere_arguments(client: str, verb: str) -> dict[str, Any]:
    module, _, kind = client.partition(":")
    method = getattr(getattr(importlib.import_module(f"cohere.{module}"), kind), verb)
    hints = typing.get_type_hints(method, include_extras=True)
    return {
        name: Required[hints[name]] if parameter.default is inspect.Parameter.empty else NotRequired[hints[name]]
        for name, parameter in inspect.signature(method).parameters.items()
        if name not in ("self", "request_options")
    }


def _claude_on_bedrock(module: str) -> Callable[[], Any]:
    """What `AnthropicBedrock` sends: the model is in the path, and what were headers are members."""

    def load() -> Any:
        whole = importlib.import_module(f"anthropic.types.{module}").MessageCreateParamsNonStreaming
        hints = typing.get_type_hints(whole, include_extras=True)
        outside = ("model", "stream", "betas", "workspace_id")
        own = {name: hint for name, hint in hints.items() if name not in outside}
        own |= {"anthropic_version": Required[str], "anthropic_beta": NotRequired[list[str]]}
        return TypedDict("ClaudeOnBedrock", own, total=False)  # type: ignore[operator]

    return load


def _without_headers(module: str, kind: str) -> Callable[[], Any]:
    """An upload of Anthropic's, without what goes as headers."""

    def load() -> Any:
        whole = getattr(importlib.import_module(f"anthropic.types.beta.{module}"), kind)
        hints = typing.get_type_hints(whole, include_extras=True)
        own = {name: hint for name, hint in hints.items() if name not in ("betas", "workspace_id")}
        return TypedDict(f"{kind}InTheForm", own, total=False)  # type: ignore[operator]

    return load


COMPOSED: Mapping[str, Callable[[], Any]] = {
    "GenerateContentRequest": _generate_content,
    "CountTokensRequest": _count_tokens,
    "EmbedContentRequest": _embed_content,
    "BatchEmbedContentsRequest": lambda: _made("BatchEmbedContentsRequest", {"requests": list[_embed_content()]}),  # type: ignore[misc]
    "LiveClientMessage": _live_message,
    "GenerateContentAnswer": _answer_of("GenerateContentResponse"),
    "CountTokensAnswer": _answer_of("CountTokensResponse"),
    "EmbedContentAnswer": _answer_of("EmbedContentResponse"),
    "AnthropicFile": _without_headers("file_upload_params", "FileUploadParams"),
    "AnthropicSkill": _without_headers("skill_create_params", "SkillCreateParams"),
    "ClaudeOnBedrock": _claude_on_bedrock("message_create_params"),
    "ClaudeBetaOnBedrock": _claude_on_bedrock("beta.message_create_params"),
    "CohereChatRequest": _cohere_request("chat"),
    "CohereEmbedRequest": _cohere_request("embed"),
    "CohereRerankRequest": _cohere_request("rerank"),
    "CommandOnBedrock": _cohere_on_bedrock("chat", "raw_base_client:RawBaseCohere"),
    "GenerateOnBedrock": _cohere_on_bedrock("generate", "raw_base_client:RawBaseCohere"),
    "EmbedOnBedrock": _cohere_on_bedrock("embed", "raw_base_client:RawBaseCohere"),
    "Command2OnBedrock": _cohere_on_bedrock("chat", "v2.raw_client:RawV2Client"),
    "Embed2OnBedrock": _cohere_on_bedrock("embed", "v2.raw_client:RawV2Client"),
    "Rerank2OnBedrock": _cohere_on_bedrock("rerank", "v2.raw_client:RawV2Client"),
}
