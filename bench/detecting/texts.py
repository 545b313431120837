"""Labelled texts, and files of them: one JSON object a line, spans in characters with the end left out.

    {"text": "IBAN GB82 WEST…", "spans": [[5, 32, "IBAN_CODE"]], "carrier": "cue", "lang": "en"}

A line that cannot be read is told with its number and what is wrong with it. This module must not guess: a
span that points past its text is a mistake, and so is an unknown shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) of a text is an `entity`; an engine also says how sure it is."""

    start: int
    end: int
    entity: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Text:
    """`carrier` is how the values stand in it (`cue`, `json`, `csv`, `nocue`, …), empty when nobody said."""

    text: str
    spans: tuple[Span, ...] = ()
    carrier: str = ""
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class TextSet:
    """Texts that are counted together, under the name that the tables give them. `judged` are entities that are
    judged although no text holds one."""

    name: str
    texts: tuple[Text, ...] = field(repr=False)
    judged: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        return sum(len(each.text) for each in self.texts)


class BadLine(Exception):
    """A line of a file is not a labelled text."""


def read(path: Path) -> TextSet:
    """The labelled texts of a file.

    Raises:
        BadLine: with the file, the line and the mistake.
    """
    texts: list[Text] = []
    try:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip():
                texts.append(_text(line, f"{path.name}:{number}"))
    except OSError as error:
        raise BadLine(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    except UnicodeDecodeError as error:
        raise BadLine(f"{path.name}: is not UTF-8 at byte {error.start}") from None
    if not texts:
        raise BadLine(f"{path.name}: holds no texts")
    return TextSet(path.stem, tuple(texts))


def _text(line: str, at: str) -> Text:
    try:
        said = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadLine(f"{at}: is not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(said, dict):
        raise BadLine(f"{at}: is not an object")
    text, spans = said.get("text"), said.get("spans")
    if not isinstance(text, str):
        raise BadLine(f"{at}: `text` must be a string")
    if not isinstance(spans, list):
        raise BadLine(f"{at}: `spans` must be a list; give an empty one where there is nothing to find")
    carrier, lang = said.get("carrier") or "", said.get("lang") or "en"
    if not isinstance(carrier, str) or not isinstance(lang, str):
        raise BadLine(f"{at}: `carrier` and `lang` must be strings")
    return Text(text, tuple(_spans(spans, text, at)), carrier, lang)


def _spans(spans: list[object], text: str, at: str) -> Iterator[Span]:
    for number, span in enumerate(spans, 1):
        match span:
            case [int(start), int(end), str(entity)] if not isinstance(start, bool) and not isinstance(end, bool):
                if not 0 <= start < end <= len(text):
                    raise BadLine(f"{at}: span {number} is [{start}, {end}) of a text of {len(text)} characters")
                yield Span(start, end, entity)
            case _:
                raise BadLine(f"{at}: span {number} must be [start, end, entity]")
