"""The rest of `calls.py`: Google, Amazon, Cohere, Ollama, whose wire formats are their own."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import Any

import boto3
import cohere
import httpx
import ollama
from botocore.exceptions import ClientError
from calls import Call, asked
from cohere.errors import ForbiddenError
from google import genai
from google.genai import errors, types
from google.oauth2.credentials import Credentials

# -- Google ----------------------------------------------------------------------------------------


def _gemini(address: str) -> genai.Client:
    return genai.Client(api_key="k", http_options=types.HttpOptions(base_url=address))


def generate_content(address: str, words: str) -> str | None:
    system = types.GenerateContentConfig(system_instruction=f"About: {words}")
    with _gemini(address) as client:
        return client.models.generate_content(model="m", contents=words, config=system).text


def generate_content_asynchronously(address: str, words: str) -> str | None:
    async def converse() -> str | None:
        async with _gemini(address).aio as client:
            return (await client.models.generate_content(model="m", contents=words)).text

    return asyncio.run(converse())


def embed_content(address: str, words: str) -> None:
    with _gemini(address) as client:
        made = client.models.embed_content(model="m", contents=[words])
    assert made.embeddings
    assert made.embeddings[0].values == [0.5, -0.25]


def gemini_count_tokens(address: str, words: str) -> None:
    with _gemini(address) as client:
        assert client.models.count_tokens(model="m", contents=words).total_tokens == 7


def vertex(address: str, words: str) -> str | None:
    options = types.HttpOptions(base_url=address)
    where: Any = {"project": "p", "location": "us-central1", "credentials": Credentials("k")}
    with genai.Client(vertexai=True, http_options=options, **where) as client:
        return client.models.generate_content(model="m", contents=words).text


# -- Amazon ----------------------------------------------------------------------------------------


def converse(address: str, words: str) -> str:
    """With a token (`AWS_BEARER_TOKEN_BEDROCK`) in place of a signature over the body."""
    client = boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=address)
    messages = [{"role": "user", "content": [{"text": words}]}]
    with closing(client):
        made = client.converse(modelId="m", system=[{"text": f"About: {words}"}], messages=messages)
    return "".join(block["text"] for block in made["output"]["message"]["content"])


# -- Cohere ----------------------------------------------------------------------------------------


def _cohere(address: str, link: httpx.Client) -> cohere.ClientV2:
    """The SDK never closes connections of its own."""
    return cohere.ClientV2(api_key="k", base_url=address, httpx_client=link)


def cohere_chat(address: str, words: str) -> str:
    with httpx.Client() as link:
        made = _cohere(address, link).chat(model="m", messages=asked(words), documents=[words])
    assert made.message.content
    return "".join(item.text for item in made.message.content if item.type == "text")


def cohere_stream(address: str, words: str) -> str:
    with httpx.Client() as link:
        events = list(_cohere(address, link).chat_stream(model="m", messages=asked(words)))
    deltas: list[Any] = [event.delta for event in events if event.type == "content-delta"]
    return "".join(delta.message.content.text for delta in deltas)


def cohere_asynchronously(address: str, words: str) -> str:
    async def talk() -> str:
        async with httpx.AsyncClient() as link:
            client = cohere.AsyncClientV2(api_key="k", base_url=address, httpx_client=link)
            made = await client.chat(model="m", messages=asked(words))
        assert made.message.content
        return "".join(item.text for item in made.message.content if item.type == "text")

    return asyncio.run(talk())


def cohere_embed(address: str, words: str) -> None:
    with httpx.Client() as link:
        about: Any = {"input_type": "search_query", "embedding_types": ["float"]}
        made = _cohere(address, link).embed(model="m", texts=[words], **about)
    assert made.embeddings.float_ == [[0.5, -0.25]]


def cohere_rerank(address: str, words: str) -> None:
    with httpx.Client() as link:
        made = _cohere(address, link).rerank(model="m", query=words, documents=["", words])
    assert made.results[0].index == 1


# -- Ollama ----------------------------------------------------------------------------------------


def ollama_chat(address: str, words: str) -> str | None:
    with ollama.Client(host=address) as client:
        return client.chat(model="m", messages=asked(words)).message.content


def ollama_asynchronously(address: str, words: str) -> str | None:
    async def talk() -> str | None:
        async with ollama.AsyncClient(host=address) as client:
            return (await client.chat(model="m", messages=asked(words))).message.content

    return asyncio.run(talk())


def ollama_generate(address: str, words: str) -> str:
    with ollama.Client(host=address) as client:
        return client.generate(model="m", prompt=words, system=f"About: {words}").response


def ollama_embed(address: str, words: str) -> None:
    with ollama.Client(host=address) as client:
        assert list(client.embed(model="m", input=[words]).embeddings[0]) == [0.5, -0.25]


_GEMINI, _COHERE, _OLLAMA = "generativelanguage.googleapis.com", "api.cohere.com", "ollama.com"
CALLS_ELSEWHERE = (
    Call("gemini generate_content", _GEMINI, generate_content, errors.ClientError),
    Call("gemini generate_content, async", _GEMINI, generate_content_asynchronously, errors.ClientError),
    Call("gemini embed_content", _GEMINI, embed_content, errors.ClientError, is_answered=False),
    Call("gemini count_tokens", _GEMINI, gemini_count_tokens, errors.ClientError, is_answered=False),
    Call("vertex generate_content", "us-central1-aiplatform.googleapis.com", vertex, errors.ClientError),
    Call("bedrock converse", "bedrock-runtime.us-east-1.amazonaws.com", converse, ClientError),
    Call("cohere chat", _COHERE, cohere_chat, ForbiddenError),
    Call("cohere chat, streamed", _COHERE, cohere_stream, ForbiddenError),
    Call("cohere chat, async", _COHERE, cohere_asynchronously, ForbiddenError),
    Call("cohere embed", _COHERE, cohere_embed, ForbiddenError, is_answered=False),
    Call("cohere rerank", _COHERE, cohere_rerank, ForbiddenError, is_answered=False),
    Call("ollama chat", _OLLAMA, ollama_chat, ollama.ResponseError),
    Call("ollama chat, async", _OLLAMA, ollama_asynchronously, ollama.ResponseError),
    Call("ollama generate", _OLLAMA, ollama_generate, ollama.ResponseError),
    Call("ollama embed", _OLLAMA, ollama_embed, ollama.ResponseError, is_answered=False),
)
