"""Finders for worker processes, good and bad. The text says what happens."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import time
from collections.abc import Sequence

from grille.addon.nursery import Finder
from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Finding, Growing, Known, Segment, Watched

CARD = re.compile(r"[0-9](?:[ -]?[0-9]){12,18}")


def obedient() -> Finder:
    """Finds cards by their length, unless a text says otherwise."""
    return Finder(_find, _watch)


def unbuildable() -> Finder:
    raise SettingsError("there is no such recogniser")


def broken() -> Finder:
    raise RuntimeError("4111 1111 1111 1111")


def _find(segments: Sequence[Segment], wanted: frozenset[str]) -> Sequence[Finding]:
    for segment in segments:
        _obey(segment.text)
    return [
        Finding(number, match.start(), match.end(), "CREDIT_CARD", 1.0, "length")
        for number, segment in enumerate(segments)
        for match in CARD.finditer(segment.text)
        if "CREDIT_CARD" in wanted
    ]


def _watch(texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known]) -> Watched:
    """A card is settled when it has come; what is known is found at its first place."""
    edges = tuple(len(each.segment.text) for each in texts)
    again = [
        Finding(number, at, at + len(value.text), value.entity, value.score, "known")
        for number, each in enumerate(texts)
        for value in known
        if (at := each.segment.text.find(value.text, each.settled)) >= 0
    ]
    found = [
        each for each in _find([each.segment for each in texts], wanted) if each.start >= texts[each.segment].settled
    ]
    return Watched((*found, *again), edges)


def _obey(text: str) -> None:
    if "#hang" in text:
        while True:
            pass
    if "#sleep" in text:
        time.sleep(3600)
    if "#crash" in text:
        ctypes.string_at(0)
    if "#raise" in text:
        print(text, file=sys.stderr)
        raise RuntimeError(text)
    if "#fail" in text:
        raise DetectionFailed("length", "was skipped")
    if "#pid" in text:
        raise DetectionFailed("pid", str(os.getpid()))
