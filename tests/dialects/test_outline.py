"""`grille.dialects.outline`: leaves of a document drawn as offsets, and read again from the text alone."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grille.dialects import outline
from grille.dialects.anyjson import ANYJSON
from grille.dialects.gathering import DATA, Gathering
from grille.dialects.outline import NOTHING, unread
from grille.dialects.reading import Lexeme, Part, Place, Words
from grille.exchange import Hits, Kind, Segment
from grille.framing.json_parser import parse
from grille.framing.json_spans import Number, String

HITS: Hits = ((0, 3, "PERSON", 0.9, "names"),)
TEXT = json.dumps({"a": ["x", {"b/c": "one", "d~": [[2, "two"]]}], "é\n": "thr\u00e9e", "": {"": "four"}, "t": True})


def node(place: Place) -> String | Number:
    if isinstance(place, Lexeme):
        return place.node
    assert isinstance(place, Words)
    return place.pieces[0].node


def leaves(text: str) -> list[tuple[Segment, Place]]:
    """The strings and numbers of a document as it is read."""
    gathering = Gathering(ANYJSON)
    gathering.document(Part(parse(text), inside=Words(())), DATA, "/x#", Kind.RESULT, depth=3)
    read = zip(gathering.segments, gathering.places, strict=True)
    return [(each, place) for each, place in read if not each.address.endswith("~")]


def test_leaves_are_read_again_with_their_addresses_and_nothing_else() -> None:
    held = {
        node(place).start: HITS for each, place in leaves(TEXT) if each.text in ("one", "2", "two", "thrée", "four")
    }
    drawn = outline(parse(TEXT).root, held)
    assert drawn is not None
    read = [(each.address, each.text, each.kind, each.known) for each, _ in drawn.segments(TEXT, "/x#", Kind.RESULT, 0)]
    assert read == [
        ("/x#/a/1/b~1c", "one", Kind.RESULT, HITS),
        ("/x#/a/1/d~0/0/0", "2", Kind.NAME, HITS),
        ("/x#/a/1/d~0/0/1", "two", Kind.RESULT, HITS),
        ("/x#/é\n", "thrée", Kind.RESULT, HITS),
        ("/x#//", "four", Kind.RESULT, HITS),
    ]
    assert drawn.rest(TEXT) == (r'{"a": ["x", {"b/c": "", "d~": [[, ""]]}], "\u00e9\n": "", "": {"": ""}, "t": true}')


def test_a_document_without_any_is_all_rest() -> None:
    assert outline(parse(TEXT).root, {}) is NOTHING
    assert NOTHING.rest(TEXT) == TEXT
    assert list(NOTHING.segments(TEXT, "", Kind.TEXT, 0)) == []


def test_keys_are_not_drawn() -> None:
    assert outline(parse(TEXT).root, {TEXT.index('"b/c"') + 1: HITS}) is None


def test_a_document_that_nobody_reads_can_be_written_to() -> None:
    document, start = unread(TEXT), TEXT.index("one")
    assert document.splice([document.within(String(start, start + 3, "one"), 0, 2, '"')]) == TEXT.replace("one", '\\"e')


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.sampled_from(["", "one", 'a "b"', "é\n", "\u200b"]), st.integers(), st.booleans(), st.none()),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(["", "a", "b/c~", '"é']), below),
    max_leaves=12,
)


@given(st.lists(_JSON, min_size=1), st.booleans(), st.data())
def test_what_is_read_again_is_what_was_read(said: object, ascii_only: bool, data: st.DataObject) -> None:
    text = json.dumps(said, ensure_ascii=ascii_only)
    chosen = [pair for pair in leaves(text) if data.draw(st.booleans())]
    drawn = outline(parse(text).root, {node(place).start: () for _, place in chosen})
    assert drawn is not None
    read = list(drawn.segments(text, "/x#", Kind.RESULT, 0))
    assert [place for _, place in read] == [place for _, place in chosen]
    assert [each for each, _ in read] == [each._replace(known=()) for each, _ in chosen]
    assert len(drawn.rest(text)) == len(text) - sum(node(place).end - node(place).start for _, place in chosen)
