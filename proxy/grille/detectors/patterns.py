"""From an entity's patterns to candidates in a text.

A match, or its group `value` if there is one, is a candidate. A candidate that its check refuses does
not consume what it covers: it is tried again without its last groups (`4111 1111 1111 1111 2026`), and
the search goes on one character after its start (`2026 4111 1111 1111 1111`). A pattern that passes
its time is a failure, never a warning.

Patterns are case-sensitive unless they say `(?i)`. This module must not know segments, Presidio or
scores, and sets no context rules of its own: it asks `Surroundings`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import regex

from grille.detectors.base import Sight, Stretch
from grille.detectors.checksums import ANNOUNCED, CHECKS, ENDS
from grille.detectors.context import BESIDE, Surroundings
from grille.detectors.cues import Cues, Voice, cues
from grille.detectors.edges import begun, opened
from grille.detectors.leads import led
from grille.detectors.weak import all_weak
from grille.entities import Entity
from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Finding, Growing

SECONDS: Final = 5.0
"""How long one search of one pattern in one text may take. Shipped patterns need milliseconds."""
AFTER: Final = 4
"""Characters after a match that tell whether a number ends there."""
DETECTOR: Final = "patterns"
STANDS_ALONE: Final = 0.8
"""A score from which a candidate counts even where a word beside it names something else."""
NEARER: Final = 0.002
"""What a candidate's score loses with every word between it and its companion: of two kinds that both have one
in the record, the one whose companion is nearer is meant."""
_SHORTER_ENDS: Final = 4
_SEPARATORS: Final = " .-/_\t\n"


@dataclass(frozen=True, slots=True)
class Candidate:
    """[start, end) passed pattern, check and context with `score`; `whole` is what had to be read for it."""

    start: int
    end: int
    score: float
    whole: Stretch


class Read(NamedTuple):
    """Where the candidate of a match stands, and what the match says of it: that it counts only beside a cue (`weak`),
    that what `announces` it was read with it, that there `said` what it is."""

    start: int
    end: int
    weak: bool
    announces: bool
    said: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern as it was `written`, as it finds, and `opened`, as `edges` asks what may still become of it. `weak` if
    whatever it finds counts only beside a cue: where no cue is said, it need not look."""

    written: str
    pattern: regex.Pattern[str]
    opened: regex.Pattern[str]
    weak: bool


class Watching(NamedTuple):
    """A rule, whether it may match in a growing text, and the first place from which on it may have begun to, so that
    it reads to the end; that is the end itself if it has not."""

    rule: Rule
    may_match: bool = True
    begins: int = 0


@dataclass(frozen=True, slots=True)
class Patterns:
    """What an entity needs to be found: built once, used for every text, holds no text."""

    entity: Entity
    rules: tuple[Rule, ...]
    check: Callable[[str], bool]
    announced: Callable[[str], bool]
    cues: Cues = field(default_factory=dict)
    companions: Cues = field(default_factory=dict)
    leaning: Cues = field(default_factory=dict)
    """The companions beside which a bare label is enough: not those that are cues, because what they name stands under
    its own label already."""

    def candidates(
        self, text: str, surroundings: Surroundings, rules: Iterable[Rule] | None = None
    ) -> Iterator[Candidate]:
        """Every candidate of its rules in a text that counts, in the order of the rules; of `rules` only, if no other
        can match in it.

        Raises:
            DetectionFailed: a pattern took longer than `SECONDS`.
        """
        said: bool | None = None
        for rule in self.rules if rules is None else rules:
            if rule.weak:
                if said is None:
                    said = surroundings.says(self.cues) or surroundings.says(self.companions)
                if not said:
                    continue
            try:
                for _, found in self._judged(rule.pattern, text, surroundings, 0):
                    if found is not None:
                        yield found
            except TimeoutError:
                raise self._too_slow(rule) from None

    def watch(
        self, growing: Growing, surroundings: Surroundings, rules: Iterable[Watching], before: int
    ) -> tuple[list[Candidate], int]:
        """The candidates of a growing text, and the edge before which these stay and no others appear, as far as its
        `rules` have a say in it. What lies behind `before` others hold already: of that more may be said than stays.

        There is no limit of time here, because asking for it takes longer than searching a few words: whoever
        watches a stream has one for all patterns together.
        """
        candidates: list[Candidate] = []
        text, settled, closed = growing.segment.text, growing.settled, growing.closed
        edge = min(len(text), before)
        for rule, may_match, begins in rules:
            if begins < edge and not closed:
                edge = min(edge, begun(rule.opened, text, settled))
            if not may_match or rule.pattern.search(text, settled) is None:
                continue
            for match, found in self._judged(rule.pattern, text, surroundings, settled):
                if match.start() >= edge or not (closed or self._certain(rule.pattern, match, surroundings)):
                    edge = min(edge, match.start())
                    break
                if found is not None:
                    candidates.append(found)
        return candidates, edge

    def _too_slow(self, rule: Rule) -> DetectionFailed:
        return DetectionFailed(
            DETECTOR,
            f"pattern {self.rules.index(rule) + 1} of {self.entity.name} ({self.entity.source}) ran longer than"
            f" {SECONDS:g} s; bound its repetitions",
        )

    def _judged(
        self, rule: regex.Pattern[str], text: str, surroundings: Surroundings, at: int
    ) -> Iterator[tuple[regex.Match[str], Candidate | None]]:
        while at <= len(text) and (match := rule.search(text, at, timeout=SECONDS)) is not None:
            found = self._judge(rule, match, surroundings)
            yield match, found
            at = match.start() + 1 if found is None else max(found.end, match.start() + 1)

    def _judge(self, rule: regex.Pattern[str], match: regex.Match[str], surroundings: Surroundings) -> Candidate | None:
        read = read_match(match)
        start, weak = read.start, read.weak
        if start == read.end or (weak and not self.is_announced(start, read.end, surroundings)):
            return None
        check = self.check_of(read)
        for stop in self._ends(rule, match, read.end):
            if check(match.string[start:stop]):
                if read.said:
                    score = self.entity.score_with_context
                else:
                    score = (self._beside if weak else self._score)(start, stop, surroundings)
                whole = match.start(), max(stop, match.end())
                return Candidate(start, stop, score, whole) if score >= self.entity.threshold else None
        return None

    def _certain(self, rule: regex.Pattern[str], match: regex.Match[str], surroundings: Surroundings) -> bool:
        """Whether no words that are still to come have a say in this match."""
        read = read_match(match)
        if read.start == read.end or surroundings.certain(read.start, read.end, self.cues):
            return True
        check = self.check_of(read)
        return not any(check(match.string[read.start : stop]) for stop in self._ends(rule, match, read.end))

    def check_of(self, read: Read) -> Callable[[str], bool]:
        """What the candidate of a match must pass: less, if a cue or the rest of the match announces it."""
        return self.announced if read.weak or read.announces else self.check

    def _ends(self, rule: regex.Pattern[str], match: regex.Match[str], end: int) -> Iterator[int]:
        """Where the candidate may end: as it matched, then without its last groups, while the pattern
        still agrees. A pattern that looks at what follows its value has but one end, and so has a number that says
        itself how long it is."""
        if self.entity.check in ENDS:
            yield match.start() + ENDS[self.entity.check](match.string[match.start() : end + AFTER])
            return
        yield end
        if end != match.end():
            return
        text = match.string
        for _ in range(_SHORTER_ENDS):
            end = max(text.rfind(mark, match.start(), end) for mark in _SEPARATORS)
            while end > match.start() and text[end - 1] in _SEPARATORS:
                end -= 1
            if end <= match.start() or not rule.fullmatch(text, match.start(), end, timeout=SECONDS):
                return
            yield end

    def is_announced(self, start: int, end: int, surroundings: Surroundings) -> bool:
        """Whether a weak candidate counts: a cue is near, or a companion that a bare label leans on."""
        voice = surroundings.voice(start, end, self.cues)
        if voice is Voice.SILENT and self.leaning and surroundings.bare(start):
            kin = surroundings.kin(start, end, self.leaning)
            return kin is not None and kin <= BESIDE
        return voice is Voice.FOR

    def _beside(self, start: int, end: int, surroundings: Surroundings) -> float:
        """The score of a weak candidate beside its cue: more with a companion in its record."""
        kin = surroundings.kin(start, end, self.companions) if self.companions else None
        sure = self.entity.score_with_context
        return self.entity.score if kin is None else max(self.entity.score, sure - NEARER * kin)

    def _score(self, start: int, end: int, surroundings: Surroundings) -> float:
        match surroundings.voice(start, end, self.cues):
            case Voice.FOR:
                return self._beside(start, end, surroundings) if self.companions else self.entity.score_with_context
            case Voice.AGAINST if self.entity.score < STANDS_ALONE:
                return 0.0
            case _:
                return self.entity.score


