"""Run a verb in this process and see what a terminal would."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

from grille.cli import main

CARD, SSN = "4111 1111 1111 1111", "219-09-9999"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


def grille(*arguments: str | Path, stdin: bytes = b"") -> Done:
    out, err = io.StringIO(), io.StringIO()
    incoming = io.TextIOWrapper(io.BytesIO(stdin))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _stdin(incoming):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _stdin(incoming: io.TextIOWrapper):  # type: ignore[no-untyped-def]
    import sys

    before, sys.stdin = sys.stdin, incoming
    try:
        yield
    finally:
        sys.stdin = before
