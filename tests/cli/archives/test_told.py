"""`grille.cli.archives.told`: a message for people and for programs; `test_scan` and `test_replay` read the rest."""

from __future__ import annotations

import json
from dataclasses import replace

from engines import exchange
from grille.cli.archives.told import outcome, unread_line
from grille.engine import Inspection
from grille.exchange import Outcome, Verdict
from grille.framing.message import Message

BLOCKED = Inspection(exchange("openai"), Verdict(Outcome.BLOCK), Message((), b""))


def test_what_is_only_watched_would_be() -> None:
    assert outcome(BLOCKED) == "block"
    assert outcome(replace(BLOCKED, verdict=Verdict(Outcome.BLOCK, enforced=False))) == "block (monitor: would)"


def test_what_could_not_be_judged_is_a_line_too() -> None:
    assert json.loads(unread_line("a.har#3", "cut off")) == {"name": "a.har#3", "unread": "cut off"}
