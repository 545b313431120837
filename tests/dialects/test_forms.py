"""`grille.dialects.forms`: multipart requests, from the bytes that SDKs send to the bytes that go on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import openai
import pytest

import papers
from engines import CARD, POLICY, engine, exchange, judge
from grille.dialects import DIALECTS, Reading, read
from grille.engine import Engine, Inspection
from grille.errors import Malformed
from grille.exchange import Direction, Edit, Kind, Outcome, Touch
from grille.framing.message import Message

LIMIT = 1 << 20
TYPE = (("Content-Type", "multipart/form-data; boundary=b"),)


def part(name: str, content: bytes | str, filename: str | None = None, head: str = "") -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    top = f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n{head}\r\n'.encode()
    return top + (content.encode() if isinstance(content, str) else content) + b"\r\n"


def reading(*parts: bytes, dialect: str = "openai_text", headers: tuple[tuple[str, str], ...] = TYPE) -> Reading:
    return read(DIALECTS[dialect], Direction.REQUEST, Message(headers, b"".join(parts) + b"--b--\r\n"), LIMIT)


def found(read_: Reading) -> dict[str, tuple[str, Kind, Touch]]:
    return {each.address: (each.text, each.kind, each.touch) for each in read_.segments}


def test_fields_go_through_the_table_of_the_dialect() -> None:
    segments = found(reading(part("prompt", "words"), part("model", "whisper-1"), part("include[]", "logprobs")))
    assert segments["part:0"] == ("words", Kind.TEXT, Touch.FREE)
    assert segments["part:1"] == ("whisper-1", Kind.NAME, Touch.FIXED)
    assert segments["part:2"] == ("logprobs", Kind.NAME, Touch.FIXED)
    assert "part:0/name" not in segments
    chat = found(reading(part("messages[0][content]", "words"), part(CARD, "x"), part("a]b[", "y"), dialect="anyjson"))
    assert chat["part:1/name"] == (CARD, Kind.NAME, Touch.FIXED)
    assert chat["part:2/name"] == ("a]b[", Kind.NAME, Touch.FIXED)


def test_what_a_table_never_looks_at_is_judged_in_a_form() -> None:
    for dialect in DIALECTS.keys() - {"anyjson"}:
        names = DIALECTS[dialect].request.names
        parts = [part(name, CARD) for name in sorted(names) if not set(name) & set('"\\[]')]
        read_ = reading(*parts, dialect=dialect)
        judged_ = {address for address, (text, _, _) in found(read_).items() if text == CARD}
        # Sixteen digits are base64 as well: a field for a file holds one then.
        assert len(judged_ | {each.address for each in read_.files}) == len(parts)


def test_whatever_the_sender_chose_around_the_content_is_judged() -> None:
    head = f"Content-Type: text/plain; note={CARD}\r\nX-{CARD.replace(' ', '-')}: {CARD}\r\n"
    segments = found(reading(part("file", "words", "Jane Doe.txt", head)))
    assert segments["part:boundary"] == ("b", Kind.NAME, Touch.FIXED)
    assert segments["part:0/filename"] == ("Jane Doe.txt", Kind.TEXT, Touch.FREE)
    assert segments["part:0/header/0"][0].endswith(CARD)
    assert segments["part:0/header/1"][0] == CARD
    assert segments["part:0/header/1~"][0] == "X-4111-1111-1111-1111"
    assert segments["part:0"] == ("words", Kind.TEXT, Touch.FIXED)


def test_a_boundary_is_judged_unless_it_is_one_that_python_draws() -> None:
    for boundary, judged_ in ((CARD.replace(" ", "-"), True), ("=" * 15 + "4111111111111111000" + "==", False)):
        body = part("prompt", "words").replace(b"--b", b"--" + boundary.encode()) + f"--{boundary}--".encode()
        headers = (("Content-Type", f'multipart/form-data; boundary="{boundary}"'),)
        read_ = read(DIALECTS["anyjson"], Direction.REQUEST, Message(headers, body), LIMIT)
        assert ("part:boundary" in found(read_)) is judged_


def test_a_field_that_is_json_is_read_as_json_and_rewritten_in_its_place() -> None:
    document = '{"a": "old words", "n": 5}'
    read_ = reading(part("metadata", document), part("prompt", "old"), dialect="anyjson")
    edits = [
        Edit(number, 0, 3, 'n"w')
        for number, each in enumerate(read_.segments)
        if each.address in ("part:0#/a", "part:1")
    ]
    changed = read_.rewrite(edits)
    assert changed.body == part("metadata", '{"a": "n\\"w words", "n": 5}') + part("prompt", 'n"w') + b"--b--\r\n"
    assert changed.values("content-length") == (str(len(changed.body)),)


def test_a_header_that_mirrors_a_body_changes_with_a_form_too() -> None:
    headers = (*TYPE, ("Mcp-Param-Name", "Jane Doe"))
    read_ = reading(part("name", "Jane Doe"), dialect="mcp", headers=headers)
    edits = [Edit(at, 0, 8, "PERSON_K7Q2M9XA") for at, each in enumerate(read_.segments) if each.text == "Jane Doe"]
    changed = read_.rewrite(edits)
    assert changed.values("mcp-param-name") == ("PERSON_K7Q2M9XA",)
    assert b"Jane" not in changed.body


def test_a_file_name_is_rewritten_between_its_quotes() -> None:
    read_ = reading(part("file", "words", "Jane Doe.txt"))
    (number,) = [at for at, each in enumerate(read_.segments) if each.address == "part:0/filename"]
    assert read_.rewrite([Edit(number, 0, 8, 'PERSON"')]).body == part("file", "words", "PERSON%22.txt") + b"--b--\r\n"


def test_the_first_part_of_related_parts_is_about_the_others() -> None:
    headers = (("Content-Type", "multipart/related; boundary=b"),)
    metadata = b'--b\r\nContent-Type: application/json\r\n\r\n{"file": {"displayName": "Jane Doe"}}\r\n'
    file = b"--b\r\nContent-Type: application/pdf\r\n\r\n" + papers.pdf() + b"\r\n"
    read_ = reading(metadata, file, dialect="anyjson", headers=headers)
    assert found(read_)["part:0#/file/displayName"] == ("Jane Doe", Kind.TEXT, Touch.FREE)
    assert [(each.address, each.data) for each in read_.files] == [("part:1", papers.pdf())]


def test_a_batch_is_read_line_by_line_and_files_in_it_are_opened() -> None:
    line = {"custom_id": "1", "body": {"messages": [{"content": [{"file": {"file_data": "JVBERi0="}}]}], "n": 5}}
    read_ = reading(part("file", f"{json.dumps(line)}\n{json.dumps(line)}\n", "batch.jsonl"), dialect="anyjson")
    assert found(read_)["part:0#/line/1/body/n"] == ("5", Kind.NAME, Touch.FIXED)
    assert [each.address for each in read_.files] == [
        f"part:0#/line/{number}/body/messages/0/content/0/file/file_data" for number in (0, 1)
    ]


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("body/content/0/input_audio", {"body": {"content": [{"type": "input_audio", "input_audio": "JVBERi0="}]}}),
        ("request/parts/0/inlineData/data", {"request": {"parts": [{"inlineData": {"data": "JVBERi0="}}]}}),
        ("request/parts/0/inline_data/data", {"request": {"parts": [{"inline_data": {"data": "JVBERi0="}}]}}),
        ("content/0/source/data", {"content": [{"source": {"type": "base64", "data": "JVBERi0="}}]}),
    ],
)
def test_files_in_a_batch_are_opened_wherever_a_vendor_has_them(where: str, line: dict[str, object]) -> None:
    read_ = reading(part("file", json.dumps(line), "batch.jsonl"), dialect="anyjson")
    assert [each.address for each in read_.files] == [f"part:0#/{where}"]


def test_what_a_form_declares_is_a_flag() -> None:
    read_ = reading(part("store", "false"), part("context_window", "session_only"))
    assert read_.flag("/store").value is False
    assert read_.flag("/context_window").value == "session_only"
    assert not read_.flag("/background").present
    with pytest.raises(Malformed, match="twice"):
        reading(part("store", "false"), part("store", "true")).flag("/store")
    with pytest.raises(Malformed, match="another case"):
        reading(part("Store", "false")).flag("/store")


def test_a_document_in_a_form_is_no_body_that_declares_anything() -> None:
    read_ = reading(part("metadata", '{"store": false}'), dialect="anyjson")
    assert read_.root is None
    assert not read_.flag("/store").present
    assert not reading(part("file", '{"store": false}', "a.json"), dialect="anyjson").flag("/store").present


# -- what the SDK really sends ------------------------------------------------------------------------


def sent(call: Callable[[openai.OpenAI], object]) -> tuple[bytes, tuple[tuple[str, str], ...], str]:
    """Body, content type and path of what the SDK sends."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        seen.append(request)
        return httpx.Response(400, json={"error": {"message": "seen"}})

    client = openai.OpenAI(api_key="x", max_retries=0, http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    with pytest.raises(openai.BadRequestError):
        call(client)
    (request,) = seen
    return request.content, (("Content-Type", request.headers["content-type"]),), request.url.path


WAVE = b"RIFF\xff\xff\xff\xffWAVE\xff"
CALLS: dict[str, Callable[[openai.OpenAI, str], object]] = {
    "audio.transcriptions": lambda client, text: client.audio.transcriptions.create(
        model="whisper-1", file=("a.wav", WAVE), prompt=text, timestamp_granularities=["word"]
    ),
    "audio.translations": lambda client, text: client.audio.translations.create(
        model="whisper-1", file=(f"{text}.wav", WAVE)
    ),
    "images.edit": lambda client, text: client.images.edit(
        image=[("a.png", papers.PNG), ("b.png", papers.PNG)], prompt=text, model="gpt-image-1"
    ),
    "images.create_variation": lambda client, text: client.images.create_variation(
        image=("a.png", papers.PNG), user=text
    ),
    "files.create": lambda client, text: client.files.create(
        file=("a.txt", text.encode()), purpose="user_data", expires_after={"anchor": "created_at", "seconds": 3600}
    ),
}  # fmt: skip


def judged(running: Engine, call: str, text: str) -> tuple[Inspection, bytes]:
    body, headers, path = sent(lambda client: CALLS[call](client, text))
    return judge(running, "openai", body, headers, at=replace(exchange("openai"), path=path)), body


@pytest.mark.parametrize("call", CALLS)
def test_what_the_sdk_sends_is_read_and_no_card_leaves_in_it(call: str, tmp_path: Path) -> None:
    allowing = POLICY.replace("provider: openai,", "provider: openai, unscannable: log,")
    inspection, body = judged(engine(tmp_path, allowing), call, CARD)
    if call == "files.create":
        assert inspection.verdict.stops, "a file is not rewritten"
    else:
        assert inspection.verdict.outcome is Outcome.REWRITE
        assert CARD.encode() not in inspection.message.body
        assert b"CREDIT_CARD_" in inspection.message.body
    off, body = judged(engine(tmp_path, allowing.replace("CREDIT_CARD: tokenize, ", "")), call, CARD)
    assert (off.verdict.outcome, off.message.body) == (Outcome.ALLOW, body)
    assert CARD.encode() in body


@pytest.mark.parametrize("call", CALLS)
def test_pictures_and_sound_are_refused_unless_the_endpoint_says_otherwise(call: str, tmp_path: Path) -> None:
    refusals = judged(engine(tmp_path, POLICY), call, "words")[0].verdict.refusals
    assert [each.code for each in refusals] == ([] if call == "files.create" else ["unscannable_body"])


def test_a_rewritten_form_is_still_one_that_a_receiver_reads(tmp_path: Path) -> None:
    multipart = pytest.importorskip("python_multipart")
    allowing = POLICY.replace("provider: openai,", "provider: openai, unscannable: log,")
    inspection, _ = judged(engine(tmp_path, allowing), "audio.transcriptions", CARD)
    fields: dict[bytes, bytes] = {}
    headers = {"Content-Type": inspection.message.values("content-type")[0].encode()}
    multipart.parse_form(
        headers,
        io.BytesIO(inspection.message.body),
        lambda each: fields.update({each.field_name: each.value}),
        lambda each: fields.update({each.field_name: b"file"}),
    )
    assert fields[b"prompt"].startswith(b"CREDIT_CARD_")
    assert fields[b"file"] == b"file"
