"""`grille.stream`: answers that stream, judged piece by piece."""

from __future__ import annotations

import asyncio
import gc
import json
import re
import tracemalloc
from dataclasses import replace
from itertools import combinations, pairwise, zip_longest
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engines
from channels import SPEAKERS, Script, Speaker
from grille.dialects import DIALECTS, Denial, read
from grille.engine import Engine
from grille.errors import DetectionFailed
from grille.exchange import Direction, Kind, Outcome, Touch, Watched
from grille.framing import eventstream
from grille.framing.base import Framing, framer
from grille.framing.message import Message
from grille.framing.websocket import SocketMessage
from grille.tokens import LONGEST_TOKEN
from rewriting import MINTED, STREAMS, TOKEN, cut, engine_for, flowing, rewriter, rewritten, sse

TYPES = {
    Framing.SSE: "text/event-stream",
    Framing.NDJSON: "application/x-ndjson",
    Framing.EVENT_STREAM: "application/vnd.amazon.eventstream",
    Framing.EVENT_CHUNKS: "application/vnd.amazon.eventstream",
    Framing.JSON_ARRAY: "application/json",
}


def texts(dialect: str, framing: Framing, body: bytes) -> list[tuple[str, str, Touch, Kind]]:
    """What a client reads: every text with its address, channels joined."""
    message = Message((("Content-Type", TYPES[framing]),), body, "/v1/chat/completions")
    reading = read(DIALECTS[dialect], Direction.RESPONSE, message, 1 << 20)
    return [(each.address, each.text, each.touch, each.kind) for each in reading.segments]


def framed(framing: Framing, chunks: list[bytes]) -> list[tuple[bytes, str | None, bool]]:
    """What a framer makes of a stream."""
    decoder = framer(framing, 1 << 20)
    frames = [frame for chunk in chunks for frame in decoder.feed(chunk)]
    return [(frame.raw, frame.data, frame.complete) for frame in (*frames, *decoder.close())]


def places(read: list[tuple[str, str, Touch, Kind]]) -> list[str]:
    """The addresses without the numbers of events: where nothing numbers them, their order may change."""
    return sorted(re.sub("^event:[0-9]+", "event", address) for address, *_ in read)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("policy")


@pytest.mark.parametrize("name", STREAMS)
def test_every_split_gives_the_same_bytes_and_every_value_comes_back(name: str, folder: Path) -> None:
    dialect, framing, body = STREAMS[name]
    running = engine_for(folder, dialect)
    whole = rewritten(rewriter(running, dialect, framing), [body])
    frames = framed(framing, [body])
    for place in range(1, len(body)):
        halves = cut(body, [place])
        # A rewriter sees nothing but frames. Where the cut makes others, and every now and then, it is asked.
        if framed(framing, halves) != frames or place % 20 == 0:
            assert rewritten(rewriter(running, dialect, framing), halves) == whole, place
    assert rewritten(rewriter(running, dialect, framing), [bytes([byte]) for byte in body]) == whole
    before, after = texts(dialect, framing, body), texts(dialect, framing, whole)
    assert places(after) == places(before)
    free = [text for _, text, touch, kind in after if touch is Touch.FREE and kind is not Kind.NAME]
    assert not any(TOKEN in text for text in free)
    assert any(engines.CARD in text for text in free)


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_in_which_nothing_changes_leaves_byte_for_byte(name: str, folder: Path) -> None:
    dialect, framing, body = STREAMS[name]
    running = engine_for(folder, dialect, restore="never")
    random = Random(name)
    for _ in range(20):
        chunks = cut(body, random.sample(range(len(body)), 9))
        out = rewritten(rewriter(running, dialect, framing, replace(MINTED, values={})), chunks)
        # A comment that keeps the connection alive waits for nobody.
        assert out == body or sorted(out.split(b"\n\n")) == sorted(body.split(b"\n\n"))


# -- every dialect, every channel, every split --------------------------------------------------------

SSN_REMOVED = "[US_SSN removed]"


def said(speaker: Speaker, body: bytes) -> dict[str, str]:
    """The text of each channel, by its address."""
    return {
        address: text
        for address, text, _, _ in joined(texts(speaker.dialect, speaker.framing, body))
        if address.startswith("stream:") and text
    }


