"""One step of a stream: what stands in its texts, what becomes of it, and how far that is settled.

    watch    findings, and the edge before which they will not change     detectors/, handed in
    cut back edges that would cut a finding or a token in two
    decide   what becomes of each, and which line says so                 policy/decide.py
    act      what is written in its place                                 edits.py

A text that stands whole in a frame is judged like one that has ended. Names, ids and vocabulary repeat in
every frame of a stream: what was clean once is not judged again. Values that were found are looked for in
the rest of the stream.

This module must not know frames, channels or bytes. It keeps values as long as the stream lasts, no longer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from grille import tokens
from grille.aside import Work
from grille.detectors import keep_from
from grille.edits import answering, without_tokens
from grille.engine import Engine, Search
from grille.exchange import (
    Action,
    Edit,
    Exchange,
    Finding,
    Growing,
    Known,
    Outcome,
    Refusal,
    Segment,
    TokenMap,
    Touch,
    Watched,
)
from grille.lasting import entities_kept
from grille.policy import Policy, decide
from grille.sinks.tally import Tally

_MOST_KNOWN = 1000
_MOST_CLEAN = 4096
_LONGEST_CLEAN = 200
_LONGEST_WORD = 64
_LONGEST_SENTENCE = 600
_LONG_WAIT, _GROWTH = 512, 9 / 8
"""What waits for so long, such as a private key that has begun, is looked at again when it has grown by an eighth:
looking at it after every word would cost the square of its length."""
_MAY_END = re.compile(r"[.!?…。！？\n]")
"""Without one of these, no sentence has ended."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A text to be judged: `segment` whole, or from `settled` on. A `closed` one gets no more words; of another,
    `waited` characters were not settled when it was last judged."""

    segment: Segment
    settled: int = 0
    closed: bool = True
    waited: int = 0

    def growing(self) -> tuple[Growing, int]:
        """What detectors need to see of it, and how many characters before that they need not."""
        whole = Growing(self.segment, self.settled, self.closed)
        cut = keep_from(whole)
        if cut == 0:
            return whole, 0
        return Growing(self.segment._replace(text=self.segment.text[cut:]), self.settled - cut, self.closed), cut


@dataclass(frozen=True, slots=True)
class Judged:
    """For each text the offset before which it is settled, and what is written there. `outcome` is that of
    this step; with `stops` nothing of it is settled, for the reasons in `refusals`."""

    edges: tuple[int, ...] = ()
    changes: tuple[Edit, ...] = field(default=(), repr=False)
    outcome: Outcome = Outcome.ALLOW
    refusals: tuple[Refusal, ...] = ()
    stops: bool = False


def acting(policy: Policy, exchange: Exchange) -> tuple[frozenset[str], frozenset[str]]:
    """Of the entities that are looked for in an answer, those that something may become of, and those that are
    only recorded: for these nothing has to wait."""
    rows = [row for profile in policy.bearing(exchange) for row in profile.rows.items()]
    acts = frozenset(
        entity
        for entity, of_entity in rows
        if any(max(row.action, row.over.action if row.over else row.action) > Action.LOG for row in of_entity)
    )
    return acts, policy.wanted(exchange) - acts


class Watching:
    """What stays the same from step to step of one stream, and what was found in it. `exchange` is that of the
    answer, `wanted` what is looked for, `minted` the tokens that may be restored; what is found goes to `tally`."""

    def __init__(
        self,
        engine: Engine,
        exchange: Exchange,
        search: Search,
        today: date,
        tally: Tally,
        wanted: frozenset[str],
        minted: TokenMap,
    ) -> None:
        self.evidence: dict[str, None] = {}
        self._search = search
        self._tally = tally
        self._policy = engine.policy
        self._exchange = exchange
        self._today = today
        self._fingerprints = tokens.derive(engine.key, "fingerprints")
        self._engine = engine
        self._nothing_found = decide(engine.policy, exchange, (), (), today, self._fingerprints)
        self.may_restore(minted)
        self._wanted = wanted
        self._reads_names = any(engine.policy.entities[name].recognizer == "spacy" for name in self._wanted)
        self._known: dict[tuple[str, str], Known] = {}
        self._clean: set[tuple[str, str]] = set()

    def may_restore(self, minted: TokenMap) -> None:
        """From here on these tokens may be restored."""
        endpoint = self._policy.endpoints[self._exchange.endpoint]
        kept = entities_kept(self._policy) if self._search.lasting.recall else frozenset[str]()
        self._answering = answering(self._engine.key, endpoint.restore, minted, kept)
        self._restores = bool(minted.values or kept)

    def worth_it(self, asked: Asked) -> bool:
        """Whether anything could be settled: within a word, or a sentence where names are read, nothing can."""
        text, settled = asked.segment.text, asked.settled
        waits = len(text) - settled
        if asked.closed or not self._wanted:
            return True
        if asked.waited > _LONG_WAIT and waits < asked.waited * _GROWTH:
            return False
        if self._reads_names:
            return waits > _LONGEST_SENTENCE or _MAY_END.search(text, settled) is not None
        return waits > _LONGEST_WORD or not text[settled:].isalnum()

    def is_clean(self, segment: Segment) -> bool:
        """Whether a text that nobody may change was clean in an earlier frame: then it still is."""
        return (segment.label, segment.text) in self._clean

    def are_clean(self, texts: Set[tuple[str, str]]) -> bool:
        """Whether `is_clean` holds for all of these, which are labels and texts."""
        return self._clean >= texts

    def judge(self, asked: Sequence[Asked]) -> Work[Judged]:
        """Waits for `watch`, and for what outlives the exchange."""
        if not asked:
            return Judged()
        segments = [each.segment for each in asked]
        watched = yield from self._watched(asked)
        yield from self._recalled(segments, [each.settled for each in asked])
        found = without_tokens(segments, watched.findings, self._policy.entities)
        edges = tuple(self._edge(number, each, watched.edges[number], found) for number, each in enumerate(asked))
        found = tuple(each for each in found if each.end <= edges[each.segment])
        self._remember(asked, found)
        if not found and not self._restores:
            return Judged(edges)
        verdict = self._nothing_found
        if found:
            verdict = decide(self._policy, self._exchange, segments, found, self._today, self._fingerprints)
            self._tally.add(verdict.rulings, [segment.address for segment in segments])
        if verdict.stops or not verdict.enforced:
            return Judged(edges, (), verdict.outcome, verdict.refusals, verdict.stops)
        edits = self._answering.edits(segments, verdict, [each.settled for each in asked])
        changes = tuple(each for each in edits if each.end <= edges[each.segment])
        return Judged(edges, changes, Outcome.REWRITE if changes else Outcome.ALLOW)

    def _recalled(self, segments: Sequence[Segment], begins: Sequence[int]) -> Work[None]:
        """Learn what tokens of earlier exchanges stand for that have come."""
        if not self._search.lasting.recalls(self._policy):
            return
        before = self._answering.minted
        asking = partial(self._search.lasting.recalled, self._policy, self._exchange, segments, before, begins)
        minted, said = yield asking
        self.evidence |= dict.fromkeys(said)
        if minted is not before:
            self.may_restore(minted)

    def _watched(self, asked: Sequence[Asked]) -> Work[Watched]:
        """What was found, in offsets of the whole texts."""
        if not self._wanted:
            return Watched((), tuple(len(each.segment.text) for each in asked))
        growing, cuts = zip(*(each.growing() for each in asked), strict=True)
        known, quiet = tuple(self._known.values()), self._search.quiet
        watched: Watched | None = quiet.in_growing(growing, self._wanted, known) if quiet else None
        if watched is None:
            watched = yield partial(self._search.watch, growing, self._wanted, known)
        findings = tuple(_moved(each, cuts[each.segment]) for each in watched.findings)
        return Watched(findings, tuple(edge + cut for edge, cut in zip(watched.edges, cuts, strict=True)))

    def _edge(self, number: int, asked: Asked, edge: int, found: Sequence[Finding]) -> int:
        """The edge, so far back that it cuts nothing in two."""
        if asked.closed:
            return len(asked.segment.text)
        own = [each for each in found if each.segment == number]
        if not own and not self._restores:
            return edge
        while True:
            back = self._answering.edge(asked.segment, asked.settled, edge)
            back = min((each.start for each in own if each.start < back < each.end), default=back)
            if back == edge:
                return edge
            edge = back

    def _remember(self, asked: Sequence[Asked], found: Sequence[Finding]) -> None:
        for each in found:
            value = asked[each.segment].segment.text[each.start : each.end]
            earlier = self._known.get((each.entity, value))
            if earlier is None or earlier.score < each.score:
                self._known[each.entity, value] = Known(value, each.entity, each.score)
        while len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        dirty = {each.segment for each in found}
        for number, text in enumerate(asked):
            segment = text.segment
            fixed = segment.touch is Touch.FIXED and text.closed and len(segment.text) <= _LONGEST_CLEAN
            if fixed and number not in dirty:
                self._clean.add((segment.label, segment.text))
        if len(self._clean) > _MOST_CLEAN:
            self._clean.clear()


def _moved(finding: Finding, by: int) -> Finding:
    start, end = finding.start + by, finding.end + by
    return Finding(finding.segment, start, end, finding.entity, finding.score, finding.detector)
