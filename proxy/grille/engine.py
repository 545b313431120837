"""One message in, a verdict and the bytes to forward out. This is the whole of grille; the rest is its parts.

    admit    who may speak to whom                            policy/decide.py; shadow.py for unknown hosts
    read     the words, with their addresses                  dialects/reader.py
    open     the words in files, and what nobody can read     opening.py; documents/, handed in
    require  session-only, encryption, tools                  policy/flags.py
    find     where something of what kind stands              detectors/, handed in; once.py
    decide   what becomes of each, and which line says so     policy/decide.py
    act      what is written in its place                     edits.py: actions/, tokens.py

The engine is pure: clock, keys and token maps are arguments, and whoever calls it says where finding is
done (in this process or in a worker), and opening. It must not do I/O, keep anything between calls, or import
mitmproxy. What `find` and `opening` raise passes through: the caller must refuse then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial, reduce

from grille import detectors, edits, shadow, tokens
from grille.aside import aside
from grille.dialects import DIALECTS, Dialect, Reading, Recall, declared, echoed, providers, read, unknown
from grille.errors import CannotRewrite, Malformed, SignedBody, TooLarge, Undecodable, Unscannable
from grille.exchange import (
    Direction,
    Exchange,
    Finding,
    Growing,
    Known,
    Outcome,
    Refusal,
    Segment,
    Source,
    TokenMap,
    Verdict,
    Watched,
)
from grille.files import Opening, unopened
from grille.framing.json_spans import Object, String
from grille.framing.message import Message
from grille.lasting import NOTHING, Lasting
from grille.once import Once
from grille.opening import opened
from grille.policy import (
    Endpoint,
    Met,
    Policy,
    Reaction,
    Vocabulary,
    admit,
    decide,
    egress,
    fields_needed,
    forbidden_tool,
    load,
    require,
)
from grille.providers import Route

type Find = Callable[[Sequence[Segment], frozenset[str]], Awaitable[tuple[Finding, ...]]]
"""Where finding is done. Raises `DetectionFailed` when any recogniser was skipped, failed or was late."""

type Watch = Callable[[Sequence[Growing], frozenset[str], Sequence[Known]], Awaitable[Watched]]
"""The same for texts that still grow, with the values that were found earlier in the stream."""


@dataclass(frozen=True, slots=True)
class Search:
    """Where detection is done, for whole messages and for texts that grow, and where files are opened; `once` knows
    what was judged before, `lasting` what outlives an exchange, `quiet` what need not be handed to anybody."""

    find: Find
    watch: Watch
    opening: Opening = unopened
    once: Once | None = None
    lasting: Lasting = NOTHING
    quiet: detectors.Quiet | None = None


_SIGNED = (
    "This request is signed over its body, so it may be sent as it is or not at all, and the policy asks for a change. "
    "Send a bearer token in place of a signature (AWS_BEARER_TOKEN_BEDROCK) and no Content-Encoding, "
    "or ask for rows that only allow or block on this endpoint."
)
_UNREADABLE = {Undecodable: "undecodable_body", Unscannable: "unscannable_body", TooLarge: "too_large"}


@dataclass(frozen=True, slots=True)
class Engine:
    """What stays the same from message to message. `key` is 32 secret bytes; `limit` is the largest
    decoded body, in bytes."""

    policy: Policy
    key: bytes = field(repr=False)
    limit: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Inspection:
    """`message` is what may be forwarded if the verdict does not stop it; `tokens` is needed for the
    answer. `route` and `dialect` are None when the policy knows no such endpoint; for shadow AI that is
    stopped, `dialect` says how it is told so."""

    exchange: Exchange
    verdict: Verdict
    message: Message
    tokens: TokenMap = TokenMap()
    segments: tuple[Segment, ...] = ()
    route: Route | None = None
    dialect: Dialect | None = None
    reply_to: str | None = "null"


def vocabulary() -> Vocabulary:
    """The names that a policy may use: those of the rooms beside it."""
    return Vocabulary(providers(), frozenset(DIALECTS), detectors.CHECKS, detectors.RECOGNIZERS)


def load_policy(path: str, today: date | None) -> Policy:
    """The policy at `path`, or the shipped one of that name. Raises `PolicyErrors`; with `today`, also for
    an exception or attestation that has ended."""
    return load(path, vocabulary(), today)


async def inspect(
    engine: Engine,
    exchange: Exchange,
    message: Message,
    find: Find,
    today: date,
    minted: TokenMap = TokenMap(),
    *,
    opening: Opening = unopened,
    once: Once | None = None,
    lasting: Lasting = NOTHING,
    in_socket: bool = False,
    recall: bool = True,
) -> Inspection:
    """Judge one message; `minted` are the tokens of the request that `exchange` may be the answer to. `once` is whose
    `find` it is, and may `recall` documents. `in_socket`: it owes a body's promises only if it asks for a response."""
    policy = engine.policy
    admitted = admit(policy, exchange)
    place = policy.endpoint_for(exchange.host, exchange.port, exchange.method, exchange.path)
    if isinstance(admitted, Refusal):
        return _refused(policy, Inspection(exchange, Verdict(Outcome.ALLOW), message), place, admitted)
    if place is None:
        seen = shadow.looked_at(policy, admitted, message, engine.limit)
        return Inspection(admitted, seen.verdict, message, dialect=seen.dialect, reply_to=seen.reply_to)
    endpoint, route = place
    known = Inspection(admitted, Verdict(Outcome.ALLOW), message, minted, (), route, DIALECTS[route.dialect])
    wanted = policy.wanted(known.exchange)
    try:
        reading = await _read(engine, known, once.recall(wanted) if once and recall else unknown)
        known = replace(known, segments=reading.segments, reply_to=reading.reply_to)
        met = _required(policy, endpoint, known, reading, today, in_socket=in_socket)
    except Malformed as error:
        return replace(known, verdict=unreadable(policy, known.exchange, error))
    reading, unread = await opened(reading, endpoint, opening)
    known, found = replace(known, segments=reading.segments), await find(reading.segments, wanted)
    if once is not None and not await once.learn(reading, found, wanted):
        again = partial(inspect, opening=opening, once=once, lasting=lasting, in_socket=in_socket, recall=False)
        return await again(engine, exchange, message, find, today, minted)
    known = await _judged(engine, known, found, today, (unread, met), lasting)
    return await aside(partial(_acted, engine, endpoint, known, reading, met), len(message.body))