def joined(read: list[tuple[str, str, Touch, Kind]]) -> list[tuple[str, str, Touch, Kind]]:
    """A document inside a channel as one text."""
    whole: dict[str, tuple[str, Touch, Kind]] = {}
    for address, text, touch, kind in read:
        place = address.partition("#")[0]
        before = whole.get(place, ("", touch, kind))[0]
        whole[place] = (before + text, touch, kind)
    return [(address, *each) for address, each in whole.items()]


def script(speaker: Speaker, text: str, places: list[int], escaped: bool = False) -> Script:
    """`text` in pieces in every channel at once, interleaved; reasoning comes first, as models have it."""
    first: list[tuple[str, str]] = []
    pieces: list[list[tuple[str, str]]] = []
    for channel in speaker.channels:
        whole = text
        if channel in speaker.arguments:
            whole = json.dumps({"note": text, "list": [1, text]})
            if escaped:
                whole = whole.replace("9", "\\u0039").replace("_", "\\u005f")
        ends = sorted({place % (len(whole) + 1) for place in places})
        cuts = [(channel, whole[a:b]) for a, b in pairwise([0, *ends, len(whole)])]
        if channel == "reasoning":
            first += cuts
        else:
            pieces.append(cuts)
    return [*first, *(each for step in zip_longest(*pieces) for each in step if each is not None)]


TEXT = f"The card {TOKEN} of number {engines.SSN}, and again {TOKEN}: {engines.SSN}."
EXPECTED = TEXT.replace(TOKEN, engines.CARD).replace(engines.SSN, SSN_REMOVED)


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("name", SPEAKERS)
def test_at_every_split_of_the_words_values_come_back_and_nothing_redacted_passes(
    name: str, escaped: bool, folder: Path
) -> None:
    speaker = SPEAKERS[name]
    running = engine_for(folder, speaker.dialect)
    for place in range(len(TEXT) + 30):
        body = speaker.speak(script(speaker, TEXT, [place], escaped))
        out = rewritten(rewriter(running, speaker.dialect, speaker.framing), [body])
        assert engines.SSN not in out.decode("utf-8", "replace"), place
        heard = said(speaker, out)
        assert len(heard) == len(speaker.channels)
        for address, text in heard.items():
            assert EXPECTED in text, (place, address)


@pytest.mark.parametrize("name", SPEAKERS)
def test_with_the_policy_off_the_same_streams_leak(name: str, folder: Path) -> None:
    speaker = SPEAKERS[name]
    running = engine_for(folder, speaker.dialect, ssn="allow", restore="never")
    out = rewritten(rewriter(running, speaker.dialect, speaker.framing), [speaker.speak(script(speaker, TEXT, [17]))])
    assert all(engines.SSN in text and TOKEN in text for text in said(speaker, out).values())


WORDS = [TOKEN, engines.SSN, "a", " ", ". ", "\u20ac", '"', "\\", "\n", "{", "[1, "]


@pytest.mark.parametrize("text", [f'{{ "{TOKEN} {TOKEN}', f'{{"{TOKEN}" {TOKEN}', f'{{"a": 1, "{TOKEN} {TOKEN}'])
@pytest.mark.parametrize("name", SPEAKERS)
def test_what_begins_like_a_key_and_turns_out_to_be_words_comes_back(name: str, text: str, folder: Path) -> None:
    speaker = SPEAKERS[name]
    running = engine_for(folder, speaker.dialect)
    out = rewritten(rewriter(running, speaker.dialect, speaker.framing), [speaker.speak(script(speaker, text, []))])
    assert TOKEN not in json.dumps(said(speaker, out))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from(sorted(SPEAKERS)),
    words=st.lists(st.sampled_from(WORDS), max_size=8),
    places=st.lists(st.integers(0, 300), max_size=12),
    cuts=st.lists(st.integers(0, 5000), max_size=12),
    escaped=st.booleans(),
)
def test_any_words_in_any_pieces_at_any_splits(
    name: str, words: list[str], places: list[int], cuts: list[int], escaped: bool, folder: Path
) -> None:
    speaker = SPEAKERS[name]
    running = engine_for(folder, speaker.dialect)
    text = " ".join(words)
    body = speaker.speak(script(speaker, text, places, escaped))
    whole = rewritten(rewriter(running, speaker.dialect, speaker.framing), [body])
    assert (
        rewritten(rewriter(running, speaker.dialect, speaker.framing), cut(body, [c % len(body) for c in cuts]))
        == whole
    )
    assert engines.SSN not in json.dumps(said(speaker, whole), ensure_ascii=False)
    assert TOKEN not in json.dumps(said(speaker, whole))


