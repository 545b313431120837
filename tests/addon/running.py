"""`grille run` as a process, and clients for it and for its probes."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from live import CHAT, chat
from proxies import READY

from grille.addon.settings import Settings
from upstream import RecordingUpstream

HOST = "api.openai.com"


@dataclass
class Process:
    """A proxy, started as `grille run` does."""

    handle: subprocess.Popen[str]
    port: int
    said: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None

    def ended(self) -> int:
        code = self.handle.wait(15)
        assert self.reader is not None
        self.reader.join(5)
        return code


@contextmanager
def process(settings: Settings, up: RecordingUpstream, *more: str) -> Iterator[Process]:
    command = [sys.executable, "-m", "grille.cli", "run", "--policy", settings.policy, "--listen", "127.0.0.1:0"]
    command += ["--state", str(settings.state.directory), "--upstream-ca", up.ca_file, "--detectors", "1"]
    command += ["--resolve", f"{HOST}:443:127.0.0.1:{up.port}", *more]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as handle:
        assert handle.stdout is not None
        running = Process(handle, 0)
        try:
            for line in handle.stdout:
                running.said.append(line)
                if found := READY.search(line):
                    running.port = int(found[2])
                    break
            assert running.port, "".join(running.said)
            running.reader = threading.Thread(target=running.said.extend, args=(handle.stdout,), daemon=True)
            running.reader.start()
            yield running
        finally:
            handle.kill()


def post(port: int, ca_file: Path, text: str | list[object]) -> tuple[int, bytes]:
    context = ssl.create_default_context(cafile=ca_file)
    with closing(http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)) as connection:
        connection.set_tunnel(HOST)
        connection.request("POST", CHAT, json.dumps(chat(text)), {"Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, reply.read()


def refuses(port: int, seconds: float = 5) -> bool:
    """Whether nobody listens at `port` any more, before long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            time.sleep(0.02)
        except OSError:
            return True
    return False


def health_port(running: Process) -> int:
    found = re.search(r"probes on 127\.0\.0\.1:(\d+)", "".join(running.said))
    assert found is not None
    return int(found[1])


def probe(port: int, path: str) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", path)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
