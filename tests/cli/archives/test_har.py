"""`grille.cli.archives.har`: entries, one after the other."""

from __future__ import annotations

import io
import json

import pytest
from recordings import entry

from grille.cli.archives import har
from grille.cli.archives.har import entries
from grille.errors import Malformed

TRICKY = [{"a": 'a } ] " \\ "'}, {"log": {"entries": [1, {"x": [[]]}]}}, {}, entry("é" * 50)]


def written(found: list[object]) -> bytes:
    log = {"pages": [{"entries": [{}]}], "entries": found, "z": {}}
    return json.dumps({"comment": "log", "log": log}).encode()


@pytest.mark.parametrize("block", [1, 7, 1 << 18])
def test_entries_are_cut_wherever_blocks_end(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(har, "_BLOCK", block)
    whole = written(TRICKY)
    found = list(entries(io.BytesIO(whole), 1 << 20))
    assert [json.loads(raw) for raw, _ in found] == TRICKY
    for number, (_, behind) in enumerate(found, 1):
        rest = io.BytesIO(whole[behind:])
        assert list(entries(rest, 1 << 20, behind)) == found[number:]


def test_no_entries_are_no_fault() -> None:
    assert list(entries(io.BytesIO(written([])), 1 << 20)) == []


@pytest.mark.parametrize("text", ["[]", "{}", '{"log": 1}', '{"log": {}, "entries": [{}]}', '{"x": {"entries": [{}]}}'])
def test_what_has_no_entries_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="not a HAR file"):
        list(entries(io.BytesIO(text.encode()), 1 << 20))


def test_an_entry_over_the_limit_ends_the_reading() -> None:
    large = io.BytesIO(written([{"a": 1}, {"b": "x" * (1 << 20)}]))
    reading = entries(large, 1 << 16)
    assert json.loads(next(reading)[0]) == {"a": 1}
    with pytest.raises(Malformed, match="the rest of the file was not read"):
        next(reading)


def test_long_strings_with_many_escapes_are_read_in_linear_time() -> None:
    nasty = written([{"a": '\\"' * 1_000_000}])
    assert len(list(entries(io.BytesIO(nasty), 1 << 24))) == 1
