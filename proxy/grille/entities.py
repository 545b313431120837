"""What an entity is: its name, how it is recognised, and its own proof.

Entity packs are written in YAML and read by `policy/`; recognisers are built from them by
`detectors/`. The two rooms meet in these types only. Nothing here reads a file or compiles a pattern.
"""

from __future__ import annotations

from dataclasses import dataclass

from grille.exchange import Source

RESERVED = "LIT"
"""The kind of text that looks like a token and is none (`tokens.py`): no pack may define it."""

LONGEST_NAME = 47
"""Characters of an entity's name: a token is at most 64 long."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of thing to be found.

    Exactly one of `patterns` and `recognizer` is given. `patterns` are regular expressions; a match,
    or its group `value` if there is one, is a candidate, and counts only beside a word of `context` if
    its group `weak` took part. `recognizer` names a recogniser that grille or Presidio brings along
    (`labelled_name`, `labelled_key`, `presidio`, `spacy`). `check` names a function of
    `detectors/checksums.py` that a candidate must pass. `context` are whole words that raise a
    candidate's `score`, which lies in [0, 1], to `score_with_context`; `threshold` is the least score
    that counts. `lines` are those of `source.file` on which the patterns stand, where that is known. `companions`
    are words elsewhere in the same record (a sort code beside an account number): they say which of several kinds of
    number under one label it is.
    """

    name: str
    source: Source
    description: str = ""
    patterns: tuple[str, ...] = ()
    recognizer: str = ""
    check: str = ""
    context: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    score: float = 0.5
    score_with_context: float = 0.85
    threshold: float = 0.5
    examples: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