async def _judged(
    engine: Engine, known: Inspection, found: Sequence[Finding], today: date, met: Sequence[Met], lasting: Lasting
) -> Inspection:
    """The verdict, and for an answer the tokens that may be restored in it."""
    policy, exchange, size = engine.policy, known.exchange, len(known.message.body)
    findings = await aside(partial(edits.without_tokens, known.segments, found, policy.entities), size)
    key = tokens.derive(engine.key, "fingerprints")
    counted, said = await lasting.counted(policy, exchange, known.segments, findings, today, key)
    deciding = partial(decide, policy, exchange, known.segments, findings, today, key, counted)
    verdict = reduce(_joined, met, await aside(deciding, size))
    minted, told = known.tokens, tuple[str, ...]()
    if exchange.direction is Direction.RESPONSE:
        minted, told = await lasting.recalled(policy, exchange, known.segments, minted)
    return replace(known, verdict=replace(verdict, evidence=(*verdict.evidence, *said, *told)), tokens=minted)


async def _read(engine: Engine, known: Inspection, recall: Recall) -> Reading:
    assert known.route is not None
    assert known.dialect is not None
    asked = known.dialect, known.exchange.direction, known.message, engine.limit, known.route.credentials, recall
    return await aside(partial(read, *asked), len(known.message.body))


def _required(
    policy: Policy, endpoint: Endpoint, known: Inspection, reading: Reading, today: date, *, in_socket: bool
) -> Met:
    """What the policy asks of the exchange itself. An answer owes nothing more: its request was let through."""
    route, dialect, exchange = known.route, known.dialect, known.exchange
    if route is None or dialect is None:
        return Met()
    if exchange.direction is Direction.RESPONSE:
        return Met(evidence=said_otherwise(endpoint, route, reading))
    if in_socket and not _asks(dialect, reading):
        endpoint = replace(endpoint, requirements=endpoint.requirements.without_body())
    rules = route.retention if endpoint.requirements.session_only else None
    said = declared(dialect, reading, fields_needed(endpoint, route), rules, in_socket=in_socket)
    met = require(policy, endpoint, route, exchange, said, today)
    called = (forbidden_tool(policy, replace(exchange, tool=tool)) for tool in reading.tools)
    reached = egress(endpoint.name, endpoint.server_side, reading.reached)
    refusals = (*met.refusals, *dict.fromkeys(filter(None, called)), *reached.refusals)
    return replace(met, refusals=refusals, evidence=(*met.evidence, *reached.evidence))