@pytest.mark.parametrize("name", SPEAKERS)
def test_every_pair_of_splits_of_a_short_stream_gives_the_same_bytes(name: str, folder: Path) -> None:
    speaker = SPEAKERS[name]
    running = engine_for(folder, speaker.dialect)
    text = f"{TOKEN} \u20ac"
    body = speaker.speak([(speaker.channels[0], text[:9]), (speaker.channels[0], text[9:])])
    whole = rewritten(rewriter(running, speaker.dialect, speaker.framing), [body])
    # What is wrapped stands there in base64.
    begin = body.index(b'{"bytes"' if speaker.framing is Framing.EVENT_CHUNKS else b"CREDIT_CA")
    window = range(begin - 20, begin + 45)
    for first, second in combinations(window, 2):
        assert rewritten(rewriter(running, speaker.dialect, speaker.framing), cut(body, [first, second])) == whole


@pytest.mark.parametrize("name", STREAMS)
def test_two_hundred_random_splits_give_the_same_bytes(name: str, folder: Path) -> None:
    dialect, framing, body = STREAMS[name]
    running = engine_for(folder, dialect)
    whole = rewritten(rewriter(running, dialect, framing), [body])
    random = Random(name)
    for _ in range(200):
        chunks = cut(body, random.sample(range(len(body)), random.randint(1, 40)))
        assert rewritten(rewriter(running, dialect, framing), chunks) == whole


# -- how long words wait ------------------------------------------------------------------------------


def released(speaker: Speaker, running: Engine, pieces: list[str]) -> list[str]:
    """The words that a client has after each event, of a stream that says `pieces`."""
    rewriting = rewriter(running, speaker.dialect, speaker.framing)
    body = speaker.speak([("words", piece) for piece in pieces])
    decoder = framer(speaker.framing, 1 << 20)
    frames = [*decoder.feed(body), *decoder.close()]
    steps = asyncio.run(flowing(rewriting, [frame.raw for frame in frames]))
    had, so_far = [], b""
    for step, frame in zip(steps, [*frames, None], strict=True):
        so_far += b"".join(step)
        if frame is not None and frame.data and "ping" in frame.data:
            continue
        open_array = speaker.framing is Framing.JSON_ARRAY and not so_far.endswith(b"]")
        whole = so_far + (b"]" if open_array else b"")
        had.append("".join(said(speaker, whole).values()) if so_far else "")
    return had


@pytest.mark.parametrize("name", SPEAKERS)
def test_each_word_is_there_when_the_next_event_has_come(name: str, folder: Path) -> None:
    speaker = SPEAKERS[name]
    words = [f"word{number} " for number in range(12)]
    had = released(speaker, engine_for(folder, speaker.dialect), words)
    first = next(number for number, text in enumerate(had) if text)
    for number in range(1, len(words)):
        assert had[first + number - 1].startswith("".join(words[:number])), number


@pytest.mark.parametrize(("labels", "late"), [(["analysis"] * 40, 1), ([f"chunk{n:04}" for n in range(40)], 30)])
def test_no_word_waits_for_a_name_or_an_id_that_stands_beside_it(labels: list[str], late: int, folder: Path) -> None:
    deltas = [{"content": f"word{number} ", "channel": label} for number, label in enumerate(labels)]
    events = [sse({"choices": [{"index": 0, "delta": delta}]}) for delta in deltas]
    steps = asyncio.run(flowing(rewriter(engine_for(folder, "openai_chat"), "openai_chat", Framing.SSE), events))
    assert b"".join(b"".join(step) for step in steps) == b"".join(events)
    assert b"word0 " in b"".join(b"".join(step) for step in steps[: late + 1])


@pytest.mark.parametrize("name", SPEAKERS)
def test_tokens_alone_hold_no_more_than_the_longest_token(name: str, folder: Path) -> None:
    speaker = SPEAKERS[name]
    running = engine_for(folder, speaker.dialect, ssn="allow", card="allow")
    text = f"Some words that are long enough to go out ahead of others, and more of them: {TOKEN[:15]}"
    had = released(speaker, running, ["First ", text, TOKEN[15:], " end."])
    first = next(number for number, words in enumerate(had) if words)
    if DIALECTS[speaker.dialect].streaming.repeats and speaker.framing is not Framing.JSON_ARRAY:
        assert len("First " + text) - len(had[first + 1]) <= LONGEST_TOKEN


