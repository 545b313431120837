"""What rows count over time: `over` with `within`. It must not count itself: whoever calls the engine does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from grille.exchange import Exchange, Finding, Segment
from grille.policy.decide import found_in, quota_of, values_in
from grille.policy.policy import Policy, Profile, Quota, Row


def counts_over_time(policy: Policy, exchange: Exchange) -> bool:
    """Whether any row that bears on an exchange counts over time, which most often none does."""
    return bool(_over_time(policy, exchange))


def _over_time(policy: Policy, exchange: Exchange) -> list[tuple[Profile, str, Row]]:
    rows = ((p, entity, row) for p in policy.bearing(exchange) for entity, rows in p.rows.items() for row in rows)
    return [each for each in rows if each[2].over and each[2].over.within]


def quotas(
    policy: Policy,
    exchange: Exchange,
    segments: Sequence[Segment],
    findings: Sequence[Finding],
    today: date,
    key: bytes | None = None,
) -> Mapping[Quota, frozenset[str]]:
    """The values of a message that rows count over time. The arguments are those of
    `decide`, which wants to know what was counted."""
    rows = _over_time(policy, exchange)
    if not rows:
        return {}
    counts = values_in(policy, policy.bearing(exchange), found_in(policy, exchange, segments, findings, today, key))
    found = {
        quota: counts.get((entity, quota.least), frozenset())
        for profile, entity, row in rows
        if (quota := quota_of(policy, exchange, profile, entity, row))
    }
    return {quota: values for quota, values in found.items() if values}
