"""Names that a label announces: `Contact: Jane Doe`, `"first_name": "Jane"`, a column `payee`.

A model reads such lines badly, because there is no sentence, and answers of ledgers consist of them.
The label is the evidence, so the value only has to read like a name; one that names an organisation
(`Contact: Ridgeway University`) is left to whoever looks for organisations. In a bank's records the place is the
label (`parties`). `name` alone is a label of things as well: it counts below the key of a person (`customer`), and
beside a companion of the entity, which only people and parties have (`"name": …, "iban": …`); then the value has to
read like a full name.

Serves `recognizer: labelled_name`, and PERSON under `recognizer: spacy` as well. It must not guess
at names that no label announces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import regex

from grille.detectors.base import Sight, Stretch
from grille.detectors.beside import beside, is_companion
from grille.detectors.columns import Columns, Row
from grille.detectors.cues import cues
from grille.detectors.edges import begun, opened
from grille.detectors.enclosing import keys_above
from grille.detectors.names import is_bare_name_label, is_full_name, is_name, is_name_label
from grille.detectors.parties import PLACES
from grille.detectors.sieve import Worth
from grille.detectors.vocabulary import BARE_NAME_LABELS, NAME_LABELS
from grille.detectors.words import SPELT, by_letter, words_of
from grille.entities import Entity
from grille.exchange import Finding, Growing, Segment

DETECTOR: Final = "labelled_name"
_LONGEST_VALUE = 80
_AROUND: Final = " \t\r\n\"'."
_VALUE: Final = rf"(?P<value>[^\n\r,;|\"<>{{}}\[\]()\\\t]{{2,{_LONGEST_VALUE}}})"
_IS: Final = r"\\?[\"'*]{0,2}[ \t]{0,3}[:=][ \t*]{0,4}\\?[\"']?"
_LINE = rf"(?i:(?<!\p{{L}})(?:{by_letter(NAME_LABELS, SPELT)})){_IS}{_VALUE}"
_BARE: Final = by_letter(BARE_NAME_LABELS, SPELT)
_BARE_LINE = (
    rf"(?<![\p{{L}}\p{{N}}_.'’-])(?:(?<![\p{{L}}\p{{N}}_.'’-][ ])(?i:{_BARE}){_IS}|(?i:{_BARE})=\\?[\"']?){_VALUE}"
)
_BARE_ELEMENT = rf"<(?:\w{{1,12}}:)?(?i:{_BARE})>\s{{0,20}}{_VALUE}</"
_RULES: Final = (_LINE, *PLACES, _BARE_LINE, _BARE_ELEMENT)
_WORTH = Worth(map(regex.compile, _RULES))
_LABELLED, *_PLACED = _WORTH.known[:-2]
_BEGUN = opened(f"{_LINE}|{_BARE_LINE}")
_PLACE_BEGUN = opened("|".join((*PLACES, _BARE_ELEMENT)))
_PLACE_BEGINS = regex.compile(r"[<?/]|(?m:^)[:6]")
"""With which of these characters all of them begin."""


class _Named(NamedTuple):
    """A name at [start, end), and where what announces it begins. `waits`: what follows decides whether it is one."""

    begin: int
    start: int
    end: int
    waits: bool = False


class LabelledNames:
    """The detector: one look at the label, one pass over the lines, one over the cells of tables."""

    name = DETECTOR
    patterns: Sequence[str] = _RULES

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._entities = tuple(entity for entity in entities if _serves(entity))
        self.entities = frozenset(entity.name for entity in self._entities)
        self._companions = cues(phrase for entity in self._entities for phrase in entity.companions)

    def looks_at(self, segment: Segment, wanted: frozenset[str]) -> bool:
        """A table has two lines, and a label stands beside a text."""
        label = segment.label
        listening = "\n" in segment.text or is_bare_name_label(label) or is_name_label(label)
        return listening and not wanted.isdisjoint(self.entities)

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        served = self._served(wanted)
        return [
            finding
            for number, segment in enumerate(segments)
            for each in self._names(segment, Columns(segment.text), 0)
            if not each.waits
            for finding in _findings(number, each, served)
        ]

    def watch(self, texts: Sequence[Growing], wanted: frozenset[str], edges: Sequence[int]) -> list[Sight]:
        served = self._served(wanted)
        return [
            self._sight(number, each, served) if served else Sight((), len(each.segment.text))
            for number, each in enumerate(texts)
        ]

    def _served(self, wanted: frozenset[str]) -> list[Entity]:
        return [each for each in self._entities if each.name in wanted and each.score_with_context >= each.threshold]

    def _sight(self, number: int, growing: Growing, served: Sequence[Entity]) -> Sight:
        """A value waits for its end, a label for its value, a row for the end of its line, and a value that is called
        a name for what stands beside it."""
        columns = Columns(growing.segment.text, growing=True)
        edge = len(growing.segment.text) if growing.closed else self._edge(growing, columns)
        named: list[_Named] = []
        for each in self._names(growing.segment, columns, growing.settled):
            if not each.waits:
                named.append(each)
            elif not growing.closed:
                edge = min(edge, each.begin)
        findings = [finding for each in named if each.end <= edge for finding in _findings(number, each, served)]
        return Sight(tuple(findings), edge, tuple((each.begin, each.end) for each in named))

    def _edge(self, growing: Growing, columns: Columns) -> int:
        text, settled = growing.segment.text, growing.settled
        if len(text) <= _LONGEST_VALUE and self._is_labelled(growing.segment):
            return 0
        edge = begun(_BEGUN, text, settled)
        if _PLACE_BEGINS.search(text, settled):
            edge = min(edge, begun(_PLACE_BEGUN, text, settled))
        if columns.last is not None and any(self._announces(each, columns.last) for each in columns.last.headings):
            return min(edge, columns.last.start)
        return edge

    def _names(self, segment: Segment, columns: Columns, settled: int) -> Iterator[_Named]:
        """Where names stand, each with where what announces it begins."""
        text = segment.text
        certain: dict[Stretch, int] = {}
        likely: dict[Stretch, int] = {}
        for rule in _WORTH.rules(text):
            if rule is _LABELLED:
                for match in rule.finditer(text, settled, overlapped=True):
                    certain.setdefault(match.span("value"), match.start())
            elif rule in _PLACED:
                likely |= {match.span("value"): match.start() for match in rule.finditer(text, settled)}
            elif self._companions:
                yield from self._called(text, rule, settled)
        for row, heading, start, end in columns.cells_in_rows():
            if start >= settled and self._announces(heading, row):
                (certain if is_name_label(heading) else likely)[start, end] = start
        if settled == 0 and len(text) <= _LONGEST_VALUE and self._is_labelled(segment):
            (certain if is_name_label(segment.label) else likely)[0, len(text)] = 0
        for spans, fits in ((certain, is_name), (likely, is_full_name)):
            for (start, end), begin in spans.items():
                yield from _value(text, begin, start, end, fits)

    def _called(self, text: str, rule: regex.Pattern[str], settled: int) -> Iterator[_Named]:
        """Where names stand in a text that are called a name and no more, in the record of a person or a party."""
        for match in rule.finditer(text, settled):
            start, end = match.span("value")
            for each in _value(text, match.start(), start, end, is_full_name):
                if is_name_label(" ".join(reversed(keys_above(text, start)))):
                    yield each
                elif (said := beside(text, start, end, self._companions)).companion or said.open:
                    yield each._replace(waits=not said.companion)

    def _announces(self, heading: str, row: Row) -> bool:
        """Whether a heading announces names: it says so, or calls them names beside the heading of a companion."""
        return is_name_label(heading) or (
            is_bare_name_label(heading)
            and any(is_companion(words_of(each)[::-1], self._companions) for each in row.headings)
        )

    def _is_labelled(self, segment: Segment) -> bool:
        """Whether the label of a text announces a name: it says so, or calls it a name in the record of a person or a
        party."""
        if is_name_label(segment.label):
            return True
        if not is_bare_name_label(segment.label):
            return False
        above, members = segment.record
        return is_name_label(" ".join((*reversed(above), segment.label))) or any(
            is_companion(each, self._companions) for each in (members[0] if members else ())
        )


def _serves(entity: Entity) -> bool:
    """Whether labels announce this entity: it asks for them, or is the person that a model looks for."""
    return entity.recognizer == DETECTOR or (entity.recognizer == "spacy" and entity.name == "PERSON")


def _findings(number: int, named: _Named, served: Iterable[Entity]) -> Iterator[Finding]:
    for entity in served:
        yield Finding(number, named.start, named.end, entity.name, entity.score_with_context, DETECTOR)


def _value(text: str, begin: int, start: int, end: int, fits: Callable[[str], bool]) -> Iterator[_Named]:
    value = text[start:end].strip(_AROUND)
    if fits(value):
        at = text.index(value, start)
        yield _Named(min(begin, at), at, at + len(value))
