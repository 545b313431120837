"""How an answer ended, with the client of each vendor."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anthropic
import boto3
import ollama
import openai
import pytest
from google import genai
from google.genai import types


@dataclass(frozen=True)
class Ended:
    """The text that came, the vendor's word for why no more did, and everything that the client got."""

    text: str
    reason: str
    received: bytes


def chat(url: str, question: str) -> Ended:
    """The events end, and only who asks for the final completion is told of the filter by an error."""
    messages: Any = [{"role": "user", "content": question}]
    with (
        openai.OpenAI(api_key="k", base_url=f"{url}/v1") as client,
        client.chat.completions.stream(model="m", messages=messages) as stream,
    ):
        received = "".join(event.to_json() for event in stream)
        final = stream.current_completion_snapshot
        with pytest.raises(openai.ContentFilterFinishReasonError):
            stream.get_final_completion()
    (choice,) = final.choices
    text = choice.message.content or ""
    return Ended(text, choice.finish_reason, f"{received}{text}".encode())


def responses(url: str, question: str) -> Ended:
    """The helper has no final response unless it is completed, so the events are read."""
    with (
        openai.OpenAI(api_key="k", base_url=f"{url}/v1") as client,
        client.responses.stream(model="m", input=question, store=False) as stream,
    ):
        events = list(stream)
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    last = events[-1]
    assert last.type == "response.incomplete"
    assert (last.response.id, last.response.status) == ("resp_1", "incomplete")
    received = "\n".join([*(event.to_json() for event in events), text])
    return Ended(text, str(last.response.incomplete_details.reason), received.encode())


def messages(url: str, question: str) -> Ended:
    asked: Any = [{"role": "user", "content": question}]
    with (
        anthropic.Anthropic(api_key="k", base_url=url) as client,
        client.messages.stream(model="m", max_tokens=9, messages=asked) as stream,
    ):
        kinds = [event.type for event in stream]
        final = stream.get_final_message()
    assert kinds.count("content_block_start") == kinds.count("content_block_stop") == len(final.content)
    assert kinds[-1] == "message_stop"
    text = "".join(block.text for block in final.content if block.type == "text")
    return Ended(text, str(final.stop_reason), final.to_json().encode())


def gemini(url: str, question: str) -> Ended:
    with genai.Client(api_key="k", http_options=types.HttpOptions(base_url=url)) as client:
        chunks = list(client.models.generate_content_stream(model="gemini-3-pro", contents=question))
    contents = [chunk.candidates[0].content for chunk in chunks]
    parts = [part for content in contents if content for part in content.parts or []]
    text = "".join(part.text or "" for part in parts if not part.thought)
    reason = chunks[-1].candidates[0].finish_reason.value
    return Ended(text, reason, f"{chunks}{text}".encode())


def llama(url: str, question: str) -> Ended:
    with ollama.Client(host=url) as client:
        lines = list(client.chat(model="m", messages=[{"role": "user", "content": question}], stream=True))
    assert lines[-1].done
    text = "".join(line.message.content or "" for line in lines)
    return Ended(text, str(lines[-1].done_reason), f"{lines}{text}".encode())


def bedrock(url: str, question: str) -> Ended:
    """Needs `AWS_BEARER_TOKEN_BEDROCK`."""
    client = boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=url)
    asked: list[Any] = [{"role": "user", "content": [{"text": question}]}]
    events = list(client.converse_stream(modelId="anthropic.claude", messages=asked)["stream"])
    deltas = [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]
    text = "".join(delta.get("text", "") for delta in deltas)
    (reason,) = [event["messageStop"]["stopReason"] for event in events if "messageStop" in event]
    return Ended(text, reason, json.dumps([*events, text], ensure_ascii=False).encode())


ENDING: dict[str, Callable[[str, str], Ended]] = {
    "chat": chat, "responses": responses, "messages": messages, "gemini": gemini, "ollama": llama, "bedrock": bedrock,
}  # fmt: skip
