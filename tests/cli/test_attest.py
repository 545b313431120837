"""`grille attest`: what a provider says of an account, against what the policy says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Done, grille

from upstream import RecordingUpstream, answer

KEY = "sk-admin-not-a-real-key"
POLICY = """\
version: 1
policy: p
profiles: {none: {}}
endpoints:
  chat: {provider: openai, request: none, response: none}
  cloud: {provider: bedrock, request: none, response: none}
  other: {provider: mistral, request: none, response: none}
attestations:
%s
clients: {c: {match: anyone, endpoints: [chat]}}
"""
BOTH = (("ZDR-1", "provider: openai"), ("ZDR-2", "endpoint: cloud"), ("ZDR-3", "provider: mistral"))


def written(folder: Path, *attestations: tuple[str, str], expires: str = "2099-01-01") -> Path:
    rows = [
        f"  - {{id: {name}, {about}, states: session_only, reference: r, owner: o, expires: {expires}}}\n"
        for name, about in attestations
    ]
    path = folder / "policy.yaml"
    path.write_text(POLICY % "".join(rows))
    return path


def attest(up: RecordingUpstream, policy: Path, *options: str) -> Done:
    done = grille("attest", policy, "--key-env", "ADMIN_KEY", "--endpoint-url", f"http://127.0.0.1:{up.port}", *options)
    assert KEY not in done.out + done.err
    return done


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_KEY", KEY)


@pytest.mark.parametrize(
    ("says", "result", "code"),
    [
        ("zero_data_retention", "confirmed", 0),
        ("enhanced_zero_data_retention", "confirmed", 0),
        ("modified_abuse_monitoring", "contradicted", 1),
        ("enhanced_modified_abuse_monitoring", "contradicted", 1),
        ("none", "contradicted", 1),
        ("something_new", "not known", 2),
    ],
)
def test_openai_is_asked_of_its_organisation(tmp_path: Path, says: str, result: str, code: int) -> None:
    with RecordingUpstream([answer({"object": "organization.data_retention", "type": says})], tls=False) as up:
        done = attest(up, written(tmp_path, *BOTH), "--provider", "openai")
        (request,) = up.requests
    assert request.startswith(b"GET /v1/organization/data_retention HTTP/1.1\r\n")
    assert done.code == code
    assert done.out.split("\n")[0].split() == ["ZDR-1", "openai", "organization", *result.split(), says]
    assert "ZDR-2" not in done.out


@pytest.mark.parametrize(
    ("says", "result", "code"),
    [
        ("none", "confirmed", 0),
        ("default", "contradicted", 1),
        ("aws_review", "contradicted", 1),
        ("provider_data_share", "contradicted", 1),
        ("inherit", "contradicted", 1),
    ],
)
def test_bedrock_is_asked_of_each_region(tmp_path: Path, says: str, result: str, code: int) -> None:
    with RecordingUpstream([answer({"mode": "none"}), answer({"mode": says})], tls=False) as up:
        regions = ("--region", "eu-west-1", "--region", "us-east-1")
        done = attest(up, written(tmp_path, ("ZDR-2", "endpoint: cloud")), *regions, "--format", "json")
        assert [request.split(b" ")[1] for request in up.requests] == [b"/data-retention"] * 2
    assert done.code == code
    assert json.loads(done.out) == [
        {"id": "ZDR-2", "provider": "bedrock", "where": "eu-west-1", "says": "none", "result": "confirmed"},
        {"id": "ZDR-2", "provider": "bedrock", "where": "us-east-1", "says": says, "result": result},
    ]


@pytest.mark.parametrize(
    ("organisation", "project", "result"),
    [
        ("zero_data_retention", "organization_default", "confirmed"),
        ("modified_abuse_monitoring", "organization_default", "contradicted"),
        ("zero_data_retention", "none", "contradicted"),
        ("zero_data_retention", "zero_data_retention", "confirmed"),
    ],
)
def test_a_project_without_a_setting_has_its_organisations(
    tmp_path: Path, organisation: str, project: str, result: str
) -> None:
    replies = [answer({"type": organisation}), answer({"type": project})]
    with RecordingUpstream(replies, tls=False) as up:
        done = attest(up, written(tmp_path, ("ZDR-1", "endpoint: chat")), "--project", "proj_1", "--format", "json")
        assert up.requests[1].startswith(b"GET /v1/organization/projects/proj_1/data_retention HTTP/1.1\r\n")
    assert json.loads(done.out)[1]["result"] == result


def test_who_cannot_be_asked_confirms_nothing(tmp_path: Path) -> None:
    with RecordingUpstream([answer({"error": {"message": KEY}}, 401)], tls=False) as up:
        done = attest(up, written(tmp_path, ("ZDR-1", "provider: openai")))
    assert done.code == 2
    assert "not known" in done.out
    assert "administrator" in done.out


def test_every_attestation_of_the_provider_has_its_line_and_the_question_is_asked_once(tmp_path: Path) -> None:
    with RecordingUpstream([answer({"type": "zero_data_retention"})], tls=False) as up:
        done = attest(up, written(tmp_path, ("A-1", "provider: openai"), ("A-2", "endpoint: chat")))
        assert len(up.requests) == 1
    assert [line.split()[0] for line in done.out.splitlines()] == ["A-1", "A-2"]


@pytest.mark.parametrize(
    ("attestations", "options", "said"),
    [
        (BOTH, (), "--provider bedrock or openai"),
        ((("Z-1", "provider: mistral"),), (), "no attestation of the policy speaks of a provider that tells"),
        ((("Z-1", "provider: openai"),), ("--provider", "bedrock"), "no attestation of the policy speaks of bedrock"),
        ((("Z-1", "provider: bedrock"),), (), "name each that is used with --region"),
        ((("Z-1", "provider: bedrock"),), ("--region", "evil.example/x"), "is not a region"),
        ((("Z-1", "provider: openai"),), ("--project", "../x"), "is not the id of a project"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is_sent(
    tmp_path: Path, attestations: tuple[tuple[str, str], ...], options: tuple[str, ...], said: str
) -> None:
    with RecordingUpstream(tls=False) as up:
        done = attest(up, written(tmp_path, *attestations), *options)
        assert up.received == b""
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_key_is_named_and_never_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = written(tmp_path, ("Z-1", "provider: openai"))
    monkeypatch.delenv("ADMIN_KEY")
    done = grille("attest", policy, "--key-env", "ADMIN_KEY")
    assert done.code == 2
    assert "the variable ADMIN_KEY is not set" in done.err
    assert grille("attest", policy).code == 2
