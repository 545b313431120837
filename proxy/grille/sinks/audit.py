"""The audit: one JSON line for each message that was judged, written before the message goes anywhere.

A record holds kinds, counts, addresses, and the lines of the policy that decided; `docs/audit.md` explains
every field. It must not hold a value, a header, a path or a body. Host names and addresses are partly the
caller's words, so they pass `safe_host` here and `safe_address` in `tally.py` first.

One `write` call for each record, unbuffered and appending: when `write` has returned, the record survives
the death of this process. It does not wait for the disk: a power cut can lose the last records. Each record is a
link of its file's chain (`chain.py`).

Accepted misses: a name made of letters only, used as a host label or as a JSON key, is not recognised
here, unless it was found by a detector in that very key.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import AddressValueError, IPv4Address
from typing import Protocol

from grille.errors import AuditFailed
from grille.exchange import Exchange, Verdict
from grille.sinks.chain import Chain, Memory, continued, tail
from grille.sinks.tally import HIDDEN, Found, Tally, digits

_STDOUT_DESCRIPTOR = 1
STDOUT = "-"
"""The destination that is this process's standard output."""

_LONGEST_LABEL, _MOST_HOST_DIGITS = 24, 5


# -- what a record says ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the message was stopped: a stable code, and the line of the policy."""

    code: str
    because: str


@dataclass(frozen=True, slots=True)
class PolicyStamp:
    """Which policy judged: its name and the SHA-256 of its files, hexadecimal."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Record:
    """One message, one record; the fields of the JSON object, in order."""

    time: str
    id: str
    incident: str
    direction: str
    clients: tuple[str, ...]
    endpoint: str
    host: str
    route: str
    dialect: str
    verdict: str
    enforced: bool
    reasons: tuple[Reason, ...]
    findings: tuple[Found, ...]
    evidence: tuple[str, ...]
    policy: PolicyStamp
    duration_ms: float


def record(
    exchange: Exchange,
    verdict: Verdict,
    found: Tally,
    policy: PolicyStamp,
    *,
    time: datetime,
    route: str = "",
    dialect: str = "",
    incident: str = "",
    duration_ms: float = 0.0,
) -> Record:
    """The record of one message.

    `found` counts what was found in it. `time` knows its time zone. `route` and `dialect` are
    the catalogue's names, empty when there was none; `incident` is the number that the caller was told,
    empty when nothing was stopped. `duration_ms` is how long judging took, in milliseconds.
    """
    return Record(
        time=rfc3339(time),
        id=exchange.id,
        incident=incident,
        direction=exchange.direction.value,
        clients=exchange.clients,
        endpoint=exchange.endpoint,
        host=safe_host(exchange.host),
        route=route,
        dialect=dialect,
        verdict=verdict.outcome.value,
        enforced=verdict.enforced,
        reasons=tuple(Reason(refusal.code, str(refusal.because)) for refusal in verdict.refusals),
        findings=found.entries(),
        evidence=verdict.evidence,
        policy=policy,
        duration_ms=round(duration_ms, 3),
    )


def rfc3339(time: datetime) -> str:
    """As records write it."""
    if time.tzinfo is None:
        raise ValueError("the time of a record needs a time zone")
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


# -- what is left of the caller's words -----------------------------------------------------------


def safe_host(host: str) -> str:
    """`host` without what could be a value: a label of more than 24 characters, and any label with a digit
    if the name has more than five digits in all (four labels can hold a card number). An IPv4 address
    stays as it is."""
    if _is_ipv4(host):
        return host
    telling = digits(host) > _MOST_HOST_DIGITS
    return ".".join(
        HIDDEN if len(label) > _LONGEST_LABEL or (telling and digits(label)) else label for label in host.split(".")
    )


def _is_ipv4(host: str) -> bool:
    if not host[-1:].isdecimal():
        return False
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True


# -- writing --------------------------------------------------------------------------------------


class Sink(Protocol):
    """Where records go."""

    def write(self, entry: Record) -> None:
        """When this returns, the record is out of this process. Raises `AuditFailed` when it is not."""


type Copy = Callable[[Record, bytes], None]
"""Takes a record and its line."""


class Audit:
    """A sink: a file that is appended to, `-` for standard output, or an open descriptor.

    A new file can be read by its owner only, and one process at a time writes a file. A file that was renamed is left
    for a new one at its old name, and the chain goes on there. Not for several threads at a time.
    """

    def __init__(self, destination: str | int, memory: Memory | None = None, copy: Copy | None = None) -> None:
        """`memory` is what is known of the chain from elsewhere; `copy` is given what is written, afterwards. Raises
        `AuditFailed` when the file cannot be opened, or another process writes it."""
        self._path = destination if isinstance(destination, str) and destination != STDOUT else ""
        self._descriptor = destination if isinstance(destination, int) else _STDOUT_DESCRIPTOR
        self._file: tuple[int, int] | None = None
        self._copy = copy
        self._chain = Chain()
        self._closed = False
        if self._path:
            self._open(memory)

    @property
    def memory(self) -> Memory | None:
        """The last record; None before the first."""
        return Memory(self._chain.last, self._closed) if self._chain.last.seq else None

    def write(self, entry: Record) -> None:
        """When this returns, the record is out of this process. Raises `AuditFailed` when it is not, or
        not whole; the next record starts on a line of its own."""
        if self._file is not None and self._moved():
            former = self._descriptor
            self._open(Memory(self._chain.last, ended=True))
            os.close(former)
        # ASCII only: a reader that breaks lines at other characters than line feeds is not misled.
        data = self._chain.next(_AS_JSON.encode(entry)[:-1])
        try:
            written = os.write(self._descriptor, data)
        except OSError as error:
            raise AuditFailed(f"an audit record could not be written: {error.strerror}") from None
        self._chain.wrote(data, written)
        if written != len(data):
            raise AuditFailed("an audit record was written in part; is the disk full?")
        if self._copy is not None:
            self._copy(entry, data)

    def close(self) -> None:
        """Closes the file; a descriptor that was handed in stays open."""
        self._closed = True
        if self._path:
            os.close(self._descriptor)

    def _open(self, memory: Memory | None) -> None:
        with ExitStack() as failing:
            try:
                descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                failing.callback(os.close, descriptor)
                found = os.fstat(descriptor)
                if stat.S_ISREG(found.st_mode):
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    with open(self._path, "rb") as file:
                        self._chain = continued(tail(file), memory)
                    self._file = found.st_dev, found.st_ino
            except BlockingIOError:
                raise AuditFailed(f"another process writes its records to {self._path}: name another file") from None
            except OSError as error:
                raise AuditFailed(f"the audit file {self._path} cannot be opened: {error.strerror}") from None
            self._descriptor = descriptor
            failing.pop_all()

    def _moved(self) -> bool:
        """Whether what is at the path is another file by now, or none."""
        try:
            found = os.stat(self._path)
        except OSError:
            return True
        return (found.st_dev, found.st_ino) != self._file


def _members(part: object) -> dict[str, object]:
    """A dataclass of a record as a JSON object; its fields in their order."""
    return {name: getattr(part, name) for name in part.__slots__}  # type: ignore[attr-defined]  # all have them


_AS_JSON = json.JSONEncoder(separators=(",", ":"), default=_members)
