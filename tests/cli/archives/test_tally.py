"""`grille.cli.archives.tally`: counts that can be added and written down."""

from __future__ import annotations

from engines import exchange
from grille.cli.archives.tally import Tally
from grille.engine import Inspection
from grille.exchange import Action, Finding, Outcome, Ruling, Source, Verdict
from grille.framing.message import Message

WHERE = Source("p.yaml", 1, "row")


def judged(outcome: Outcome, *actions: Action) -> Inspection:
    rulings = tuple(Ruling(Finding(0, 0, 1, "CARD", 0.9, "x"), action, WHERE) for action in actions)
    return Inspection(exchange("openai"), Verdict(outcome, rulings), Message((), b""))


def full() -> Tally:
    tally = Tally()
    tally.judged(judged(Outcome.REWRITE, Action.MASK, Action.MASK))
    tally.judged(judged(Outcome.ALLOW))
    tally.changed(judged(Outcome.ALLOW), judged(Outcome.BLOCK))
    tally.unread()
    tally.left_out()
    tally.not_reached()
    return tally


def test_what_was_written_down_is_counted_again() -> None:
    again, twice = Tally(), full()
    again.take(full().rows())
    assert again == full()
    again.add(full())
    twice.take(full().rows())
    assert again == twice


def test_it_is_said_in_a_few_lines() -> None:
    assert list(full().sentences()) == [
        "2 messages: 1 allow, 1 rewrite. Nothing was sent.",
        "1 answer of requests that are stopped: not judged.",
        "1 recording left out: not HTTP.",
        "1 record could not be judged; each was named above.",
    ]


def test_clean_is_what_needs_nothing_done() -> None:
    tally = Tally()
    tally.judged(judged(Outcome.ALLOW, Action.ALLOW))
    assert tally.clean
    tally.judged(judged(Outcome.ALLOW, Action.LOG))
    assert not tally.clean


def test_a_difference_is_a_difference_though_both_verdicts_are_the_same() -> None:
    tally = Tally()
    assert not tally.differs
    tally.changed(judged(Outcome.REWRITE), judged(Outcome.REWRITE))
    assert tally.differs
