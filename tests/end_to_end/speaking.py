"""One question and the text of its answer as it comes, with the client of each vendor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import anthropic
import boto3
import ollama
import openai
from google import genai
from google.genai import types
from streams import HOSTS, Way

type Speak = Callable[[Way, str, str], Iterator[str]]
"""From a way, a question and a host (empty: the vendor's own) to the pieces of the answer."""


def chat(way: Way, question: str, host: str = "") -> Iterator[str]:
    messages: list[Any] = [{"role": "user", "content": question}]
    with openai.OpenAI(api_key="k", base_url=f"{way.to(host or HOSTS['openai'])}/v1") as client:
        for chunk in client.chat.completions.create(model="m", messages=messages, stream=True):
            for choice in chunk.choices:
                yield choice.delta.content or ""


def responses(way: Way, question: str, host: str = "") -> Iterator[str]:
    with openai.OpenAI(api_key="k", base_url=f"{way.to(host or HOSTS['openai'])}/v1") as client:
        for event in client.responses.create(model="m", input=question, store=False, stream=True):
            if event.type == "response.output_text.delta":
                yield event.delta


def messages(way: Way, question: str, host: str = "") -> Iterator[str]:
    asked: list[Any] = [{"role": "user", "content": question}]
    with (
        anthropic.Anthropic(api_key="k", base_url=way.to(host or HOSTS["anthropic"])) as client,
        client.messages.stream(model="m", max_tokens=9, messages=asked) as stream,
    ):
        yield from stream.text_stream


def gemini(way: Way, question: str, host: str = "") -> Iterator[str]:
    options = types.HttpOptions(base_url=way.to(host or HOSTS["gemini"]))
    with genai.Client(api_key="k", http_options=options) as client:
        for chunk in client.models.generate_content_stream(model="gemini-3-pro", contents=question):
            for part in chunk.candidates[0].content.parts or []:
                yield part.text or "" if not part.thought else ""


def llama(way: Way, question: str, host: str = "") -> Iterator[str]:
    asked = [{"role": "user", "content": question}]
    with ollama.Client(host=way.to(host or HOSTS["ollama_cloud"])) as client:
        for part in client.chat(model="m", messages=asked, stream=True):
            yield part.message.content or ""


def bedrock(way: Way, question: str, host: str = "") -> Iterator[str]:
    """Needs `AWS_BEARER_TOKEN_BEDROCK`."""
    url = way.to(host or HOSTS["bedrock"])
    client = boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=url)
    asked: list[Any] = [{"role": "user", "content": [{"text": question}]}]
    with closing(client.converse_stream(modelId="anthropic.claude", messages=asked)["stream"]) as stream:
        for event in stream:
            yield event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")


SPEAKING: dict[str, Speak] = {
    "chat": chat, "responses": responses, "messages": messages, "gemini": gemini, "ollama": llama, "bedrock": bedrock,
}  # fmt: skip
