"""`grille.dialects.retention`: the facts of `retention.toml`, whole and well formed."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

from grille.dialects import DIALECTS, providers
from grille.dialects.retention import kept, lists, settings
from grille.framing.json_parser import parse
from grille.framing.message import Message

FACTS = tomllib.loads(files("grille.dialects").joinpath("retention.toml").read_text("utf-8"))
ROUTES = [route for provider in providers().values() for route in provider.routes]


def test_the_facts_say_where_they_are_from_and_when_they_were_read() -> None:
    assert FACTS["source"]
    assert date.fromisoformat(FACTS["reviewed"])


def test_every_setting_and_every_list_is_used() -> None:
    used = {setting for route in ROUTES for setting in route.retention.settings}
    assert used == set(settings(list(FACTS["settings"])))
    taken_in = {row["like"] for rows in FACTS["stateful"].values() for row in rows if "like" in row}
    assert lists() == (lists() & set(DIALECTS)) | taken_in | {n for route in ROUTES for n in route.retention.stateful}


def test_no_list_speaks_of_a_place_twice() -> None:
    def wheres(name: str) -> list[str]:
        rows = FACTS["stateful"][name]
        return [where for row in rows for where in (wheres(row["like"]) if "like" in row else [row["where"]])]

    for name in FACTS["stateful"]:
        folded = [where.replace("_", "").lower() for where in wheres(name)]
        assert len(folded) == len(set(folded)), name


def test_a_list_takes_in_what_another_says() -> None:
    message = Message((), b"")
    root = parse('{"prompt_cache_retention": "24h", "cache_control": {"ttl": "1h"}}').root
    found = kept(["openrouter"], [root], message, in_socket=False)
    assert {each.address for each in found} == {"/prompt_cache_retention", "/cache_control/ttl"}
    assert kept(["anyjson"], [root], message, in_socket=False) == ()


def test_every_reason_ends_a_sentence_that_names_the_place() -> None:
    rows = [row for rows in (*FACTS["stateful"].values(), *FACTS["headers"].values()) for row in rows]
    for row in rows:
        assert "like" in row or (row["why"] and not row["why"].endswith(".") and row["why"][0] != " ")
