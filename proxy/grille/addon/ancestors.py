"""A process that others are forked from, seen from outside: the nursery of workers, the cradle of proxies.

It is told over its standard input what to make, says that it is ready or why it is not, and then does what it is
asked over a socket, until that is closed. All calls block, and run in threads; one question at a time.

This module must not know what is forked.
"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress

from grille.addon.nursery import LONGEST_QUESTION, READY
from grille.errors import SettingsError

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""A process with several threads cannot be forked safely; and what is forked is the parallelism."""
_ENDING = 2.0
"""Seconds that it has to end by itself."""


class Ancestor:
    """One such process: a child of this one, or without a `process` somebody else's."""

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        self._control = control
        self._process = process

    @classmethod
    def started(cls, module: str, told: object, seconds: float, *, quiet: bool = True) -> Ancestor:
        """Run `module` as a process that makes itself from `told`, in so many seconds at most. A quiet one has no
        outputs. Raises `SettingsError` with its words, and OSError."""
        return cls.begun(module, quiet=quiet).told(told, seconds)

    @classmethod
    def begun(cls, module: str, *needed: str, quiet: bool = True) -> Ancestor:
        """Run `module` as a process that waits to be `told`; the modules that are `needed` then it may import while it
        waits. Raises OSError."""
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        output = subprocess.DEVNULL if quiet else None
        with theirs, ExitStack() as undone:
            undone.callback(control.close)
            process = subprocess.Popen(  # noqa: S603  this interpreter, modules of ours and a number
                [sys.executable, "-m", module, str(theirs.fileno()), *needed],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,
            )
            undone.pop_all()
        return cls(control, process)

    def told(self, told: object, seconds: float) -> Ancestor:
        """This one, made from `told`, in so many seconds at most. Raises `SettingsError` with its words; then it has
        ended."""
        self._control.settimeout(seconds)
        said = self._first_words(told)
        if said != READY:
            self.close()
            raise SettingsError(said.decode() or "the detectors could not be built; `grille check` says more")
        return self

    def _first_words(self, told: object) -> bytes:
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(OSError), self._process.stdin as stdin:
            stdin.write(pickle.dumps(told))
        try:
            return self._control.recv(LONGEST_QUESTION)
        except OSError:
            return b""

    def ask(self, question: bytes, *handed: socket.socket) -> tuple[bytes, list[int]]:
        """Its answer, and the descriptors that came with it, which are the caller's to close. Raises OSError."""
        if handed:
            socket.send_fds(self._control, [question], [each.fileno() for each in handed])
        else:
            self._control.send(question)
        said, descriptors, _, _ = socket.recv_fds(self._control, LONGEST_QUESTION, 1)
        if not said:
            raise OSError("an ancestor is gone")
        return said, descriptors

    def abandon(self) -> None:
        """Let go of it, as one that belongs to another process."""
        self._control.close()

    def close(self) -> None:
        """End it; one that was told nothing yet does not hear that nobody holds it, and is killed."""
        self._control.close()
        if self._process is None:
            return
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
            self._process.kill()
        try:
            self._process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
