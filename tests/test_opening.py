"""Files in messages, from the body to the verdict: opened, judged, and what becomes of those without words."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import papers
from engines import CARD, JSON, POLICY, TODAY, engine, exchange, find, judge
from grille.engine import Engine, Inspection, inspect
from grille.exchange import Outcome, TokenMap
from grille.framing.base import Framing
from grille.framing.message import Message
from grille.policy import Reaction
from rewriting import engine_for, rewriter, rewritten, sse

OFF = POLICY.replace("CREDIT_CARD: tokenize", "CREDIT_CARD: allow")
BLOCKING = POLICY.replace("CREDIT_CARD: tokenize", "CREDIT_CARD: block")
DOCUMENTS = {
    "txt": CARD.encode(),
    "utf-16 txt": CARD.encode("utf-16"),
    "csv": f"name,card\r\nJane,{CARD}\r\n".encode(),
    "tsv": f"name\tcard\nJane\t{CARD}\n".encode(),
    "md": f"# Refunds\n\n| card |\n|---|\n| {CARD} |\n".encode(),
    "yaml": f"card: {CARD}\n".encode(),
    "json": json.dumps({"card": CARD}).encode(),
    "json with a number": b'{"card": 4.111111111111111e15}',
    "a key of json": json.dumps({CARD: 1}).encode(),
    "jsonl": f'{{"a": 1}}\n{{"a": "{CARD}"}}\n'.encode(),
    "html": f"<p>{CARD}</p>".encode(),
    "html with tags inside": b"<p>4111 1111 <b>1111</b> 1111</p>",
    "html with entities": b"<p>&#52;111 1111 1111 1111</p>",
    "an attribute of html": f'<img alt="{CARD}">'.encode(),
    "xml": f"<a><b>{CARD}</b></a>".encode(),
    "svg": f'<svg xmlns="http://www.w3.org/2000/svg"><text>{CARD}</text></svg>'.encode(),
    "pdf": papers.pdf(papers.written(CARD)),
    "docx": papers.docx(body=f"<w:p><w:r><w:t>{CARD}</w:t></w:r></w:p>"),
    "xlsx": papers.xlsx({"xl/sharedStrings.xml": f"<sst {papers.S}><si><t>{CARD}</t></si></sst>"}),
    "zip": papers.zipped({"skill/SKILL.md": CARD}),
}


def body(data: bytes) -> bytes:
    file = {"type": "file", "file": {"file_data": base64.b64encode(data).decode()}}
    return json.dumps(
        {"messages": [{"role": "user", "content": [file, {"type": "text", "text": "Jane Doe"}]}]}
    ).encode()


def form(data: bytes, filename: str = "a.bin") -> tuple[bytes, tuple[tuple[str, str], ...]]:
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'.encode()
    return head + data + b"\r\n--b--\r\n", (("Content-Type", "multipart/form-data; boundary=b"),)


def uploaded(running: Engine, data: bytes) -> Inspection:
    content, headers = form(data)
    at = replace(exchange("openai"), path="/v1/audio/transcriptions")
    return judge(running, "openai", content, headers, at=at)


@pytest.mark.parametrize("data", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_card_in_any_kind_of_document_is_stopped(data: bytes, tmp_path: Path) -> None:
    blocking = engine(tmp_path, BLOCKING)
    for judged in (judge(blocking, "openai", body(data)), uploaded(blocking, data)):
        assert judged.verdict.stops
        assert "CREDIT_CARD" in {ruling.finding.entity for ruling in judged.verdict.rulings}
    hiding = engine(tmp_path, POLICY)
    assert judge(hiding, "openai", body(data)).verdict.stops, "nothing in a file is rewritten, so hiding blocks"


@pytest.mark.parametrize("data", DOCUMENTS.values(), ids=DOCUMENTS)
def test_with_the_policy_off_every_document_leaves_as_it_came(data: bytes, tmp_path: Path) -> None:
    off = engine(tmp_path, OFF.replace("PERSON: tokenize, ", ""))
    for judged, sent in ((judge(off, "openai", body(data)), body(data)), (uploaded(off, data), form(data)[0])):
        assert judged.verdict.outcome is Outcome.ALLOW
        assert judged.message.body == sent


def test_a_name_in_a_document_is_a_name(tmp_path: Path) -> None:
    judged = judge(engine(tmp_path, BLOCKING), "openai", body(papers.pdf(papers.written("Dear Jane Doe"))))
    assert judged.verdict.stops
    addresses = {judged.segments[r.finding.segment].address for r in judged.verdict.rulings}
    assert "/messages/0/content/0/file/file_data#/page/1" in addresses


UNREADABLE: Mapping[str, tuple[bytes, str]] = {
    "a picture": (papers.PNG, "image"),
    "sound": (b"RIFF\xff\xff\xff\xffWAVE\xff", "sound"),
    "a film": (b"\x00\x00\x00\x18ftypmp42\xff", "video"),
    "an old office document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\xff", "unknown binary"),
    "a damaged document": (papers.docx()[:-30], "document that is damaged or can be read in two ways"),
    "a picture in a document": (papers.docx({"word/media/a.png": papers.PNG}), "image"),
}


@pytest.mark.parametrize(("data", "why"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_for_the_endpoint_to_say(data: bytes, why: str, tmp_path: Path) -> None:
    refused = judge(engine(tmp_path, POLICY), "openai", body(data)).verdict
    (refusal,) = refused.refusals
    assert (refused.stops, refusal.code, refusal.because.name) == (True, "unscannable_body", "endpoints.openai")
    assert f"{why} at /messages/0/content/0/file/file_data" in refusal.text
    for said, evidence in (("log", f"not judged: {why} at /messages/0/content/0/file/file_data"), ("allow", "")):
        running = engine(tmp_path, POLICY.replace("provider: openai,", f"provider: openai, unscannable: {said},"))
        judged = judge(running, "openai", body(data))
        assert judged.verdict.outcome is Outcome.REWRITE, "the rest of the message is judged all the same"
        assert b"Jane Doe" not in judged.message.body
        assert base64.b64encode(data) in judged.message.body
        assert "".join(judged.verdict.evidence).startswith(evidence)
        assert bool(judged.verdict.evidence) == (said == "log")


def test_where_pictures_may_pass_a_card_beside_one_may_not(tmp_path: Path) -> None:
    allowing = BLOCKING.replace("provider: openai,", "provider: openai, unscannable: allow,")
    mixed = papers.docx({"word/media/a.png": papers.PNG}, body=f"<w:p><w:t>{CARD}</w:t></w:p>")
    verdict = judge(engine(tmp_path, allowing), "openai", body(mixed)).verdict
    assert [refusal.code for refusal in verdict.refusals] == ["entity_blocked"]


def test_monitoring_says_what_it_would_refuse_and_judges_the_rest(tmp_path: Path) -> None:
    watching = POLICY.replace("provider: openai,", "provider: openai, mode: monitor,")
    verdict = judge(engine(tmp_path, watching), "openai", body(papers.PNG)).verdict
    assert (verdict.stops, verdict.outcome) == (False, Outcome.BLOCK)
    assert verdict.rulings


@pytest.mark.parametrize("said", ["block", "log", "allow"])
def test_binary_bodies_go_by_the_same_key(said: str, tmp_path: Path) -> None:
    running = engine(tmp_path, POLICY.replace("provider: openai,", f"provider: openai, unscannable: {said},"))
    grpc = b"\x00\x00\x00\x00\x05\xff\xfe\xfd\x01\x02"
    for judged in (judge(running, "openai", grpc, ()), judge(running, "openai", grpc, (), minted=TokenMap())):
        assert judged.verdict.stops == (said == "block")
        assert judged.message.body == grpc


def test_a_document_that_is_the_whole_body_is_opened(tmp_path: Path) -> None:
    running = engine(tmp_path, BLOCKING)
    ascii_only, with_bytes = papers.pdf(papers.written(CARD)), papers.pdf(b"% \xff\n" + papers.written(CARD))
    for data in (ascii_only, with_bytes, papers.docx(body=f"<w:p><w:t>{CARD}</w:t></w:p>")):
        for minted in (None, TokenMap()):
            judged = judge(running, "openai", data, (), minted=minted)
            (ruling,) = [each for each in judged.verdict.rulings if each.finding.entity == "CREDIT_CARD"]
            assert judged.segments[ruling.finding.segment].address.startswith("body#/")
            assert judged.verdict.stops


def test_many_unread_parts_are_counted(tmp_path: Path) -> None:
    many = papers.docx({f"word/media/{number}.png": papers.PNG for number in range(9)})
    text = judge(engine(tmp_path, POLICY), "openai", body(many)).verdict.refusals[0].text
    assert "; 4 more." in text


def test_without_a_place_to_open_files_none_is_let_through(tmp_path: Path) -> None:
    message = Message(JSON, body(papers.pdf()), "/v1/chat/completions")
    judged = asyncio.run(inspect(engine(tmp_path, POLICY), exchange("openai"), message, find, TODAY))
    assert [refusal.code for refusal in judged.verdict.refusals] == ["unscannable_body"]


# -- where no vendor keeps files ------------------------------------------------------------------------


def answered(content: str) -> bytes:
    """A request that sends a tool's answer along."""
    return json.dumps({"messages": [{"role": "tool", "tool_call_id": "c", "content": content}]}).encode()


