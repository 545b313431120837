"""Reading chains of audit records again: whole, or the first line where one breaks, and why.

Files are read in the order of their chains, whatever order they are given in, so rotated ones follow each other.
What was cut off by a crash is said and breaks nothing, if the record after it vouches for it or nothing comes after
it. The end of a chain is compared with heads. This module must not believe a line because it looks right: what it
cannot show is in docs/audit.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path

from grille.sinks.chain import GENESIS, Link, Linked, before, linked
from grille.sinks.heads import Head

_BEGINNING = b'{"time":"'


class Why(StrEnum):
    """What was done, as far as it shows."""

    CHANGED = "changed"
    TAKEN_OUT = "taken out"
    PUT_IN = "put in"
    REORDERED = "reordered"
    CUT_TAIL = "cut tail"


@dataclass(frozen=True, slots=True)
class Break:
    """The first line that does not fit; 0 where no line is to blame."""

    line: int
    why: Why
    text: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was read in a file. `first` to `last` are the numbers of its records, `starts` to `ends` their times, and
    `torn` the lines that were cut off."""

    file: str
    records: int
    first: int
    last: int
    starts: str
    ends: str
    chains: tuple[str, ...]
    torn: tuple[int, ...]
    broken: Break | None


@dataclass(frozen=True, slots=True)
class HeadReport:
    """Whether the files hold the record that a head names."""

    time: str
    file: str
    chain: str
    seq: int
    broken: Break | None


@dataclass(frozen=True, slots=True)
class Report:
    files: tuple[FileReport, ...]
    heads: tuple[HeadReport, ...]

    @property
    def whole(self) -> bool:
        return all(each.broken is None for each in self.files) and all(each.broken is None for each in self.heads)


def verify(files: Sequence[Path], heads: Sequence[Head] = (), *, partial: bool = False) -> Report:
    """Read `files`. With `partial`, those before them may be missing. Raises `OSError`."""
    named = [known.link for head in heads for known in head.writers.values()]
    verifier = _Verifier(frozenset((each.chain, each.seq) for each in named), partial)
    read = tuple(verifier.file(each) for each in sorted(files, key=_beginning))
    compared = tuple(
        HeadReport(head.time, name, known.link.chain, known.link.seq, verifier.head(known.link))
        for head in heads
        for name, known in head.writers.items()
    )
    return Report(read, compared)


