"""Where the records go, and where their head is."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from grille.addon.settings import Settings
from grille.addon.state import State


def test_records_go_to_the_state_directory_unless_a_file_is_named_and_the_head_lies_beside_them(tmp_path: Path) -> None:
    settings = Settings("starter", State(tmp_path / "state"))
    assert settings.records == tmp_path / "state" / "audit.jsonl"
    assert settings.head == tmp_path / "state" / "audit.head.json"
    named = replace(settings, audit=str(tmp_path / "records.jsonl"))
    assert (named.records, named.head) == (tmp_path / "records.jsonl", tmp_path / "records.head.json")


def test_the_head_of_records_that_go_to_no_file_is_in_the_state_directory(tmp_path: Path) -> None:
    settings = Settings("starter", State(tmp_path / "state"), audit="-")
    assert settings.head == tmp_path / "state" / "audit.head.json"
    os.mkfifo(tmp_path / "pipe")
    assert replace(settings, audit=str(tmp_path / "pipe")).head == tmp_path / "state" / "audit.head.json"


def test_the_address_of_the_store_is_not_shown(tmp_path: Path) -> None:
    assert "secret" not in repr(Settings("starter", State(tmp_path), store="redis://:secret@127.0.0.1"))