PACKED = base64.b64encode(papers.docx(body=f"<w:p><w:r><w:t>{CARD}</w:t></w:r></w:p>")).decode()


@pytest.mark.parametrize(
    "content",
    [
        PACKED,
        f"data:application/octet-stream;base64,{PACKED}",
        json.dumps({"name": "a.docx", "content": PACKED, "size": 7}),
        json.dumps({"name": "a.docx", "content": base64.encodebytes(base64.b64decode(PACKED)).decode()}),
        json.dumps([{"url": f"data:application/zip;base64,{PACKED}"}]),
        json.dumps({"content": base64.b64encode(papers.pdf(papers.written(CARD))).decode()}),
    ],
)
def test_a_packed_document_in_a_tools_answer_is_opened(content: str, tmp_path: Path) -> None:
    judged = judge(engine(tmp_path, BLOCKING), "openai", answered(content))
    assert judged.verdict.stops
    assert "CREDIT_CARD" in {ruling.finding.entity for ruling in judged.verdict.rulings}


@pytest.mark.parametrize("content", ["UEsDB is how a package begins.", f"see {PACKED}", PACKED[:30], "JVBERi0xLjQ="])
def test_a_text_that_only_begins_so_is_a_text(content: str, tmp_path: Path) -> None:
    judged = judge(engine(tmp_path, BLOCKING), "openai", answered(content))
    assert judged.verdict.outcome is Outcome.ALLOW
    assert judged.segments[-1].text == content


