"""Segments to findings: the same text for every detector, one finding a span, no I/O.

    segments ─▶ normalize ─▶ detectors ─▶ overlap ─▶ propagate ─▶ overlap ─▶ findings

`base` is the protocol; the room's detectors are listed below and nowhere else. A new entity needs no
code: it is patterns, a check and cues in a pack. A new way of finding is a file with a detector and a
line in `_detectors`.

This room must not read policies, know actions, keep a text between two calls, or stay silent about
work it could not do: whatever goes wrong in a detector is `DetectionFailed`, without its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from grille.detectors.base import Detector
from grille.detectors.checksums import CHECKS as _CHECKS
from grille.detectors.checksums import PROOFS
from grille.detectors.labelled import LabelledNames, serves
from grille.detectors.normalize import view
from grille.detectors.overlap import Standing, resolve
from grille.detectors.propagate import spread
from grille.entities import Entity
from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Finding, Segment

CHECKS: Final = frozenset(_CHECKS)
"""What a pack may say after `check:`."""
RECOGNIZERS: Final = frozenset({"labelled_name", "presidio", "spacy"})
"""What a pack may say after `recognizer:`."""
_FAILURES: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What code that is not ours raises. Anything else reaches the guard, which refuses the exchange too."""


@dataclass(frozen=True, slots=True)
class Detectors:
    """What finds the entities of one policy. Built once per process from picklable `Entity` values;
    it holds compiled patterns and perhaps a model, and no text."""

    detectors: tuple[Detector, ...]
    standings: Mapping[str, Standing]


def build(entities: Sequence[Entity]) -> Detectors:
    """Detectors for these entities and no others. The language model is loaded only if one of them
    says `recognizer: spacy`.

    Raises:
        SettingsError: an entity cannot be recognised as it is written, or a model is missing.
    """
    for entity in entities:
        _admit(entity)
    return Detectors(tuple(_detectors(entities)), {entity.name: _standing(entity) for entity in entities})


def find_all(detectors: Detectors, segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
    """Every finding of the `wanted` entities in one message, at most one per character, sorted by
    segment and start. A value found in one segment is found in all.

    Raises:
        DetectionFailed: a detector failed, or nothing here looks for a wanted entity.
    """
    unknown = wanted - detectors.standings.keys()
    if unknown:
        raise DetectionFailed("detectors", f"nothing here recognises {', '.join(sorted(unknown))}")
    views = [view(segment) for segment in segments]
    seen = [each.segment for each in views]
    found = [
        finding
        for detector in detectors.detectors
        for finding in _tried(detector, partial(detector.find, seen, wanted))
    ]
    kept = resolve(found, seen, detectors.standings)
    kept = resolve(spread(seen, kept), seen, detectors.standings)
    return tuple(views[finding.segment].original(finding) for finding in kept)


def watch(
    detectors: Detectors, segments: Sequence[Segment], wanted: frozenset[str]
) -> tuple[tuple[Finding, ...], tuple[int, ...]]:
    """For texts that still grow: what `find_all` finds in them so far, and for each segment its edge, the
    offset before which that will not change (`edges.py`).

    Raises:
        DetectionFailed: as for `find_all`.
    """
    findings = find_all(detectors, segments, wanted)
    views = [view(segment) for segment in segments]
    edges = [each.original_edge(len(each.segment.text)) for each in views]
    for detector in detectors.detectors:
        own = _tried(detector, partial(detector.edges, [each.segment for each in views], wanted))
        edges = [min(edge, each.original_edge(new)) for edge, each, new in zip(edges, views, own, strict=True)]
    return findings, tuple(edges)


def _detectors(entities: Sequence[Entity]) -> Iterator[Detector]:
    """The room's detectors, in the order in which they run."""
    labelled = [entity for entity in entities if serves(entity)]
    analysed = [entity for entity in entities if entity.recognizer != "labelled_name"]
    if analysed:
        # Presidio and spaCy take seconds and 100 MB to import: only a process that searches pays for them.
        from grille.detectors.presidio import PresidioDetector

        yield PresidioDetector(analysed)
    if labelled:
        yield LabelledNames(labelled)


def _tried[T](detector: Detector, work: Callable[[], T]) -> T:
    try:
        return work()
    except _FAILURES as error:
        # The text of a stranger's exception may quote the value it choked on: only its type is told.
        raise DetectionFailed(detector.name, f"failed with {type(error).__name__}") from None


def _admit(entity: Entity) -> None:
    if bool(entity.patterns) == bool(entity.recognizer):
        raise SettingsError(f"{entity.source}: give {entity.name} either patterns or a recognizer.")
    if entity.recognizer and entity.recognizer not in RECOGNIZERS:
        raise SettingsError(
            f"{entity.source}: there is no recognizer {entity.recognizer!r};"
            f" choose one of {', '.join(sorted(RECOGNIZERS))}."
        )


def _standing(entity: Entity) -> Standing:
    if entity.check in PROOFS or entity.recognizer == "presidio":
        return Standing.PROOF
    return Standing.PATTERN if entity.patterns else Standing.NAME
