"""A proxy started as anybody would start it, for tests with real clients."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grille.addon.state import State
from grille.cli import env

_LONGEST_STOP = 40
"""Seconds: what a client of a test leaves open is waited for in the drain, which takes 25."""
READY = re.compile(r"ready.* (127\.0\.0\.1:(\d+))")


@dataclass
class Proxy:
    """`said` is what the process wrote so far."""

    port: int
    state: State
    said: list[str] = field(default_factory=list)

    @property
    def variables(self) -> dict[str, str]:
        """The variables of `grille env`."""
        bundle = env.write_bundle(self.state)
        return env.variables(f"http://127.0.0.1:{self.port}", bundle, self.state.certificate)

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.state.audit.read_text("utf-8").splitlines()]


@contextmanager
def proxy(
    directory: Path, policy: str, upstream: int, ca_file: str, hosts: Sequence[str], more: Sequence[str] = ()
) -> Iterator[Proxy]:
    """`grille run` with `policy`, every one of `hosts` at the loopback port `upstream`."""
    state = State(directory / "state")
    command = [sys.executable, "-m", "grille.cli", "run", "--policy", policy, "--listen", "127.0.0.1:0"]
    command += ["--state", str(state.directory), "--upstream-ca", ca_file, *more]
    for host in hosts:
        command += ["--resolve", f"{host}:443:127.0.0.1:{upstream}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout
        said: list[str] = []
        found = None
        for line in process.stdout:
            said.append(line)
            if found := READY.search(line):
                break
        try:
            assert found, "".join(said)
            threading.Thread(target=said.extend, args=(process.stdout,), daemon=True).start()
            yield Proxy(int(found[2]), state, said)
        finally:
            process.terminate()
            process.wait(_LONGEST_STOP)


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """This process with nothing but `variables` to lead it through a proxy."""
    before = dict(os.environ)
    for name in list(os.environ):
        if name in variables or "proxy" in name.lower():
            del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
