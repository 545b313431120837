"""Segments to findings: the same text for every detector, one finding a span, no I/O.

    segments ─▶ normalize ─▶ detectors ─▶ overlap ─▶ propagate ─▶ overlap ─▶ findings
                    └─▶ readings ─▶ detectors ─▶ overlap ─┘
    texts that grow ─▶ normalize ─▶ detectors ─▶ growing ─▶ findings, and edges
    of either kind  ─▶ quiet ─▶ whether anything of this is needed

`base` is the protocol; the room's detectors are listed below and nowhere else. A new entity needs no
code: it is patterns, a check and cues in a pack. A new way of finding is a file with a detector and a
line in `_detectors`.

This room must not read policies, know actions, keep a text between two calls, or stay silent about
work it could not do: whatever goes wrong in a detector is `DetectionFailed`, without its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from grille.detectors import labelled_secrets, readings
from grille.detectors.base import Detector, Sight
from grille.detectors.checksums import CHECKS as _CHECKS
from grille.detectors.checksums import LISTED, PROOFS
from grille.detectors.credentials import Credentials
from grille.detectors.cues import cues
from grille.detectors.growing import keep_from, shown
from grille.detectors.halves import HALVES
from grille.detectors.labelled import LabelledNames
from grille.detectors.labelled_secrets import LabelledSecrets
from grille.detectors.normalize import Views, view_growing
from grille.detectors.overlap import Standing, resolve
from grille.detectors.placed import LabelledPlaces
from grille.detectors.propagate import LITERALS, Alone, Sayings, hangs_on_order, spread
from grille.detectors.quiet import Quiet
from grille.detectors.records import records_of, with_records
from grille.detectors.sieve import Turns
from grille.entities import Entity
from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Finding, Growing, Known, Segment, Watched

__all__ = [
    "CHECKS", "LITERALS", "RECOGNIZERS", "Alone", "Detectors", "Quiet", "Sayings", "Standing", "build", "everywhere",
    "find_all", "find_each", "hangs_on_order", "keep_from", "quiet", "records_of", "standings", "telling", "watch",
]  # fmt: skip

CHECKS: Final = frozenset(_CHECKS)
"""What a pack may say after `check:`."""
RECOGNIZERS: Final = frozenset({"credential", "labelled_name", "presidio", "spacy"}) | labelled_secrets.RECOGNIZERS
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
    sure: Mapping[str, float]
    """How sure each entity is beside a cue."""
    telling: frozenset[str]
    turns: Turns = field(init=False)
    """Whose turn it is in a text: the detectors by their numbers, and `readings` behind them."""

    def __post_init__(self) -> None:
        turns = Turns((*(each.patterns for each in self.detectors), readings.PATTERNS))
        object.__setattr__(self, "turns", turns)


def build(entities: Sequence[Entity], languages: Sequence[str] = ()) -> Detectors:
    """Detectors for these entities and no others. The language models are loaded only if one of them
    says `recognizer: spacy`: those of `languages`, or if none is named all that are installed.

    Raises:
        SettingsError: an entity cannot be recognised as it is written, or a model is missing.
    """
    for entity in entities:
        _admit(entity)
    return Detectors(
        tuple(_detectors(entities, tuple(languages))),
        standings(entities),
        {entity.name: entity.score_with_context for entity in entities},
        telling(entities),
    )


def find_all(detectors: Detectors, segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
    """Every finding of the `wanted` entities in one message, at most one per character, sorted by
    segment and start. A value found in one segment is found in all.

    Raises:
        DetectionFailed: a detector failed, or nothing here looks for a wanted entity.
    """
    found = find_each(detectors, with_records(segments, detectors.telling), wanted)
    return everywhere(segments, found, detectors.standings)


def find_each(detectors: Detectors, segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
    """What stands in each segment, whatever the others say, but for what its record says of it (`with_records`): the
    same for the same segment in every message.

    Raises:
        DetectionFailed: as for `find_all`.
    """
    _all_known(detectors, wanted)
    views = Views(segments)
    seen = views.segments
    turns = detectors.turns.of(each.text for each in seen)
    found = [*_found(detectors, seen, wanted, turns), *_read_otherwise(detectors, seen, wanted, turns)]
    return tuple(map(views.original, resolve(found, seen, detectors.standings)))


def everywhere(
    segments: Sequence[Segment], findings: Sequence[Finding], standings: Mapping[str, Standing]
) -> tuple[Finding, ...]:
    """The findings of `find_each`, and every other place in the message where a value of one stands again."""
    if not findings:
        return ()
    views = Views(segments)
    spreading = spread(views.segments, [views.shown(each) for each in findings])
    return tuple(map(views.original, resolve(spreading, views.segments, standings)))


def telling(entities: Iterable[Entity]) -> frozenset[str]:
    """The words that say something in a record, to `with_records`."""
    said = frozenset(word for entity in entities for word in cues(entity.companions))
    return said | HALVES if said else said


def standings(entities: Iterable[Entity]) -> dict[str, Standing]:
    """What findings of each entity rest on."""
    return {entity.name: _standing(entity) for entity in entities}


def quiet(entities: Iterable[Entity]) -> Quiet:
    """What tells texts in which none of these can stand."""
    entities = tuple(entities)
    return Quiet(entities, standings(entities))


def _found(
    detectors: Detectors, segments: Sequence[Segment], wanted: frozenset[str], turns: Sequence[frozenset[int]]
) -> list[Finding]:
    """What the detectors find, each in the segments in which it has a turn, or that it looks at anyhow."""
    found: list[Finding] = []
    for number, detector in enumerate(detectors.detectors):
        seen = [
            place
            for place, segment in enumerate(segments)
            if number in turns[place] or detector.looks_at(segment, wanted)
        ]
        if seen:
            findings = _tried(detector, partial(detector.find, [segments[place] for place in seen], wanted))
            found += (each._replace(segment=seen[each.segment]) for each in findings)
    return found


def _read_otherwise(
    detectors: Detectors, seen: Sequence[Segment], wanted: frozenset[str], turns: Sequence[frozenset[int]]
) -> Iterator[Finding]:
    """What stands in other readings of the segments, where they differ from what is seen at once."""
    reader = len(detectors.detectors)
    numbered = [
        (number, reading)
        for number, segment in enumerate(seen)
        if reader in turns[number]
        for reading in readings.readings(segment)
    ]
    if not numbered:
        return
    segments = [reading.segment for _, reading in numbered]
    found = _found(detectors, segments, wanted, detectors.turns.of(each.text for each in segments))
    for finding in resolve(found, segments, detectors.standings):
        number, reading = numbered[finding.segment]
        if reading.beside_cue and finding.score < detectors.sure[finding.entity]:
            continue
        if original := reading.original(finding, number):
            yield original


def watch(
    detectors: Detectors, texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known] = ()
) -> Watched:
    """What is settled of texts that still grow: the findings of the `wanted` entities that no further words
    can change, and the edges up to which there are no others. The same findings come out wherever a text is
    cut on its way, if what is handed in begins at `keep_from` or before. A value that is `known` is found
    again.

    Raises:
        DetectionFailed: as for `find_all`.
    """
    _all_known(detectors, wanted)
    views = [view_growing(each) for each in texts]
    seen = [each.growing for each in views]
    sights = [Sight((), len(each.segment.text)) for each in seen]
    for detector in detectors.detectors:
        more = _tried(detector, partial(detector.watch, seen, wanted, [sight.edge for sight in sights]))
        sights = [one.and_so(other) for one, other in zip(sights, more, strict=True)]
    return shown(views, sights, detectors.standings, [each for each in known if each.entity in wanted])


def _all_known(detectors: Detectors, wanted: frozenset[str]) -> None:
    unknown = wanted - detectors.standings.keys()
    if unknown:
        raise DetectionFailed("detectors", f"nothing here recognises {', '.join(sorted(unknown))}")


def _detectors(entities: Sequence[Entity], languages: tuple[str, ...]) -> Iterator[Detector]:
    """The room's detectors, in the order in which they run: what reads most comes last, and only reads what
    the others do not hold."""
    cheap = Credentials(entities), LabelledNames(entities), LabelledPlaces(entities), LabelledSecrets(entities)
    yield from (detector for detector in cheap if detector.entities)
    analysed = [entity for entity in entities if entity.recognizer in ("", "presidio", "spacy")]
    if analysed:
        # Presidio and spaCy take seconds and 100 MB to import: only a process that searches pays for them.
        from grille.detectors.presidio import PresidioDetector

        yield PresidioDetector(analysed, languages)


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
    if entity.check in PROOFS | LISTED or entity.recognizer == "presidio":
        return Standing.PROOF
    return Standing.PATTERN if entity.patterns or labelled_secrets.serves(entity) else Standing.NAME
