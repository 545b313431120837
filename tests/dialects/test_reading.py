"""`grille.dialects.reading`: edits go back the way the words came."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from goldens import LIMIT, messages, reading_of

from grille.dialects import DIALECTS, Reading, read
from grille.errors import CannotRewrite, Malformed
from grille.exchange import Direction, Edit, Touch
from grille.framing.message import Message

JSON = (("Content-Type", "application/json"),)


def request(body: str, dialect: str = "anyjson", headers: tuple[tuple[str, str], ...] = JSON) -> Reading:
    return read(DIALECTS[dialect], Direction.REQUEST, Message(headers, body.encode()), LIMIT)


def replaced(reading: Reading, old: str, new: str) -> Message:
    """Every occurrence of `old`, in every segment, becomes `new`."""
    edits = []
    for number, segment in enumerate(reading.segments):
        at = segment.text.find(old)
        while at >= 0:
            edits.append(Edit(number, at, at + len(old), new))
            at = segment.text.find(old, at + len(old))
    return reading.rewrite(edits)


@pytest.mark.parametrize("path", messages(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_without_an_edit_the_very_same_message_comes_back(path: Path) -> None:
    reading = reading_of(path)
    assert reading.rewrite([]) is reading.message


@pytest.mark.parametrize("path", messages(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_free_text_of_every_golden_can_be_replaced_alone(path: Path) -> None:
    reading = reading_of(path)
    for number, segment in enumerate(reading.segments):
        if segment.touch is not Touch.FREE or not segment.text or segment.address.startswith("header:"):
            continue
        message = reading.rewrite([Edit(number, 0, len(segment.text), 'new "words"\n')])
        again = reading_of(path, message.body)
        before = [s.text for at, s in enumerate(reading.segments) if at != number]
        after = [s.text for s in again.segments]
        assert 'new "words"\n' in after
        after.remove('new "words"\n')
        assert after == before


def test_an_edit_in_nested_json_is_escaped_once_for_every_level() -> None:
    body = json.dumps({"arguments": json.dumps({"note": json.dumps({"iban": "GB82", "é": 1})}), "x": 1e5})
    message = replaced(request(body), "GB82", 'say "hi"')
    opened = json.loads(json.loads(json.loads(message.body)["arguments"])["note"])
    assert opened == {"iban": 'say "hi"', "é": 1}
    assert message.body.decode().replace('say \\\\\\\\\\\\\\"hi\\\\\\\\\\\\\\"', "GB82") == body


def test_an_edit_over_the_pieces_of_a_stream_goes_into_the_first_and_shortens_the_others() -> None:
    events = [{"choices": [{"index": 0, "delta": {"content": text}}]} for text in ("to 41", "11", "22 now")]
    body = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    message = Message((("Content-Type", "text/event-stream"),), body, status=200)
    reading = read(DIALECTS["openai_chat"], Direction.RESPONSE, message, LIMIT)
    rewritten = replaced(reading, "411122", "TOKEN").body.decode()
    texts = [json.loads(line[6:])["choices"][0]["delta"]["content"] for line in rewritten.splitlines() if line]
    assert texts == ["to TOKEN", "", " now"]


def test_two_edits_in_the_pieces_of_a_stream_keep_their_places() -> None:
    events = [{"choices": [{"index": 0, "delta": {"content": text}}]} for text in ("a4", "1b4", "1c")]
    body = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    message = Message((("Content-Type", "text/event-stream"),), body, status=200)
    reading = read(DIALECTS["openai_chat"], Direction.RESPONSE, message, LIMIT)
    rewritten = replaced(reading, "41", "XYZ").body.decode()
    texts = [json.loads(line[6:])["choices"][0]["delta"]["content"] for line in rewritten.splitlines() if line]
    assert texts == ["aXYZ", "bXYZ", "c"]


def test_a_number_becomes_a_string() -> None:
    assert replaced(request('{"a": [4111111111111111, 5]}'), "4111111111111111", "CARD").body == b'{"a": ["CARD", 5]}'


def test_a_key_can_be_replaced_but_not_so_that_two_become_one() -> None:
    assert replaced(request('{"4111": 1, "5": 2}'), "4111", "CARD").body == b'{"CARD": 1, "5": 2}'
    with pytest.raises(CannotRewrite, match="same"):
        replaced(request('{"4111": 1, "CARD": 2}'), "4111", "CARD")
    with pytest.raises(CannotRewrite, match="same"):
        replaced(request('{"a": "{\\"4111\\": 1, \\"CARD\\": 2}"}'), "4111", "CARD")


def test_a_coded_body_leaves_in_the_clear_with_its_length_and_without_stale_digests() -> None:
    headers = (("Content-Encoding", "gzip"), ("content-length", "999"), ("Content-MD5", "x"), ("X-Keep", "y"))
    reading = read(DIALECTS["anyjson"], Direction.REQUEST, Message(headers, gzip.compress(b'{"a": "old"}')), LIMIT)
    message = replaced(reading, "old", "new!")
    assert message.body == b'{"a": "new!"}'
    assert message.headers == (("X-Keep", "y"), ("Content-Length", "13"))


def test_headers_that_mirror_the_body_change_with_it() -> None:
    headers = (*JSON, ("Mcp-Param-Name", "Jane Doe"), ("Mcp-Name", "find"))
    body = '{"method": "tools/call", "params": {"name": "find", "arguments": {"name": "Jane Doe"}}}'
    message = replaced(request(body, "mcp", headers), "Jane Doe", "PERSON_K7Q2M9XA")
    assert message.values("mcp-param-name") == ("PERSON_K7Q2M9XA",)
    assert message.values("mcp-name") == ("find",)
    assert b"Jane" not in message.body


def test_a_mirrored_header_stays_in_base64_where_it_was() -> None:
    headers = (*JSON, ("Mcp-Param-Name", "=?base64?SmFuZQ==?="))
    message = replaced(request('{"params": {"arguments": {"name": "Jane"}}}', "mcp", headers), "Jane", "JOE")
    assert message.values("mcp-param-name") == ("=?base64?Sk9F?=",)


def test_what_repeats_the_words_in_another_form_is_emptied_when_anything_changes() -> None:
    reading = reading_of(
        next(path for path in messages() if path.parent.name == "openai_chat" and path.name == "answer.json")
    )
    body = json.loads(replaced(reading, "CREDIT_CARD_K7Q2M9XA", "4111").body)
    assert body["choices"][0]["logprobs"] is None
    assert body["choices"][0]["message"]["content"] == "Card 4111 was over its limit."


def test_a_plain_text_answer_is_edited_in_place() -> None:
    message = Message((("Content-Type", "text/html"),), b"<p>4111</p>", status=502)
    reading = read(DIALECTS["openai_chat"], Direction.RESPONSE, message, LIMIT)
    assert replaced(reading, "4111", "CARD").body == b"<p>CARD</p>"


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ('{"a": 1}', '{"store": false, "a": 1}'),
        ("{}", '{"store": false}'),
        ('{"store": true, "a": 1}', '{"store": false, "a": 1}'),
        ('{"store": "yes"}', '{"store": false}'),
    ],
)
def test_a_field_can_be_set_at_the_top(body: str, after: str) -> None:
    assert request(body).rewrite([], [("/store", False)]).body.decode() == after


def test_a_field_cannot_be_set_where_there_is_no_object() -> None:
    with pytest.raises(CannotRewrite):
        request("[1]").rewrite([], [("/store", False)])


def test_a_field_and_an_edit_go_into_the_same_body() -> None:
    reading = request('{"messages": [{"role": "user", "content": "4111"}]}')
    number = next(at for at, segment in enumerate(reading.segments) if segment.text == "4111")
    message = reading.rewrite([Edit(number, 0, 4, "CARD")], [("/store", False), ("header:x-logging", "false")])
    assert message.body == b'{"store": false, "messages": [{"role": "user", "content": "CARD"}]}'
    assert message.values("x-logging") == ("false",)


def test_a_declared_field_is_read_with_its_type_and_its_misplaced_twins() -> None:
    reading = request('{"store": false, "extra": {"context_window": "session_only"}, "Encryption": "x"}')
    store = reading.flag("/store")
    assert (store.present, store.value, store.elsewhere) == (True, False, ())
    window = reading.flag("/context_window")
    assert (window.present, window.elsewhere) == (False, ("/extra/context_window",))


@pytest.mark.parametrize(("value", "null"), [("null", True), ("{}", False), ("[]", False), ("false", False)])
def test_only_null_is_null(value: str, null: bool) -> None:
    flag = request(f'{{"conversation": {value}}}').flag("/conversation")
    assert (flag.present, flag.null) == (True, null)


def test_a_declared_field_that_differs_in_case_is_refused() -> None:
    with pytest.raises(Malformed, match="case"):
        request('{"store": false, "Store": true}').flag("/store")
    with pytest.raises(Malformed, match="case"):
        request('{"provider": {"zdr": true}, "Provider": {"zdr": false}}').flag("/provider/zdr")
