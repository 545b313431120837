"""The process that the proxies of one port are forked from. Started by `supervisor.py`; nobody else runs it.

It loads once what they are made of: the code, and in two nurseries what finds and what opens files. A proxy comes with
nurseries of its own, forked from these, so that each has what the others have and nobody changes: a copy costs little
memory, and no second. It has one thread when it forks, and reads no traffic. When it dies, the proxies that are there
go on.

    the settings of a proxy, and a socket  →  the number of the process, and its pidfd
    the number of one that has ended       →  its exit code

This module must not have a second thread when it forks, nor keep what a proxy holds.
"""

from __future__ import annotations

import gc
import os
import pickle
import socket
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from grille.addon.ancestors import Ancestor
from grille.addon.nursery import LONGEST_QUESTION, NEST, READY
from grille.addon.pools import Nurseries, entities, recipes, silence
from grille.addon.run import checked
from grille.addon.settings import Settings
from grille.addon.supervised import supervised
from grille.addon.workers import nursery
from grille.errors import GrilleError


def main(control_fd: int) -> None:
    """Load, say so, and fork until the control socket is closed."""
    with socket.socket(fileno=control_fd) as control:
        try:
            settings: Settings = pickle.load(sys.stdin.buffer)  # noqa: S301  from the parent
            policy = checked(settings)
            sought = entities(policy)
            made_from = recipes(sought, policy.languages)
            with ThreadPoolExecutor() as at_once:  # whose threads are gone before anything is forked
                ours = list(zip(made_from, at_once.map(nursery, made_from), strict=True))
            silence(sought)
        except GrilleError as error:
            control.send(str(error).encode()[:LONGEST_QUESTION])
            return
        control.send(READY)
        gc.collect()
        gc.freeze()  # what is shared stays shared
        while message := _asked(control):
            question, descriptors = message
            if isinstance(question, int):
                control.send(str(os.waitstatus_to_exitcode(os.waitpid(question, 0)[1])).encode())
            else:
                _fork(question, descriptors[0], control, ours)


def _asked(control: socket.socket) -> tuple[Settings | int, list[int]] | None:
    message, descriptors, _, _ = socket.recv_fds(control, LONGEST_QUESTION, 1)
    return (pickle.loads(message), descriptors) if message else None  # noqa: S301  from the parent


def _fork(settings: Settings, descriptor: int, control: socket.socket, ours: Nurseries) -> None:
    """A proxy at the other end of a socket."""
    nested = [(recipe, _nested(each)) for recipe, each in ours]
    pid = os.fork()
    if not pid:
        control.close()
        _let_go(ours)
        os.setsid()
        code = supervised(settings, socket.socket(fileno=descriptor), nested)
        sys.stderr.flush()
        os._exit(code)
    os.close(descriptor)
    _let_go(nested)
    handle = os.pidfd_open(pid)
    socket.send_fds(control, [str(pid).encode()], [handle])
    os.close(handle)


def _nested(ancestor: Ancestor) -> Ancestor:
    """A copy of a nursery, for whoever holds it."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        ancestor.ask(NEST, theirs)
    return Ancestor(control)


def _let_go(nurseries: Sequence[tuple[object, Ancestor]]) -> None:
    for _, each in nurseries:
        each.abandon()


if __name__ == "__main__":
    main(int(sys.argv[1]))
