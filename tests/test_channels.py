"""`grille.channels`: which texts of a step are judged. `test_stream.py` plays whole streams."""

from __future__ import annotations

from grille.channels import Channel
from grille.exchange import Kind, Segment, Touch
from grille.held import Held


def test_a_channel_asks_about_what_waits_under_the_address_of_its_first_piece() -> None:
    held = Held(opens=False)
    held.add("Card 4111")
    channel = Channel(Segment("stream:content/index=0", Kind.TEXT, "Card", "content", Touch.FIXED), held)
    (stretch,) = held.waiting()
    asked = channel.asked(stretch)
    assert (asked.segment.address, asked.segment.text) == ("stream:content/index=0", "Card 4111")
    assert (asked.segment.kind, asked.segment.touch, asked.closed) == (Kind.TEXT, Touch.FIXED, False)


def test_what_is_only_recorded_runs_along() -> None:
    first, held, noted = Segment("/a", Kind.TEXT, "words"), Held(opens=True), Held(opens=True)
    assert Channel(first, held).helds == (held,)
    assert Channel(first, held, noted).helds == (held, noted)
