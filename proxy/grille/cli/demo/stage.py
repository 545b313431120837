"""The demonstration's stage: look-alikes, proxy and application, each a process or thread of its own.

What a scene shows is taken from where it really happened: what was sent and got from the application,
what was received from the look-alike, the verdict from the proxy's audit file.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grille.addon.state import State
from grille.cli import env
from grille.cli.demo.certificates import issue
from grille.cli.demo.upstream import ANTHROPIC, CONTACT, LEDGER, OPENAI, Received, Upstream
from grille.errors import SettingsError

HOSTS = (OPENAI, ANTHROPIC, LEDGER)
_READY = re.compile(r"ready.* (127\.0\.0\.1:\d+)")
_START_SECONDS = 60
_APP_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Scene:
    """`received` is what `received_title` says, None when nothing reached the provider. `checks` are
    statements and whether they hold."""

    title: str
    sent: str
    received: str | None
    got: str
    verdict: str
    because: tuple[str, ...]
    checks: tuple[tuple[str, bool], ...]
    received_title: str = "the provider received"


def play(directory: Path) -> list[Scene]:
    """Play every scene in `directory`, which is empty."""
    certificates = issue(HOSTS, directory)
    state = State(directory / "state")
    with Upstream(certificates) as upstream, _proxy(state, certificates.authority, upstream.port) as listen:
        played = _app(f"http://{listen}", state)
        records = [json.loads(line) for line in state.audit.read_text("utf-8").splitlines()]
    return _scenes(played, upstream.received, records)


@contextmanager
def _proxy(state: State, authority: Path, port: int) -> Iterator[str]:
    """`grille run` as anybody would start it; yields where it listens."""
    command = [sys.executable, "-m", "grille.cli", "run", "--policy", "starter", "--listen", "127.0.0.1:0"]
    command += ["--state", str(state.directory), "--upstream-ca", str(authority)]
    for host in HOSTS:
        command += ["--resolve", f"{host}:443:127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        killer = threading.Timer(_START_SECONDS, process.kill)
        killer.start()
        try:
            listen = _ready(process)
            # Only the start has a limit: the application has one of its own, and may be slower than that.
            killer.cancel()
            yield listen
        finally:
            killer.cancel()
            process.terminate()


def _ready(process: subprocess.Popen[str]) -> str:
    said: list[str] = []
    for line in process.stderr or ():
        said.append(line.rstrip())
        if found := _READY.search(line):
            # Somebody has to read on, or the proxy stops when the pipe is full.
            threading.Thread(target=lambda: list(process.stderr or ()), daemon=True).start()
            return found[1]
    raise SettingsError("the proxy did not start: " + (" / ".join(said[-5:]) or "it said nothing"))


def _app(proxy: str, state: State) -> dict[str, tuple[str, str]]:
    """What the application sent and got, by scene. It knows the proxy by the variables of `grille env` only."""
    known = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    variables = known | env.variables(proxy, env.write_bundle(state), state.certificate)
    command = [sys.executable, "-m", "grille.cli.demo.app"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=_APP_SECONDS, check=False)
    if done.returncode != 0:
        raise SettingsError(f"the demonstration's application failed: {done.stderr.strip().splitlines()[-1:]}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["scene"]: (line["sent"], line["got"]) for line in lines}


type _Records = list[dict[str, Any]]


def _scenes(played: dict[str, tuple[str, str]], received: list[Received], records: _Records) -> list[Scene]:
    return [
        _tokenised(*played["tokenised"], received, _of(records, "/v1/chat/completions")),
        _blocked(*played["blocked"], received, _of(records, "/v1/messages")),
        _masked(*played["masked"], received, [record for record in records if record["host"] == LEDGER]),
        _refused(*played["refused"], received, _of(records, "/v1/responses")),
    ]


def _of(records: _Records, route: str) -> _Records:
    return [record for record in records if record["route"] == route]


def _arrived(received: list[Received], path: str) -> str | None:
    return next((each.body for each in received if each.path == path), None)


def _tokenised(sent: str, got: str, received: list[Received], records: _Records) -> Scene:
    arrived = _arrived(received, "/v1/chat/completions") or ""
    checks = (
        ("the provider never saw the card, the IBAN or the e-mail address", not _holds(arrived, "4111", "GB82", "@")),
        ("the provider saw a token in place of the card", "CREDIT_CARD_" in arrived),
        ("the app got the real card number back", "4111 1111 1111 1111" in got),
    )
    words = json.loads(arrived)["messages"][0]["content"] if arrived else None
    return _scene("A card is tokenised on the way out and restored on the way back", sent, words, got, records, checks)


def _blocked(sent: str, got: str, received: list[Received], records: _Records) -> Scene:
    arrived = _arrived(received, "/v1/messages")
    checks = (
        ("nothing reached the provider", arrived is None),
        ("the SDK raised its own typed error", got.startswith("anthropic.PermissionDeniedError")),
        ("the error does not repeat the number", "219-09" not in got),
    )
    return _scene("A social security number is blocked", sent, arrived, got, records, checks)


def _masked(sent: str, got: str, received: list[Received], records: _Records) -> Scene:
    called = next((each.body for each in received if each.path == "/mcp" and "tools/call" in each.body), None)
    checks = (
        ("the ledger was asked", called is not None),
        ("the agent got no whole bank account or card", not _holds(got, "GB82 WEST", "4111 1111")),
        ("the last four characters are left to tell accounts apart", got.count("1111") == 1 and "32" in got),
    )
    answered = CONTACT if called else None
    answers = [record for record in records if record["direction"] == "response" and record["findings"]]
    scene = _scene("An MCP tool result reaches the agent masked", sent, answered, got, answers, checks)
    return replace(scene, received_title="the ledger answered")


def _refused(sent: str, got: str, received: list[Received], records: _Records) -> Scene:
    arrived = _arrived(received, "/v1/responses")
    checks = (
        ("nothing reached the provider", arrived is None),
        ("the error names the field to set", "store" in got and "false" in got),
    )
    return _scene("A request that the provider would keep is refused", sent, arrived, got, records, checks)


def _holds(text: str, *values: str) -> bool:
    return any(value in text for value in values)


def _scene(
    title: str, sent: str, received: str | None, got: str, records: _Records, checks: tuple[tuple[str, bool], ...]
) -> Scene:
    """`records` are those of the scene; the first says what was decided."""
    first = records[0] if records else {"verdict": "no audit record", "findings": [], "reasons": []}
    because = dict.fromkeys(each["because"] for each in (*first["reasons"], *first["findings"]))
    recorded = ("the audit file has a record of it", bool(records))
    return Scene(title, sent, received, got, str(first["verdict"]), tuple(because), (*checks, recorded))
