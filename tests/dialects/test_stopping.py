"""`grille.dialects.stopping`: what is known of a stream, and what is said when nothing is."""

from __future__ import annotations

import json

from grille.dialects import Closing, Seen
from grille.dialects.stopping import begun, closing, counted, said
from grille.framing.json_parser import parse

SEEN = Seen(
    parse('{"id": "r_1", "n": 7, "f": 1.5, "x": {"id": "r_2"}}').root,
    (("index=1", "index=0"), ("index=0",), ("index=1",), (), ("item_id=2",), ("index=x",)),
)


def test_what_the_latest_event_said_is_said_again() -> None:
    assert (said(SEEN, "/id"), said(SEEN, "/x/id"), said(SEEN, "/n", "none")) == ("r_1", "r_2", "none")
    later = Seen(parse('{"id": "r_3"}').root, first=SEEN.latest)
    assert (said(later, "/id"), said(later, "/x/id"), counted(later, "/n")) == ("r_3", "r_2", 7)
    assert (counted(SEEN, "/n"), counted(SEEN, "/f", 3), counted(SEEN, "/id", 4)) == (7, 3, 4)


def test_before_the_first_event_there_is_something_to_say() -> None:
    assert (said(Seen(), "/id", "grille"), counted(Seen(), "/n", -1), begun(Seen())) == ("grille", -1, ())


def test_the_parts_that_began_are_told_once_and_in_their_order() -> None:
    assert begun(SEEN) == (1, 0)
    assert begun(SEEN, "item_id") == (2,)


def test_a_number_that_nobody_counts_with_is_none() -> None:
    long = "9" * 5000
    seen = Seen(parse(f'{{"n": {long}}}').root, ((f"index={long}",), ("index=1",)), parse('{"n": 7}').root)
    assert (counted(seen, "/n"), begun(seen)) == (7, (1,))


def test_an_event_is_one_line() -> None:
    event = closing({"text": "a\nb"}, "e", error=True)
    assert event == Closing('{"text": "a\\nb"}', "e", error=True)
    assert json.loads(event.data) == {"text": "a\nb"}
