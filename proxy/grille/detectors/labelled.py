"""Names that a label announces: `Contact: Jane Doe`, `"first_name": "Jane"`, a column `payee`, `Supplier: Lang-Hicks`.

A model reads such lines badly, because there is no sentence, and answers of ledgers consist of them.
The label is the evidence, so the value only has to read like a name. Labels are of people, of companies, or of
either (`Customer`); a value may say otherwise (`Contact: Ridgeway University`, `Supplier: Maria Keller`), which is
`called`'s affair. In a bank's records the place is the label (`parties`). `name` alone is a label of things as well: it
counts below the key of a person or a company (`customer`), and beside a companion of the entity, which only people and
parties have (`"name": …, "iban": …`); then the value has to read like a full name. Of `first` and `last` the other
half says it (`halves`). A list in JSON is announced as one value is, and of people in it too only full names count.

Serves `recognizer: labelled_name`, and under `recognizer: spacy` PERSON and ORGANIZATION as well. It must not guess
at names that no label announces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import regex

from grille.detectors.base import Sight, Stretch, label_beside
from grille.detectors.beside import beside, is_companion
from grille.detectors.called import Label, is_a_company, is_a_person, label_of
from grille.detectors.columns import Columns, Row
from grille.detectors.cues import Cues, cues
from grille.detectors.edges import begun, opened
from grille.detectors.enclosing import keys_above
from grille.detectors.halves import HALVES, is_half, other_half
from grille.detectors.inserts import may_insert
from grille.detectors.names import is_bare_name_label
from grille.detectors.parties import PEOPLE, PLACES, SHOPS
from grille.detectors.sieve import Worth
from grille.detectors.vocabulary import BARE_NAME_LABELS, NAME_LABELS, ROLE_LABELS
from grille.detectors.vocabulary_companies import COMPANY_LABELS, PARTY_LABELS
from grille.detectors.words import SPELT, by_letter, words_of
from grille.entities import Entity
from grille.exchange import Finding, Growing, Segment

DETECTOR: Final = "labelled_name"
ORGANIZATION: Final = "ORGANIZATION"
_LONGEST_VALUE = 80
_MOST_ITEMS: Final = 40
_AROUND: Final = " \t\r\n\"'."
_SURNAME: Final = r"\p{Lu}[\p{L}\p{M}'’-]{1,24}"
_VALUE: Final = (
    rf"(?P<value>{_SURNAME}(?:, {_SURNAME}){{1,3}},? (?:&|and|und|et|y|e|en) {_SURNAME}(?: [\p{{L}}.]{{1,8}}){{0,2}}"
    r"(?![ \t]{0,3}[^\s\"'<\\|])"
    r"|[^\n\r,;|\"<>{}\[\]()\\\t]{2,60}, (?:Co|Corp|GmbH|Inc|LLC|LLP|Ltd|S\.A|plc)(?![\p{L}\p{N}])"
    rf"|[^\n\r,;|\"<>{{}}\[\]()\\\t]{{2,{_LONGEST_VALUE}}})"
)
"""`Rose, Turner and Sample` and `Sample, Inc.` have a comma in them, others end at one."""
_IS: Final = r"\\?[\"'*]{0,2}[ \t]{0,3}[:=][ \t*]{0,4}\\?[\"']?"
_LABELS: Final = {*NAME_LABELS, *COMPANY_LABELS, *PARTY_LABELS, *ROLE_LABELS}
_LABEL: Final = rf"(?P<label>(?i:{by_letter(_LABELS, SPELT)})s?(?:[ ._-]?(?:[1-6]|(?i:name))){{0,2}})"
"""Of several there are as many labels: `applicant_1_name`, `signatory2`. Of more digits no question is asked (`sieve`),
and a label without a question costs a search in every text."""
_DASH: Final = "[ ][–-][ ]"
_ITEM: Final = rf"\\?\"(?P<value>[^\n\r\"\\<>{{}}\[\]]{{2,{_LONGEST_VALUE}}})\\?\""
_LIST: Final = rf"(?P<list>\[)\s{{0,20}}{_ITEM}(?:\s{{0,4}},\s{{0,20}}{_ITEM}){{0,{_MOST_ITEMS - 1}}}"
_LINE = rf"(?<!\p{{L}}){_LABEL}{_IS}(?:{_VALUE}|{_LIST})"
_DASHED = rf"(?<!\p{{L}}){_LABEL}(?P<dash>{_DASH}){_VALUE}"
_HUMP = rf"(?<=\p{{Ll}})(?=\p{{Lu}}){_LABEL}{_IS}(?:{_VALUE}|{_LIST})"
"""A label at the end of a longer key: `parentCompany`."""
_ELEMENT = rf"<(?:\w{{1,12}}:)?{_LABEL}>\s{{0,20}}{_VALUE}</"


def _called(labels: str) -> tuple[str, str]:
    """A line and an element whose label says little."""
    line = (
        r"(?<![\p{L}\p{N}_.'’-])"
        rf"(?:(?<![\p{{L}}\p{{N}}_.'’][ ])(?<!\S-[ ])(?P<label>(?i:{labels})){_IS}"
        rf"|(?P<label>(?i:{labels}))=\\?[\"']?){_VALUE}"
    )
    return line, rf"<(?:\w{{1,12}}:)?(?P<label>(?i:{labels}))>\s{{0,20}}{_VALUE}</"


_BARE_LINE, _BARE_ELEMENT = _called(by_letter(BARE_NAME_LABELS, SPELT))
_HALF_LINE, _HALF_ELEMENT = _called(by_letter(HALVES))
_RULES: Final = (
    *(_LINE, _DASHED, _HUMP, _ELEMENT, SHOPS, *PEOPLE, *PLACES),
    *(_BARE_LINE, _BARE_ELEMENT, _HALF_LINE, _HALF_ELEMENT),
)
_WORTH = Worth(map(regex.compile, _RULES))
_LABELLED, (_SHOPS, *_PLACED) = _WORTH.known[:4], _WORTH.known[4:-4]
_PLACED_PEOPLE: Final = _PLACED[: len(PEOPLE)]
_HALVED: Final = _WORTH.known[-2:]
_LINE_OR_DASHED = rf"(?<!\p{{L}}){_LABEL}(?:(?:{_IS}|{_DASH}){_VALUE}|{_IS}{_LIST})"
_BEGUN = [opened(each) for each in (_LINE_OR_DASHED, _HUMP, _BARE_LINE, _HALF_LINE)]
"""One by one: joined they take twice the time."""
_PLACE_BEGUN = opened("|".join((_ELEMENT, SHOPS, *PEOPLE, *PLACES, _BARE_ELEMENT, _HALF_ELEMENT)))
_PLACE_BEGINS = regex.compile(r"[<?/]|NM1|(?m:^)[:6AFGNOPT]")
"""With which of these characters all of them begin."""
_GOES_ON = regex.compile(r"[ \t]{1,4}(?:[\w.-]{1,40}=|[–-][ ])|[ ]{3}")
"""Where the next key of a line of pairs begins, an aside, or the next column: they end a value without quotes."""


class _Named(NamedTuple):
    """A name at [start, end), and where what announces it begins. `waits`: what follows decides whether it is one."""

    begin: int
    start: int
    end: int
    is_company: bool = False
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
        """A table has two lines or is inserted by SQL, and a label stands beside a text."""
        label = segment.label
        tables = "\n" in segment.text or may_insert(segment.text)
        listening = tables or is_bare_name_label(label) or is_half(label) or label_of(label) is not None
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
        if len(text) <= _LONGEST_VALUE and self._label(growing.segment):
            return 0
        edge = min(begun(each, text, settled) for each in _BEGUN)
        if _PLACE_BEGINS.search(text, settled):
            edge = min(edge, begun(_PLACE_BEGUN, text, settled))
        if columns.last is not None and any(self._announced(each, columns.last) for each in columns.last.headings):
            return min(edge, columns.last.start)
        return edge

    def _names(self, segment: Segment, columns: Columns, settled: int) -> Iterator[_Named]:
        """Where names stand, each with where what announces it begins."""
        text = segment.text
        announced: dict[Stretch, tuple[Label, int]] = {}
        for rule in _WORTH.rules(text):
            if rule in _LABELLED:
                for match in rule.finditer(text, settled, overlapped=True):
                    for value in match.spans("value"):
                        _note(announced, value, _said(match), match.start())
            elif rule is _SHOPS or rule in _PLACED:
                said = Label.PARTY if rule is _SHOPS else Label.HALF if rule in _PLACED_PEOPLE else Label.NAME
                for match in rule.finditer(text, settled):
                    for value in match.spans("value"):
                        _note(announced, value, said, match.start())
            elif self._companions or rule in _HALVED:
                yield from self._called(text, rule, settled)
        for row, heading, start, end in columns.cells_in_rows():
            if start >= settled:
                _note(announced, (start, end), self._announced(heading, row), start)
        if settled == 0 and len(text) <= _LONGEST_VALUE:
            _note(announced, (0, len(text)), self._label(segment), 0)
        for (start, end), (label, begin) in announced.items():
            yield from _value(text, begin, start, end, label)

    def _called(self, text: str, rule: regex.Pattern[str], settled: int) -> Iterator[_Named]:
        """Where names stand in a text that are called a name and no more, in the record of a person or a party."""
        for match in rule.finditer(text, settled):
            start, end = match.span("value")
            above = keys_above(text, start)
            if rule in _HALVED:
                label = Label.HALF if label_of(" ".join(reversed(above[1:]))) else None
                called, companions = Label.HALF, other_half(match["label"])
            else:
                label, called, companions = label_of(" ".join(reversed(above))), Label.NAME, self._companions
            if label:
                yield from _value(text, match.start(), start, end, Label.NAME if label is Label.PERSON else label)
                continue
            for each in _value(text, match.start(), start, end, called):
                if (said := beside(text, start, end, companions)).companion or said.open:
                    yield each._replace(waits=not said.companion)

    def _announced(self, heading: str, row: Row) -> Label | None:
        """What a heading announces: names if it says so, or if it calls them names beside that of a companion."""
        if label := label_of(heading):
            return label
        if is_half(heading):
            return Label.HALF if any(_is(each, other_half(heading)) for each in row.headings) else None
        beside_one = is_bare_name_label(heading) and any(_is(each, self._companions) for each in row.headings)
        return Label.NAME if beside_one else None

    def _label(self, segment: Segment) -> Label | None:
        """What the label of a text announces: a name if it says so, or if it calls it a name in the record of a person
        or a party."""
        called = label_beside(segment)
        if label := label_of(called):
            return label
        above, members = segment.record
        if is_half(called):
            wanted = other_half(called)
            beside_other = any(is_companion(each, wanted) for each in (members[0] if members else ()))
            below_one = called in HALVES and label_of(" ".join(reversed(above))) is not None
            return Label.HALF if beside_other or below_one else None
        if not is_bare_name_label(called):
            return None
        if label := label_of(" ".join((*reversed(above), called))):
            return Label.NAME if label is Label.PERSON else label
        beside_one = any(is_companion(each, self._companions) for each in (members[0] if members else ()))
        return Label.NAME if beside_one else None


def _said(match: regex.Match[str]) -> Label | None:
    """What the label of a value says; less with a dash behind it, where a sentence may go on, of a list, and
    of a member of an object in code."""
    label, groups = label_of(match["label"]), match.groupdict()
    if label is Label.PERSON and (groups.get("list") or "." in match["label"]):
        return Label.ROLE
    if label is None or not groups.get("dash"):
        return label
    return Label.NAME if label is Label.PERSON else max(label, Label.PARTY)


def _is(heading: str, companions: Cues) -> bool:
    return is_companion(words_of(heading)[::-1], companions)


def _note(announced: dict[Stretch, tuple[Label, int]], value: Stretch, label: Label | None, begin: int) -> None:
    """Keep what is announced of a value: of two labels the surer one."""
    if label is not None and (value not in announced or label < announced[value][0]):
        announced[value] = label, begin


def _serves(entity: Entity) -> bool:
    """Whether labels announce this entity: it asks for them, or is one that a model looks for."""
    return entity.recognizer == DETECTOR or (entity.recognizer == "spacy" and entity.name in ("PERSON", ORGANIZATION))


def _findings(number: int, named: _Named, served: Iterable[Entity]) -> Iterator[Finding]:
    for entity in served:
        if named.is_company == (entity.name == ORGANIZATION):
            yield Finding(number, named.start, named.end, entity.name, entity.score_with_context, DETECTOR)


def _value(text: str, begin: int, start: int, end: int, label: Label) -> Iterator[_Named]:
    """The value between two offsets, if it is called like a company or a person; not what is called (`Company(`)."""
    if text.startswith(("(", "["), end):
        return
    more = _GOES_ON.search(text, start, end)
    value = text[start : more.start() if more else end].strip(_AROUND)
    is_company = is_a_company(value, label)
    if is_company or is_a_person(value, label):
        at = text.index(value, start)
        yield _Named(min(begin, at), at, at + len(value), is_company)
