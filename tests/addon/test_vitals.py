"""How a proxy is, for its metrics. What is made of it is in tests/sinks/test_metrics.py."""

from __future__ import annotations

from datetime import UTC, datetime

from grille.addon.vitals import ends
from grille.engine import load_policy


def test_exceptions_and_attestations_count_to_the_end_of_their_last_day() -> None:
    policy = load_policy("fintech", None)
    last_days = {each.id: each.expires for each in (*policy.exemptions, *policy.attestations)}
    assert last_days, "the shipped policy has some"
    for end in ends(policy):
        ended = datetime.fromtimestamp(end.time, UTC)
        assert (ended.date() - last_days.pop(end.name)).days == 1
        assert (ended.hour, ended.minute, ended.second) == (0, 0, 0)
        assert end.kind in ("exception", "attestation")
    assert not last_days
