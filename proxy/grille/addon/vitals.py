"""How a proxy is at this moment, for its metrics.

Everything is read off what runs, nothing is kept. This module must not look at a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from grille.addon.addon import Grille
from grille.addon.health import Readiness
from grille.addon.telemetry import Telemetry
from grille.addon.workers import Workers
from grille.once import Once
from grille.policy import Policy
from grille.sinks.audit import Audit
from grille.sinks.metrics import End, Vitals


@dataclass(frozen=True, slots=True)
class Proxy:
    """What a proxy is made of, as far as its metrics tell of it. `certificate_ends` in seconds since 1970."""

    policy: Policy
    ready: Readiness
    addon: Grille
    audit: Audit
    once: Once
    finders: Workers
    openers: Workers
    certificate_ends: float
    telemetry: Telemetry | None = None

    def vitals(self) -> Vitals:
        memory, once = self.audit.memory, self.once
        return Vitals(
            policy=self.policy.name,
            digest=self.policy.digest,
            mode=self.policy.mode.value,
            ends=ends(self.policy),
            certificate_ends=self.certificate_ends,
            draining="draining" in self.ready.missing,
            clients=self.addon.clients,
            exchanges=self.addon.exchanges,
            known=once.known,
            met=once.met,
            searched=once.searched,
            records=memory.link.seq if memory is not None else 0,
            pools=(self.finders.pool("texts"), self.openers.pool("files")),
            signals=self.telemetry.signals() if self.telemetry else (),
        )


def ends(policy: Policy) -> tuple[End, ...]:
    """When each exception and attestation of the policy no longer counts: after its last day."""
    last_days = [("exception", each.id, each.expires) for each in policy.exemptions]
    last_days += [("attestation", each.id, each.expires) for each in policy.attestations]
    return tuple(
        End(kind, name, datetime.combine(day + timedelta(days=1), time(), UTC).timestamp())
        for kind, name, day in last_days
    )
