"""A conversation of twenty turns: what a provider has read once it reads again, byte for byte.

Providers cache by prefix and check what they signed. So whatever grille writes into turn 3 must stand there in
turn 20 as well: after a restart, in another process, and with values that nobody had said before.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from conversations import CHAT, CLAUDE, RESPONSES, WIRES, Item, Wire, names_in, spelt
from engines import JSON, KEY, TODAY
from grille import detectors
from grille.detectors import Detectors
from grille.engine import Engine, Inspection, inspect, load_policy
from grille.exchange import Direction, Exchange, Finding, Identity, Outcome, Segment, TokenMap, Transport
from grille.framing.message import Message
from grille.policy import Policy
from oracle import leaks

CARD, IBAN, EMAIL, PHONE = (
    "4111 1111 1111 1111",
    "GB82 WEST 1234 5698 7654 32",
    "jane.doe@example.com",
    "(212) 555-0147",
)
LATE = "5555 5555 5555 4444"
TOLD = [CARD, IBAN, EMAIL, PHONE, LATE]
ROWS = "CREDIT_CARD: tokenize, IBAN_CODE: tokenize, US_BANK_NUMBER: tokenize, EMAIL_ADDRESS: hash, "
ROWS += "PHONE_NUMBER: {action: mask, keep_last: 2}"
POLICY = """
version: 1
policy: conversation
use: [entities/payment.yaml, entities/identity.yaml]
profiles:
  out: {%s}
  back: {CREDIT_CARD: {action: mask, keep_last: 4}}
endpoints:
  openai: {provider: openai, request: out, response: {profile: back, restore: all}}
  claude: {provider: anthropic, request: out, response: {profile: back, restore: all}}
  gemini: {provider: gemini, request: out, response: {profile: back, restore: all}}
  bedrock: {provider: bedrock, request: out, response: {profile: back, restore: all}}
clients:
  app: {match: anyone, endpoints: [openai, claude, gemini, bedrock]}
