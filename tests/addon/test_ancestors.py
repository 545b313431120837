"""A process that others are forked from: it says why it is none, answers, and ends when it is let go of."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from processes import ends

from grille.addon.ancestors import Ancestor
from grille.addon.nursery import FORK, NEST, NURSERY, Recipe
from grille.addon.workers import nursery
from grille.errors import SettingsError

GOOD = Recipe("finders", "obedient")


def pids_of(ancestor: Ancestor, question: bytes) -> tuple[int, socket.socket]:
    ours, theirs = socket.socketpair()
    with theirs:
        said, descriptors = ancestor.ask(question, theirs)
    assert descriptors == []
    return int(said), ours


def test_what_is_forked_ends_with_its_ancestor() -> None:
    made = nursery(GOOD)
    pid, ours = pids_of(made, FORK)
    made.close()
    assert ends(pid)
    ours.close()


def test_a_copy_of_a_nursery_is_of_nobody_but_who_holds_it() -> None:
    made = nursery(GOOD)
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        copy = int(made.ask(NEST, theirs)[0])
    nested = Ancestor(control)
    worker, ours = pids_of(nested, FORK)
    assert Path(f"/proc/{worker}/stat").read_text().split()[3] == str(copy)
    made.close()
    assert not ends(worker, 0.3), "the copy and its workers outlive the nursery"
    nested.close()
    assert ends(worker)
    assert ends(copy)
    ours.close()


def test_one_that_is_gone_is_an_error() -> None:
    made = nursery(GOOD)
    pid, ours = pids_of(made, FORK)
    os.kill(int(Path(f"/proc/{pid}/stat").read_text().split()[3]), 9)
    with pytest.raises(OSError, match=r"gone|pipe|reset"), socket.socket() as nobody:
        made.ask(FORK, nobody)
    made.close()
    ours.close()


def test_one_that_was_told_nothing_is_killed_when_it_is_closed() -> None:
    made = Ancestor.begun(NURSERY, "time")
    process = made._process
    assert process is not None
    made.close()
    assert process.returncode == -signal.SIGKILL


def test_one_that_has_imported_what_it_needs_is_told_what_to_make(tmp_path: Path) -> None:
    (tmp_path / "needed_early.py").write_text("import os\nos.write(2, b'imported, ')\n")
    told = "import sys; from grille.addon.ancestors import Ancestor; from grille.addon.nursery import NURSERY, Recipe\n"
    told += f"sys.path.append({str(tmp_path)!r})\nmade = Ancestor.begun(NURSERY, 'needed_early', quiet=False)\n"
    told += "made.told(Recipe('finders', 'obedient'), 20).close()\nprint('made', file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", told], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stderr == "imported, made\n"


def test_it_says_why_there_is_none() -> None:
    with pytest.raises(SettingsError, match="no such recogniser"):
        nursery(Recipe("finders", "unbuildable"))
    with pytest.raises(SettingsError, match="grille check"):
        nursery(Recipe("finders", "broken"))


def test_one_that_cannot_be_started_leaves_no_socket_open(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[socket.socket] = []
    pair = socket.socketpair

    def remembered(*kinds: int) -> tuple[socket.socket, socket.socket]:
        made.extend(both := pair(*kinds))
        return both

    def none(*_: object, **__: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr(socket, "socketpair", remembered)
    monkeypatch.setattr(subprocess, "Popen", none)
    with pytest.raises(BlockingIOError):
        nursery(GOOD)
    assert [each.fileno() for each in made] == [-1, -1]
