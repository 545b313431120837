"""`grille.outlines`: documents that were judged before are not taken apart, and the same leaves as without it."""

from __future__ import annotations

import asyncio
import json
import pickle
import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engines
from engines import CARD, JSON, PLACES, SSN, TODAY, engine, exchange
from grille import outlines
from grille.detectors import propagate
from grille.detectors.normalize import view
from grille.dialects import DIALECTS, outline, read
from grille.engine import Engine, Inspection, inspect
from grille.entities import Entity
from grille.exchange import Direction, Edit, Finding, Kind, Outcome, Segment
from grille.framing.json_parser import parse
from grille.framing.message import Message
from grille.once import MOST, Once
from grille.outlines import _WRITTEN_OTHERWISE, Outlines
from grille.record import Record

WANTED = frozenset({"CREDIT_CARD", "PERSON"})
ROWS = [{"id": number, "payer": f"Company {number}", "total": 10.5 * number} for number in range(12)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(tmp_path_factory.mktemp("policy"))


def entities(running: Engine) -> tuple[Entity, ...]:
    return tuple(running.policy.entities.values())


async def find_each(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
    """Also a name of one word, where somebody is addressed."""
    found = list(await engines.find(segments, wanted))
    for number, each in enumerate(segments):
        named = re.finditer(r"(?<=Mr )[A-Z][a-z]+", each.text) if "PERSON" in wanted else ()
        found += [Finding(number, name.start(), name.end(), "PERSON", 0.9, "names") for name in named]
    return tuple(found)


def text(words: str) -> Segment:
    return Segment("/text", Kind.TEXT, words)


def judged(running: Engine, once: Once | None, *contents: object) -> Inspection:
    """A conversation in which a tool answers with JSON in a string."""
    said = [each if isinstance(each, str) else json.dumps(each) for each in contents]
    body = json.dumps({"messages": [{"role": "tool", "tool_call_id": "c", "content": each} for each in said]})
    message = Message(JSON, body.encode(), PLACES["openai"][1])
    searching = once or Once(entities(running), find_each)
    return asyncio.run(inspect(running, exchange("openai"), message, searching.find, TODAY, once=once))


def left(inspection: Inspection) -> object:
    """What leaves, and what the record says; segments may have other numbers."""
    verdict = inspection.verdict
    rulings = [
        (inspection.segments[number].address, start, end, entity, each.action)
        for each in verdict.rulings
        for number, start, end, entity, _, _ in [each.finding]
    ]
    return inspection.message.body, inspection.tokens, verdict.outcome, verdict.refusals, verdict.evidence, rulings


def closed(inspection: Inspection) -> int:
    return sum(segment.closed for segment in inspection.segments)


def test_a_document_without_findings_stays_closed_the_next_time(running: Engine) -> None:
    once = Once(entities(running), find_each)
    first, second = judged(running, once, ROWS), judged(running, once, ROWS, "and now?")
    assert (closed(first), closed(second)) == (0, 1)
    assert len(second.segments) < len(first.segments)
    assert second.verdict.outcome is Outcome.ALLOW


@pytest.mark.parametrize(
    "rows",
    [
        [*ROWS, {CARD: "card"}],
        [*ROWS, {"card": 4111111111111111.0}],
        [*ROWS, {"CREDIT_CARD_K7Q2M9XA": 1}],
        json.dumps([*ROWS, {"CREDIT_CARD_K7Q2M9XA": 1}]).replace("T_C", "T\\u005fC"),
        [*ROWS, {"note": json.dumps({"card": CARD})}],
        [*ROWS, {'a "key"': 1}],
        [*ROWS, {"a": "Mr Okafor"}, {"b": "Okafor"}, {"c": "the okafor"}],
        f"[{json.dumps(ROWS)}, 2.19099999e8]",
        ROWS[:2],
        "[" + json.dumps(ROWS),
    ],
    ids=[
        "a finding in a key",
        "a finding in a number that is not what it reads",
        "what looks like a token in a key",
        "the same with an escape",
        "a document in a document",
        "a key that is escaped",
        "a word that is a name where it stands first",
        "a number that is not what it reads",
        "short",
        "no document",
    ],
)
def test_others_do_not(running: Engine, rows: object) -> None:
    once = Once(entities(running), find_each)
    judged(running, once, rows)
    assert closed(judged(running, once, rows)) == 0


def test_only_the_leaves_in_which_something_stands_are_taken_out_of_a_known_document(running: Engine) -> None:
    said = [*ROWS, {"card": CARD, "who": ["x", "ask Jane Doe"], "a/b": {"number": 4111111111111111}}, 'she said "no"']
    once = Once(entities(running), find_each)
    first, second = judged(running, once, said), judged(running, once, said, "and now?")
    opened = [(each.address, each.text, each.kind, each.label) for each in second.segments if each.known is not None]
    assert opened == [
        ("/messages/0/content#/12/card", CARD, Kind.RESULT, "card"),
        ("/messages/0/content#/12/who/1", "ask Jane Doe", Kind.RESULT, "who"),
        ("/messages/0/content#/12/a~1b/number", "4111111111111111", Kind.NAME, "number"),
        ("/messages/0/content#/13", 'she said "no"', Kind.RESULT, ""),
    ]
    assert (closed(first), closed(second)) == (0, 1)
    assert left(judged(running, once, said)) == left(first)
    assert len(first.verdict.rulings) == 3


@pytest.mark.parametrize(
    "written",
    ["CREDIT_CARD_K7Q2M9XA", "LOCATION_K7Q2M9XA", "WHATEVER_K7Q2M9XA", "CREDIT\\u005fCARD\\u005fK7Q2M9XA",
     "\\u00e9CREDIT_CARD_K7Q2M9XA"],
)  # fmt: skip
def test_what_looks_like_a_token_of_whatever_entity_is_a_leaf_and_is_swapped_there(
    running: Engine, written: str
) -> None:
    """Nothing is looked for under most names, and tokens of all of them are swapped."""
    policy = replace(running.policy, entities={**running.policy.entities, "LOCATION": entities(running)[0]})
    wider, once = replace(running, policy=policy), Once(entities(running)[:1], find_each)
    said = json.dumps([{"card": CARD}, *ROWS, {"note": "see here, please"}]).replace("here", written)
    fresh, known = judged(wider, None, said), [judged(wider, once, said) for _ in range(2)][1]
    assert closed(known) == 1
    assert left(known) == left(fresh)
    assert (b"LIT_" in known.message.body) == (not written.startswith("W"))


def test_what_json_calls_its_literals_is_not_said(running: Engine) -> None:
    once, rows = Once(entities(running), find_each), [*ROWS, {"x": None, "y": True}]
    late = "Dear Mr Null,", "Null and True were late", "Mr True said so"
    judged(running, once, rows)
    anew, known = judged(running, None, rows, *late), judged(running, once, rows, *late)
    assert closed(known) == 1
    assert left(known) == left(anew)
    assert len(known.verdict.rulings) == 4


def test_what_a_closed_document_is_called_is_no_part_of_a_record(running: Engine) -> None:
    """When it is taken apart there is no text under that label."""
    asked: list[tuple[str, Record]] = []

    async def telling(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        asked.extend((each.text, each.record) for each in segments)
        return ()

    sort_code = replace(entities(running)[0], companions=("sort code",))
    once, document = Once([sort_code], telling), json.dumps(ROWS)
    for closed_one in (False, True):
        account = f"1234567{closed_one:d}"
        around = Segment("/r/value", Kind.TEXT, document, "sort code", closed=closed_one)
        asyncio.run(once.find([around, Segment("/r/acct", Kind.TEXT, account, "acct")][not closed_one :], WANTED))
    assert [record.members for text, record in asked if text.startswith("1234567")] == [(), ()]


def test_what_json_calls_its_literals_may_be_said_as_well(running: Engine) -> None:
    once, rows, late = (
        Once(entities(running), find_each),
        [*ROWS, {"x": "it is null"}],
        ("ask Mr Null", "Null was late"),
    )
    judged(running, once, rows)
    assert left(judged(running, once, rows, *late)) == left(judged(running, None, rows, *late))
    keyed = [*ROWS, {"null": 1}]
    judged(running, once, keyed)
    assert closed(judged(running, once, keyed)) == 0


def test_a_member_whose_name_ends_like_the_address_of_a_document_is_no_part_of_it(running: Engine) -> None:
    """`/a#` is where the document in `/a` begins, and `/a~2` is the member `a#`."""
    body = json.dumps({"metadata": {"a": json.dumps([*ROWS, CARD]), "a#": {"card": CARD}}, "messages": []})
    message = Message(JSON, body.encode(), "")
    reading = read(DIALECTS["openai_chat"], Direction.REQUEST, message, 10_000)
    where = [each.address for each in reading.segments if each.text == CARD]
    assert where == ["/metadata/a#/12", "/metadata/a~2/card"]


def test_a_document_is_read_for_its_words_once_however_many_names_are_found_in_it(
    running: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"a": f"Okafor {number} calls Jane Doe"} for number in range(50)]
    once = Once(entities(running), find_each)
    judged(running, once, rows)
    seen = mock.Mock(side_effect=propagate._seen)
    monkeypatch.setattr(propagate, "_seen", seen)
    judged(running, once, rows, "ask Mr Okafor")
    whole = [each.args[0] for each in seen.call_args_list if len(each.args[0]) > 200]
    assert len(whole) == 1


def test_an_outline_that_was_drawn_meanwhile_is_not_the_one_that_did_not_hold() -> None:
    known, one, two = Outlines(100), outline(parse("[1,2]").root, {1: ()}), outline(parse("[1,2]").root, {1: (), 3: ()})
    known.keep(b"a", one)
    known.does_not_hold(b"a", leaves=1)
    known.keep(b"a", two)
    known.does_not_hold(b"a", leaves=1)
    assert known.get(b"a") == two
    known.does_not_hold(b"a", leaves=2)
    assert (known.get(b"a"), known.former(b"a")) == (None, two)
    known.keep(b"a", two)
    assert known.is_hopeless(b"a")


def test_an_outline_that_is_larger_than_all_that_is_kept_is_not_kept() -> None:
    known = Outlines(most=3)
    known.keep(b"a", outline(parse("[]").root, {}))
    known.keep(b"b", outline(parse("[1,2,3,4]").root, dict.fromkeys((1, 3, 5, 7), ())))
    assert known.get(b"a") is not None
    assert known.is_hopeless(b"b")


def test_what_was_let_go_meanwhile_does_not_make_a_document_one_that_cannot_be_known(running: Engine) -> None:
    once = Once(entities(running), find_each, most=40)
    judged(running, once, [{"card": CARD, "x": f"{number} pieces"} for number in range(60)])
    assert not any(
        each.outline is None for each in once._of(running.policy.wanted(exchange("openai"))).outlines._kept.values()
    )


@pytest.mark.parametrize("written", ["%6fkafor", "oka\u200bfor", "\uff4fkafor"])
def test_a_word_is_one_however_it_is_written(running: Engine, written: str) -> None:
    once, rows = Once(entities(running), find_each), [{"b": written}, {"a": "Okafor calls Jane Doe"}, *ROWS]
    judged(running, once, rows)
    assert left(judged(running, once, rows, "ask Mr Okafor")) == left(judged(running, None, rows, "ask Mr Okafor"))


def test_leaves_of_different_conversations_come_together(running: Engine) -> None:
    once, rows = Once(entities(running), find_each), [*ROWS, {"a": "JANE DOE"}, {"b": "4111-1111-1111-1111 "}]
    sides = [judged(running, once, rows, late) for _ in range(3) for late in ("ask Jane Doe", "Mr Okafor", CARD)]
    assert [closed(each) for each in sides[3:]] == [1] * 6


def test_one_that_cannot_be_known_is_drawn_once(running: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    once, drawn = Once(entities(running), find_each), mock.Mock(side_effect=outlines.drawn)
    monkeypatch.setattr(outlines, "drawn", drawn)
    for _ in range(3):
        judged(running, once, [*ROWS, {CARD: "card"}])
    assert drawn.call_count == 1


def test_nothing_is_written_into_the_text_of_a_closed_document(running: Engine) -> None:
    said, once = json.dumps([*ROWS, CARD]), Once(entities(running), find_each)
    judged(running, once, said)
    body = json.dumps({"messages": [{"role": "tool", "tool_call_id": "c", "content": said}]})
    message, wanted = Message(JSON, body.encode(), ""), running.policy.wanted(judged(running, once, said).exchange)
    reading = read(DIALECTS["openai_chat"], Direction.REQUEST, message, 10_000, recall=once.recall(wanted))
    (number,) = [number for number, each in enumerate(reading.segments) if each.closed]
    with pytest.raises(LookupError, match="closed"):
        reading.rewrite([Edit(number, 0, 1, "x")])


def test_one_that_is_opened_for_a_value_that_it_holds_stays_closed_with_it_the_next_time(running: Engine) -> None:
    said, once = [*ROWS, {"who": "JANE DOE"}], Once(entities(running), find_each)
    turns = [judged(running, once, said, *more) for more in ([], [], ["ask Jane Doe"], ["ask Jane Doe"])]
    assert [closed(each) for each in turns] == [0, 1, 0, 1]
    assert left(turns[3]) == left(turns[2])


def test_of_names_of_two_words_the_order_is_of_no_account(running: Engine) -> None:
    said, once = [*ROWS, {"who": "JANE DOE", "mail": "jane.doe@example"}], Once(entities(running), find_each)
    turns = [judged(running, once, said, *more) for more in ([], [], ["ask Jane Doe"], ["ask Jane Doe"])]
    assert [closed(each) for each in turns] == [0, 1, 0, 1]
    assert left(turns[3]) == left(judged(running, None, said, "ask Jane Doe"))


def test_one_that_is_opened_in_vain_stays_open(running: Engine) -> None:
    said, once = [*ROWS, {"Okafor": 1}], Once(entities(running), find_each)
    turns = [judged(running, once, said, *more) for more in ([], [], ["Mr Okafor"], ["Mr Okafor"], [])]
    assert [closed(each) for each in turns] == [0, 1, 0, 0, 0]


def test_a_document_in_which_nothing_is_looked_for_is_known_too(running: Engine) -> None:
    once, nobody, said = Once(entities(running), find_each), frozenset[str](), json.dumps([*ROWS, CARD])
    body = json.dumps({"messages": [{"role": "tool", "tool_call_id": "c", "content": said}]})
    reading = read(DIALECTS["openai_chat"], Direction.REQUEST, Message(JSON, body.encode(), ""), 10_000)
    assert asyncio.run(once.learn(reading, (), nobody))
    assert once.recall(nobody)(said, Kind.RESULT) == outline(parse(said).root, {})
    assert once.recall(frozenset({"CREDIT_CARD"}))(said, Kind.RESULT) is None


def test_leaves_count_for_what_is_kept_and_what_was_not_met_for_longest_goes_first() -> None:
    nothing, five = (
        outline(parse("[]").root, {}),
        outline(parse("[1,2,3,4,5]").root, dict.fromkeys(range(1, 11, 2), ())),
    )
    assert nothing is not None
    assert five is not None
    known = Outlines(most=8)
    for name in (b"a", b"b"):
        known.keep(name, nothing)
    known.keep(b"c", five)
    known.met([b"a"])
    known.keep(b"d", nothing)
    assert [known.get(name) for name in (b"a", b"b", b"c", b"d")] == [nothing, None, five, nothing]


def test_no_word_of_a_document_is_kept(running: Engine) -> None:
    once = Once(entities(running), find_each)
    judged(running, once, [*ROWS, {"payer of the invoice": f"Jane Doe pays {CARD}"}])
    kept = pickle.dumps(once._known)
    assert b"PERSON" in kept
    assert not any(word in kept for word in (b"4111", b"Jane", b"pays", b"payer", b"invoice"))


@pytest.mark.parametrize(
    ("late", "outcome"),
    [(f"the number is {SSN}", Outcome.BLOCK), ("ask Jane Doe", Outcome.REWRITE)],
    ids=["a number", "a name"],
)
def test_a_value_that_is_found_later_opens_it(running: Engine, late: str, outcome: Outcome) -> None:
    hidden = json.dumps([*ROWS, {"number": 219099999, "who": "JANE DOE"}])
    once = Once(entities(running), find_each)
    judged(running, once, hidden)
    assert closed(judged(running, once, hidden)) == 1
    anew, known = judged(running, None, hidden, late), judged(running, once, hidden, late)
    assert closed(known) == 0
    assert left(known) == left(anew)
    assert (len(anew.verdict.rulings), anew.verdict.outcome) == (2, outcome)


_WRITTEN = ["219099999", "\\uff1219099999", "é\\u3000219099999", "\\u003c219099999", "\\ud835\\udfda19099999",
            "\\u0000219099999", "\\u005cu003219099999", "%3\\u003219099999", "\\u00253219099999"]  # fmt: skip
"""A number as it may be written in a string. The last five are not read so in the text around that."""


@pytest.mark.parametrize("written", _WRITTEN)
def test_a_value_that_is_found_later_opens_it_whatever_escapes_it_is_written_with(
    running: Engine, written: str
) -> None:
    hidden = json.dumps([*ROWS, "here"]).replace("here", written)
    once = Once(entities(running), find_each)
    judged(running, once, hidden)
    late = f"the number is {SSN}"
    anew, known = judged(running, None, hidden, late), judged(running, once, hidden, late)
    assert left(known) == left(anew)
    assert len(anew.verdict.rulings) == 2


def test_escapes_of_plain_letters_and_signs_leave_it_closed_and_are_read_for_what_they_are(running: Engine) -> None:
    once = Once(entities(running), find_each)
    signs = json.dumps([*ROWS, "Société", "here"]).replace("here", "\\u003cb\\u003e \\u0026 \\u0022 \\u0027")
    judged(running, once, signs)
    assert closed(judged(running, once, signs)) == 1
    for code in range(0x10000):
        for escape in (f"\\u{code:04x}", f"\\u{code:04X}"):
            if _WRITTEN_OTHERWISE.search(escape) is None:
                assert view(text(f"a{escape}b")).segment == view(text(f"a{chr(code)}b")).segment


_VALUE = st.sampled_from([CARD, "Jane Doe", "JANE DOE", "x", 4111111111111111, None, "é", "a b"])
_ROW = st.fixed_dictionaries({"a": _VALUE})
_DOCUMENT = st.lists(_ROW, min_size=1, max_size=3).map(lambda rows: [*rows, *ROWS])


@st.composite
def _escaped(draw: st.DrawFn) -> str:
    """A document in which chance wrote a character as an escape, in whatever a number or a name stands in."""
    said = draw(st.sampled_from(["219099999", "JANE DOE", "𝟚19099999", "\x01219099999", "%3219099999", "x Jane Doe"]))
    at = draw(st.integers(0, len(said) - 1))
    units = said[at].encode("utf-16-be").hex()
    escape = "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
    return json.dumps([*ROWS, "here"]).replace("here", json.dumps(said[:at])[1:-1] + escape + said[at + 1 :])


@settings(max_examples=25)
@given(
    st.lists(
        st.lists(st.one_of(_DOCUMENT, _escaped(), st.sampled_from([CARD, SSN, "Jane Doe", "go on"])), max_size=3),
        max_size=4,
    )
)
def test_what_leaves_is_what_leaves_without_it(running: Engine, turns: list[list[object]]) -> None:
    once = Once(entities(running), find_each)
    for turn in turns:
        assert left(judged(running, once, *turn)) == left(judged(running, None, *turn))


def test_a_body_of_any_size_is_read_the_same(running: Engine) -> None:
    large = [{"id": number, "note": f"Company {number}"} for number in range(2000)]
    inspection = judged(running, Once(entities(running), find_each), large, CARD)
    assert inspection.verdict.outcome is Outcome.REWRITE
    assert CARD.encode() not in inspection.message.body


_SAID = [
    CARD,
    "Jane Doe",
    "JANE DOE",
    "Mr Okafor",
    "Okafor",
    "okafor",
    "OKAFOR",
    "Mr Smith",
    "Smith pays",
    "the smith",
    "x",
    4111111111111111,
    219099999,
    None,
    "a b",
    "line\nOkafor",
    "tab\tJane\nDoe",
    'say "Jane Doe"',
    "4111-1111-1111-1111",
    "219\u00a009\u00a09999",
    ["Okafor", "Mr Smith"],
    {"who": "Okafor", "n": "smith"},
    json.dumps({"in": "Okafor", "c": CARD}),
    "CREDIT_CARD_K7Q2M9XA",
    4.111111111111111e15,
    "Jane\u200b Doe",
    "\0x",
]
_SAID += ["is true", "false", "%6fkafor", "oka\u200bfor", "Mr Null", "null", "Jane Doe Okafor", "XY_K7Q2M9XA", True]
_KEYS = ["a", "note", "who"] * 9 + ["Okafor", "pay/er", "til~de", "Jane Doe", "é", "null", "a#"]  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_a_conversation_leaves_as_it_leaves_without_it_in_every_turn(running: Engine, seed: int) -> None:
    by_chance = Random(seed)
    for _ in range(5):
        once = Once(entities(running), find_each, most=by_chance.choice([10, 100, MOST]))
        documents = [_document(by_chance) for _ in range(by_chance.randint(1, 3))]
        said: list[object] = []
        for _ in range(by_chance.randint(2, 5)):
            late = (CARD, SSN, "Mr Okafor", "Mr Smith", "okafor here", "Okafor", "Jane Doe", "Null", "go")
            said = [*said[by_chance.random() < 0.2 :], by_chance.choice([*documents, *documents, *late])]
            assert left(judged(running, once, *said)) == left(judged(running, None, *said))


def _document(by_chance: Random) -> str:
    rows = [
        {by_chance.choice(_KEYS): by_chance.choice(_SAID) for _ in range(by_chance.randint(1, 3))}
        for _ in range(by_chance.randint(1, 4))
    ]
    return json.dumps([*rows, *ROWS], ensure_ascii=by_chance.random() < 0.7)
