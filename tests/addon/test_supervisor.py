"""Several proxies on one port: as good as one, and better when one of them dies."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from processes import alive
from running import Process, health_port, post, probe, process, refuses

import engines
from engines import CARD
from grille.addon.proxies import Cradle
from grille.addon.run import STOPPED, UNUSABLE
from grille.addon.settings import Settings
from grille.addon.state import State
from grille.addon.supervisor import _Supervisor, reserved, share, supervise
from grille.errors import SettingsError
from grille.sinks import heads
from grille.sinks.chain import Link, Memory
from grille.sinks.verify import verify
from upstream import RecordingUpstream, answer

sys.path.append(str(Path(__file__).parents[2] / "bench"))
import rolling

REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})


@pytest.fixture
def settings(folder: Path) -> Settings:
    engines.engine(folder)
    (folder / "confdir").chmod(0o700)
    return Settings(str(folder / "policy.yaml"), State(folder / "confdir"), ("127.0.0.1", 0), processes=2)


def proxies(running: Process) -> list[int]:
    return rolling.proxies(running.handle.pid)


def comes(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not condition():
        time.sleep(0.05)
    return condition()


@pytest.mark.timeout(240)
def test_they_share_the_work_one_that_dies_is_replaced_and_all_end_in_peace(settings: Settings) -> None:
    streaming, go = threading.Event(), threading.Event()
    seen: list[tuple[int, bytes]] = []

    def model(request: bytes) -> bytes | Iterator[bytes]:
        if b'"stream"' in request:
            return rolling.events()
        return stream() if b"long" in request else REPLY

    def stream() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        data = b'data: {"choices": [{"index": 0, "delta": {"content": "first "}}]}\n\n'
        yield b"%x\r\n%s\r\n" % (len(data), data)
        streaming.set()
        assert go.wait(20)
        yield b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"

    with RecordingUpstream(model) as up:
        with process(settings, up, "--workers", "2", "--health", "127.0.0.1:0", "--drain", "15") as running:
            port, ca = health_port(running), settings.state.certificate
            both = "2 of 2 processes serve\n"
            assert comes(lambda: probe(port, "/readyz") == (200, both))
            first, second = proxies(running)
            for _ in range(16):
                assert post(running.port, ca, f"Card {CARD}")[0] == 200
            metrics = probe(port, "/metrics")[1]
            counts = re.findall(
                r'grille_messages_total\{direction="request",endpoint="openai".*process="(\d)".*\} (\d+)', metrics
            )
            assert {number for number, _ in counts} == {"0", "1"}, "of 16 connections each had some"
            assert sum(int(count) for _, count in counts) == 16
            assert "grille_processes 2.0" in metrics

            os.kill(first, signal.SIGKILL)
            assert comes(lambda: probe(port, "/readyz") == (200, both) and first not in proxies(running))
            assert "grille_process_restarts_total 1.0" in probe(port, "/metrics")[1]
            assert second in proxies(running)

            with rolling.load(running.port, ca, clients=2, streams=2) as counts:
                os.kill(second, signal.SIGTERM)
                assert comes(lambda: second not in proxies(running))
            assert not counts.why, f"one that ends in peace costs nobody anything: {counts}"
            assert counts.streamed > 0
            assert comes(lambda: probe(port, "/readyz") == (200, both))

            client = threading.Thread(target=lambda: seen.append(post(running.port, ca, "a long one")))
            client.start()
            assert streaming.wait(30)
            processes = proxies(running)
            running.handle.terminate()
            assert refuses(running.port)
            assert probe(port, "/readyz") == (503, "draining\n")
            go.set()
            client.join(30)
            assert running.ended() == STOPPED
            assert not any(alive(each) for each in processes)
        assert CARD.encode() not in up.received
    assert [(status, b"[DONE]" in body) for status, body in seen] == [(200, True)]
    assert not settings.state.audit.exists()
    files = [settings.state.audit.with_name(f"audit.{number}.jsonl") for number in (0, 1)]
    records = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    head = heads.read(settings.state.directory / "audit.head.json")
    assert sorted(head.writers) == ["audit.0.jsonl", "audit.1.jsonl"]
    assert sum(known.link.seq for known in head.writers.values()) == len(records), "one head, exact at the end"
    assert all(known.ended for known in head.writers.values())
    assert verify(files, [head]).whole, "one chain each, over the death of a process"
    asked = sum(each["endpoint"] == "openai" and each["direction"] == "request" for each in records)
    assert asked == 17 + counts.answered + counts.streamed
    assert "4111" not in "".join(running.said)


@pytest.mark.timeout(240)
def test_a_second_run_on_one_state_directory_does_not_start(settings: Settings) -> None:
    with RecordingUpstream(lambda request: REPLY) as up, process(settings, up, "--workers", "2"):
        for more in ((), ("--workers", "2")):
            with pytest.raises(AssertionError, match="another run keeps"), process(settings, up, *more):
                pass


@pytest.mark.timeout(240)
def test_while_the_policy_says_something_else_nobody_who_ended_is_replaced(settings: Settings) -> None:
    policy = Path(settings.policy)
    former = policy.read_text()
    options = ("--workers", "2", "--health", "127.0.0.1:0")
    with RecordingUpstream(lambda _: REPLY) as up, process(settings, up, *options) as running:
        port = health_port(running)
        assert comes(lambda: probe(port, "/readyz") == (200, "2 of 2 processes serve\n"))
        policy.write_text(former.replace("CREDIT_CARD: tokenize", "CREDIT_CARD: log"))
        os.kill(proxies(running)[1], signal.SIGKILL)
        assert comes(lambda: "was edited since the other processes read it" in "".join(running.said))
        assert probe(port, "/readyz") == (200, "1 of 2 processes serve\n")
        for _ in range(8):
            assert post(running.port, settings.state.certificate, f"Card {CARD}")[0] == 200
        policy.write_text(former)
        assert comes(lambda: probe(port, "/readyz") == (200, "2 of 2 processes serve\n"))
    assert CARD.encode() not in up.received


def test_what_keeps_one_from_serving_is_said_once(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    policy = Path(settings.policy)
    policy.write_text(policy.read_text().replace("CREDIT_CARD: tokenize", "CREDIT_CARD: tokenise"))
    assert supervise(settings) == UNUSABLE
    err = capfd.readouterr().err
    assert err.count("not started") == 1
    assert "tokenise" in err


def test_a_port_at_which_anybody_listens_is_not_shared(settings: Settings) -> None:
    elsewhere = pytest.raises(SettingsError, match=r"\(address already in use\): end what")
    with socket.create_server(("127.0.0.1", 0)) as taken, ExitStack() as held, elsewhere:
        reserved(("127.0.0.1", taken.getsockname()[1]), held)
    with socket.socket() as other, ExitStack() as held:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(SettingsError, match=r"\(address already in use\): end what"):
            reserved(("127.0.0.1", other.getsockname()[1]), held)


def test_a_free_port_is_one_for_both_families() -> None:
    with ExitStack() as held:
        host, port = reserved(("localhost", 0), held)
        assert host == "localhost"
        assert port > 0
        with pytest.raises(OSError, match="in use"), socket.socket() as other:
            other.bind(("127.0.0.1", port))


def test_of_two_families_one_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket

    def without(family: int = socket.AF_INET, *more: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return real(family, *more)

    monkeypatch.setattr(socket, "socket", without)
    with ExitStack() as held:
        assert reserved(("localhost", 0), held)[1] > 0
        with pytest.raises(SettingsError, match="not supported"):
            reserved(("::1", 0), held)


def test_each_has_an_audit_file_of_its_own(settings: Settings) -> None:
    assert share(settings, 1).audit == str(settings.state.directory / "audit.1.jsonl")
    known = Memory(Link("c", 3, "0" * 64), ended=True)
    assert share(settings, 1, {"audit.1.jsonl": known}).memory == known
    assert share(settings, 0, {"audit.1.jsonl": known}).memory is None
    assert share(replace(settings, audit="/var/log/grille/records.log"), 0).audit == "/var/log/grille/records.0.log"
    with pytest.raises(SettingsError, match="--audit"):
        share(replace(settings, audit="-"), 0)


def test_a_proxy_that_is_not_forked_leaves_no_socket_open(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[socket.socket] = []
    pair = socket.socketpair

    def remembered() -> tuple[socket.socket, socket.socket]:
        made.extend(both := pair())
        return both

    async def refused(*_: object) -> None:
        raise OSError("no process could be forked")

    async def scene() -> None:
        waiting = _Supervisor(settings)
        with monkeypatch.context() as patched:
            patched.setattr(socket, "socketpair", remembered)
            patched.setattr(Cradle, "forked", refused)
            with pytest.raises(OSError, match="forked"):
                await waiting._started(0)

    asyncio.run(scene())
    assert [each.fileno() for each in made] == [-1, -1]
