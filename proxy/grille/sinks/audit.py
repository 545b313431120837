"""The audit: one JSON line for each message that was judged, written before the message goes anywhere.

A record holds kinds, counts, addresses, and the lines of the policy that decided; `docs/audit.md` explains
every field. It must not hold a value, a header, a path or a body. Host names and addresses are partly the
caller's words, so they pass `safe_host` and `safe_addresses` first.

One `write` call for each record, unbuffered and appending: when `write` has returned, the record survives
the death of this process. It does not wait for the disk: a power cut can lose the last records.

Accepted misses: a name made of letters only, used as a host label or as a JSON key, is not recognised
here, unless it was found by a detector in that very key.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from ipaddress import AddressValueError, IPv4Address

from grille.errors import AuditFailed
from grille.exchange import Exchange, Verdict

STDOUT = "-"
"""The destination that is this process's standard output."""

MOST_ADDRESSES = 20
"""Addresses listed for one kind of finding; `count` counts on."""

HIDDEN = "…"
"""What stands where the caller's words were not safe to keep."""

_LONGEST_LABEL, _MOST_HOST_DIGITS = 24, 5
_MOST_STEP_DIGITS, _MOST_ADDRESS_DIGITS = 4, 6
_STEP = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,40}|[0-9]{1,4}")


# -- what a record says ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the message was stopped: a stable code, and the line of the policy."""

    code: str
    because: str


@dataclass(frozen=True, slots=True)
class Found:
    """How often something of a kind was found and treated alike, and where."""

    entity: str
    action: str
    count: int
    because: str
    addresses: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a verdict does not know of itself. `route` and `dialect` are the catalogue's names, empty when
    there was none; `incident` is what the caller was told, empty when nothing was stopped."""

    time: datetime
    policy: PolicyStamp
    route: str = ""
    dialect: str = ""
    incident: str = ""
    duration_ms: float = 0.0


def record(exchange: Exchange, verdict: Verdict, addresses: Sequence[str], around: Circumstances) -> Record:
    """The record of one message. `addresses` are those of its segments, in order; `around.time` knows its
    time zone."""
    return Record(
        time=_rfc3339(around.time),
        id=exchange.id,
        incident=around.incident,
        direction=exchange.direction.value,
        clients=exchange.clients,
        endpoint=exchange.endpoint,
        host=safe_host(exchange.host),
        route=around.route,
        dialect=around.dialect,
        verdict=verdict.outcome.value,
        enforced=verdict.enforced,
        reasons=tuple(Reason(refusal.code, str(refusal.because)) for refusal in verdict.refusals),
        findings=_findings(verdict, addresses),
        evidence=verdict.evidence,
        policy=around.policy,
        duration_ms=round(around.duration_ms, 3),
    )


def _rfc3339(time: datetime) -> str:
    if time.tzinfo is None:
        raise ValueError("the time of a record needs a time zone")
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _findings(verdict: Verdict, addresses: Sequence[str]) -> tuple[Found, ...]:
    """Rulings of the same kind, action and policy line are one entry, in the order of the message."""
    found_in_keys = {
        addresses[ruling.finding.segment].removesuffix("~")
        for ruling in verdict.rulings
        if addresses[ruling.finding.segment].endswith("~")
    }
    places: dict[tuple[str, str, str], list[str]] = {}
    for ruling in verdict.rulings:
        kind = (ruling.finding.entity, ruling.action.name.lower(), str(ruling.because))
        places.setdefault(kind, []).append(addresses[ruling.finding.segment])
    return tuple(
        Found(entity, action, len(where), because, safe_addresses(where, found_in_keys))
        for (entity, action, because), where in places.items()
    )


# -- what is left of the caller's words -----------------------------------------------------------


def safe_host(host: str) -> str:
    """`host` without what could be a value: a label of more than 24 characters, and any label with a digit
    if the name has more than five digits in all (four labels can hold a card number). An IPv4 address
    stays as it is."""
    if _is_ipv4(host):
        return host
    telling = sum(map(str.isdigit, host)) > _MOST_HOST_DIGITS
    return ".".join(
        HIDDEN if len(label) > _LONGEST_LABEL or (telling and any(map(str.isdigit, label))) else label
        for label in host.split(".")
    )


def _is_ipv4(host: str) -> bool:
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True


def safe_addresses(addresses: Sequence[str], found_in_keys: set[str]) -> tuple[str, ...]:
    """The different ones among the first of `addresses`, without what could be a value.

    A step stays if it is a plain name of at most 41 characters with at most four digits, or a number
    below 10,000. If what stays has more than six digits, no step with a digit does: a number can be
    spread over nested keys. A step is hidden as well if it is a key in which something was found;
    `found_in_keys` are the addresses of those, without the `~`.
    """
    safe = dict.fromkeys(_safe_address(address, found_in_keys) for address in dict.fromkeys(addresses))
    return tuple(safe)[:MOST_ADDRESSES]


def _safe_address(address: str, found_in_keys: set[str]) -> str:
    raise NotImplementedError
