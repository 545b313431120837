"""Fields that a body must declare: real bytes through the engine, and every way to declare something else.

What is proven: the value is the right one to the letter, the field stands at its place, and nowhere else where the
other side might look for it. An endpoint that asks for nothing lets each of these bodies through.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engines import JSON, POLICY, engine, judge
from grille.engine import Engine
from grille.exchange import Outcome

ASKED = "require: {session_only: {field: /context_window, equals: session_only}}"
DECLARED = "require: {encryption: {field: /encryption, one_of: [AES-256-GCM, 256]}}"
NESTED = "require: {encryption: {field: /security/encryption, one_of: [AES-256-GCM]}}"
RIGHT = '{"encryption": "AES-256-GCM", "q": "hello"}'


@pytest.fixture
def declared(tmp_path: Path) -> Engine:
    return asking(tmp_path, DECLARED)


def asking(folder: Path, requirement: str) -> Engine:
    policy = POLICY.replace(ASKED, requirement)
    assert policy != POLICY
    return engine(folder, policy)


def codes(by: Engine, body: str | bytes, headers: tuple[tuple[str, str], ...] = JSON) -> list[str]:
    verdict = judge(by, "query", body, headers).verdict
    assert (verdict.outcome is Outcome.BLOCK) is bool(verdict.refusals)
    return [refusal.code for refusal in verdict.refusals]


@pytest.mark.parametrize(
    "body",
    [
        RIGHT,
        '{"q": "hello", "encryption": "AES-256-GCM"}',
        '{"encryption": 256}',
        "\ufeff" + RIGHT,
        '{"encryption": 2.56e2}',
        '{"\\u0065ncryption": "AES-256-GC\\u004d"}',
        '{"q": "{\\"encryption\\": \\"none\\"}", "encryption": "AES-256-GCM"}',
    ],
)
def test_the_field_may_be_written_in_any_way_that_json_reads_alike(declared: Engine, body: str) -> None:
    assert codes(declared, body) == []


@pytest.mark.parametrize(
    "value",
    [
        '"aes-256-gcm"',
        '"AES-256-GCM "',
        '" AES-256-GCM"',
        '"AES-256-GCM\\n"',
        '"AES-256-GCM\\u0000"',
        '"\\ufeffAES-256-GCM"',
        '"AES\\u2011256\\u2011GCM"',
        '"\\u0410ES-256-GCM"',
        '"\\uff21ES-256-GCM"',
        '"AES-256-GCM,none"',
        '["AES-256-GCM"]',
        '{"AES-256-GCM": true}',
        '"256"',
        "256.5",
        "true",
        "null",
        "[]",
        '""',
    ],
)
def test_the_value_is_the_right_one_to_the_letter(declared: Engine, value: str) -> None:
    assert codes(declared, f'{{"encryption": {value}}}') == ["encryption_field_wrong"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"options": {"encryption": "AES-256-GCM"}}', "encryption_field_misplaced"),
        ('{"Encryption": "AES-256-GCM"}', "malformed_body"),
        ('{"encryption": "AES-256-GCM", "ENCRYPTION": "none"}', "malformed_body"),
        ('{"encryption": "AES-256-GCM", "encryption": "AES-256-GCM"}', "malformed_body"),
        ('{"encryption": "AES-256-GCM", "\\u0065ncryption": "none"}', "malformed_body"),
        ('{"encryption": "AES-256-GCM", "options": {"encryption": "none"}}', "encryption_field_misplaced"),
        ('{"encryption": "AES-256-GCM", "options": {"Encryption": "none"}}', "encryption_field_misplaced"),
        ('{"encryption ": "AES-256-GCM"}', "encryption_field_missing"),
        ('{"\\ufeffencryption": "AES-256-GCM"}', "encryption_field_missing"),
        ('{"\\u0435ncryption": "AES-256-GCM"}', "encryption_field_missing"),
        ('{"encryption\\u0000": "AES-256-GCM"}', "encryption_field_missing"),
        ('{"q": "{\\"encryption\\": \\"AES-256-GCM\\"}"}', "encryption_field_missing"),
        ('"encryption"', "encryption_field_missing"),
        ('[{"encryption": "AES-256-GCM"}]', "encryption_field_missing"),
        ('[{"encryption": "AES-256-GCM"}, {"encryption": "none"}]', "encryption_field_missing"),
        ("{}", "encryption_field_missing"),
        ("", "encryption_field_missing"),
    ],
)
def test_the_field_stands_at_its_place_and_nowhere_else(declared: Engine, body: str, code: str) -> None:
    assert codes(declared, body) == [code]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (RIGHT.encode("utf-16"), "application/json"),
        (f"{RIGHT}\n{RIGHT}\n".encode(), "application/x-ndjson"),
        (RIGHT.encode() + b'\n{"encryption": "none"}\n', "application/jsonl"),
        (f"data: {RIGHT}\n\n".encode(), "text/event-stream"),
        (b"encryption: AES-256-GCM\n", "application/yaml"),
        (RIGHT.encode() + b" // none", "application/json5"),
        (RIGHT.replace('"', "'").encode(), "application/json"),
    ],
)
def test_a_body_that_others_may_read_otherwise_declares_nothing(
    declared: Engine, body: bytes, content_type: str
) -> None:
    assert codes(declared, body, (("Content-Type", content_type),))


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/cbor"])
def test_the_content_type_does_not_decide_what_a_body_declares(declared: Engine, content_type: str) -> None:
    assert codes(declared, RIGHT, (("Content-Type", content_type),)) == []
    assert codes(declared, '{"encryption": "none"}', (("Content-Type", content_type),)) == ["encryption_field_wrong"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"security": {"encryption": "AES-256-GCM"}}', None),
        ('{"security": {"encryption": "none"}}', "encryption_field_wrong"),
        ('{"encryption": "AES-256-GCM"}', "encryption_field_misplaced"),
        ('{"security": [{"encryption": "AES-256-GCM"}]}', "encryption_field_missing"),
        ('{"security": "{\\"encryption\\": \\"AES-256-GCM\\"}"}', "encryption_field_missing"),
        ('{"security": {"encryption": "AES-256-GCM"}, "encryption": "none"}', "encryption_field_misplaced"),
        ('{"security/encryption": "AES-256-GCM"}', "encryption_field_missing"),
        ('{"security.encryption": "AES-256-GCM"}', "encryption_field_missing"),
    ],
)
def test_a_field_within_a_field_has_one_place_too(tmp_path: Path, body: str, code: str | None) -> None:
    assert codes(asking(tmp_path, NESTED), body) == ([code] if code else [])


def test_an_endpoint_that_asks_for_nothing_takes_what_it_is_told(tmp_path: Path) -> None:
    by = asking(tmp_path, "")
    for body in ('{"encryption": "none"}', '{"options": {"encryption": "AES-256-GCM"}}', "{}"):
        assert codes(by, body) == []


def test_the_record_says_what_was_declared_and_that_it_is_a_claim(declared: Engine) -> None:
    evidence = judge(declared, "query", RIGHT).verdict.evidence
    assert evidence[-1] == "encryption: the body declares /encryption as asked"
