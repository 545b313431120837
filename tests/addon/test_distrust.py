"""A client that ends the handshake is told of once, and what it tries again is counted."""

from __future__ import annotations

import ssl
from pathlib import Path
from time import monotonic, sleep

import pytest
from live import Live, chat

from engines import POLICY, engine
from grille.addon import distrust
from grille.addon.distrust import MOST, SECONDS, Distrust, Report
from grille.policy import Endpoint
from upstream import RecordingUpstream

OPENAI = ("api.openai.com", 443)
ALERT = "OpenSSL Error([('SSL routines', '', 'tlsv1 alert unknown ca')])"
WILD = POLICY.replace("hosts: [mcp.example.com]", "hosts: ['*.mcp.example.com']")


def at(folder: Path, where: tuple[str, int], policy: str = POLICY) -> tuple[Endpoint, ...]:
    return engine(folder, policy).policy.endpoints_at(*where)


def test_what_is_new_is_told_and_what_is_the_same_is_counted(tmp_path: Path) -> None:
    endpoints, memory = at(tmp_path, OPENAI), Distrust()
    told = [memory.report("10.0.0.1", endpoints, OPENAI, ALERT, float(second)) for second in range(2 * int(SECONDS))]
    assert told[0] == Report("api.openai.com", "openai", 1, False)
    assert [each for each in told[1:] if each] == [Report("api.openai.com", "openai", int(SECONDS), False)]
    assert told.index(told[-1]) == 1, "what was last is not yet told"


def test_another_client_or_another_host_is_new(tmp_path: Path) -> None:
    memory, claude = Distrust(), ("api.anthropic.com", 443)
    assert memory.report("10.0.0.1", at(tmp_path, OPENAI), OPENAI, ALERT, 0.0)
    assert memory.report("10.0.0.2", at(tmp_path, OPENAI), OPENAI, ALERT, 0.0)
    assert memory.report("10.0.0.1", at(tmp_path, claude), claude, ALERT, 0.0)
    assert not memory.report("10.0.0.1", at(tmp_path, OPENAI), OPENAI, ALERT, 0.0)


def test_a_host_of_the_catalogue_is_told_without_an_endpoint_as_it_is_written_there() -> None:
    for name, written in (("api.mistral.ai", "api.mistral.ai"), ("jane-doe.openai.azure.com", "*.openai.azure.com")):
        assert Distrust().report("10.0.0.1", (), (name, 443), ALERT, 0.0) == Report(written, "", 1, False)


def test_a_host_that_nobody_knows_is_not_told() -> None:
    assert Distrust().report("10.0.0.1", (), ("4111111111111111.example", 443), ALERT, 0.0) is None


def test_of_a_host_that_a_pattern_covers_the_pattern_is_told(tmp_path: Path) -> None:
    where = ("jane-doe.mcp.example.com", 443)
    found = Distrust().report("10.0.0.1", at(tmp_path, where, WILD), where, ALERT, 0.0)
    assert found is not None
    assert "*.mcp.example.com" in found.line
    assert "jane" not in found.line


def test_of_several_endpoints_at_a_host_none_is_blamed(tmp_path: Path) -> None:
    policy = POLICY.replace("hosts: [mcp.example.com]", "hosts: [api.example.com]")
    where = ("api.example.com", 443)
    found = Distrust().report("10.0.0.1", at(tmp_path, where, policy), where, ALERT, 0.0)
    assert found is not None
    assert (found.host, found.endpoint) == ("api.example.com", "")


def test_the_line_says_what_it_probably_is_and_quotes_nothing(tmp_path: Path) -> None:
    error = f"{ALERT} 4111 1111 1111 1111"
    found = Distrust().report("10.0.0.1", at(tmp_path, OPENAI), OPENAI, error, 0.0)
    assert found is not None
    assert found.line == (
        "a client ended the handshake for api.openai.com: it probably pins the provider's certificate, or was not told "
        "of grille's CA (see `grille env`)"
    )
    assert found.verdict.refusals[0].code == "client_tls"


@pytest.mark.parametrize("error", ["OpenSSL Error([('SSL routines', '', 'unsupported protocol')])", "no shared cipher"])
def test_a_client_with_an_old_tls_is_not_taken_for_one_that_pins(tmp_path: Path, error: str) -> None:
    found = Distrust().report("10.0.0.1", at(tmp_path, OPENAI), OPENAI, error, 0.0)
    assert found is not None
    assert "it speaks no TLS that grille takes" in found.line


def test_only_so_much_is_remembered(tmp_path: Path) -> None:
    endpoints, memory = at(tmp_path, OPENAI), Distrust()
    for number in range(MOST + 50):
        memory.report(f"client {number}", endpoints, OPENAI, ALERT, 0.0)
        memory.report(f"client {number}", endpoints, OPENAI, ALERT, 0.0)
    assert len(memory._told) == len(memory._untold) == MOST


def distrusting(live: Live, up: RecordingUpstream) -> None:
    """A client that trusts another CA."""
    kept = Path(live.ca).read_bytes()
    Path(live.ca).write_bytes(Path(up.ca_file).read_bytes())
    with pytest.raises(ssl.SSLError):
        live.tunnel("api.openai.com")
    Path(live.ca).write_bytes(kept)


def test_one_line_and_one_record_name_the_host_and_the_client(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        for _ in range(3):
            distrusting(live, up)
        assert up.connections == 0
    lines = [line for line in capfd.readouterr().err.splitlines() if "handshake" in line]
    assert len(lines) == 1
    assert lines[0].startswith("grille: a client ended the handshake for api.openai.com: it probably pins")
    (record,) = live.records()
    assert (record["verdict"], record["reasons"][0]["code"]) == ("error", "client_tls")
    assert (record["host"], record["endpoint"], record["clients"]) == ("api.openai.com", "openai", ["app"])
    assert record["evidence"] == ["client: handshakes ended since the last record: 1"]


def test_after_a_while_it_is_told_again_with_the_number(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a slow machine the proxy hears of a handshake a little later than the client."""

    def told() -> list[int]:
        return [int(record["evidence"][0][-1]) for record in live.records()]

    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        for _ in range(3):
            distrusting(live, up)
        monkeypatch.setattr(distrust, "SECONDS", 0.0)
        distrusting(live, up)
        until = monotonic() + 10
        while sum(told()) < 4 and monotonic() < until:
            sleep(0.05)
        assert told()[0] == 1
        assert sum(told()) == 4


def test_a_client_that_trusts_the_ca_is_not_told_of(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        assert live.post(chat("hello")).status == 200
        assert [record["verdict"] for record in live.records()] == ["allow", "allow"]
    assert "handshake" not in capfd.readouterr().err