def _beginning(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        for raw in file:
            if (record := linked(raw)) is not None:
                return record.link.chain, record.link.seq
    return "", 0


class _Verifier:
    """What is known of the chains while files are read, one after the other."""

    def __init__(self, named: frozenset[tuple[str, int]], partial: bool) -> None:
        self._named, self._partial = named, partial
        self._firsts: dict[str, int] = {}
        self._lasts: dict[str, Link] = {}
        self._seen: dict[tuple[str, int], str] = {}

    def file(self, path: Path) -> FileReport:
        at = _Reading(path)
        with path.open("rb") as file:
            for at.line, raw in enumerate(file, 1):
                record = linked(raw)
                if record is None:
                    at.cut.append((at.line, raw))
                    continue
                at.broken = at.broken or self._judged(at, record)
                at.take(record)
                self._firsts.setdefault(record.link.chain, record.link.seq)
                self._lasts[record.link.chain] = record.link
                if (record.link.chain, record.link.seq) in self._named:
                    self._seen.setdefault((record.link.chain, record.link.seq), record.link.hash)
        at.broken = at.broken or _remains(at)
        return at.report()

    def head(self, link: Link) -> Break | None:
        """What does not fit between the files and a head."""
        last = self._lasts.get(link.chain)
        if last is None:
            return Break(0, Why.TAKEN_OUT, f"no record of chain {link.chain} is in these files")
        if last.seq < link.seq:
            return Break(0, Why.CUT_TAIL, f"the chain ends with record {last.seq}, and there was a record {link.seq}")
        seen = self._seen.get((link.chain, link.seq))
        if seen == link.hash or (seen is None and self._partial and link.seq < self._firsts[link.chain]):
            return None
        if seen is None:
            return Break(0, Why.TAKEN_OUT, f"record {link.seq} is in none of these files")
        return Break(0, Why.CHANGED, f"record {link.seq} is not the one that the head names")

    def _judged(self, at: _Reading, record: Linked) -> Break | None:
        """What is wrong with `record` where it stands."""
        link, here = record.link, at.before
        if here is not None and here.chain != link.chain:
            begins = link.seq == 1 and link.chain not in self._lasts and not at.cut
            if begins and record.prev == GENESIS:
                return None
            return Break(at.line, Why.PUT_IN, f"it is of another chain than record {here.seq} before it")
        known = here or self._lasts.get(link.chain) or Link(link.chain, 0, GENESIS)
        fits = record.prev == at.prev(known.hash)
        if link.seq == known.seq + 1:
            return None if fits else _misfit(at, record, known)
        if fits:
            return Break(at.line, Why.CHANGED, f"it was record {known.seq + 1} and calls itself {link.seq}")
        if known.seq == 0 and self._partial:
            return None
        return self._out_of_turn(at, link, known)

    def _out_of_turn(self, at: _Reading, link: Link, known: Link) -> Break:
        wanted = known.seq + 1
        if link.seq < wanted:
            return Break(at.line, Why.PUT_IN, f"it is record {link.seq}, and stands after record {known.seq}")
        if at.comes(link.chain, wanted):
            return Break(at.line, Why.REORDERED, f"it is record {link.seq}, and record {wanted} comes after it")
        missing = f"record {wanted} is" if link.seq == wanted + 1 else f"records {wanted} to {link.seq - 1} are"
        return Break(at.line, Why.TAKEN_OUT, f"{missing} missing before it")


@dataclass(slots=True)
class _Reading:
    """A file that is being read: `before` is the record before, in line `line_before`; `cut` are the lines after it
    that are no records."""

    path: Path
    line: int = 0
    before: Link | None = None
    line_before: int = 0
    cut: list[tuple[int, bytes]] = field(default_factory=list)
    broken: Break | None = None
    records: int = 0
    first: Linked | None = None
    ends: str = ""
    chains: dict[str, None] = field(default_factory=dict)
    torn: list[int] = field(default_factory=list)

    def prev(self, last: str) -> str:
        """What a record here has to say, after one with the hash `last`."""
        return before(last, b"".join(raw for _, raw in self.cut))

    def comes(self, chain: str, seq: int) -> bool:
        """Whether that record stands further down."""
        with self.path.open("rb") as file:
            later = (linked(raw) for raw in islice(file, self.line, None))
            return any(each is not None and (each.link.chain, each.link.seq) == (chain, seq) for each in later)

    def take(self, record: Linked) -> None:
        """Go on behind `record`."""
        self.records += 1
        self.first, self.ends = self.first or record, record.time
        self.chains[record.link.chain] = None
        if self.broken is None:
            self.torn += [line for line, _ in self.cut]
        self.before, self.line_before, self.cut = record.link, self.line, []

    def report(self) -> FileReport:
        first, last = (self.first.link.seq, self.first.time) if self.first else (0, ""), self.before
        torn = (*self.torn, *(line for line, _ in self.cut if self.broken is None))
        return FileReport(
            self.path.name, self.records, first[0], last.seq if last else 0, first[1], self.ends, tuple(self.chains),
            torn, self.broken,
        )  # fmt: skip


def _misfit(at: _Reading, record: Linked, known: Link) -> Break:
    """Why a record with the right number was not written after what stands before it."""
    if at.cut and record.prev == known.hash:
        return Break(at.cut[0][0], Why.PUT_IN, f"it is no record, and record {record.link.seq} was written without it")
    if known.seq == 0:
        return Break(at.line, Why.CHANGED, "the first record of a chain begins otherwise")
    text = f"record {record.link.seq} was not written after record {known.seq} as it is here"
    return Break(at.line_before or at.line, Why.CHANGED, text)


def _remains(at: _Reading) -> Break | None:
    """What is wrong with what stands behind the last record: only the beginning of a record may."""
    for line, raw in at.cut:
        begun = raw.startswith(_BEGINNING) or _BEGINNING.startswith(raw.rstrip(b"\n"))
        if not begun or _is_json(raw):
            return Break(line, Why.PUT_IN, "it is no record, and none that was cut off")
    return None


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return True
