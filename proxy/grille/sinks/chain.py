"""The chain of audit records: each is numbered, and names the one before it by its hash.

    {"time":…,"duration_ms":12.4,"chain":"5d0c…","seq":41,"prev":"9f86…"}

`prev` is the SHA-256 of the line before, its line feed included (`sed -n 40p FILE | sha256sum`), and 64 zeros in the
first record. What a dying process or a full disk cut off stays where it is, and the record after it vouches for that
too: its `prev` is the SHA-256 of those 64 digits and the bytes in between. So nothing can be changed, taken out, put
in or moved without a break; only the end of a chain needs a witness, its head (`heads.py`).

No key: whoever can write the file can also read a key that lies beside it (docs/decisions/0022). This module must not
know what a record says.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from typing import BinaryIO

GENESIS = "0" * 64
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Link:
    """A record as its chain knows it: its number from 1 on, and the SHA-256 of its line."""

    chain: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Memory:
    """The last record that somebody knows of; `ended` when nothing was written after it."""

    link: Link
    ended: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """What a line that is a record says for the chain."""

    link: Link
    prev: str
    time: str


@dataclass(frozen=True, slots=True)
class Tail:
    """How a file ends: its last record, what stands behind that, and whether only its line feed is missing."""

    last: Link | None
    cut: bytes
    unended: bool


class Chain:
    """A chain that is being written. The caller writes what `next` gives and says with `wrote` how much of it went."""

    def __init__(self, last: Link | None = None, cut: bytes = b"", unended: bool = False) -> None:
        self.last = last or Link(secrets.token_hex(8), 0, GENESIS)
        self._cut = cut
        self._unended = unended

    def next(self, members: str) -> bytes:
        """The bytes of a record, whose JSON object begins with `members`; on a line of its own."""
        lead = self._lead()
        prev = before(self.last.hash, self._cut + lead if self._cut else b"")
        line = f'{members},"chain":"{self.last.chain}","seq":{self.last.seq + 1},"prev":"{prev}"}}\n'
        return lead + line.encode("ascii")

    def wrote(self, data: bytes, count: int) -> None:
        """`count` bytes of `data` are written. A record that lacks its line feed alone is whole."""
        line = data[len(self._lead()) :]
        if count >= len(data) - 1:
            self.last = Link(self.last.chain, self.last.seq + 1, hashed(line))
            self._cut, self._unended = b"", count < len(data)
        elif count:
            self._cut += data[1 if self._unended else 0 : count]
            self._unended = False

    def _lead(self) -> bytes:
        return b"\n" if self._unended or (self._cut and not self._cut.endswith(b"\n")) else b""


def continued(tail: Tail, memory: Memory | None) -> Chain:
    """The chain to write behind `tail`. A file that ends before what is remembered of its chain lost something: the
    chain goes on after what is remembered, so that the loss shows for good."""
    last = tail.last
    if memory is not None:
        lost = last is not None and last.chain == memory.link.chain and last.seq <= memory.link.seq
        if lost or (last is None and memory.ended):
            last = memory.link
    return Chain(last, tail.cut, tail.unended)


def before(last: str, cut: bytes) -> str:
    """What a record says of what is before it: a record with the hash `last`, and `cut` after that."""
    return hashlib.sha256(last.encode("ascii") + cut).hexdigest() if cut else last


def hashed(line: bytes) -> str:
    """The hash of a record."""
    return hashlib.sha256(line).hexdigest()


def linked(line: bytes) -> Linked | None:
    """What a line, with its line feed or without, says for the chain; None when it is no record."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    match said.get("chain"), said.get("seq"), said.get("prev"), said.get("time"):
        case str(chain), int(seq), str(prev), str(time) if seq > 0:
            whole = line if line.endswith(b"\n") else line + b"\n"
            return Linked(Link(chain, seq, hashed(whole)), prev, time)
    return None


def tail(file: BinaryIO) -> Tail:
    """How `file` ends; read from its end, as far as the last record."""
    size, block = file.seek(0, os.SEEK_END), _BLOCK
    while True:
        start = max(0, size - block)
        file.seek(start)
        data = file.read(size - start)
        end = len(data)
        while (begin := data.rfind(b"\n", 0, max(0, end - 1)) + 1) or start == 0:
            found = linked(data[begin:end]) if end else None
            if found is not None:
                cut = data[end:]
                return Tail(found.link, cut, unended=not data.endswith(b"\n") and not cut)
            if begin == 0:
                return Tail(None, data, unended=False)
            end = begin
        block *= 4
