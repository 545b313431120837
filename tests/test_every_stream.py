"""Streams of every dialect through the shipped packs: what policy redacts does not pass, however spelt, cut or mixed.

Values stand in words, reasoning, choices and interleaved tool calls at once, plain, percent-encoded or escaped, in
pieces that chance cuts. The leak oracle looks at all that a client reads; with the policy off it finds them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

import engines
from channels import SPEAKERS, Speaker
from grille.detectors import Detectors, build, watch
from grille.dialects import DIALECTS
from grille.engine import Engine, Inspection, Search, load_policy
from grille.exchange import Growing, Known, Outcome, Verdict, Watched
from grille.framing.message import Message
from grille.stream import Rewriter
from oracle import leaks
from rewriting import MINTED, TOKEN, rewritten
from test_stream import said, script

VALUES = [
    "5555 5555 5555 4444",
    "5555555555554444",
    "GB82 WEST 1234 5698 7654 32",
    "jane.doe@example.com",
    "AKIAIOSFODNN7EXAMPLE",
]
POLICY = """
version: 1
policy: packs
use: [entities/payment.yaml, entities/identity.yaml, entities/secrets.yaml]
profiles:
  out: {CREDIT_CARD: tokenize}
  back: {AWS_ACCESS_KEY: redact, CREDIT_CARD: redact, IBAN_CODE: redact, EMAIL_ADDRESS: redact}
endpoints:
  any: {dialect: %s, hosts: [api.openai.com], paths: [/v1/chat/completions], request: out,
        response: {profile: back, restore: all}}
clients: {app: {match: anyone, endpoints: [any]}}
"""
TRIES = 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("policy")


@pytest.fixture(scope="module")
def detectors(folder: Path) -> Detectors:
    return build(tuple(engine(folder, "openai_chat").policy.entities.values()))


def engine(folder: Path, dialect: str, action: str = "redact") -> Engine:
    file = folder / f"{dialect}-{action}.yaml"
    file.write_text((POLICY % dialect).replace("redact", action), "utf-8")
    return Engine(load_policy(str(file), None), engines.KEY)


def heard(running: Engine, speaker: Speaker, detectors: Detectors, body: bytes) -> dict[str, str]:
    """What a client reads in each channel."""

    async def look(texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known]) -> Watched:
        return watch(detectors, texts, wanted, known)

    exchange = replace(engines.exchange("openai"), endpoint="any", clients=("app",))
    dialect = DIALECTS[speaker.dialect]
    asked = Inspection(exchange, Verdict(Outcome.ALLOW), Message((), b""), MINTED, dialect=dialect)
    rewriting = Rewriter(running, asked, Search(engines.find, look), engines.TODAY, MINTED, speaker.framing)
    return said(speaker, rewritten(rewriting, [body]))


def encoded(value: str, random: Random) -> str:
    return "".join(f"%{ord(char):02X}" if random.random() < 0.6 else char for char in value)


@pytest.mark.parametrize("name", SPEAKERS)
def test_nothing_that_policy_redacts_passes_and_every_value_of_the_caller_comes_back(
    name: str, folder: Path, detectors: Detectors
) -> None:
    speaker, random = SPEAKERS[name], Random(name)
    running = engine(folder, speaker.dialect)
    for _ in range(TRIES):
        values = random.sample(VALUES, 3)
        spelt = [encoded(value, random) if random.random() < 0.3 else value for value in values]
        text = f"It is {', and then '.join(spelt)}. Token {TOKEN} done."
        places = random.sample(range(len(text)), random.randrange(1, 25))
        body = speaker.speak(script(speaker, text, places, escaped=random.random() < 0.3))
        texts = heard(running, speaker, detectors, body)
        assert leaks(json.dumps(texts).encode(), values) == set()
        assert len(texts) == len(speaker.channels)
        assert all(engines.CARD in text for text in texts.values())


@pytest.mark.parametrize("name", SPEAKERS)
def test_with_the_policy_off_the_same_streams_leak(name: str, folder: Path, detectors: Detectors) -> None:
    speaker = SPEAKERS[name]
    body = speaker.speak(script(speaker, f"It is {', and then '.join(VALUES)}.", [9, 40, 77]))
    texts = heard(engine(folder, speaker.dialect, "allow"), speaker, detectors, body)
    assert leaks(json.dumps(texts).encode(), VALUES) == set(VALUES)
