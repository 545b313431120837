"""The process that worker processes are forked from. Started by `workers.py`; nobody else runs it.

It builds what finds (two seconds, mostly the language model) once, and then forks itself whenever it is
asked to: a new worker is ready in milliseconds and shares the model's memory. It has one thread, opens no
connection and runs no detector itself, so a hostile text can only ever hurt a worker.

A worker reads a job, looks, writes the findings, and reads the next. It must not write to a terminal or a
log, outlive its parents, or work on a job for longer than was granted: an alarm ends it then, even when
nobody is left to kill it. An exception that no detector foresaw ends it as well, unseen.

What comes in is a pickle from the parent. What goes out is JSON: a process that reads hostile text is not
believed.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import logging
import os
import pickle
import signal
import socket
import struct
import sys
from collections.abc import Callable, Sequence

from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Finding, Segment

type Finder = Callable[[Sequence[Segment], frozenset[str]], Sequence[Finding]]

HEAD = struct.Struct("!dQ")
"""Before a job: the seconds it may take, and its length in bytes. Before a reply the seconds are 0."""
FORK = b"fork"
READY = b"ready"
GRACE = 1.0
"""Seconds after which the alarm comes, when the parent has not killed the worker by then."""
_PR_SET_PDEATHSIG = 1


def main(control_fd: int) -> None:
    """Build, say so, and fork until the control socket is closed."""
    with socket.socket(fileno=control_fd) as control:
        logging.disable(logging.CRITICAL)
        try:
            module, function, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301  from the parent
            find: Finder = getattr(importlib.import_module(module), function)(*arguments)
        except SettingsError as error:
            control.send(str(error).encode()[:4096])
            return
        control.send(READY)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
        gc.freeze()  # what is shared stays shared
        me = os.getpid()
        while True:
            message, fds, _, _ = socket.recv_fds(control, 16, 1)
            if message != FORK:
                return
            pid = os.fork()
            if pid == 0:
                control.close()
                _settle(me)
                with socket.socket(fileno=fds[0]) as channel:
                    work(channel, find)
                os._exit(0)
            os.close(fds[0])
            control.send(str(pid).encode())


def work(channel: socket.socket, find: Finder) -> None:
    """Do jobs until the other end is closed."""
    with channel.makefile("rb") as incoming:
        while head := incoming.read(HEAD.size):
            seconds, length = HEAD.unpack(head)
            segments, wanted = pickle.loads(incoming.read(length))  # noqa: S301  from the parent
            signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)
            reply = json.dumps(_outcome(find, segments, wanted)).encode()
            signal.setitimer(signal.ITIMER_REAL, 0)
            channel.sendall(HEAD.pack(0, len(reply)) + reply)


def _outcome(find: Finder, segments: Sequence[Segment], wanted: frozenset[str]) -> list[list[object]] | dict[str, str]:
    try:
        found = find(segments, wanted)
    except DetectionFailed as error:
        return {"detector": error.detector, "problem": error.problem}
    return [[each.segment, each.start, each.end, each.entity, each.score, each.detector] for each in found]


def _settle(parent: int) -> None:
    """Become a worker: die with the parent, on an alarm and on SIGTERM, and bury nobody. A parent that died
    before the kernel was told is noticed by its number."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for number in (signal.SIGCHLD, signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
