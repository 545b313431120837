"""What is left of mitmproxy's log: where something went wrong, and no word of what.

mitmproxy logs exceptions with their text, URLs, host names and now and then the bytes it could not parse.
None of that may be written anywhere. So the root logger gets this one handler, which prints file and line
of an error of mitmproxy or of a library, once; while the proxy starts, before there is any traffic, it
also prints what the message says.

This module must not pass on a message, an argument or a traceback while there is traffic.
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from pathlib import Path

from mitmproxy.addons.termlog import TermLogHandler


class Journal(logging.Handler):
    """Prints to stderr. `starting` is true while there is no traffic."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.starting = True
        self._said: set[tuple[str, int]] = set()

    def emit(self, record: logging.LogRecord) -> None:
        where = (record.pathname, record.lineno)
        if where in self._said and not self.starting:
            return
        self._said.add(where)
        place = "/".join(Path(record.pathname).parts[-2:])
        words = self._words(record) if self.starting else "an error, whose words are not shown"
        with suppress(OSError, ValueError):  # a terminal that is gone must not break what logs
            print(f"grille: {place}:{record.lineno}: {words}", file=sys.stderr, flush=True)

    def _words(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        return f"{record.getMessage()}: {error}" if error else record.getMessage()


def install() -> Journal:
    """Make it the only handler that prints; `uninstall` takes it away again. mitmdump's check for errors at
    the start prints nothing, and stays."""
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        if isinstance(handler, TermLogHandler | logging.StreamHandler | Journal):
            root.removeHandler(handler)
    journal = Journal()
    root.addHandler(journal)
    return journal


def uninstall(journal: Journal) -> None:
    logging.getLogger().removeHandler(journal)
