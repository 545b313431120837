"""What is written into a message: replacements for what was found, and values for tokens that came back.

On the way out every finding that a ruling hides is replaced, and whatever could be mistaken for one of our
tokens is swapped for a token of its own (`LIT_…`), so that nothing a caller types can ever be resolved.
On the way back the order is: detect, rewrite, restore. This module must not decide anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grille import tokens
from grille.actions import replacement
from grille.entities import Entity
from grille.exchange import Action, Edit, Exchange, Finding, Kind, Segment, TokenMap, Touch, Verdict
from grille.policy import Policy, Restore, Scope
from grille.tokens import Minter

_RESTORED_IN_TEXT = frozenset({Kind.TEXT, Kind.RESULT, Kind.SYSTEM})


def without_tokens(
    segments: Sequence[Segment], findings: Iterable[Finding], entities: Mapping[str, Entity]
) -> tuple[Finding, ...]:
    """The findings that do not lie inside something that looks like a token. Where nothing may be
    rewritten they stay: there a look-alike is not swapped either."""
    kept: list[Finding] = []
    looks: dict[int, list[tuple[int, int]]] = {}
    for finding in findings:
        segment = segments[finding.segment]
        if segment.touch is Touch.FREE:
            if finding.segment not in looks:
                looks[finding.segment] = tokens.look_alikes(segment.text, entities)
            inside = looks[finding.segment]
            if inside and any(start <= finding.start and finding.end <= end for start, end in inside):
                continue
        kept.append(finding)
    return tuple(kept)


def of_request(
    policy: Policy, key: bytes, exchange: Exchange, segments: Sequence[Segment], verdict: Verdict
) -> tuple[list[Edit], TokenMap]:
    """The edits of a request, and the tokens that they mint."""
    scope = scope_of(policy, exchange)
    minter = Minter(tokens.derive(key, "tokens"), scope)
    edits = _replacements(segments, verdict, minter, tokens.derive(key, f"hashes {scope}"))
    taken = _spans(edits)
    ours = minter.map().values
    for number, segment in enumerate(segments):
        if segment.touch is not Touch.FREE:
            continue
        for start, end in tokens.look_alikes(segment.text, policy.entities):
            text = segment.text[start:end]
            # A token of a value that this very request holds is ours: an agent wrote it down earlier.
            if text not in ours and not _overlaps(taken[number], start, end):
                edits.append(Edit(number, start, end, minter.mint(tokens.LITERAL, text)))
    return edits, minter.map()


@dataclass(frozen=True, slots=True)
class Answering:
    """What it takes to write into an answer, and into every piece of one: made once by `answering`.

    `minted` are the tokens that may be restored, `literals` those of them that never stood for a value: they
    come back whatever `restore` says. `kept` are the entities of which tokens of earlier exchanges may turn up.
    """

    restore: Restore
    minted: TokenMap
    literals: TokenMap
    kept: frozenset[str]
    minter: Minter
    key: bytes = field(repr=False)

    def edits(self, segments: Sequence[Segment], verdict: Verdict, begins: Sequence[int] = ()) -> list[Edit]:
        """What the answer's profile hides, then the caller's own values in place of tokens. `begins` are the
        offsets before which a segment is only what went before, and has gone out."""
        edits = _replacements(segments, verdict, self.minter, self.key)
        taken = _spans(edits)
        for number, segment in enumerate(segments):
            if segment.touch is Touch.FREE:
                begin = begins[number] if begins else 0
                for start, end, value in tokens.restore(segment.text, self._allowed(segment), begin):
                    if not _overlaps(taken[number], start, end):
                        edits.append(Edit(number, start, end, value))
        return edits

    def edge(self, segment: Segment, settled: int, edge: int) -> int:
        """The offset, from `settled` to `edge`, before which every token of a growing text is whole and stays
        what it is."""
        if segment.touch is not Touch.FREE:
            return edge
        allowed = self._allowed(segment)
        kept = self.kept if _restores(self.restore, segment.kind) else self.kept & {tokens.LITERAL}
        begun = tokens.unsettled(segment.text, tokens.entities_of(allowed) | kept, settled)
        edge = min(edge, max(settled, begun))
        hits = tokens.restore(segment.text, allowed, settled)
        return min((start for start, end, _ in hits if start < edge < end), default=edge)

    def _allowed(self, segment: Segment) -> TokenMap:
        return self.minted if _restores(self.restore, segment.kind) else self.literals


def answering(key: bytes, restore: Restore, minted: TokenMap, kept: frozenset[str] = frozenset()) -> Answering:
    """`key` is the engine's, `minted` the tokens of the request."""
    literals = TokenMap({token: value for token, value in minted.values.items() if token.startswith(_LITERAL_PREFIX)})
    minter = Minter(tokens.derive(key, "answers"), "")
    return Answering(restore, minted, literals, kept, minter, tokens.derive(key, "hashes of answers"))


_LITERAL_PREFIX = f"{tokens.LITERAL}_"


def _restores(restore: Restore, kind: Kind) -> bool:
    if restore is Restore.NEVER:
        return False
    return kind in _RESTORED_IN_TEXT or (restore is Restore.ALL and kind is Kind.ARGUMENTS)


def _replacements(segments: Sequence[Segment], verdict: Verdict, minter: Minter, key: bytes) -> list[Edit]:
    written: dict[tuple[str, Action, int, str], str] = {}
    edits = []
    for ruling in verdict.rulings:
        number, start, end, entity, _, _ = ruling.finding
        segment = segments[number]
        if not ruling.action.hides or segment.touch is not Touch.FREE:
            continue
        value = segment.text[start:end]
        same = entity, ruling.action, ruling.keep_last, value
        if same not in written:
            written[same] = replacement(ruling, value, minter.mint, key)
        edits.append(Edit(number, start, end, written[same]))
    return edits


def _spans(edits: Iterable[Edit]) -> defaultdict[int, list[tuple[int, int]]]:
    spans: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for edit in edits:
        spans[edit.segment].append((edit.start, edit.end))
    return spans


def _overlaps(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in spans)


def scope_of(policy: Policy, exchange: Exchange) -> str:
    """Who shares tokens: the clients as the policy names them, or one session of theirs."""
    who = "+".join(exchange.clients)
    return f"{who}\0{exchange.session}" if policy.tokens.scope is Scope.SESSION else who
