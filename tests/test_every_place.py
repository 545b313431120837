"""A value put into every place of every golden message never reaches the other side.

For each string, number and key: the message with a card number there is blocked, or leaves without it.
The few places that are never touched are counted, so that nobody adds one unseen. The negative control
is the same walk with the policy off.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from engines import CARD, POLICY, engine, judge
from grille.engine import Engine
from oracle import leaks

WIRE = Path(__file__).parent / "wire"
TO = {
    "openai_chat": "openai",
    "openai_responses": "responses",
    "anthropic": "strict",
    "mcp": "ledger",
    "anyjson": "query",
}
CARDS_ONLY = re.sub(r"(?m)^  (out|ledger_out): .*$", r"  \1: {CREDIT_CARD: tokenize}", POLICY).replace(
    "{provider: openai, request: out", "{provider: openai, server_side: {allow: [files.example.com]}, request: out"
)
NEVER_TOUCHED = {
    "openai_responses": {"/input/1/encrypted_content"},
    "anthropic": {"/messages/1/content/0/signature", "/messages/1/content/1/data"},
}
SEALED = {"anthropic": {"/messages/1/content/0/thinking"}}
"""Signed by the provider: what is found there is recorded, and only blocking acts."""

type Step = str | int
type Path_ = tuple[Step, ...]


def places(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, bool]]:
    """Every leaf, and every key of the caller's own data, as (path, whether the key is meant)."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield (*path, key), True
            yield from places(below, (*path, key))
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from places(below, (*path, number))
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield path, False


def with_card(document: Any, path: Path_, *, in_key: bool) -> str:
    """The document with a card number at `path`: as it reads in a string, as a number in a number."""
    changed = deepcopy(document)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    last = path[-1]
    if in_key:
        value = parent.pop(last)
        parent[CARD] = value
    else:
        parent[last] = CARD if isinstance(parent[last], str) else int(CARD.replace(" ", ""))
    return json.dumps(changed)


def address(path: Path_) -> str:
    return "".join(f"/{step}" for step in path)


def leaking(running: Engine, dialect: str) -> set[str]:
    """The places from which the card gets out."""
    document = json.loads((WIRE / dialect / "request.json").read_text("utf-8"))
    found: set[str] = set()
    for path, in_key in places(_without_cards(document)):
        body = with_card(_without_cards(document), path, in_key=in_key)
        inspection = judge(running, TO[dialect], body)
        if not inspection.verdict.stops and leaks(inspection.message.body, [CARD]):
            found.add(address(path) + ("~" if in_key else ""))
    return found


def _without_cards(document: Any) -> Any:
    """The golden with its own card numbers taken out, so that each walk is about one place."""
    text = json.dumps(document).replace(CARD, "1").replace(CARD.replace(" ", ""), "1")
    return json.loads(text)


@pytest.mark.parametrize("dialect", sorted(TO))
def test_a_card_in_any_place_is_blocked_or_hidden(dialect: str, tmp_path: Path) -> None:
    running = engine(tmp_path, CARDS_ONLY)
    expected = NEVER_TOUCHED.get(dialect, set()) | SEALED.get(dialect, set())
    assert leaking(running, dialect) == expected


@pytest.mark.parametrize("dialect", sorted(TO))
def test_with_the_policy_off_the_same_walk_leaks_everywhere(dialect: str, tmp_path: Path) -> None:
    off = CARDS_ONLY.replace("CREDIT_CARD: tokenize", "CREDIT_CARD: allow")
    document = json.loads((WIRE / dialect / "request.json").read_text("utf-8"))
    every = {address(path) + ("~" if in_key else "") for path, in_key in places(_without_cards(document))}
    silent = every - leaking(engine(tmp_path, off), dialect)
    # Places that the policy refuses for other reasons: flags, ids of the protocol, files.
    assert len(silent) < len(every) / 4, sorted(silent)