"""
SAID = {
    1: "Good morning. What is a chargeback? Größe – “egal” 🙂 </b> \\u0041",
    2: f"Why was {CARD} declined?",
    4: f"It is the card 4111-1111-1111-1111 of {EMAIL}.",
    6: f"Pay it from {IBAN}, call {PHONE}.",
    7: f'{{"iban": "{IBAN}", "cards": ["{CARD}"]}}',
    9: f"Jane Doe ({EMAIL}) says that {IBAN.replace(' ', '')} is hers.",
    12: f"There is another card, {LATE}.",
    15: f"Compare {LATE} and {CARD}.",
    18: "Her account number is 000123456789.",
}
TURNS = 20
CALLS = {3, 8, 13}
"""Turns in which the model calls a tool, whose result has values too."""


def words(turn: int) -> str:
    return SAID.get(turn, f"Go on, this is turn {turn}.")


@dataclass
class Client:
    """Somebody who talks to a model through grille, with the shipped recognisers."""

    wire: Wire
    policy: Path
    history: list[Item] = field(default_factory=list)
    minted: TokenMap = TokenMap()
    signed: list[bytes] = field(default_factory=list)

    def ask(self, *items: Item) -> bytes:
        """Send all that was said and `items`: the bytes that reach the provider."""
        self.history += items
        asked = judged(self.policy, self.wire, Direction.REQUEST, self.wire.body(self.history))
        self.minted = asked.tokens
        return asked.message.body

    def hear(self, turn: int, sent: bytes) -> str:
        """The model's answer to the newest of what was `sent`, kept as this client gets it. The call that it
        makes, if it does."""
        newest = json.loads(sent)[self.wire.messages][-1]
        calls = turn in CALLS
        body = self.wire.answer(turn, names_in(json.dumps(newest, ensure_ascii=False)), calls)
        self.signed.append(spelt(body))
        heard = judged(self.policy, self.wire, Direction.RESPONSE, json.dumps(body).encode(), self.minted)
        self.history += self.wire.kept(json.loads(heard.message.body))
        return f"call_{turn}" if calls else ""

    def converse(self) -> list[bytes]:
        """What reaches the provider in all turns, request by request. In the middle the policy is read anew."""
        requests: list[bytes] = []
        for turn in range(1, TURNS + 1):
            if turn == TURNS // 2:
                read_policy.cache_clear()
            requests.append(self.ask(self.wire.user(words(turn))))
            if turn == TURNS:
                break
            if call := self.hear(turn, requests[-1]):
                result = json.dumps({"owner": EMAIL, "card": CARD})
                requests.append(self.ask(self.wire.result(call, result)))
                self.hear(TURNS + turn, requests[-1])
        return requests


def judged(policy: Path, wire: Wire, direction: Direction, body: bytes, minted: TokenMap | None = None) -> Inspection:
    """One message through an engine of its own. Raises `AssertionError` when it may not go on."""
    rules, built = read_policy(policy.read_text("utf-8"), str(policy))
    transport = Transport("TLSv1.3", "TLS_AES_256_GCM_SHA384", verified=True, client_tls=True)
    where = Exchange("x", direction, "https", wire.host, 443, "POST", wire.path, Identity("127.0.0.1"), transport)

    async def find(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        return detectors.find_all(built, segments, wanted)

    message = Message(JSON, body, wire.path)
    done = asyncio.run(inspect(Engine(rules, KEY), where, message, find, TODAY, minted or TokenMap()))
    assert done.verdict.outcome is not Outcome.BLOCK, [refusal.text for refusal in done.verdict.refusals]
    return done


@cache
def read_policy(text: str, file: str) -> tuple[Policy, Detectors]:
    """With the shipped recognisers of the entities that a row names, as a detector process has them."""
    assert text
    rules = load_policy(file, None)
    named = {entity for profile in rules.profiles.values() for entity in profile.rows}
    return rules, detectors.build([entity for entity in rules.entities.values() if entity.name in named])


def prefix(body: bytes) -> bytes:
    """All of a body but what closes it, which moves on when a message is added."""
    assert body.endswith(b"]}")
    return body[:-2]


def policy(folder: Path, rows: str = ROWS) -> Path:
    file = folder / "policy.yaml"
    file.write_text(POLICY % rows, "utf-8")
    return file


def breaks(requests: Sequence[bytes]) -> list[int]:
    """The requests that do not begin as the one before them ended."""
    return [
        number
        for number, (former, later) in enumerate(pairwise(requests), start=1)
        if not later.startswith(prefix(former))
    ]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return policy(tmp_path_factory.mktemp("conversation"))


@pytest.fixture(scope="module", params=WIRES, ids=lambda wire: wire.place)
def held(request: pytest.FixtureRequest, shipped: Path) -> tuple[Client, list[bytes]]:
    """A client after twenty turns, and what reached its provider."""
    client = Client(request.param, shipped)
    return client, client.converse()


def test_what_a_provider_has_read_it_reads_again(held: tuple[Client, list[bytes]]) -> None:
    client, requests = held
    assert len(requests) == TURNS + len(CALLS)
    assert breaks(requests) == []
    assert not leaks(requests[-1], TOLD)
    assert leaks(client.wire.body(client.history), TOLD) == set(TOLD)  # the control: the client holds every value


def test_what_a_provider_signed_comes_back_as_it_signed_it(held: tuple[Client, list[bytes]]) -> None:
    client, requests = held
    signed = [block for item in client.history for block in client.wire.sealed(item)]
    assert len(signed) >= (0 if client.wire is CHAT else TURNS)
    assert [block for block in signed if spelt(block) not in requests[-1]] == []
    assert [block for block in signed if spelt(block) not in b"".join(client.signed)] == []


def test_a_model_reads_its_own_words_again(held: tuple[Client, list[bytes]]) -> None:
    """What was restored for the client is hidden behind the same tokens."""
    wire, file = held[0].wire, held[0].policy
    client = Client(wire, file)
    first = client.ask(wire.user(words(2)))
    said = names_in(first.decode())
    assert "CREDIT_CARD_" in said
    client.hear(3, first)
    assert CARD.encode() in wire.body(client.history[1:])
    assert f"3: about {said}.".encode() in client.ask(wire.user("Thanks."))


def _sent_elsewhere(file: str, history: list[Item]) -> bytes:
    return judged(Path(file), CLAUDE, Direction.REQUEST, CLAUDE.body(history)).message.body


def test_another_process_writes_the_same_bytes(shipped: Path) -> None:
    """With nothing in common but key and policy; Python seeds its hashes anew in each process."""
    client = Client(CLAUDE, shipped)
    client.hear(3, client.ask(CLAUDE.user(words(2))))
    last = client.ask(CLAUDE.result("call_3", CARD), CLAUDE.user(words(6)))
    said = pickle.dumps((str(shipped), client.history))
    code = "import pickle, sys, test_conversation as t; r = pickle.load(sys.stdin.buffer)"
    code += "; sys.stdout.buffer.write(t._sent_elsewhere(*r))"
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=said, capture_output=True, check=True, env=variables)
    assert done.stdout == last


def test_probabilities_that_a_client_sends_back_are_the_same_before_and_after_the_first_value(shipped: Path) -> None:
    """They say what was said once more, in pieces that nobody can judge: they never go."""
    client, requests = Client(RESPONSES, shipped), []
    for turn in (1, 3, 5, 2, 10):
        requests.append(client.ask(RESPONSES.user(words(turn))))
        client.hear(20 + turn, requests[-1])
    assert b'logprob"' in RESPONSES.body(client.history)
    assert breaks(requests) == []
    assert b'logprob"' not in requests[-1]


NAMED = ROWS + ", PERSON: {action: tokenize, threshold: 0.85}"


def test_names_that_the_language_model_finds_are_the_same_in_every_turn(tmp_path: Path) -> None:
    client = Client(CHAT, policy(tmp_path, NAMED))
    requests = client.converse()
    assert breaks(requests) == []
    assert b"PERSON_" in requests[-1]
    assert not leaks(requests[-1], [*TOLD, "Jane Doe"])


def test_a_name_that_is_hidden_stays_so_when_a_later_turn_writes_it_as_a_word(tmp_path: Path) -> None:
    client = Client(CHAT, policy(tmp_path, NAMED))
    turns = ["Customer name: Marlow", "Is Marlow well?", "It is by the marlow river.", "Is Marlow well?"]
    requests = [client.ask(CHAT.user(text)) for text in turns]
    assert breaks(requests) == []
    assert [b"Marlow" in request for request in requests] == [False, False, False, True]


# -- where a turn does change what went before ------------------------------------------------------


def test_a_value_that_a_later_turn_explains_is_hidden_in_earlier_turns_from_then_on(tmp_path: Path) -> None:
    """Law 4 of the engine against the cache: 000123456789 was no account number until somebody said so."""
    client = Client(CHAT, policy(tmp_path))
    requests = [client.ask(CHAT.user("I have a note with 000123456789 on it."))]
    requests += [client.ask(CHAT.user(f"Turn {turn}.")) for turn in range(2, 5)]
    requests.append(client.ask(CHAT.user("The account number is 000123456789.")))
    requests += [client.ask(CHAT.user(f"Turn {turn}.")) for turn in range(6, 9)]
    assert breaks(requests) == [4]
    assert b"000123456789" in requests[3]
    assert b"000123456789" not in requests[4]


def test_a_row_with_over_changes_what_went_before_when_its_count_is_reached(tmp_path: Path) -> None:
    file = policy(tmp_path, "EMAIL_ADDRESS: {action: tokenize, over: {count: 3, action: redact}}")
    client = Client(CHAT, file)
    requests = [client.ask(CHAT.user(f"Write to user{turn}@example.com.")) for turn in range(1, 7)]
    assert breaks(requests) == [3]


def test_a_token_that_was_written_down_is_known_again_when_its_value_is_said(tmp_path: Path) -> None:
    """Until then it is anybody's word that looks like a token."""
    file = policy(tmp_path)
    token = names_in(Client(CHAT, file).ask(CHAT.user(CARD)).decode())
    client = Client(CHAT, file)
    turns = [f"My notes say {token}.", "Go on.", f"That was {CARD}.", "Go on."]
    requests = [client.ask(CHAT.user(text)) for text in turns]
    assert breaks(requests) == [2]
    assert [token.encode() in request for request in requests] == [False, False, True, True]
