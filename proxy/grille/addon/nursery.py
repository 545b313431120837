"""The process that worker processes are forked from. Started as an `Ancestor`; nobody else runs it.

It builds what finds (two seconds, mostly the language model) once, and then forks itself whenever it is
asked to: a new worker is ready in milliseconds and shares the model's memory. It has one thread, opens no
connection and runs no detector itself, so a hostile text can only ever hurt a worker. A copy of it, for another
proxy, is forked in the same way.

A worker reads a job, looks, writes the findings, and reads the next. It must not write to a terminal or a
log, keep a word of a job after it, outlive its parents, or work on a job for longer than was granted: an
alarm ends it then, even when nobody is left to kill it. An exception that no detector foresaw ends it as
well, unseen.

What comes in is a pickle from the parent: (segments, wanted) of a whole message, (growing texts, wanted, known
values) of a stream, or (files,). What goes out is JSON, because a process that reads hostile text is not believed:
{"findings": …, "edges": …} for both kinds of texts, without edges for a whole message, {"opened": …} for files, or
{"detector": …, "problem": …}.
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
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Finding, Growing, Known, Segment, Watched
from grille.files import File

type Message = tuple[Sequence[Segment], frozenset[str]]
type Piece = tuple[Sequence[Growing], frozenset[str], Sequence[Known]]
type Files = tuple[Sequence[File]]
type Job = Message | Piece | Files


class Recipe(NamedTuple):
    """How the nursery makes what finds or opens: it calls `function` of `module` with `arguments`."""

    module: str
    function: str
    arguments: tuple[object, ...] = ()


class Craft(Protocol):
    """What a recipe makes: how a worker does its jobs."""

    def do(self, job: Job) -> Mapping[str, object]:
        """What the worker says, for JSON to write. Raises `DetectionFailed`."""


@dataclass(frozen=True, slots=True)
class Finder:
    """How a worker looks for findings in texts."""

    find: Callable[[Sequence[Segment], frozenset[str]], Sequence[Finding]]
    watch: Callable[[Sequence[Growing], frozenset[str], Sequence[Known]], Watched]

    def do(self, job: Job) -> Mapping[str, object]:
        """The findings, and for a piece of a stream the edges as well."""
        match job:
            case segments, wanted:
                seen = Watched(tuple(self.find(segments, wanted)), ())
            case texts, wanted, known:
                seen = self.watch(texts, wanted, known)
            case _:
                raise DetectionFailed("workers", "this worker opens no files")
        found = [[each.segment, each.start, each.end, each.entity, each.score, each.detector] for each in seen.findings]
        return {"findings": found, "edges": list(seen.edges)}


NURSERY, FINDING, OPENING = "grille.addon.nursery", "grille.addon.finding", "grille.addon.opener"
"""This module, and those that make what finds and what opens, which take seconds to import."""
START_SECONDS = 60.0
"""In which it has to be ready."""
HEAD = struct.Struct("!dQ")
"""Before a job: the seconds it may take, and its length in bytes. Before a reply the seconds are 0."""
FORK, NEST = b"fork", b"nest"
"""Asked of a nursery, with a socket: a worker, or a nursery, at the other end."""
READY = b"ready"
LONGEST_QUESTION = 1 << 16
GRACE = 1.0
"""Seconds after which the alarm comes, when the parent has not killed the worker by then."""
_PR_SET_PDEATHSIG = 1


def main(control_fd: int, *needed: str) -> None:
    """Import what is needed while nobody has said yet what to build; build it, say so, and fork until the control
    socket is closed."""
    with socket.socket(fileno=control_fd) as control:
        logging.disable(logging.CRITICAL)
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a thread of a library would not survive the fork
        for each in needed:
            importlib.import_module(each)
        try:
            module, function, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301  from the parent
            craft: Craft = getattr(importlib.import_module(module), function)(*arguments)
        except SettingsError as error:
            control.send(str(error).encode()[:4096])
            return
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
        gc.collect()
        gc.freeze()  # what is shared stays shared
        _give_back()
        control.send(READY)
        serve(control, craft)


def _give_back() -> None:
    """Return what loading has left unused to the system, where the C library knows how (glibc)."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def serve(control: socket.socket, craft: Craft) -> None:
    """Fork until the control socket is closed."""
    while True:
        message, fds, _, _ = socket.recv_fds(control, LONGEST_QUESTION, 1)
        if message not in (FORK, NEST):
            return
        me, pid = os.getpid(), os.fork()
        if pid:
            os.close(fds[0])
            control.send(str(pid).encode())
            continue
        control.close()
        with socket.socket(fileno=fds[0]) as channel:
            if message == NEST:
                serve(channel, craft)
            else:
                _settle(me)
                work(channel, craft)
        os._exit(0)


def work(channel: socket.socket, craft: Craft) -> None:
    """Do jobs until the other end is closed."""
    with channel.makefile("rb") as incoming:
        while head := incoming.read(HEAD.size):
            seconds, length = HEAD.unpack(head)
            signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)
            reply = _reply(incoming.read(length), craft)
            signal.setitimer(signal.ITIMER_REAL, 0)
            channel.sendall(HEAD.pack(0, len(reply)) + reply)


def _reply(written: bytes, craft: Craft) -> bytes:
    job: Job = pickle.loads(written)  # noqa: S301  from the parent
    return json.dumps(_outcome(job, craft)).encode()


def _outcome(job: Job, craft: Craft) -> Mapping[str, object]:
    try:
        return craft.do(job)
    except DetectionFailed as error:
        return {"detector": error.detector, "problem": error.problem}


def _settle(parent: int) -> None:
    """Become a worker: die with the parent, on an alarm and on SIGTERM, and bury nobody. A parent that died
    before the kernel was told is noticed by its number."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for number in (signal.SIGCHLD, signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
