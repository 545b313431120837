"""`grille.cli.why`: reasons in words."""

from __future__ import annotations

from datetime import date

import pytest

from grille.cli import why
from grille.cli.dry import DryRun, dry_run
from grille.cli.records import aim, exchange_to
from grille.cli.showing import Places
from grille.detectors.deciding import Cue, Where
from grille.detectors.misses import Miss
from grille.detectors.reasons import Reason, Rule
from grille.engine import Inspection, load_policy
from grille.entities import Entity
from grille.exchange import Finding, Kind, Segment, Source

SEGMENTS = [Segment("/a", Kind.TEXT, "the words"), Segment("/b", Kind.TEXT, "more")]
WHERE = Places(SEGMENTS, [])
FOUND = Finding(0, 4, 9, "THING", 0.9, "patterns")
RULE = Rule(2, Source("packs/my.yaml", 7, "entities.THING"), weak=True, announces=False)


@pytest.fixture(scope="module")
def run() -> DryRun:
    return dry_run(load_policy("fintech", None), date(2026, 12, 1))


def test_all_that_a_finding_rests_on_is_said() -> None:
    reason = Reason(RULE, "luhn", Cue("thing no", Where.HEADING), Cue("invoice", Where.BEFORE), otherwise=True)
    assert dict(why.lines(reason, WHERE)) == {
        "pattern": "2, packs/my.yaml:7; it counts only beside a cue",
        "check": "`luhn` holds",
        "cue": '"thing no" in the heading of its column',
        "against": '"invoice" before it, which is not enough',
        "read": "in another spelling than it is written in, or decoded",
    }


def test_in_one_line_it_is_the_same() -> None:
    reason = Reason(RULE, "luhn", Cue("thing no", Where.LABEL))
    assert why.short(FOUND, reason, WHERE) == (
        '0.90 by patterns, pattern 2 at packs/my.yaml:7, check luhn, "thing no" in the name of its field'
    )


def test_a_value_that_recurs_says_where_it_was_found() -> None:
    reason = Reason(same_as=Finding(1, 0, 4, "THING", 0.9, "patterns"))
    assert why.lines(reason, WHERE) == [("same as", "/b, characters 0 to 4, where it was found first")]


def test_a_miss_says_all_that_it_lacked() -> None:
    entity = Entity("THING", RULE.source, context=("thing", "item no", "gadget", "widget"))
    miss = Miss(FOUND, RULE, "luhn", unannounced=True, against=Cue("order", Where.BEFORE))
    assert why.missed(miss, entity) == (
        "pattern 2 at packs/my.yaml:7: its check `luhn` fails and no cue beside it (thing, item no, gadget, …)"
        ' and "order" before it says that it is something else'
    )


def inspected(run: DryRun, text: str) -> Inspection:
    exchange = exchange_to(run, aim(run.policy, "openai", None, "request"))
    return run.inspect(exchange, run.message(exchange, text))


def test_a_row_that_asks_for_more_than_its_entity_is_named_with_what_it_asks(run: DryRun) -> None:
    inspection = inspected(run, "I met Mrs Jane Doe in the office. Her mail is jane@example.com.")
    asked = {each.finding.entity: why.least(run.policy, inspection, each) for each in inspection.verdict.rulings}
    assert asked == {"PERSON": 0.8, "EMAIL_ADDRESS": 0.5}
