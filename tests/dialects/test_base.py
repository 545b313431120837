"""`grille.dialects.base`: what a dialect is."""

from __future__ import annotations

from grille.dialects.base import Reply, no_tools
from grille.framing.json_parser import parse


def test_most_dialects_call_no_tools() -> None:
    assert no_tools(parse('{"method": "tools/call", "params": {"name": "x"}}').root) == ()


def test_a_reply_does_not_show_its_body() -> None:
    assert "4111" not in repr(Reply(403, (), b"4111"))