# -- in streams ---------------------------------------------------------------------------------------


def resource(data: bytes) -> bytes:
    blob = {"uri": "file:///a", "blob": base64.b64encode(data).decode()}
    content = [{"type": "resource", "resource": blob}, {"type": "text", "text": "SSN 219-09-9999"}]
    return sse({"jsonrpc": "2.0", "id": 1, "result": {"content": content}})


def test_a_document_in_an_event_is_opened(tmp_path: Path) -> None:
    running = engine_for(tmp_path, "mcp", ssn="block")
    rewriting = rewriter(running, "mcp", Framing.SSE)
    clean = sse({"jsonrpc": "2.0", "id": 1, "result": {"content": []}})
    data = papers.pdf(b"% \xff\n" + papers.written("SSN 219-09-9999"))
    out = rewritten(rewriting, [clean, resource(data).replace(b"SSN 219-09-9999", b"x")])
    assert out == clean
    assert [refusal.code for refusal in rewriting.refused] == ["entity_blocked"]


@pytest.mark.parametrize("said", ["block", "log", "allow"])
def test_a_picture_in_an_event_is_for_the_endpoint_to_say(said: str, tmp_path: Path) -> None:
    running = engine_for(tmp_path, "mcp")
    policy = running.policy
    endpoint = replace(policy.endpoints["any"], unscannable=Reaction(said))
    running = replace(running, policy=replace(policy, endpoints={"any": endpoint}))
    rewriting = rewriter(running, "mcp", Framing.SSE)
    out = rewritten(rewriting, [resource(papers.PNG)])
    assert b"219-09-9999" not in out
    assert (base64.b64encode(papers.PNG) in out) == (said != "block")
    assert [refusal.code for refusal in rewriting.refused] == (["unscannable_body"] if said == "block" else [])
    seen = ("not judged: image at event:0/result/content/0/resource/blob",)
    assert rewriting.verdict.evidence == (seen if said == "log" else ())


def test_where_a_stream_is_only_watched_a_picture_goes_on_and_is_recorded(tmp_path: Path) -> None:
    rewriting = rewriter(engine_for(tmp_path, "mcp", mode="monitor"), "mcp", Framing.SSE)
    assert rewritten(rewriting, [resource(papers.PNG)]) == resource(papers.PNG)
    assert rewriting.verdict.outcome is Outcome.BLOCK
    assert [refusal.code for refusal in rewriting.verdict.refusals] == ["unscannable_body"]
