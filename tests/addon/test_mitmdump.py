"""Stock mitmdump with the addon: it judges, it refuses options that let something past, and it ends."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from live import CONFDIR
from mitmproxy.exceptions import OptionsError
from mitmproxy.test import taddons

from engines import CARD, POLICY, SSN, engine
from grille.addon import mitmdump
from grille.addon.mitmdump import UNUSABLE, Loading
from grille.addon.nursery import Recipe
from grille.addon.workers import Workers
from grille.errors import SettingsError
from upstream import RecordingUpstream

SCRIPT = str(Path(mitmdump.__file__))
SAFE = {
    "body_size_limit": "9m",
    "connection_strategy": "lazy",
    "flow_detail": "0",
    "http3": "false",
    "onboarding": "false",
    "rawtcp": "false",
    "show_ignored_hosts": "false",
    "store_streamed_bodies": "false",
    "termlog_verbosity": "error",
}
START = "from mitmproxy.tools.main import mitmdump; mitmdump()"


@dataclass
class Started:
    """mitmdump; `said` is what it wrote, `port` where it listens."""

    handle: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def words(self) -> str:
        return "".join(self.said)


@contextmanager
def dump(folder: Path, *more: str, script: str = SCRIPT, twice: Sequence[str] = ()) -> Iterator[Started]:
    """`more` are options instead of the safe ones, `twice` such as are given a second time."""
    confdir = folder / CONFDIR
    confdir.chmod(0o700)
    command = [sys.executable, "-W", "ignore", "-c", START, "-s", script, "--listen-host", "127.0.0.1"]
    options = SAFE | {"confdir": str(confdir), "grille_state": str(confdir)}
    options |= {"grille_policy": str(folder / "policy.yaml"), **dict(option.split("=", 1) for option in more)}
    given = [f"{name}={value}" for name, value in options.items()]
    command += [part for option in (*given, *twice) for part in ("--set", option)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as handle:
        try:
            yield Started(handle)
        finally:
            handle.kill()


def ended(running: Started) -> int:
    """The exit code, when it ends by itself."""
    said, _ = running.handle.communicate(timeout=60)
    running.said.append(said)
    return running.handle.returncode


@contextmanager
def ready(folder: Path, port: int, *more: str, script: str = SCRIPT) -> Iterator[Started]:
    """mitmdump at `port`, when its workers are there."""
    with dump(folder, f"listen_port={port}", *more, script=script) as running:
        assert running.handle.stdout is not None
        for line in running.handle.stdout:
            running.said.append(line)
            if "grille: ready under mitmdump" in line:
                break
        else:
            pytest.fail(running.words)
        running.port = port
        reader = threading.Thread(target=running.said.extend, args=(running.handle.stdout,), daemon=True)
        reader.start()
        yield running
        running.handle.terminate()
        assert running.handle.wait(10) == 0
        reader.join(5)


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def policy_for(folder: Path, port: int) -> None:
    """The small policy, whose JSON endpoint is at that port of localhost."""
    engine(folder, POLICY.replace("hosts: [api.example.com]", f"hosts: ['localhost:{port}']"))


def ask(running: Started, folder: Path, port: int, text: str) -> tuple[int, bytes]:
    context = ssl.create_default_context(cafile=folder / CONFDIR / "mitmproxy-ca-cert.pem")
    body = json.dumps({"context_window": "session_only", "q": text})
    with closing(http.client.HTTPSConnection("127.0.0.1", running.port, timeout=10, context=context)) as connection:
        connection.set_tunnel("localhost", port)
        connection.request("POST", "/query", body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, reply.read()


# -- a process -------------------------------------------------------------------------------------


def test_under_mitmdump_a_card_is_swapped_a_number_blocked_and_no_word_printed(folder: Path, free_port: int) -> None:
    with RecordingUpstream() as up:
        policy_for(folder, up.port)
        with ready(folder, free_port, f"ssl_verify_upstream_trusted_ca={up.ca_file}") as running:
            assert ask(running, folder, up.port, f"card {CARD}")[0] == 200
            status, body = ask(running, folder, up.port, f"number {SSN}")
            assert (status, b"incident" in body) == (403, True)
        assert CARD.encode() not in up.received
        assert SSN.encode() not in up.received
        assert b"CREDIT_CARD_" in up.received
    records = [json.loads(line) for line in (folder / CONFDIR / "audit.jsonl").read_text("utf-8").splitlines()]
    assert [record["verdict"] for record in records] == ["rewrite", "allow", "block"]
    assert CARD not in running.words
    assert SSN not in running.words


def test_a_script_that_breaks_while_it_runs_does_not_take_the_addon_away(folder: Path, free_port: int) -> None:
    """mitmdump would load a changed script anew, and log what that raises."""
    copy = folder / "copied_addon.py"
    copy.write_text(Path(SCRIPT).read_text("utf-8"), "utf-8")
    with RecordingUpstream() as up:
        policy_for(folder, up.port)
        trust = f"ssl_verify_upstream_trusted_ca={up.ca_file}"
        with ready(folder, free_port, trust, script=str(copy)) as running:
            copy.write_text(f"raise ValueError('{CARD}')", "utf-8")
            os.utime(copy, (1, time.time() + 60))
            time.sleep(1.2)  # it looks once a second
            assert ask(running, folder, up.port, f"number {SSN}")[0] == 403
        assert CARD not in running.words
        assert SSN.encode() not in up.received


def test_an_option_that_is_given_twice_does_not_leave_mitmdump_without_the_addon(folder: Path) -> None:
    engine(folder)
    with dump(folder, "listen_port=0", twice=["grille_policy=starter"]) as running:
        assert ended(running) == UNUSABLE
    assert "grille: not started: Received multiple values for grille_policy" in running.words


@pytest.mark.parametrize("option", ["rawtcp=true", "ssl_insecure=true"])
def test_a_dangerous_option_ends_mitmdump_before_it_listens(folder: Path, option: str) -> None:
    engine(folder)
    with dump(folder, "listen_port=0", option) as running:
        assert ended(running) == UNUSABLE
    assert "grille: not started: " in running.words
    assert f"set {option.partition('=')[0]} to" in running.words
    assert "Traceback" not in running.words


def test_a_policy_that_cannot_be_read_ends_mitmdump(folder: Path) -> None:
    with dump(folder, "listen_port=0", f"grille_policy={folder / 'missing.yaml'}") as running:
        assert ended(running) == UNUSABLE
    assert "missing.yaml" in running.words
    assert "ready" not in running.words


def test_a_policy_that_needs_a_store_ends_mitmdump(folder: Path) -> None:
    engine(folder, POLICY + "\ntokens: {keep: redis}\n")
    with dump(folder, "listen_port=0") as running:
        assert ended(running) == UNUSABLE
    assert "grille run --store" in running.words


# -- its parts -------------------------------------------------------------------------------------


@pytest.fixture
def loading() -> Iterator[tuple[Loading, taddons.context]]:
    """A script that has been configured, in a master with safe options."""
    made = Loading()
    with taddons.context(loadcore=False) as running:
        running.options.update(rawtcp=False, http3=False, listen_host="127.0.0.1")
        running.master.addons.add(made)
        made._workers = Workers(Recipe("finders", "obedient")), Workers(Recipe("finders", "obedient"))
        yield made, running


def test_a_dangerous_change_while_it_runs_is_undone(loading: tuple[Loading, taddons.context]) -> None:
    _, running = loading
    with pytest.raises(OptionsError, match="ssl_insecure"):
        running.options.update(ssl_insecure=True)
    assert running.options.ssl_insecure is False


def test_a_harmless_change_stands(loading: tuple[Loading, taddons.context]) -> None:
    _, running = loading
    running.options.update(cert_passphrase="x")
    assert running.options.cert_passphrase == "x"


def test_workers_that_cannot_be_started_end_mitmdump(
    loading: tuple[Loading, taddons.context], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, running = loading
    ended: list[bool] = []

    async def fails(self: Workers) -> None:
        raise SettingsError("no worker process could be started")

    async def scene() -> None:
        made.running()
        await made._starting
        await made.done()

    monkeypatch.setattr(Workers, "start", fails)
    monkeypatch.setattr(type(running.master), "shutdown", lambda self: ended.append(True))
    asyncio.run(scene())
    assert ended == [True]
    assert capfd.readouterr().err == "grille: not started: no worker process could be started\n"


def test_from_the_first_traffic_on_no_word_of_a_log_is_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async def starts(self: Workers) -> None:
        return

    engine(folder)
    (folder / CONFDIR).chmod(0o700)
    monkeypatch.setattr(Workers, "start", starts)
    root = logging.getLogger()
    before = list(root.handlers)

    async def scene() -> None:
        with taddons.context(loadcore=False) as running:
            running.options.update(rawtcp=False, http3=False, listen_host="127.0.0.1")
            made = Loading()
            running.master.addons.add(made)
            running.options.update(grille_policy=str(folder / "policy.yaml"), grille_state=str(folder / CONFDIR))
            root.error("a port is taken")
            made.running()
            root.error("GET /?card=%s", CARD)
            await made._starting
            await made.done()

    try:
        asyncio.run(scene())
    finally:
        root.handlers[:] = before
    err = capfd.readouterr().err
    assert "a port is taken" in err
    assert "an error, whose words are not shown" in err
    assert "4111" not in err


def test_a_script_that_was_never_configured_can_be_taken_away() -> None:
    asyncio.run(Loading().done())
