"""Whatever is done to records shows, and nothing shows where nothing was done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chains import lines, wrote
from grille.sinks import heads
from grille.sinks.chain import GENESIS, Chain, Link, Memory, hashed
from grille.sinks.verify import Break, Report, Why, verify

Lines = list[bytes]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    wrote(tmp_path / "audit.jsonl", 6)
    return tmp_path / "audit.jsonl"


def broken(path: Path, *more: Path, **how: bool) -> Break | None:
    reports = verify([path, *more], **how).files
    return next((each.broken for each in reports if each.broken), None)


def test_what_nobody_touched_is_whole(path: Path) -> None:
    (report,) = verify([path]).files
    assert (report.records, report.first, report.last, report.broken, report.torn) == (6, 1, 6, None, ())
    assert report.starts == report.ends == "2026-11-23T09:30:00.000000Z"


EDITS: list[tuple[str, Callable[[Lines], Lines], Why, int]] = [
    ("a word", lambda t: [*t[:2], t[2].replace(b"allow", b"block"), *t[3:]], Why.CHANGED, 3),
    ("a number", lambda t: [*t[:2], t[2].replace(b'"seq":3', b'"seq":7'), *t[3:]], Why.CHANGED, 3),
    ("the first", lambda t: [t[0].replace(b"allow", b"block"), *t[1:]], Why.CHANGED, 1),
    ("its genesis", lambda t: [t[0].replace(GENESIS.encode(), b"f" * 64), *t[1:]], Why.CHANGED, 1),
    ("one less", lambda t: [*t[:2], *t[3:]], Why.TAKEN_OUT, 3),
    ("three less", lambda t: [t[0], *t[4:]], Why.TAKEN_OUT, 2),
    ("the first less", lambda t: t[1:], Why.TAKEN_OUT, 1),
    ("one twice", lambda t: [*t[:3], t[2], *t[3:]], Why.PUT_IN, 4),
    ("an old one at the end", lambda t: [*t, t[0]], Why.PUT_IN, 7),
    ("a forged one", lambda t: [*t[:3], t[3].replace(b"allow", b"block"), *t[3:]], Why.PUT_IN, 5),
    ("a line", lambda t: [*t[:3], b"hello\n", *t[3:]], Why.PUT_IN, 4),
    ("an empty line", lambda t: [*t[:3], b"\n", *t[3:]], Why.PUT_IN, 4),
    ("a line at the beginning", lambda t: [b"hello\n", *t], Why.PUT_IN, 1),
    ("a line at the end", lambda t: [*t, b"hello\n"], Why.PUT_IN, 7),
    ("a record of no chain at the end", lambda t: [*t, b'{"time":"2026"}\n'], Why.PUT_IN, 7),
    ("a beginning of a record in between", lambda t: [*t[:3], b'{"time":"2026\n', *t[3:]], Why.PUT_IN, 4),
    ("one half", lambda t: [*t[:2], t[2][:50] + b"\n", *t[3:]], Why.TAKEN_OUT, 4),
    ("two swapped", lambda t: [*t[:2], t[3], t[2], *t[4:]], Why.REORDERED, 3),
    ("one moved down", lambda t: [t[0], *t[2:5], t[1], t[5]], Why.REORDERED, 2),
    ("one moved up", lambda t: [t[0], t[4], *t[1:4], t[5]], Why.REORDERED, 2),
    ("two in one line", lambda t: [*t[:2], t[2].rstrip() + t[3], *t[4:]], Why.TAKEN_OUT, 4),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "why", "line"), [each[1:] for each in EDITS], ids=[each[0] for each in EDITS])
def test_each_tampering_is_named_with_its_line(path: Path, edit: Callable[[Lines], Lines], why: Why, line: int) -> None:
    path.write_bytes(b"".join(edit(lines(path))))
    found = broken(path)
    assert found is not None
    assert (found.why, found.line) == (why, line), found.text
    assert verify([path]).files[0].torn == (), "nobody is told that it was a crash"


def made(count: int) -> Lines:
    chain = Chain(Link("c" * 16, 0, GENESIS))
    written = []
    for number in range(count):
        written.append(chain.next(f'{{"time":"2026","id":"{number}"'))
        chain.wrote(written[-1], len(written[-1]))
    return written


RECORDS = made(10)
HEAD = heads.Head("2026", {"audit.jsonl": Memory(Link("c" * 16, 10, hashed(RECORDS[-1])), ended=True)})


@settings(max_examples=300)
@given(st.data())
def test_no_edit_of_any_bytes_goes_unseen(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = b"".join(RECORDS)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.one_of(st.integers(start, min(len(whole), start + 3)), st.integers(start, len(whole))))
    instead = data.draw(st.one_of(st.binary(max_size=6), st.sampled_from([*RECORDS, b"\n", b"0", b'"'])))
    edited = whole[:start] + instead + whole[end:]
    path = tmp_path_factory.getbasetemp() / "edited.jsonl"
    path.write_bytes(edited)
    torn = edited.startswith(whole) and all(b'{"time":"'.startswith(each) for each in edited[len(whole) :].split(b"\n"))
    report = verify([path], [HEAD])
    assert report.whole == (torn or edited == whole[:-1]), report


@given(st.permutations(range(6)), st.sets(st.integers(0, 5)))
def test_no_order_and_no_choice_of_lines_goes_unseen(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], without: set[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "chosen.jsonl"
    kept = [number for number in order if number not in without]
    path.write_bytes(b"".join(RECORDS[number] for number in kept))
    assert (broken(path) is None) == (kept == list(range(len(kept)))), "but for the tail, which a head shows"


# -- what is no break -------------------------------------------------------------------------------


def test_files_that_follow_each_other_are_read_in_their_order_however_they_are_given(path: Path) -> None:
    old = path.with_name("audit.jsonl.1")
    path.rename(old)
    last = Link(json.loads(lines(old)[-1])["chain"], 6, hashed(lines(old)[-1]))
    wrote(path, 3, Memory(last, ended=True))
    report = verify([path, old])
    assert report.whole
    assert [(each.file, each.first, each.last) for each in report.files] == [(old.name, 1, 6), (path.name, 7, 9)]
    assert verify([old]).whole
    old.write_bytes(b"".join(lines(old)[:-1]))
    found = broken(path, old)
    assert found is not None
    assert (found.why, found.line) == (Why.TAKEN_OUT, 1)


def test_a_file_whose_former_ones_are_gone_is_whole_only_when_that_is_said(path: Path) -> None:
    path.write_bytes(b"".join(lines(path)[3:]))
    found = broken(path)
    assert found is not None
    assert "records 1 to 3 are missing" in found.text
    assert broken(path, partial=True) is None
    path.write_bytes(b"".join([lines(path)[0], *lines(path)[2:]]))
    assert broken(path, partial=True) is not None


def test_several_processes_have_a_chain_each(path: Path) -> None:
    other = path.with_name("audit.1.jsonl")
    wrote(other, 2)
    assert verify([path, other]).whole
    path.write_bytes(b"".join([*lines(path)[:3], lines(other)[1], *lines(path)[3:]]))
    found = broken(path, other)
    assert found is not None
    assert (found.why, found.line) == (Why.PUT_IN, 4)


def test_standard_output_of_two_processes_in_one_file_is_two_chains(path: Path) -> None:
    other = path.with_name("later.jsonl")
    wrote(other, 2)
    both = path.with_name("both.jsonl")
    both.write_bytes(path.read_bytes() + other.read_bytes())
    (report,) = verify([both]).files
    assert (report.broken, len(report.chains), report.records) == (None, 2, 8)


def test_a_file_from_before_there_were_chains_is_vouched_for_by_the_first(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b'{"time":"2026","id":"x"}\n{"time')
    assert broken(path) == Break(1, Why.PUT_IN, "it is no record, and none that was cut off")
    wrote(path, 2)
    (report,) = verify([path]).files
    assert (report.broken, report.torn) == (None, (1, 2))
    path.write_bytes(path.read_bytes().replace(b'"x"', b'"y"'))
    assert broken(path) is not None


def test_an_empty_file_is_no_break(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").touch()
    assert verify([tmp_path / "audit.jsonl"]).whole


# -- heads ------------------------------------------------------------------------------------------


def compared(files: list[Path], link: Link, **how: bool) -> Break | None:
    report: Report = verify(files, [heads.Head("2026", {"audit.jsonl": Memory(link, ended=False)})], **how)
    return report.heads[0].broken


def test_a_tail_that_was_cut_is_seen_by_a_head_alone(path: Path) -> None:
    link = Link(json.loads(lines(path)[0])["chain"], 6, hashed(lines(path)[-1]))
    assert compared([path], link) is None
    path.write_bytes(b"".join(lines(path)[:4]))
    assert verify([path]).whole, "the control: without a head nobody knows"
    found = compared([path], link)
    assert found is not None
    assert (found.why, found.text) == (Why.CUT_TAIL, "the chain ends with record 4, and there was a record 6")
    wrote(path, 5)
    assert verify([path]).whole, "the control: records that were written anew"
    found = compared([path], link)
    assert found is not None
    assert found.why is Why.CHANGED


def test_a_head_knows_of_a_file_that_is_not_there(path: Path) -> None:
    found = compared([path], Link("another", 3, "0" * 64))
    assert found is not None
    assert found.why is Why.TAKEN_OUT


def test_an_older_head_is_good_as_long_as_its_record_is_there_or_was_let_go(path: Path) -> None:
    link = Link(json.loads(lines(path)[0])["chain"], 2, hashed(lines(path)[1]))
    assert compared([path], link) is None
    path.write_bytes(b"".join(lines(path)[3:]))
    found = compared([path], link)
    assert found is not None
    assert found.why is Why.TAKEN_OUT
    assert compared([path], link, partial=True) is None


def test_what_was_cut_while_nobody_wrote_stays_missing(path: Path) -> None:
    """The next process goes on after the head, not after what is left."""
    link = Link(json.loads(lines(path)[0])["chain"], 6, hashed(lines(path)[-1]))
    path.write_bytes(b"".join(lines(path)[:4]))
    wrote(path, 2, Memory(link, ended=True))
    found = broken(path)
    assert found is not None
    assert (found.why, found.line, found.text) == (Why.TAKEN_OUT, 5, "records 5 to 6 are missing before it")
