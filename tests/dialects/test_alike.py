"""`grille.dialects.alike`: frames that differ from one before them in strings that are pieces, or that nobody reads."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels import SPEAKERS, Script, Speaker
from engines import CARD, SSN
from grille import stream
from grille.dialects import DIALECTS, Dialect, read_frame
from grille.dialects.alike import Alike, Frames, Said
from grille.dialects.frames import ended_by
from grille.engine import Engine
from grille.errors import Malformed
from grille.framing import ndjson, sse
from grille.framing.base import Frame, Framing, framer
from rewriting import STREAMS, TOKEN, cut, engine_for, flowing, rewriter

CHAT = DIALECTS["openai_chat"]


def check(dialect: Dialect, frame: Frame, said: Said, number: int = 1) -> None:
    """What was read is what `read_frame` reads, to the last place."""
    truth = read_frame(dialect, frame, number)
    if not isinstance(said, Alike):
        assert said == truth
        return
    own = {piece.segment for piece in truth.pieces}
    assert (said.pieces, said.groups, said.ended) == (truth.pieces, truth.groups, ended_by(dialect, frame, truth))
    assert said.texts == tuple(truth.reading.segments[piece.segment].text for piece in truth.pieces)
    assert said.whole == {(each.label, each.text) for at, each in enumerate(truth.reading.segments) if at not in own}
    assert said.said == truth


def event(data: str, more: str = "") -> sse.Event:
    (found,) = sse.Decoder().feed(f"{more}data: {data}\n\n".encode())
    return found


def chunk(content: str, obfuscation: str = "aaaa", **more: object) -> str:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": None}
    return json.dumps({"id": "c", "choices": [choice], **more, "obfuscation": obfuscation}, ensure_ascii=False)


def second(first: str, other: str, dialect: Dialect = CHAT) -> Said:
    """What is read of `other` after `first`."""
    frames = Frames(dialect)
    frames.read(event(first), 0)
    said = frames.read(event(other), 1)
    check(dialect, event(other), said)
    return said


@pytest.mark.parametrize("name", STREAMS)
def test_every_event_of_every_golden_says_what_it_says_alone(name: str) -> None:
    dialect, framing, body = STREAMS[name]
    frames = Frames(DIALECTS[dialect])
    decoder = framer(framing, 1 << 20)
    for number, frame in enumerate([*decoder.feed(body), *decoder.close()]):
        check(DIALECTS[dialect], frame, frames.read(frame, number), number)


@pytest.mark.parametrize("name", SPEAKERS)
def test_every_channel_of_every_dialect_is_learned_from_its_first_words(name: str) -> None:
    speaker = SPEAKERS[name]
    words = ["one", " two", "", ' a \\ " b', " \n\t\u2028é𝄞", "x" * 300, " end"]
    dialect = DIALECTS[speaker.dialect]
    for channel in speaker.channels:
        frames, alike = Frames(dialect), 0
        decoder = framer(speaker.framing, 1 << 20)
        body = speaker.speak([(channel, word) for word in words])
        for number, frame in enumerate([*decoder.feed(body), *decoder.close()]):
            said = frames.read(frame, number)
            check(dialect, frame, said, number)
            alike += isinstance(said, Alike)
        # Responses count their events: each has a number to be judged.
        assert alike == (0 if name == "responses" else 5)


def test_padding_and_words_may_be_others_and_are_not_parsed_for() -> None:
    said = second(chunk("one", "aaaa"), chunk(" two", "b"))
    assert isinstance(said, Alike)
    assert said.texts == (" two",)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(), st.booleans())
def test_whatever_the_words_are_they_are_read_as_they_stand(words: str, padding: str, ascii_only: bool) -> None:
    other = json.loads(chunk("one"))
    other["choices"][0]["delta"]["content"] = words
    other["obfuscation"] = "".join(char for char in padding if not "\ud800" <= char <= "\udfff")
    data = json.dumps(other, ensure_ascii=ascii_only)
    if "\r" in data or "\n" in data:
        return
    first = json.dumps(json.loads(chunk("one")), ensure_ascii=ascii_only)
    said = second(first, data)
    assert isinstance(said, Alike)
    assert said.texts == (words,)


@pytest.mark.parametrize(
    "other",
    [
        chunk(""),
        chunk("one", id="d"),
        chunk("one", usage=None),
        chunk("one").replace('"index": 0', '"index": 1'),
        chunk("one").replace('"finish_reason": null', '"finish_reason": "stop"'),
        chunk("one").replace("one", 'one", "content": "two'),
        chunk("one").replace("one", "a\\ud83da"),
        chunk("one").replace("aaaa", "\\ude00"),
        chunk("one").replace('"one"', "null"),
        chunk("one") + " ",
        " " + chunk("one"),
    ],
)
def test_a_frame_that_differs_elsewhere_is_read_as_any_other(other: str) -> None:
    assert not isinstance(second(chunk("one"), other), Alike)


@pytest.mark.parametrize("broken", ["a\\x", "a\\", "a\tb", "\\u12", 'a"b', "\\ud800"])
def test_what_is_no_json_is_not_alike(broken: str) -> None:
    other = chunk("one").replace("one", broken)
    said = second(chunk("one"), other)
    assert not isinstance(said, Alike)
    assert said.root is None


@pytest.mark.parametrize("more", ["id: 1\n", ": hello\n", "event: delta\n"])
def test_the_lines_beside_the_data_are_the_same_as_well(more: str) -> None:
    frames = Frames(CHAT)
    frames.read(event(chunk("one"), more), 0)
    assert isinstance(frames.read(event(chunk("two"), more), 1), Alike)
    assert not isinstance(frames.read(event(chunk("two")), 2), Alike)


def test_two_keys_of_a_name_are_two_places() -> None:
    twice = chunk("one").replace('"one"', '"one", "content": "two"')
    said = second(twice, twice.replace("two", "three"))
    assert isinstance(said, Alike)
    assert said.texts == ("one", "three")


def test_a_string_that_tells_objects_apart_is_no_padding() -> None:
    anthropic = DIALECTS["anthropic"]
    first = '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"one"}}'
    assert isinstance(second(first, first.replace("one", "two"), anthropic), Alike)
    assert not isinstance(second(first, first.replace("text_delta", "thinking_delta"), anthropic), Alike)
    assert not isinstance(second(first, first.replace(":0", ":1"), anthropic), Alike)


def test_channels_that_take_turns_are_all_remembered() -> None:
    frames = Frames(CHAT)
    events = [event(chunk("one").replace('"index": 0', f'"index": {number % 3}')) for number in range(9)]
    assert [isinstance(frames.read(each, 0), Alike) for each in events] == [False] * 3 + [True] * 6


def test_a_stream_that_counts_its_events_is_not_learned_from_for_ever() -> None:
    frames = Frames(CHAT)
    for number in range(20):
        frames.read(event(chunk("one", created=number)), number)
    assert not isinstance(frames.read(event(chunk("two", created=19)), 20), Alike)


def test_what_cannot_be_read_says_so_after_frames_that_were_alike() -> None:
    class Binary(sse.Event):
        binary = True  # type: ignore[misc]

    frames = Frames(CHAT)
    frames.read(event(chunk("one")), 0)
    with pytest.raises(Malformed):
        frames.read(Binary(b"", "message", None), 1)


# -- whatever a frame is changed into --------------------------------------------------------------

_VALUE = re.compile(r'"(?:[^"\\]|\\.)*"(?!\s*:)|(?<=[:\[, ])(?:[0-9]+|null|true|false)(?=[],} ])')
_CHANGES = [
    *('""', '" "', '"one"', '"\\u0022"', '"\\\\"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00"'),
    *('"\\x"', '"\\u12"', '"\t"', '"a\u0085b\u2028c\u2029"', '"{\\"a\\": \\""', '"}"', '"\ufeff"', f'"{"y" * 3000}"'),
    *(f'"{CARD[:9]}"', f'"{CARD[9:]}"', f'"{TOKEN[:8]}"', f'"{TOKEN[8:]}"', f'"{SSN[:4]}"', f'"{SSN[4:]}."'),
    *('"stop"', '"text_delta"', '"input_json_delta"', "0", "1", "01", "1.0", "1e1", "null", "true", "[]", "{}"),
    *('{"text": "one"}', '"one", "index": 1', '"one", "type": "x"', '"one" ', '\ufeff"one"', '"a", "content": "b"'),
]  # fmt: skip


def _changed(data: str, place: int, change: str) -> str:
    """The data with a change in place of one of its values."""
    values = list(_VALUE.finditer(data))
    if not values:
        return data
    start, end = values[place % len(values)].span()
    return data[:start] + change + data[end:]


_EVENTS: dict[str, list[Frame]] = {}
for _name, (_, _framing, _body) in STREAMS.items():
    _decoder = framer(_framing, 1 << 20)
    _EVENTS[_name] = [each for each in (*_decoder.feed(_body), *_decoder.close()) if each.data]


@settings(max_examples=150)
@given(
    name=st.sampled_from(list(STREAMS)),
    place=st.integers(0, 1000),
    changes=st.lists(st.tuples(st.integers(0, 40), st.sampled_from(_CHANGES)), min_size=1, max_size=6),
)
def test_whatever_a_frame_is_changed_into_it_says_what_it_says_alone(
    name: str, place: int, changes: list[tuple[int, str]]
) -> None:
    dialect = DIALECTS[STREAMS[name][0]]
    frames, first = Frames(dialect), _EVENTS[name][place % len(_EVENTS[name])]
    data = [first.data or "", *(_changed(first.data or "", at, change) for at, change in changes)]
    for number, each in enumerate([*data, *data]):
        frame = ndjson.Line(each.encode(), each)
        check(dialect, frame, frames.read(frame, number), number)


class _Parsed:
    """Every frame is parsed, as if there were no models."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def read(self, frame: Frame, number: int) -> Said:
        return read_frame(self._dialect, frame, number)


