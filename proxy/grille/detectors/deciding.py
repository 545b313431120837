"""Which word decided: where around a candidate a cue stands, or a word that names something else.

`context` answers whether the surroundings speak for a candidate, as often as there are candidates. Here the same
surroundings are asked once more, for one of them, which phrase it was and where. What is named is a phrase of the
pack or a word of `vocabulary`, never a stretch of the text. This module must not judge: where `context` hears
nothing, there is nothing to name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from grille.detectors.columns import Columns
from grille.detectors.context import Surroundings
from grille.detectors.cues import NEAR_WORDS, Voice, cues, judge
from grille.detectors.enclosing import keys_above
from grille.detectors.vocabulary import OTHER_LABELS
from grille.detectors.words import Words, words_of
from grille.exchange import Segment


class Where(Enum):
    """Where the words stand that decided."""

    BEFORE = "before"
    LABEL = "label"
    HEADING = "heading"
    AFTER = "after"
    RECORD = "record"
    PLACE = "place"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Cue:
    """`words` as a pack or a list of ours has them, and where a text says them."""

    words: str
    where: Where


class Around:
    """What stands around the candidates of one segment. It holds the text, as `Surroundings` does."""

    def __init__(self, segment: Segment) -> None:
        self.surroundings = Surroundings(segment.text, segment.label, segment.record)
        self._text = segment.text
        self._label = words_of(segment.label)[::-1] + segment.record.above
        self._columns = Columns(segment.text)

    def cue(self, start: int, end: int, phrases: Iterable[str]) -> Cue | None:
        """The phrase that speaks for [start, end), the one that is heard first."""
        phrases = tuple(phrases)
        wanted = cues(phrases)
        if self.surroundings.voice(start, end, wanted) is not Voice.FOR:
            return None
        spoken = (
            (Where.BEFORE, self.surroundings.before(start)),
            (Where.LABEL, self._label),
            (Where.HEADING, words_of(self._columns.heading(start))[::-1]),
            (Where.LABEL, keys_above(self._text, start)),
        )
        for where, words in spoken:
            if judge(words, wanted) is Voice.FOR:
                return _named(words, phrases, where)
        return _named(self.surroundings.after(end), phrases, Where.AFTER)

    def companion(self, start: int, end: int, phrases: Iterable[str]) -> Cue | None:
        """The phrase that stands in the same record, of several the one that is nearest."""
        kin = {phrase: self.surroundings.kin(start, end, cues([phrase])) for phrase in phrases}
        near = min(((away, phrase) for phrase, away in kin.items() if away is not None), default=None)
        return Cue(near[1], Where.RECORD) if near else None

    def against(self, start: int, end: int, phrases: Iterable[str]) -> Cue | None:
        """The word that names something else than [start, end) could be."""
        if self.surroundings.voice(start, end, cues(phrases)) is not Voice.AGAINST:
            return None
        near = self.surroundings.before(start)[:NEAR_WORDS]
        word = next((word for word in near if word in OTHER_LABELS), None)
        return Cue(word, Where.BEFORE) if word else None


def _named(words: Words, phrases: Iterable[str], where: Where) -> Cue | None:
    """The phrase that comes first among `words`; of two that do, the longer."""
    spoken = [(phrase, form) for phrase in phrases for forms in cues([phrase]).values() for form in forms]
    for place in range(len(words)):
        here = [(len(form), phrase) for phrase, form in spoken if words[place : place + len(form)] == form]
        if here:
            return Cue(max(here)[1], where)
    return None
