"""Network namespaces of one test run, joined by cables, with processes in them; all of it is gone afterwards.

Needs root. Names carry the process id, so that two runs are not in each other's way.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

NFT = Path(__file__).parents[2] / "deploy" / "nft"
PROXY_UID, APP_UID, PORT = 10001, 2000, 15001
NEEDED = ("ip", "nft", "setpriv", "curl")
_READY = re.compile(r"ready, .* listening on")


def missing() -> str:
    """What keeps these tests from running here; empty when nothing does."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if lacking := [tool for tool in NEEDED if shutil.which(tool) is None]:
        return f"not installed: {', '.join(lacking)}"
    made = subprocess.run(["ip", "netns", "add", f"grille-try-{os.getpid()}"], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", f"grille-try-{os.getpid()}"], capture_output=True, check=False)
    return "" if made.returncode == 0 else "this kernel, or this container, lets nobody make a network namespace"


def as_user(uid: int, *more: str) -> list[str]:
    """Before a command: another user, without any capability."""
    return ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--no-new-privs", *more]


BARE = ("--bounding-set=-all", "--inh-caps=-all")
READS = ("--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search", "--bounding-set=-all,+dac_read_search")
"""A test's interpreter may stand in root's home: the proxy may read, as another user, and nothing more."""


@dataclass
class Namespaces:
    """`with Namespaces() as made:`; `names` are made, `cables` join them, `processes` run in them."""

    _names: list[str] = field(default_factory=list)
    _processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def __enter__(self) -> Namespaces:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        for name in self._names:
            subprocess.run(["ip", "netns", "del", name], check=False)

    def add(self, role: str) -> str:
        name = f"grille-{role}-{os.getpid()}"
        do("ip", "netns", "add", name)
        self._names.append(name)
        do("ip", "-n", name, "link", "set", "lo", "up")
        return name

    def cable(self, number: int, one: str, other: str) -> None:
        """Join two: `one` has 10.77.N.1 and fd77:N::1, `other` .2 and ::2, each at an interface called `toN`."""
        do(
            "ip",
            "link",
            "add",
            f"to{number}",
            "netns",
            one,
            "type",
            "veth",
            "peer",
            "name",
            f"to{number}",
            "netns",
            other,
        )
        for end, name in enumerate((one, other), 1):
            do("ip", "-n", name, "addr", "add", f"10.77.{number}.{end}/24", "dev", f"to{number}")
            do("ip", "-n", name, "addr", "add", f"fd77:{number}::{end}/64", "dev", f"to{number}", "nodad")
            do("ip", "-n", name, "link", "set", f"to{number}", "up")

    def start(self, name: str, *command: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
        process = subprocess.Popen(
            ["ip", "netns", "exec", name, *command],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
        )  # fmt: skip
        self._processes.append(process)
        return process

    def provider(self, name: str, folder: Path, hosts: Sequence[str] = ("api.openai.com",)) -> Path:
        """Start the look-alike providers; the folder holds their CA and what they were sent."""
        folder.mkdir()
        self.start(name, sys.executable, str(Path(__file__).with_name("provider.py")), str(folder), *hosts)
        end = time.monotonic() + 20
        while not (folder / "ca.pem").exists() and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.1)
        return folder

    def proxy(self, name: str, arguments: Sequence[str]) -> subprocess.Popen[str]:
        """Start grille as its own user, and wait until it is ready."""
        process = self.start(name, *as_user(PROXY_UID, *READS), sys.executable, "-m", "grille.cli", "run", *arguments)
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if _READY.search(line):
                threading.Thread(target=process.stdout.read, daemon=True).start()
                return process
        raise AssertionError("".join(said))


def do(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"


def rules(name: str, file: str, **variables: str | int) -> None:
    """Load the rules as an init container does: NET_ADMIN alone, and never more."""
    confined = ["setpriv", "--bounding-set=-all,+net_admin", "--inh-caps=-all", "--no-new-privs"]
    defined = [word for key, value in variables.items() for word in ("-D", f"{key}={value}")]
    do("ip", "netns", "exec", name, *confined, "nft", *defined, "-f", str(NFT / file))


def run_as(name: str, uid: int, *command: str) -> str:
    """What a command says, run in the namespace by that user without any capability."""
    done = subprocess.run(
        ["ip", "netns", "exec", name, *as_user(uid, *BARE), *command],
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    return done.stdout + done.stderr
