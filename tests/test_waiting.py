"""`grille.waiting`: the frames of a stream that wait, and the order in which they may go."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from grille.dialects import DIALECTS, Ended, Streaming, read_frame
from grille.errors import TooLarge
from grille.exchange import Edit
from grille.framing.base import Framing, framer
from grille.framing.sse import Event
from grille.held import Change, Held
from grille.waiting import LONGEST_WAIT, Entry, Span, Waiting
from rewriting import sse

CHAT = DIALECTS["openai_chat"]
LIMIT = 1 << 20


def chunk(content: str | None, index: int = 0, **more: object) -> bytes:
    delta = {} if content is None else {"content": content}
    return sse({"id": "c", "choices": [{"index": index, "delta": delta, "finish_reason": None}], **more})


class Stream:
    """A stream of two choices, whose texts are settled by hand."""

    def __init__(self, streaming: Streaming = CHAT.streaming, limit: int = LIMIT) -> None:
        self.helds = [Held(), Held()]
        self.waiting = Waiting(streaming, limit)

    def put(self, raw: bytes, ended: Sequence[Ended] = (), *, keeps_alive: bool = False) -> None:
        (frame,) = framer(Framing.SSE, LIMIT).feed(raw)
        assert isinstance(frame, Event)
        said = read_frame(CHAT, frame)
        spans = []
        for piece in said.pieces:
            held = self.helds[int(piece.indices[0].partition("=")[2])]
            start = held.length
            held.add(said.reading.segments[piece.segment].text)
            spans.append(Span(piece.segment, held, start, held.length))
        self.waiting.put(Entry(frame, said, spans, ended, keeps_alive))

    def settle(self, choice: int = 0, back: int = 0, changes: Sequence[Change] = ()) -> None:
        (stretch,) = self.helds[choice].waiting()
        self.helds[choice].settle(stretch, len(stretch.text) - back, changes)

    def out(self) -> list[str]:
        return [content(raw) for raw in self.waiting.release()]


def content(raw: bytes) -> str:
    if b"{" not in raw:
        return raw.decode().strip()
    choices = json.loads(raw[6:])["choices"]
    return str(choices[0]["delta"].get("content")) if choices else "no choices"


def test_a_frame_goes_when_its_words_are_settled_and_not_before() -> None:
    stream = Stream()
    stream.put(chunk("Hello"))
    assert stream.out() == []
    stream.settle()
    assert stream.out() == ["Hello"]


def test_a_frame_without_words_waits_for_those_before_it() -> None:
    stream = Stream()
    stream.put(chunk("Hello"))
    stream.put(chunk(None))
    assert stream.out() == []
    stream.settle()
    assert stream.out() == ["Hello", "None"]


def test_what_keeps_the_connection_alive_waits_for_nobody() -> None:
    stream = Stream()
    stream.put(chunk("Hello"))
    stream.put(b": ping\n\n", keeps_alive=True)
    assert stream.out() == [": ping"]


def test_choices_are_first_heard_of_in_their_order() -> None:
    stream = Stream()
    stream.put(chunk("A1", 0))
    stream.put(chunk("B1", 1))
    stream.settle(1)
    assert stream.out() == []
    stream.settle(0)
    assert stream.out() == ["A1", "B1"]


def test_another_choice_may_go_ahead_and_the_same_one_may_not() -> None:
    stream = Stream()
    stream.put(chunk("", 0))
    stream.put(chunk("", 1))
    assert stream.out() == ["", ""]
    stream.put(chunk("A1", 0))
    stream.put(chunk("B1", 1))
    stream.put(chunk("", 0))
    stream.settle(1)
    assert stream.out() == ["B1"]
    stream.settle(0)
    assert stream.out() == ["A1", ""]


def test_where_events_are_numbered_nobody_goes_ahead() -> None:
    stream = Stream(DIALECTS["openai_responses"].streaming)
    stream.put(chunk("A1", 0))
    stream.put(chunk("B1", 1))
    stream.settle(1)
    assert stream.out() == []


def test_the_settled_beginning_of_a_long_piece_goes_ahead() -> None:
    stream, long = Stream(), "word " * 40
    stream.put(chunk("First "))
    stream.put(chunk(long + "unfini"))
    stream.settle(back=6)
    assert stream.out() == ["First ", long]
    stream.put(chunk("shed"))
    stream.settle()
    assert stream.out() == ["unfini", "shed"]


def test_a_change_in_the_part_that_went_ahead_is_not_written_twice() -> None:
    stream = Stream()
    stream.put(chunk("First "))
    stream.put(chunk("a" * 50 + "SECRET" + "b" * 50 + " SECR"))
    stream.settle(back=5, changes=[Change(56, 62, "x")])
    assert stream.out() == ["First ", "a" * 50 + "x" + "b" * 50]
    stream.put(chunk("ET"))
    stream.settle(changes=[Change(113, 119, "y")])
    assert stream.out() == [" y", ""]


@pytest.mark.parametrize(
    "more",
    [{"usage": {"total_tokens": 3}}, {"warning": "words that would be said twice"}],
)
def test_a_frame_that_says_more_is_not_said_twice(more: dict[str, object]) -> None:
    stream = Stream()
    stream.put(chunk("First "))
    stream.put(chunk("word " * 40 + "unfini", **more))
    stream.settle(back=6)
    assert stream.out() == ["First "]


def test_the_first_piece_of_a_channel_is_not_said_twice() -> None:
    stream = Stream()
    stream.put(chunk("word " * 40 + "unfini"))
    stream.settle(back=6)
    assert stream.out() == []


def test_no_more_settled_characters_wait_than_a_token_has() -> None:
    stream = Stream()
    stream.put(chunk("First "))
    stream.put(chunk("a" * LONGEST_WAIT + "unfini"))
    stream.settle(back=6)
    assert stream.out() == ["First "]
    stream.put(chunk("x"))
    stream.settle(back=6)
    assert stream.out() == ["a" * LONGEST_WAIT + "u"]


def test_edits_of_whole_texts_are_written_with_the_frame() -> None:
    stream = Stream()
    (frame,) = framer(Framing.SSE, LIMIT).feed(sse({"note": "SECRET", "choices": []}))
    said = read_frame(CHAT, frame)
    number = next(n for n, each in enumerate(said.reading.segments) if each.text == "SECRET")
    stream.waiting.put(Entry(frame, said, edits=[Edit(number, 0, 6, "x")]))
    (raw,) = stream.waiting.release()
    assert json.loads(raw[6:])["note"] == "x"


def test_a_client_knows_what_went_out_and_what_has_not_ended() -> None:
    stream = Stream()
    assert stream.waiting.seen.latest is None
    stream.put(chunk("A", 0))
    stream.put(chunk("B", 1), [Ended(("index=1",))])
    for choice in (0, 1):
        stream.settle(choice)
    assert stream.out() == ["A", "B"]
    assert stream.waiting.seen.open == (("index=0",),)
    assert stream.waiting.seen.first is not stream.waiting.seen.latest


def test_too_many_waiting_bytes_are_an_error() -> None:
    stream = Stream(limit=300)
    stream.put(chunk("A"))
    with pytest.raises(TooLarge):
        stream.put(chunk("B" * 300))


def test_too_many_waiting_frames_are_an_error_and_the_last_is_not_taken() -> None:
    stream = Stream(limit=1 << 20)
    for _ in range(4096):
        stream.put(chunk("A"))
    with pytest.raises(TooLarge):
        stream.put(chunk("B"))
    stream.settle()
    assert "".join(stream.out()) == "A" * 4096


def test_frames_that_wait_are_not_looked_at_again_before_some_words_settle() -> None:
    stream = Stream()
    stream.put(chunk("A", 0))
    assert stream.out() == []
    stream.put(chunk("B", 1))
    with pytest.MonkeyPatch.context() as patch:
        looked_at: list[Entry] = []
        patch.setattr(Entry, "ready", property(lambda self: looked_at.append(self) or False))
        assert stream.out() == []
        assert [entry.said.groups for entry in looked_at] == [(("index=1",),)]
    stream.settle(0)
    assert stream.out() == ["A"]


def test_only_the_latest_of_what_began_is_remembered() -> None:
    stream = Stream()
    for number in range(1500):
        (frame,) = framer(Framing.SSE, LIMIT).feed(sse({"choices": [{"index": number, "delta": {}}]}))
        stream.waiting.put(Entry(frame, read_frame(CHAT, frame)))
        assert len(list(stream.waiting.release())) == 1
    assert len(stream.waiting.seen.open) == 1000
    assert stream.waiting.seen.open[-1] == ("index=1499",)
