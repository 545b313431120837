"""`grille.channels`: which texts of a step are judged. `test_stream.py` plays whole streams."""

from __future__ import annotations

import json

from grille.channels import Channel, Channels
from grille.dialects import DIALECTS, Ended, read_frame
from grille.exchange import Kind, Segment, Touch
from grille.framing import sse
from grille.held import Held
from grille.waiting import Entry


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


def test_more_places_that_nobody_knows_than_there_is_room_for_end_the_first_of_them() -> None:
    (event,) = sse.Decoder().feed(f"data: {json.dumps({'delta': [f'w{n}' for n in range(1001)]})}\n\n".encode())
    said, channels = read_frame(DIALECTS["anyjson"], event), Channels(noted=False)
    channels.added(Entry(event, said), [said.reading.segments[each.segment].text for each in said.pieces])
    assert [channel.latest for channel in channels.ended([Ended()])] == [f"w{number}" for number in range(1, 1001)]
