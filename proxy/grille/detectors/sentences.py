"""Names in a text that grows: read sentence by sentence, and each sentence as a whole or not at all.

What a model makes of a word hangs on the words around it. So that it does not hang on how a text was cut
on its way, the text itself says what is read together: a sentence, as `endings` knows it. A sentence whose
end has not come is not read, and one that others hold back is not read yet: reading costs a hundred times
what everything else does.

Also what is believed of the model's guesses, in growing texts and in whole ones. This module must not
load a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import regex

from grille.detectors.base import Sight, Stretch
from grille.detectors.called import is_a_label
from grille.detectors.context import Surroundings
from grille.detectors.cues import Cues, Voice, cues
from grille.detectors.endings import sentence_end
from grille.detectors.model import DETECTOR
from grille.detectors.names import Name, believed
from grille.detectors.prose import holds_words, is_prose
from grille.detectors.reader import Reader
from grille.entities import Entity
from grille.exchange import Finding, Growing, Segment

_TO_COLON = regex.compile(r"[\p{L} ]{0,24}:")


@dataclass(frozen=True, slots=True)
class Named:
    """An entity that a model names, and the words beside which it is surer of it."""

    entity: Entity
    cues: Cues = field(default_factory=dict)

    def among(self, names: Iterable[Name], text: str, surroundings: Surroundings) -> Iterator[tuple[int, int, float]]:
        """The guesses that may stand, with their scores: (start, end, score)."""
        for name in names:
            if name.entity != self.entity.name:
                continue
            for start, end in believed(name, text):
                if _names_others(text, start, end) or (name.entity != "PERSON" and surroundings.is_heading(start)):
                    continue
                beside_a_cue = surroundings.voice(start, end, self.cues) is Voice.FOR
                score = self.entity.score_with_context if beside_a_cue else self.entity.score
                if score >= self.entity.threshold:
                    yield start, end, score


def _names_others(text: str, start: int, end: int) -> bool:
    """Whether [start, end) is a label, or the beginning of one: `Trading as:`. People may be the headings of columns,
    companies and places hardly are."""
    label = _TO_COLON.match(text, end)
    return label is not None and is_a_label(text[start : label.end() - 1])


def named(entity: Entity) -> Named:
    return Named(entity, cues(entity.context))


def watch(reader: Reader, entities: Sequence[Named], texts: Sequence[Growing], edges: Sequence[int]) -> list[Sight]:
    """The names in the sentences of each text that are complete and that nobody else holds."""
    sentences = [
        [each for each in complete(growing) if each[1] <= edge] for growing, edge in zip(texts, edges, strict=True)
    ]
    asked = [
        (number, start, segment, is_prose(segment))
        for number, growing in enumerate(texts)
        for start, end in sentences[number]
        if holds_words(segment := growing.segment._replace(text=growing.segment.text[start:end]))
    ]
    prose = [segment.text for _, _, segment, reads in asked if reads]
    names = iter(reader.names(prose, whole=False) if prose else ())
    found: list[list[Finding]] = [[] for _ in texts]
    for number, at, segment, reads in asked:
        guesses = next(names) if reads else reader.formed(segment.text)
        found[number].extend(_findings(number, at, segment, guesses, entities))
    return [
        Sight(tuple(findings), read[-1][1] if read else growing.settled, tuple(read))
        for findings, read, growing in zip(found, sentences, texts, strict=True)
    ]


def complete(growing: Growing) -> Iterator[Stretch]:
    """The sentences after `settled` that have come to their end."""
    text = growing.segment.text
    start = growing.settled
    while start < len(text):
        end = sentence_end(text, start)
        if end is None:
            if growing.closed:
                yield start, len(text)
            return
        yield start, end
        start = end


def _findings(
    number: int, at: int, segment: Segment, guesses: Sequence[Name], entities: Sequence[Named]
) -> Iterator[Finding]:
    surroundings = Surroundings(segment.text, segment.label)
    for each in entities:
        for start, end, score in each.among(guesses, segment.text, surroundings):
            yield Finding(number, at + start, at + end, each.entity.name, score, DETECTOR)