def watch(patterns: Iterable[tuple[Patterns, Sequence[Watching]]], number: int, growing: Growing) -> Sight:
    """What patterns see in growing text number `number`, with those of their rules that have a say in it.

    Raises:
        DetectionFailed: a pattern took longer than `SECONDS`.
    """
    text = growing.segment.text
    surroundings = Surroundings(text, growing.segment.label, growing=True)
    edge = len(text)
    findings: list[Finding] = []
    whole: list[Stretch] = []
    for each, rules in patterns:
        candidates, settled = each.watch(growing, surroundings, rules, edge)
        edge = min(edge, settled)
        if edge <= growing.settled and not growing.closed:
            return Sight((), edge)  # all is held: a private key has begun, and what else there is will be asked again
        for found in candidates:
            whole.append(found.whole)
            findings.append(Finding(number, found.start, found.end, each.entity.name, found.score, DETECTOR))
    return Sight(tuple(findings), edge, tuple(whole))


def read_match(match: regex.Match[str]) -> Read:
    """What the groups of a match say of its candidate."""
    groups = match.re.groupindex
    if not groups:
        return Read(match.start(), match.end(), weak=False, announces=False, said=False)
    weak = "weak" in groups and match.start("weak") >= 0
    announces = "value" in groups and match.start("value") >= 0
    said = "said" in groups and match.start("said") >= 0
    start, end = match.span("value" if announces else 0)
    return Read(start, end, weak, announces, said)


def compiled(entity: Entity) -> Patterns:
    """An entity's patterns, ready to run.

    Raises:
        SettingsError: a pattern is not a regular expression, or the check has no such name.
    """
    check = CHECKS.get(entity.check) if entity.check else bool
    if check is None:
        raise SettingsError(
            f"{entity.source}: there is no check {entity.check!r}; choose one of {', '.join(sorted(CHECKS))}."
        )
    rules: list[Rule] = []
    for number, pattern in enumerate(entity.patterns, start=1):
        try:
            expression = regex.compile(led(pattern), regex.MULTILINE)
            rules.append(Rule(pattern, expression, opened(pattern), all_weak(pattern)))
        except regex.error as error:
            raise SettingsError(
                f"{entity.source}: pattern {number} of {entity.name} is not a regular expression ({error.msg}"
                f" at character {error.pos}); correct it."
            ) from error
    announced = ANNOUNCED.get(entity.check, check)
    leaning = cues(phrase for phrase in entity.companions if phrase not in entity.context)
    return Patterns(entity, tuple(rules), check, announced, cues(entity.context), cues(entity.companions), leaning)
