"""The head of the audit: one small file that says where every chain of a run ends.

    {"time":"…","writers":[{"file":"audit.0.jsonl","chain":"5d0c…","seq":41,"hash":"9f86…","ended":false},…]}

A chain shows what was done to its middle, never that its end was cut off; for that somebody has to remember the end.
The file is for an auditor to keep where who can write the records cannot reach it. It is replaced whole, after the
records that it names are on the disk, so that a power cut alone never makes it say more than the records do.

This module must not read records.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from grille.errors import AuditFailed
from grille.sinks.audit import STDOUT, rfc3339
from grille.sinks.chain import Link, Memory


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of each writer's chain, by the name of its file."""

    time: str
    writers: Mapping[str, Memory]


def write(file: Path, writers: Mapping[str, Memory], time: datetime) -> None:
    """Replace the head. Raises `OSError`."""
    for name in writers:
        if name != STDOUT:
            with suppress(FileNotFoundError):  # renamed a moment ago
                _synchronised(file.with_name(name))
    listed = [{"file": name, **asdict(known.link), "ended": known.ended} for name, known in writers.items()]
    text = json.dumps({"time": rfc3339(time), "writers": listed}, separators=(",", ":")) + "\n"
    fresh = file.with_name(f"{file.name}.new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def read(file: Path) -> Head:
    """Raises `AuditFailed` when it is no head, and `OSError`."""
    try:
        said = json.loads(file.read_bytes())
        writers = {
            str(each["file"]): Memory(
                Link(str(each["chain"]), int(each["seq"]), str(each["hash"])), bool(each["ended"])
            )
            for each in said["writers"]
        }
        return Head(str(said["time"]), writers)
    except (ValueError, KeyError, TypeError):
        raise AuditFailed(f"{file} is no head of audit records") from None


def found(file: Path) -> Head:
    """The head that a former run left; one of no writers when there is none. Raises `AuditFailed`."""
    try:
        return read(file)
    except FileNotFoundError:
        return Head("", {})
    except OSError as error:
        raise AuditFailed(f"{file} cannot be read: {error.strerror}") from None


def _synchronised(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)
