"""Places that a label announces: `"city": "Reading"`, `"residence": "3 Scheelring\\n69910 Fulda"`, a column `Postcode`.

A model knows no town that is called like a word, and takes one that it never read of for somebody. Where a label says
it, the value only has to read like a place: a town is words with capitals, a code is short and has a number, an address
has a number, a word with a capital and a blank between them, which addresses of mail and of machines have not.

Serves LOCATION under `recognizer: spacy`. It looks at the labels of texts and at the headings of columns; what a text
says of itself is the affair of `addresses`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import regex

from grille.detectors.addresses import CODE
from grille.detectors.base import Sight, Stretch, label_beside
from grille.detectors.columns import Columns
from grille.detectors.vocabulary import NOT_NAMES, PLACE_SUFFIXES, PLACEHOLDERS
from grille.detectors.vocabulary_names import BOX_WORDS
from grille.detectors.vocabulary_places import ADDRESS_LABELS, POSTCODE_LABELS, STREET_LABELS, TOWN_LABELS
from grille.detectors.words import SPELT, Words, any_of, words_of
from grille.entities import Entity
from grille.exchange import Finding, Growing, Segment

DETECTOR: Final = "labelled_place"
_LONGEST_VALUE: Final = 160
_AROUND: Final = " \t\r\n\"'"
_SMALL: Final = "am|an|auf|da|das|de|del|der|dos|du|i|im|in|la|le|les|of|on|sur|the|under|upon|y"
_TOWN = regex.compile(
    r"\p{Lu}[\p{L}\p{M}'’.-]{1,30}"
    rf"(?:[ /](?:\p{{Lu}}[\p{{L}}\p{{M}}'’.-]{{0,30}}|\(\p{{Lu}}[\p{{L}}.-]{{1,20}}\)|{_SMALL})){{0,5}}"
)
_CODE = regex.compile(CODE)
_ADDRESS = regex.compile(
    rf"(?s)(?=.{{0,{_LONGEST_VALUE}}}[0-9])(?=.{{0,{_LONGEST_VALUE}}}(?:(?<!\p{{L}})\p{{Lu}}\p{{L}}{{2,30}}"
    rf"|(?i:(?<!\p{{L}})(?:{any_of(BOX_WORDS)})(?!\p{{L}}))))[^@{{}}<>=\\]{{2,{_LONGEST_VALUE}}}"
)
_APART = regex.compile(r"[\s,]")
_SAYS_NOTHING: Final = NOT_NAMES | PLACEHOLDERS
_OF_MACHINES: Final = frozenset(
    (
        *("bitcoin", "blockchain", "bus", "contract", "email", "host", "ip", "mac", "mail", "memory", "network"),
        *("server", "url", "wallet", "web"),
    )
)
"""Words before `address` that make it something else."""


def _is_town(value: str) -> bool:
    """Words with capitals, and not only such as a form says of a town (`Unknown`)."""
    words = value.lower().split()
    return _TOWN.fullmatch(value) is not None and not _SAYS_NOTHING.issuperset(words)


def _is_address(value: str) -> bool:
    return _ADDRESS.fullmatch(value) is not None and _APART.search(value) is not None


def _is_street(value: str) -> bool:
    return _is_town(value) or _is_address(value)


def _is_code(value: str) -> bool:
    return _CODE.fullmatch(value) is not None


LABELS: Final = (*TOWN_LABELS, *STREET_LABELS, *ADDRESS_LABELS, *POSTCODE_LABELS)
"""What announces a place."""

type _Test = Callable[[str], bool]


def _announced(labels: Iterable[str], test: _Test) -> tuple[frozenset[Words], _Test]:
    return frozenset(map(words_of, labels)), test


_ANNOUNCED: Final = (
    _announced(TOWN_LABELS, _is_town),
    _announced(STREET_LABELS, _is_street),
    _announced(ADDRESS_LABELS, _is_address),
    _announced(POSTCODE_LABELS, _is_code),
)


def _test_under(label: str, above: Sequence[str] = ()) -> _Test | None:
    """What a value must pass under this label; None if it announces no place. A line or a name (`line1`) is one of what
    is `above` it."""
    words = words_of(label)
    while words and words[-1] in PLACE_SUFFIXES:
        words = words[:-1]
    words = words or tuple(reversed(above))
    if len(words) > 1 and words[-2] in _OF_MACHINES:
        return None
    endings = [words[at:] for at in range(len(words))]
    return next((test for labels, test in _ANNOUNCED if not labels.isdisjoint(endings)), None)


class LabelledPlaces:
    """The detector: a look at the label, and one at the headings of tables."""

    name = DETECTOR
    patterns: Sequence[str] = (rf"(?i:{any_of(LABELS, SPELT)})",)

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._entities = tuple(each for each in entities if each.recognizer == "spacy" and each.name == "LOCATION")
        self.entities = frozenset(each.name for each in self._entities)

    def looks_at(self, segment: Segment, wanted: frozenset[str]) -> bool:
        return not wanted.isdisjoint(self.entities) and _test_for(segment) is not None

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        if wanted.isdisjoint(self.entities):
            return []
        return [
            self._finding(number, place)
            for number, segment in enumerate(segments)
            for place in _places(segment, Columns(segment.text), 0)
        ]

    def watch(self, texts: Sequence[Growing], wanted: frozenset[str], edges: Sequence[int]) -> list[Sight]:
        if wanted.isdisjoint(self.entities):
            return [Sight((), len(each.segment.text)) for each in texts]
        return [self._sight(number, each) for number, each in enumerate(texts)]

    def _sight(self, number: int, growing: Growing) -> Sight:
        """A value waits for its end, and a row for the end of its line."""
        text = growing.segment.text
        columns = Columns(text, growing=True)
        edge = len(text)
        if not growing.closed:
            if len(text) <= _LONGEST_VALUE and _test_for(growing.segment):
                edge = 0
            elif columns.last is not None and any(map(_test_under, columns.last.headings)):
                edge = columns.last.start
        places = [each for each in _places(growing.segment, columns, growing.settled) if each[1] <= edge]
        return Sight(tuple(self._finding(number, each) for each in places), edge, tuple(places))

    def _finding(self, number: int, place: Stretch) -> Finding:
        (entity,) = self._entities
        return Finding(number, *place, entity.name, entity.score_with_context, DETECTOR)


def _test_for(segment: Segment) -> _Test | None:
    """What a text must pass under its own label."""
    return _test_under(label, segment.record.above) if (label := label_beside(segment)) else None


def _places(segment: Segment, columns: Columns, settled: int) -> Iterator[Stretch]:
    """Where places stand that a label announces, from `settled` on."""
    text = segment.text
    announced = [(_test_under(label), start, end) for label, start, end in columns.cells() if start >= settled]
    if settled == 0 and len(text) <= _LONGEST_VALUE:
        announced.append((_test_for(segment), 0, len(text)))
    for test, start, end in announced:
        value = text[start:end].strip(_AROUND)
        if value and test and test(value):
            at = text.index(value, start)
            yield at, at + len(value)
