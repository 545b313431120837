"""Proxies that know nothing of each other but the key: one conversation goes through them in turn, and one of them may
end while others go on. `bench/rolling.py` is the same at length.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from live import CHAT
from model_whole import model
from running import HOST, Process, process

import engines
from engines import CARD, IBAN
from grille.addon import authority
from grille.addon.settings import Settings
from grille.addon.state import State
from upstream import RecordingUpstream

sys.path.append(str(Path(__file__).parents[2] / "bench"))
import rolling

TOKEN = re.compile(rb"(?:CREDIT_CARD|IBAN_CODE)_[A-Z][0-9A-Z]{7}")
TURNS = 6


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a Secret has: the CA and the key of tokens."""
    folder = tmp_path_factory.mktemp("secret")
    state = State(folder / "first")
    authority.make(state)
    for block in re.finditer(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----\n", state.authority.read_text(), re.DOTALL):
        (folder / ("tls.crt" if block[1] == "CERTIFICATE" else "tls.key")).write_text(block[0])
    (folder / "key").write_bytes(state.key())
    return folder


def answers(request: bytes) -> bytes | Iterator[bytes]:
    return rolling.events() if b'"stream"' in request else model(request)


@pytest.fixture(scope="module")
def witness() -> Iterator[RecordingUpstream]:
    with RecordingUpstream(answers) as up:
        yield up


type Replica = tuple[Process, Settings]


@pytest.fixture(scope="module")
def pair(secret: Path, witness: RecordingUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Replica]]:
    """Each with a state of its own."""
    with ExitStack() as ends:

        def start(name: str) -> Replica:
            folder = tmp_path_factory.mktemp(name)
            engines.engine(folder)
            settings = Settings(str(folder / "policy.yaml"), State(folder / "state"))
            more = ("--authority", str(secret), "--drain", "20")
            return ends.enter_context(process(settings, witness, *more)), settings

        with ThreadPoolExecutor(2) as at_once:
            started = list(at_once.map(start, ("one", "two")))
        yield started


def say(port: int, certificate: Path, messages: list[Any]) -> str:
    context = ssl.create_default_context(cafile=certificate)
    with closing(http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=context)) as connection:
        connection.set_tunnel(HOST)
        body = json.dumps({"model": "m", "messages": messages})
        connection.request("POST", CHAT, body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        assert reply.status == 200
        text: str = json.loads(reply.read())["choices"][0]["message"]["content"]
        return text


@pytest.mark.timeout(180)
def test_a_conversation_alternates_between_two_replicas(
    pair: list[Replica], secret: Path, witness: RecordingUpstream
) -> None:
    messages: list[Any] = []
    for turn in range(TURNS):
        words = f"Card {CARD}, account {IBAN}." if turn == 0 else f"And once more, {turn}?"
        messages.append({"role": "user", "content": words})
        running, _ = pair[turn % 2]
        said = say(running.port, secret / "tls.crt", messages)
        assert said == f"I read {CARD} and no more.", "restored, whichever it met"
        messages.append({"role": "assistant", "content": said})
    sent = [json.loads(each.partition(b"\r\n\r\n")[2])["messages"] for each in witness.requests]
    assert len(sent) == TURNS
    for before, after in pairwise(sent):
        assert after[: len(before)] == before, "what a provider has cached stays the beginning"
    assert len(set(TOKEN.findall(witness.received))) == 2, "one of the card, one of the account, in every turn"
    assert CARD.encode() not in witness.received
    for _, settings in pair:
        files = {path.name for path in settings.state.directory.iterdir()}
        known = re.compile(r"mitmproxy-|key$|audit\.(?:jsonl|head\.(?:json|lock))$|ca-")
        assert not {name for name in files if not known.match(name)}, files


@pytest.mark.timeout(180)
def test_one_of_two_ends_under_load_and_nothing_fails_and_no_stream_is_cut(pair: list[Replica], secret: Path) -> None:
    (old, _), (other, _) = pair
    balancer = rolling.Balancer()
    balancer.endpoints = [old.port, other.port]
    with rolling.load(balancer.port, secret / "tls.crt", clients=3, streams=3) as counts:
        time.sleep(1)
        balancer.endpoints = [other.port]
        time.sleep(rolling.LEAVES)
        old.handle.terminate()
        assert old.handle.wait(40) == 0
    assert not counts.why, counts
    assert counts.answered > 0
    assert counts.streamed > 0
