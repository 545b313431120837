"""Each record names the one before it, whatever cut a file off."""

from __future__ import annotations

import hashlib
import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chains import entry, lines, wrote
from grille.errors import AuditFailed
from grille.sinks import chain
from grille.sinks.audit import Audit
from grille.sinks.chain import GENESIS, Chain, Link, Memory, Tail, continued, linked, tail
from grille.sinks.verify import verify


def test_a_record_names_the_line_before_it_by_number_and_hash(tmp_path: Path) -> None:
    last = wrote(path := tmp_path / "audit.jsonl", 3)
    first, second, third = map(json.loads, lines(path))
    assert [each["seq"] for each in (first, second, third)] == [1, 2, 3]
    assert first["prev"] == GENESIS
    assert second["prev"] == hashlib.sha256(lines(path)[0]).hexdigest(), "as `sha256sum` says of the line"
    assert {first["chain"], second["chain"], third["chain"]} == {last.chain}
    assert last == Link(third["chain"], 3, hashlib.sha256(lines(path)[2]).hexdigest())


def test_two_chains_are_never_one() -> None:
    assert Chain().last.chain != Chain().last.chain


def test_a_restart_goes_on_with_the_chain_of_the_file(tmp_path: Path) -> None:
    wrote(path := tmp_path / "audit.jsonl", 2)
    assert wrote(path, 2).seq == 4
    assert verify([path]).whole


WHOLE = b"".join([Chain(Link("c", 0, GENESIS)).next('{"time":"t"')])


@pytest.mark.parametrize("length", range(len(WHOLE) + 1))
def test_wherever_a_crash_cuts_a_record_off_the_next_vouches_for_what_is_there(tmp_path: Path, length: int) -> None:
    path = tmp_path / "audit.jsonl"
    wrote(path, 2)
    with path.open("rb+") as file:
        whole = file.read()
        last = whole.rindex(b"\n", 0, -1) + 1
        file.truncate(last + length * (len(whole) - last) // len(WHOLE))
    report = verify([path])
    assert report.whole, "the crash alone"
    wrote(path, 2)
    report = verify([path])
    assert report.whole, report
    assert report.files[0].last in (3, 4)
    assert bool(report.files[0].torn) == (report.files[0].last == 3 and length > 0)


@given(st.lists(st.integers(0, 400), max_size=8))
def test_whatever_part_of_a_record_a_full_disk_took_the_chain_goes_on(parts: list[int]) -> None:
    written, told, one = b"", 0, Chain()
    for part in [*parts, 10_000, 10_000]:
        data = one.next('{"time":"t"')
        part = min(part, len(data))
        written += data[:part]
        one.wrote(data, part)
        told += part == len(data)
    found = [each for raw in io.BytesIO(written) if (each := linked(raw))]
    assert found[-1].link == one.last
    assert told <= len(found) <= told + len(parts)
    assert tail(io.BytesIO(written)) == Tail(one.last, b"", False)


def test_a_full_disk_and_a_restart_in_a_file_are_no_break(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "audit.jsonl"
    real, audit = os.write, Audit(str(path))
    for left in (0, 1, 2, 50, 10_000, 50, 10_000):
        monkeypatch.setattr(os, "write", lambda descriptor, data, left=left: real(descriptor, data[:left]))
        if left < 10_000:
            with pytest.raises(AuditFailed, match="in part"):
                audit.write(entry())
        else:
            audit.write(entry())
    audit.close()
    monkeypatch.setattr(os, "write", real)
    wrote(path, 1)
    report = verify([path])
    assert report.whole, report
    assert (report.files[0].records, len(report.files[0].torn)) == (3, 4)


def test_what_is_no_record_has_no_place_in_a_chain() -> None:
    assert linked(b"not JSON\n") is None
    assert linked(b"[1]\n") is None
    assert linked(b'{"chain":"c","seq":0,"prev":"p","time":"t"}\n') is None
    assert linked(b'{"chain":"c","seq":"1","prev":"p","time":"t"}\n') is None
    assert linked(b"[" * 100_000) is None
    assert linked(b'{"chain":"c","seq":1,"prev":"p","time":"t"}\n') is not None


def test_the_last_record_is_found_behind_more_than_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Chain(Link("c", 0, GENESIS)).next('{"time":"t"')
    for block in (1, 7, len(line), 10_000):
        monkeypatch.setattr(chain, "_BLOCK", block)
        for cut in (b"", b"{", b'{"time"\n\n{"ti'):
            found = tail(io.BytesIO(b"junk\n" + line + cut))
            assert found == Tail(Link("c", 1, chain.hashed(line)), cut, False)
        assert tail(io.BytesIO(b"junk\n" + line[:-1])) == Tail(Link("c", 1, chain.hashed(line)), b"", True)
        assert tail(io.BytesIO(b"junk\n{")) == Tail(None, b"junk\n{", False)
        assert tail(io.BytesIO(b"")) == Tail(None, b"", False)


def test_a_file_that_lost_its_end_goes_on_after_what_is_remembered() -> None:
    three, five = Link("c", 3, "3" * 64), Link("c", 5, "5" * 64)
    at_three, empty = Tail(three, b"", False), Tail(None, b"", False)
    assert continued(at_three, Memory(five, ended=False)).last == five
    assert continued(at_three, Memory(Link("c", 3, "e" * 64), ended=False)).last.hash == "e" * 64
    assert continued(at_three, Memory(Link("c", 2, "2" * 64), ended=False)).last == three
    assert continued(at_three, Memory(Link("d", 9, "9" * 64), ended=True)).last == three
    assert continued(empty, Memory(five, ended=True)).last == five, "a file that was renamed while nobody wrote"
    assert continued(empty, Memory(five, ended=False)).last.seq == 0, "who knows what came after it"
