"""`grille.dialects.gathering`: documents become segments and pieces. `test_reader.py` reads whole messages."""

from __future__ import annotations

from dataclasses import replace

from grille.dialects import DIALECTS
from grille.dialects.fields import Care, Field, Table
from grille.dialects.gathering import Gathering
from grille.dialects.reading import Part, Words
from grille.exchange import Edit, Kind, Touch
from grille.framing.json_parser import parse
from grille.framing.message import Message

DIALECT = replace(DIALECTS["anyjson"], indices=frozenset({"index"}))
TABLE = Table([Field("d", Care.SEALED, Kind.ARGUMENTS, channel="c"), Field("e", Care.ECHO), Field("n", Care.NEVER)])


def test_pieces_of_channels_wait_and_everything_else_is_a_segment() -> None:
    gathering = Gathering(DIALECT)
    for text in ('{"index": 2, "d": "one", "e": {}, "n": "x"}', '{"other": "words", "d": "two", "index": 2}'):
        gathering.document(Part(parse(text), event=0), TABLE, "event:0")
    assert [each.address for each in gathering.pieces] == ["stream:c/index=2"] * 2
    assert [each.piece.node.text for each in gathering.pieces] == ["one", "two"]
    assert [(s.address, s.text) for s in gathering.segments] == [
        ("event:0/index~", "index"), ("event:0/index", "2"), ("event:0/other~", "other"), ("event:0/other", "words"),
        ("event:0/index~", "index"), ("event:0/index", "2"),
    ]  # fmt: skip
    assert gathering.groups == {("index=2",): None}


def test_outside_events_nothing_has_an_index() -> None:
    gathering = Gathering(DIALECT)
    gathering.document(Part(parse('{"index": 2, "d": "one"}')), TABLE)
    assert (gathering.pieces[0].indices, gathering.groups) == ((), {})


def test_words_are_added_as_they_stand_and_texts_are_opened() -> None:
    gathering = Gathering(DIALECT)
    gathering.document(Part(parse('{"d": "{\\"a\\": \\"x\\"}"}'), event=0), TABLE)
    field, _, piece = gathering.pieces[0]
    gathering.words(Words((piece,)), field, "as it stands", "c")
    gathering.text(Words((piece,)), replace(field, care=Care.WORDS), "opened", "c")
    found = [(s.address, s.text, s.kind, s.touch) for s in gathering.segments]
    assert found == [
        ("as it stands", '{"a": "x"}', Kind.ARGUMENTS, Touch.SEALED),
        ("opened#/a~", "a", Kind.NAME, Touch.FREE),
        ("opened#/a", "x", Kind.ARGUMENTS, Touch.FREE),
    ]


def test_what_was_gathered_can_be_rewritten() -> None:
    gathering = Gathering(DIALECT)
    gathering.document(Part(parse('{"a": "old", "e": [1]}')), TABLE)
    reading = gathering.reading(Message((), b'{"a": "old", "e": [1]}'))
    number = next(at for at, segment in enumerate(reading.segments) if segment.text == "old")
    assert reading.rewrite([Edit(number, 0, 3, "new")]).body == b'{"a": "new", "e": []}'