_WORDS = ["Hello ", "", " ", CARD[:9], CARD[9:], "4111 ", TOKEN[:8], TOKEN[8:], SSN[:4], SSN[4:], "Jane", " Doe.", '"',
          "\\", '{"a": "', '"}', "[DONE]", "é𝄞\u2028\u0085", "x" * 80, "\n"]  # fmt: skip


def _spoken(speaker: Speaker, random: Random) -> bytes:
    """What a speaker says in random words, and where its framing lets anybody a frame changed here and there."""
    script: Script = [(random.choice(speaker.channels), random.choice(_WORDS)) for _ in range(24)]
    body = speaker.speak(script)
    if speaker.framing not in (Framing.SSE, Framing.NDJSON):
        return body
    lines = body.decode().split("\n")
    for at in random.sample(range(len(lines)), 3):
        head, _, data = lines[at].rpartition("data: ")
        if "{" in data:
            lines[at] = f"{lines[at]}\n{head}{'data: ' if head else ''}{data}"
            lines[at] = _changed(lines[at], random.randrange(40), random.choice(_CHANGES).replace("\t", " "))
    return "\n".join(lines).encode()


def _came_out(running: Engine, speaker: Speaker, chunks: Sequence[bytes]) -> object:
    rewriting = rewriter(running, speaker.dialect, speaker.framing)
    out = asyncio.run(flowing(rewriting, chunks))
    return out, rewriting.refused, rewriting.verdict, rewriting.tally.entries()


@pytest.mark.parametrize("name", SPEAKERS)
def test_a_stream_comes_out_as_if_each_of_its_frames_were_parsed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker, random = SPEAKERS[name], Random(name)
    for ssn in ("redact", "block"):
        running = engine_for(tmp_path, speaker.dialect, ssn=ssn, card="redact")
        for _ in range(5):
            body = _spoken(speaker, random)
            chunks = cut(body, random.sample(range(len(body)), 5))
            came = _came_out(running, speaker, chunks)
            with monkeypatch.context() as patched:
                patched.setattr(stream, "Frames", _Parsed)
                assert _came_out(running, speaker, chunks) == came