# -- verdicts -----------------------------------------------------------------------------------------


def test_a_blocked_value_stops_the_stream_before_any_of_it(folder: Path) -> None:
    speaker = SPEAKERS["chat"]
    rewriting = rewriter(engine_for(folder, speaker.dialect, ssn="block"), speaker.dialect, speaker.framing)
    body = speaker.speak([("words", "It is "), ("words", engines.SSN[:6]), ("words", engines.SSN[6:] + ", he said")])
    out = rewritten(rewriting, [body])
    assert said(speaker, out) == {"stream:content/index=0": "It is "}
    assert rewriting.verdict.outcome is Outcome.BLOCK
    assert [refusal.code for refusal in rewriting.refused] == ["entity_blocked"]
    assert rewritten(rewriting, [b"data: more\n\n"]) == b""


@pytest.mark.parametrize("stop", ["hard", "soft"])
@pytest.mark.parametrize("name", SPEAKERS)
def test_a_stream_is_stopped_in_its_own_framing(name: str, stop: str, folder: Path) -> None:
    speaker = SPEAKERS[name]
    rewriting = rewriter(engine_for(folder, speaker.dialect, ssn="block", stop=stop), speaker.dialect, speaker.framing)
    body = speaker.speak([("words", "It is "), ("words", engines.SSN + ", he said")])
    out = rewritten(rewriting, [body]) + b"".join(rewriting.stop(Denial("entity_blocked", "Take it out.", "K7Q2M9XA")))
    decoder = framer(speaker.framing, 1 << 20)
    frames = [*decoder.feed(out), *decoder.close()]
    assert all(frame.complete for frame in frames)
    assert engines.SSN not in out.decode("utf-8", "replace")
    assert ("Take it out." in out.decode("utf-8", "replace")) or stop == "soft"


def test_in_monitor_mode_everything_passes_at_once_and_is_judged(folder: Path) -> None:
    speaker = SPEAKERS["chat"]
    rewriting = rewriter(engine_for(folder, speaker.dialect, ssn="block", mode="monitor"), "openai_chat", Framing.SSE)
    body = speaker.speak([("words", f"It is {engines.SSN}, {TOKEN}")])
    assert rewritten(rewriting, [body]) == body
    assert (rewriting.verdict.outcome, rewriting.verdict.enforced) == (Outcome.BLOCK, False)
    assert [(each.entity, each.count) for each in rewriting.tally.entries()] == [("US_SSN", 1)]


GARBAGE = [
    ("chat", b"data: \xff\n\n"),
    ("gemini array", b"}"),
    ("bedrock", b"\x00" * 40),
    ("ollama", b"\xff\n"),
]


@pytest.mark.parametrize(("name", "garbage"), GARBAGE)
def test_garbage_stops_the_stream(name: str, garbage: bytes, folder: Path) -> None:
    speaker = SPEAKERS[name]
    rewriting = rewriter(engine_for(folder, speaker.dialect), speaker.dialect, speaker.framing)
    rewritten(rewriting, [garbage, b"more"])
    assert [refusal.code for refusal in rewriting.refused] == ["malformed_body"]


