"""The nursery and its workers as processes, driven by hand: what they answer, and what ends them."""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from processes import ends

from grille.addon.nursery import FORK, GRACE, HEAD, READY, Job
from grille.exchange import Growing, Kind, Known, Segment

WANTED = frozenset({"CREDIT_CARD"})
CARD = "4111 1111 1111 1111"


@dataclass
class Nursery:
    """The process, and our end of its control socket."""

    handle: subprocess.Popen[bytes]
    control: socket.socket
    channels: list[socket.socket] = field(default_factory=list)

    def said(self) -> bytes:
        return self.control.recv(4096)

    def fork(self) -> Worker:
        ours, theirs = socket.socketpair()
        self.channels.append(ours)
        with theirs:
            socket.send_fds(self.control, [FORK], [theirs.fileno()])
        ours.settimeout(10)
        return Worker(int(self.said()), ours)


@dataclass
class Worker:
    pid: int
    channel: socket.socket

    def send(self, text: str, seconds: float = 5) -> None:
        self.ask(((Segment("/text", Kind.TEXT, text),), WANTED), seconds)

    def ask(self, job: Job, seconds: float = 5) -> None:
        written = pickle.dumps(job)
        self.channel.sendall(HEAD.pack(seconds, len(written)) + written)

    def reply(self) -> object:
        """What it says; None when it has ended."""
        with self.channel.makefile("rb") as incoming:
            head = incoming.read(HEAD.size)
            return json.loads(incoming.read(HEAD.unpack(head)[1])) if head else None


@contextmanager
def nursery(function: str = "obedient") -> Iterator[Nursery]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(20)
    with ours, theirs:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "grille.addon.nursery", str(theirs.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[theirs.fileno()],
            env=environment,
        ) as handle:
            theirs.close()
            assert handle.stdin is not None
            handle.stdin.write(pickle.dumps(("finders", function, ())))
            handle.stdin.close()
            made = Nursery(handle, ours)
            try:
                yield made
            finally:
                handle.kill()
                for channel in made.channels:
                    channel.close()


@pytest.fixture(scope="module")
def running() -> Iterator[Nursery]:
    """One for the tests that do not end it."""
    with nursery() as made:
        assert made.said() == READY
        yield made


@pytest.fixture
def worker(running: Nursery) -> Iterator[Worker]:
    made = running.fork()
    yield made
    made.channel.close()
    assert ends(made.pid), "a worker ends when nobody asks any more"


def test_a_worker_answers_with_places_and_never_with_words(worker: Worker) -> None:
    worker.send(f"it is {CARD}.")
    assert worker.reply() == {"findings": [[0, 6, 25, "CREDIT_CARD", 1.0, "length"]], "edges": []}


def test_of_a_growing_text_a_worker_says_how_far_it_is_settled_as_well(worker: Worker) -> None:
    growing = Growing(Segment("/text", Kind.TEXT, f"{CARD}, {CARD} of Jane"), 20)
    worker.ask(((growing,), WANTED, (Known("Jane", "PERSON", 0.9),)))
    assert worker.reply() == {
        "findings": [[0, 21, 40, "CREDIT_CARD", 1.0, "length"], [0, 44, 48, "PERSON", 0.9, "known"]],
        "edges": [48],
    }


def test_a_worker_does_one_job_after_the_other(worker: Worker) -> None:
    for text, found in ((CARD, 1), ("nothing", 0), (f"{CARD}, {CARD}", 2)):
        worker.send(text)
        reply = worker.reply()
        assert isinstance(reply, dict)
        assert len(reply["findings"]) == found


def test_a_detector_that_was_skipped_is_named(worker: Worker) -> None:
    worker.send("#fail")
    assert worker.reply() == {"detector": "length", "problem": "was skipped"}


@pytest.mark.parametrize("trouble", [f"#raise {CARD}", "#crash"])
def test_what_no_detector_foresaw_ends_the_worker_and_not_the_nursery(running: Nursery, trouble: str) -> None:
    worker = running.fork()
    worker.send(trouble)
    assert worker.reply() is None
    assert ends(worker.pid)
    worker.channel.close()
    after = running.fork()
    after.send(CARD)
    assert after.reply()
    after.channel.close()


@pytest.mark.parametrize("trouble", ["#sleep", "#hang"])
def test_an_alarm_ends_a_late_worker_that_nobody_kills(running: Nursery, trouble: str) -> None:
    worker = running.fork()
    start = time.monotonic()
    worker.send(trouble, 0.1)
    assert ends(worker.pid, 0.1 + GRACE + 10)
    assert time.monotonic() - start > 0.1, "not before its time"
    worker.channel.close()


def test_a_job_that_is_done_in_time_leaves_no_alarm_behind(worker: Worker) -> None:
    worker.send(CARD, 0.01)
    assert worker.reply()
    time.sleep(GRACE + 0.2)
    worker.send(CARD)
    assert worker.reply()


def test_a_worker_ends_on_sigterm(running: Nursery) -> None:
    worker = running.fork()
    worker.send("#sleep")
    os.kill(worker.pid, signal.SIGTERM)
    assert ends(worker.pid)
    worker.channel.close()


def test_a_worker_does_not_hold_the_control_socket_or_a_terminal(running: Nursery, worker: Worker) -> None:
    worker.send(CARD)
    assert worker.reply()
    nurserys = {os.readlink(each) for each in Path(f"/proc/{running.handle.pid}/fd").iterdir()}
    workers = {os.readlink(each) for each in Path(f"/proc/{worker.pid}/fd").iterdir()}
    (control,) = {link for link in nurserys if link.startswith("socket:")}
    assert control not in workers


def test_busy_workers_die_with_the_nursery() -> None:
    with nursery() as made:
        assert made.said() == READY
        busy = [made.fork(), made.fork()]
        busy[0].send("#hang")
        busy[1].send("#sleep")
        made.handle.kill()
        made.handle.wait(5)
        assert all(ends(worker.pid) for worker in busy)
        for worker in busy:
            worker.channel.close()


def test_the_nursery_ends_and_its_workers_with_it_when_the_control_socket_is_closed() -> None:
    with nursery() as made:
        assert made.said() == READY
        worker = made.fork()
        worker.send("#hang")
        made.control.close()
        assert made.handle.wait(5) == 0
        assert ends(worker.pid)
        worker.channel.close()


def test_detectors_that_cannot_be_built_are_said_in_the_sentence_for_people() -> None:
    with nursery("unbuildable") as made:
        assert made.said() == b"there is no such recogniser"
        assert made.handle.wait(5) == 0


def test_another_failure_while_building_gives_no_worker() -> None:
    with nursery("broken") as made:
        assert made.said() == b""
        assert made.handle.wait(5) != 0


def test_neither_the_nursery_nor_its_workers_log_or_print() -> None:
    with nursery() as made:
        assert made.said() == READY
        worker = made.fork()
        worker.send(CARD)
        assert worker.reply()
        worker.channel.close()
        made.control.close()
        assert made.handle.stdout is not None
        assert made.handle.stdout.read() == b""
