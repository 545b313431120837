"""Labelled values inside a text that is still being written, and the text with its labels in the end.

A value is wrapped in characters of the private use area, which no document holds and no writer of JSON or CSV
touches; so a document is made by ordinary means, and its labels cannot miss their values.
"""

from __future__ import annotations

import re
from typing import Final

from detecting.texts import Span, Text

_OPEN, _BETWEEN, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED: Final = re.compile(f"{_OPEN}([A-Z_]+){_BETWEEN}([^{_CLOSE}]*){_CLOSE}")


def marked(entity: str, value: str) -> str:
    return f"{_OPEN}{entity}{_BETWEEN}{value}{_CLOSE}"


def bare(written: str) -> str:
    """The words alone."""
    return _MARKED.sub(r"\2", written)


def finished(written: str, carrier: str, lang: str = "en") -> Text:
    """The text, and where its marks stood."""
    pieces: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for mark in _MARKED.finditer(written):
        before, value = written[at : mark.start()], mark[2]
        start = length + len(before)
        length = start + len(value)
        pieces += before, value
        spans.append(Span(start, length, mark[1]))
        at = mark.end()
    return Text("".join((*pieces, written[at:])), tuple(spans), carrier, lang)
