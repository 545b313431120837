"""Calls as people make them with the official SDKs of model providers, one a route, for `test_calls.py`.

Each call is given where its provider is and the words to send, and gives back what the SDK reads of the answer.
The further providers are in `calls_elsewhere.py`. Nothing here knows grille.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anthropic
import groq
import openai
from mistralai.client import Mistral
from mistralai.client.errors import SDKError


@dataclass(frozen=True)
class Call:
    """`make(address, words)` calls the provider at `https://host`. A call that `is_answered` gets words back.
    `error` is what its SDK raises when it is forbidden to."""

    name: str
    host: str
    make: Callable[[str, str], str | None]
    error: type[Exception]
    is_answered: bool = True


type Messages = list[Any]


def asked(words: str) -> Messages:
    return [{"role": "user", "content": words}]


# -- OpenAI, Azure, Groq ---------------------------------------------------------------------------


def _openai(address: str) -> openai.OpenAI:
    return openai.OpenAI(api_key="k", base_url=f"{address}/v1")


def chat(address: str, words: str) -> str | None:
    with _openai(address) as client:
        return client.chat.completions.create(model="m", messages=asked(words)).choices[0].message.content


def chat_asynchronously(address: str, words: str) -> str | None:
    async def converse() -> str | None:
        async with openai.AsyncOpenAI(api_key="k", base_url=f"{address}/v1") as client:
            made = await client.chat.completions.create(model="m", messages=asked(words))
            return made.choices[0].message.content

    return asyncio.run(converse())


def responses(address: str, words: str) -> str:
    with _openai(address) as client:
        return client.responses.create(model="m", input=words, store=False).output_text


def completions(address: str, words: str) -> str:
    with _openai(address) as client:
        return client.completions.create(model="m", prompt=words).choices[0].text


def embeddings(address: str, words: str) -> None:
    with _openai(address) as client:
        assert client.embeddings.create(model="m", input=["", words]).data[0].embedding == [0.5, -0.25]


def moderations(address: str, words: str) -> None:
    with _openai(address) as client:
        assert client.moderations.create(model="m", input=words).results[0].flagged is False


def azure(address: str, words: str) -> str | None:
    with openai.AzureOpenAI(api_key="k", azure_endpoint=address, api_version="2025-04-01-preview") as client:
        return client.chat.completions.create(model="m", messages=asked(words)).choices[0].message.content


def groq_chat(address: str, words: str) -> str | None:
    with groq.Groq(api_key="k", base_url=address) as client:
        return client.chat.completions.create(model="m", messages=asked(words)).choices[0].message.content


def groq_stream(address: str, words: str) -> str:
    with groq.Groq(api_key="k", base_url=address) as client:
        stream = client.chat.completions.create(model="m", messages=asked(words), stream=True)
        return "".join(chunk.choices[0].delta.content or "" for chunk in stream)


def groq_asynchronously(address: str, words: str) -> str | None:
    async def converse() -> str | None:
        async with groq.AsyncGroq(api_key="k", base_url=address) as client:
            made = await client.chat.completions.create(model="m", messages=asked(words))
            return made.choices[0].message.content

    return asyncio.run(converse())


# -- Anthropic -------------------------------------------------------------------------------------


def messages(address: str, words: str) -> str:
    with anthropic.Anthropic(api_key="k", base_url=address) as client:
        made = client.messages.create(model="m", max_tokens=9, system=f"About: {words}", messages=asked(words))
        return "".join(block.text for block in made.content if block.type == "text")


def messages_asynchronously(address: str, words: str) -> str:
    async def converse() -> str:
        async with anthropic.AsyncAnthropic(api_key="k", base_url=address) as client:
            made = await client.messages.create(model="m", max_tokens=9, messages=asked(words))
            return "".join(block.text for block in made.content if block.type == "text")

    return asyncio.run(converse())


def count_tokens(address: str, words: str) -> None:
    with anthropic.Anthropic(api_key="k", base_url=address) as client:
        assert client.messages.count_tokens(model="m", messages=asked(words)).input_tokens == 7


# -- Mistral ---------------------------------------------------------------------------------------


def _text(content: Any) -> str:
    assert isinstance(content, str)
    return content


def mistral_chat(address: str, words: str) -> str:
    with Mistral(api_key="k", server_url=address) as client:
        made = client.chat.complete(model="m", messages=asked(words))
        return _text(made.choices[0].message.content)  # type: ignore[union-attr]


def mistral_stream(address: str, words: str) -> str:
    with Mistral(api_key="k", server_url=address) as client:
        events = client.chat.stream(model="m", messages=asked(words))
        return "".join(_text(event.data.choices[0].delta.content) for event in events)


def mistral_asynchronously(address: str, words: str) -> str:
    async def converse() -> str:
        async with Mistral(api_key="k", server_url=address) as client:
            made = await client.chat.complete_async(model="m", messages=asked(words))
            return _text(made.choices[0].message.content)  # type: ignore[union-attr]

    return asyncio.run(converse())


def mistral_fim(address: str, words: str) -> str:
    with Mistral(api_key="k", server_url=address) as client:
        made = client.fim.complete(model="m", prompt=words, suffix=f"# {words}")
        return _text(made.choices[0].message.content)  # type: ignore[union-attr]


def mistral_embeddings(address: str, words: str) -> None:
    with Mistral(api_key="k", server_url=address) as client:
        assert client.embeddings.create(model="m", inputs=[words]).data[0].embedding == [0.5, -0.25]


_OPENAI, _ANTHROPIC, _MISTRAL = "api.openai.com", "api.anthropic.com", "api.mistral.ai"
CALLS = (
    Call("openai chat", _OPENAI, chat, openai.PermissionDeniedError),
    Call("openai chat, async", _OPENAI, chat_asynchronously, openai.PermissionDeniedError),
    Call("openai responses", _OPENAI, responses, openai.PermissionDeniedError),
    Call("openai completions", _OPENAI, completions, openai.PermissionDeniedError),
    Call("openai embeddings", _OPENAI, embeddings, openai.PermissionDeniedError, is_answered=False),
    Call("openai moderations", _OPENAI, moderations, openai.PermissionDeniedError, is_answered=False),
    Call("azure chat", "acme.openai.azure.com", azure, openai.PermissionDeniedError),
    Call("groq chat", "api.groq.com", groq_chat, groq.PermissionDeniedError),
    Call("groq chat, streamed", "api.groq.com", groq_stream, groq.PermissionDeniedError),
    Call("groq chat, async", "api.groq.com", groq_asynchronously, groq.PermissionDeniedError),
    Call("anthropic messages", _ANTHROPIC, messages, anthropic.PermissionDeniedError),
    Call("anthropic messages, async", _ANTHROPIC, messages_asynchronously, anthropic.PermissionDeniedError),
    Call("anthropic count_tokens", _ANTHROPIC, count_tokens, anthropic.PermissionDeniedError, is_answered=False),
    Call("mistral chat", _MISTRAL, mistral_chat, SDKError),
    Call("mistral chat, streamed", _MISTRAL, mistral_stream, SDKError),
    Call("mistral chat, async", _MISTRAL, mistral_asynchronously, SDKError),
    Call("mistral fim", _MISTRAL, mistral_fim, SDKError),
    Call("mistral embeddings", _MISTRAL, mistral_embeddings, SDKError, is_answered=False),
)