@pytest.mark.parametrize(("name", "garbage"), GARBAGE)
def test_where_the_policy_lets_unreadable_bodies_pass_no_byte_is_lost(name: str, garbage: bytes, folder: Path) -> None:
    speaker = SPEAKERS[name]
    running = engine_for(folder, speaker.dialect, body="log")
    body = speaker.speak([("words", "It is "), ("words", "wai")])
    for place in (0, 7, len(body) // 2):
        chunks = [body[:place], body[place:] + garbage, b"and more"]
        rewriting = rewriter(running, speaker.dialect, speaker.framing)
        assert rewritten(rewriting, chunks) == b"".join(chunks)
        assert rewriting.verdict.evidence == ("not judged: malformed_body",)


def test_what_was_read_before_the_unreadable_is_hidden_all_the_same(folder: Path) -> None:
    running = engine_for(folder, "openai_chat", body="log", ssn="redact")
    good = sse({"choices": [{"index": 0, "delta": {"content": "SSN 219-09-9999"}}]})
    for chunks in ([good, b"data: \xff\n\n"], [sse({"choices": [{"index": 0, "delta": {"content": "SSN 219-"}}]}),
                   sse({"choices": [{"index": 0, "delta": {"content": "09-9999"}}]}), b"data: \xff\n\n"]):  # fmt: skip
        rewriting = rewriter(running, "openai_chat", Framing.SSE)
        out = rewritten(rewriting, chunks)
        assert b"9999" not in out
        assert out.endswith(b"data: \xff\n\n")
        assert rewriting.verdict.outcome is Outcome.REWRITE


def test_binary_frames_are_refused(folder: Path) -> None:
    raw = eventstream.message(((":content-type", "application/octet-stream"),), b"\xff\xfe")
    rewriting = rewriter(engine_for(folder, "bedrock"), "bedrock", Framing.EVENT_STREAM)
    assert rewritten(rewriting, [raw]) == b""
    assert [refusal.code for refusal in rewriting.refused] == ["unscannable_body"]


def test_a_stream_that_ends_in_the_middle_of_an_event_is_judged_to_its_end(folder: Path) -> None:
    rewriting = rewriter(engine_for(folder, "openai_chat"), "openai_chat", Framing.SSE)
    out = rewritten(rewriting, [SPEAKERS["chat"].speak([("words", f"It is {engines.SSN}")])[:-30]])
    assert engines.SSN.encode() not in out


def test_more_texts_at_a_time_than_any_model_has_are_refused(folder: Path) -> None:
    rewriting = rewriter(engine_for(folder, "openai_chat"), "openai_chat", Framing.SSE)
    chunks = [sse({"choices": [{"index": number, "delta": {"content": "a"}}]}) for number in range(1100)]
    rewritten(rewriting, chunks)
    assert [refusal.code for refusal in rewriting.refused] == ["too_large"]


def test_what_a_failing_detector_raises_passes_through(folder: Path) -> None:
    rewriting = rewriter(engine_for(folder, "openai_chat"), "openai_chat", Framing.SSE)

    async def failing(*_: object) -> Watched:
        raise DetectionFailed("patterns", "late")

    rewriting._watching._search = replace(rewriting._watching._search, watch=failing)  # type: ignore[attr-defined]
    with pytest.raises(DetectionFailed):
        rewritten(rewriting, [SPEAKERS["chat"].speak([("words", "Hello there ")])])


def test_memory_does_not_grow_with_the_stream(folder: Path) -> None:
    rewriting = rewriter(engine_for(folder, "openai_chat"), "openai_chat", Framing.SSE)
    event = sse({"id": "c", "choices": [{"index": 0, "delta": {"content": f"It is {engines.SSN}, "}}]})

    async def run() -> int:
        tracemalloc.start()
        for _ in range(1000):
            await rewriting.feed(event)
        gc.collect()  # which also empties the lists of tuples that Python keeps for the next ones
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(2000):
            await rewriting.feed(event)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        return grown

    assert asyncio.run(run()) < 100_000


def test_messages_of_a_websocket_are_frames_of_their_own(folder: Path) -> None:
    rewriting = rewriter(engine_for(folder, "openai_realtime"), "openai_realtime", None)
    place = {"item_id": "a", "output_index": 0, "content_index": 0}
    events = [{"type": "response.output_text.delta", **place, "delta": piece} for piece in (TOKEN[:9], TOKEN[9:])]
    events.append({"type": "response.output_text.done", **place, "text": TOKEN})
    out = asyncio.run(rewriting.take([SocketMessage(json.dumps(event).encode()) for event in events]))
    assert [json.loads(each).get("delta", json.loads(each).get("text")) for each in out] == [
        engines.CARD,
        "",
        engines.CARD,
    ]
    (last,) = rewriting.stop(Denial("x", "Take it out.", "K7Q2M9XA"))
    assert "Take it out." in last.decode()


def test_what_is_only_recorded_holds_nothing_back_and_is_recorded(folder: Path) -> None:
    rewriting = rewriter(engine_for(folder, "openai_chat", ssn="log"), "openai_chat", Framing.SSE)
    speaker = SPEAKERS["chat"]
    pieces = ["It is ", engines.SSN[:5], engines.SSN[5:], ", he said"]
    had = released(speaker, engine_for(folder, "openai_chat", ssn="log"), pieces)
    assert had[:3] == ["It is ", f"It is {engines.SSN[:5]}", f"It is {engines.SSN}"]
    body = speaker.speak([("words", piece) for piece in pieces])
    assert rewritten(rewriting, [body]) == body
    assert [(each.entity, each.action, each.count) for each in rewriting.tally.entries()] == [("US_SSN", "log", 1)]
