"""What is written into a message: replacements for what was found, and values for tokens that came back.

On the way out every finding that a ruling hides is replaced, and whatever could be mistaken for one of our
tokens is swapped for a token of its own (`LIT_…`), so that nothing a caller types can ever be resolved.
On the way back the order is: detect, rewrite, restore. This module must not decide anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from grille import tokens
from grille.actions import replacement
from grille.entities import Entity
from grille.exchange import Edit, Exchange, Finding, Kind, Segment, TokenMap, Touch, Verdict
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
            if any(start <= finding.start and finding.end <= end for start, end in looks[finding.segment]):
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


def of_answer(
    key: bytes, restore: Restore, segments: Sequence[Segment], verdict: Verdict, minted: TokenMap
) -> list[Edit]:
    """The edits of an answer: what its profile hides, then the caller's own values in place of tokens.

    Literals that were swapped on the way out come back whatever `restore` says: they never were values.
    """
    minter = Minter(tokens.derive(key, "answers"), "")
    edits = _replacements(segments, verdict, minter, tokens.derive(key, "hashes of answers"))
    taken = _spans(edits)
    literals = TokenMap({token: value for token, value in minted.values.items() if token.startswith(_LITERAL_PREFIX)})
    for number, segment in enumerate(segments):
        if segment.touch is not Touch.FREE:
            continue
        allowed = minted if _restores(restore, segment.kind) else literals
        for start, end, value in tokens.restore(segment.text, allowed):
            if not _overlaps(taken[number], start, end):
                edits.append(Edit(number, start, end, value))
    return edits


_LITERAL_PREFIX = f"{tokens.LITERAL}_"


def _restores(restore: Restore, kind: Kind) -> bool:
    if restore is Restore.NEVER:
        return False
    return kind in _RESTORED_IN_TEXT or (restore is Restore.ALL and kind is Kind.ARGUMENTS)


def _replacements(segments: Sequence[Segment], verdict: Verdict, minter: Minter, key: bytes) -> list[Edit]:
    return [
        Edit(
            ruling.finding.segment,
            ruling.finding.start,
            ruling.finding.end,
            replacement(ruling, _text(segments, ruling.finding), minter.mint, key),
        )
        for ruling in verdict.rulings
        if ruling.action.hides and segments[ruling.finding.segment].touch is Touch.FREE
    ]


def _text(segments: Sequence[Segment], finding: Finding) -> str:
    return segments[finding.segment].text[finding.start : finding.end]


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