def said_otherwise(endpoint: Endpoint, route: Route | None, reading: Reading) -> tuple[str, ...]:
    """Where an answer, or an event of one, repeats a flag of its request with another value."""
    if route is None or endpoint.requirements.session_only is None:
        return ()
    denied = (each.where for each in route.retention.settings if echoed(reading, each))
    return tuple(f"session_only: the answer says otherwise of {where}" for where in denied)


def _asks(dialect: Dialect, reading: Reading) -> bool:
    """Whether a message of a WebSocket asks for a response."""
    root = reading.root
    if root is None or not dialect.sockets:
        return root is not None
    kind = root.get("type") if isinstance(root, Object) else None
    return isinstance(kind, String) and kind.text in dialect.sockets


def _joined(verdict: Verdict, met: Met) -> Verdict:
    """Refusals that rest on no finding come first: they say what to change in the call itself."""
    outcome = Outcome.BLOCK if met.refusals else verdict.outcome
    return replace(
        verdict,
        outcome=outcome,
        refusals=(*met.refusals, *verdict.refusals),
        evidence=(*met.evidence, *verdict.evidence),
    )


def _acted(
    engine: Engine,
    endpoint: Endpoint,
    known: Inspection,
    reading: Reading,
    met: Met,
) -> Inspection:
    """Write what the verdict says into the bytes. A verdict that is not enforced leaves them alone."""
    if not known.verdict.enforced or known.verdict.outcome is Outcome.BLOCK:
        return known
    if known.exchange.direction is Direction.REQUEST:
        changes, minted = edits.of_request(engine.policy, engine.key, known.exchange, known.segments, known.verdict)
    else:
        answer = edits.answering(engine.key, endpoint.restore, known.tokens)
        changes = answer.edits(known.segments, known.verdict)
        minted = known.tokens
    try:
        message = reading.rewrite(changes, met.to_set)
    except CannotRewrite as error:
        rows = [ruling.because for ruling in known.verdict.rulings if ruling.action.hides]
        refusal = cannot_rewrite(error, rows[0] if rows else endpoint.source)
        return replace(known, verdict=_blocked(known.verdict, refusal))
    outcome = Outcome.ALLOW if message is reading.message else Outcome.REWRITE
    verdict = replace(known.verdict, outcome=outcome, evidence=(*known.verdict.evidence, *met.once_set))
    return replace(known, message=message, tokens=minted, verdict=verdict)


def _refused(policy: Policy, known: Inspection, place: tuple[Endpoint, Route] | None, refusal: Refusal) -> Inspection:
    """Not admitted: nothing was read. Where the place is known, so is the way to say no."""
    enforced = policy.enforced(known.exchange)
    verdict = Verdict(Outcome.BLOCK, refusals=(refusal,), enforced=enforced)
    if place is None:
        return replace(known, verdict=verdict, dialect=shadow.dialect_at(known.exchange) if enforced else None)
    return replace(known, verdict=verdict, route=place[1], dialect=DIALECTS[place[1].dialect])


def unreadable(policy: Policy, exchange: Exchange, error: Malformed) -> Verdict:
    """The verdict on a message, or the rest of a stream, that cannot be read."""
    reaction = policy.otherwise.body
    because = policy.otherwise.sources.get("body", Source(policy.file, 0, "otherwise.body"))
    code = _UNREADABLE.get(type(error), "malformed_body")
    refusal = Refusal(code, f"The body cannot be read, so it cannot be judged: {error}.", because)
    if reaction is not Reaction.BLOCK:
        return Verdict(Outcome.ALLOW, enforced=policy.enforced(exchange), evidence=(f"not judged: {code}",))
    return Verdict(Outcome.BLOCK, refusals=(refusal,), enforced=policy.enforced(exchange))


def cannot_rewrite(error: CannotRewrite, because: Source) -> Refusal:
    """Why a message is stopped whose bytes have no room for what a row asks for."""
    if isinstance(error, SignedBody):
        return Refusal("signed_body", _SIGNED, because)
    text = f"The body cannot be changed as the policy asks: {error}. Send the words as a value, not as a key."
    return Refusal("cannot_rewrite", text, because)


def _blocked(verdict: Verdict, refusal: Refusal) -> Verdict:
    return replace(verdict, outcome=Outcome.BLOCK, refusals=(*verdict.refusals, refusal))
