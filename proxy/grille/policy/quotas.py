"""What rows count over time: `over` with `within`. It must not count itself: whoever calls the engine does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from grille.exchange import Exchange, Finding, Segment
from grille.policy.decide import found_in, quota_of, values_in
from grille.policy.policy import Policy, Quota


def quotas(
    policy: Policy,
    exchange: Exchange,
    segments: Sequence[Segment],
    findings: Sequence[Finding],
    today: date,
    key: bytes | None = None,
) -> Mapping[Quota, frozenset[str]]:
    """The values of a message that rows count over time, which is most often nothing. The arguments are those of
    `decide`, which wants to know what was counted."""
    profiles = policy.bearing(exchange)
    rows = [(p, entity, row) for p in profiles for entity, rows in p.rows.items() for row in rows]
    if not any(row.over and row.over.within for _, _, row in rows):
        return {}
    counts = values_in(policy, profiles, found_in(policy, exchange, segments, findings, today, key))
    found = {
        quota: counts.get((entity, quota.least), frozenset())
        for profile, entity, row in rows
        if (quota := quota_of(policy, exchange, profile, entity, row))
    }
    return {quota: values for quota, values in found.items() if values}
