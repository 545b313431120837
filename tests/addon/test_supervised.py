"""One of several: it says why it does not serve, and how it is when it is asked. Serving is in test_supervisor.py."""

from __future__ import annotations

import json
import os
import pickle
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grille.addon.run import UNUSABLE
from grille.addon.settings import Settings
from grille.addon.state import State
from grille.addon.supervised import HOW
from upstream import RecordingUpstream  # noqa: F401  its neighbours are importable

BE = (
    "import pickle, socket, sys; from grille.addon.supervised import supervised;"
    "sys.exit(supervised(pickle.load(sys.stdin.buffer), socket.socket(fileno=int(sys.argv[1]))))"
)


def launched(settings: Settings) -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", BE, str(theirs.fileno())]
    with theirs:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[theirs.fileno()], env=environment)
    assert child.stdin is not None
    with child.stdin:
        child.stdin.write(pickle.dumps(settings))
    return child, ours


def test_its_first_words_are_why_it_does_not_serve(tmp_path: Path) -> None:
    child, control = launched(Settings(str(tmp_path / "missing.yaml"), State(tmp_path / "state"), ("127.0.0.1", 0)))
    with control:
        control.settimeout(20)
        said = json.loads(control.makefile().readline())
    assert "missing.yaml" in said["failed"]
    assert child.wait(10) == UNUSABLE


def test_it_takes_no_other_policy_than_the_others_enforce(folder: Path) -> None:
    import engines

    engine = engines.engine(folder)
    (folder / "confdir").chmod(0o700)
    settings = Settings(str(folder / "policy.yaml"), State(folder / "confdir"), ("127.0.0.1", 0))
    child, control = launched(replace(settings, digest="0" * 64))
    with control:
        control.settimeout(20)
        said = json.loads(control.makefile().readline())
    assert "policy.yaml or a pack was edited since the other processes read it" in said["failed"]
    assert child.wait(10) == UNUSABLE

    child, control = launched(replace(settings, digest=engine.policy.digest))
    with control, control.makefile() as words:
        control.settimeout(30)
        assert json.loads(words.readline())["digest"] == engine.policy.digest
    assert child.wait(20) == 0


def test_it_says_where_it_listens_and_then_how_it_is(folder: Path) -> None:
    import engines

    engines.engine(folder)
    (folder / "confdir").chmod(0o700)
    settings = Settings(str(folder / "policy.yaml"), State(folder / "confdir"), ("127.0.0.1", 0))
    child, control = launched(settings)
    control.settimeout(30)
    words = control.makefile()
    first = json.loads(words.readline())
    assert (first["policy"], first["mode"]) == ("small", "enforce")
    socket.create_connection(tuple(first["address"])).close()
    control.sendall(HOW)
    said = json.loads(words.readline())
    assert said["missing"] == []
    assert "grille_build_info" in said["metrics"]
    words.close()
    control.close()
    assert child.wait(20) == 0, "nobody is left to ask"


pytestmark = pytest.mark.timeout(90)
