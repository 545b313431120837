"""The engine without a network: what would become of a message. Used by `scan`, `test` and `explain`.

It is the same engine with the same detectors, in this process and without a deadline. Nothing is sent,
and keys are only made for the run: tokens shown are not those of a running proxy.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from grille.detectors import Detectors, build, find_all, find_each
from grille.dialects.samples import SAMPLES, Sample
from grille.documents import open_files
from grille.engine import Engine, Inspection, inspect
from grille.errors import SettingsError
from grille.exchange import Direction, Exchange, Finding, Scalar, Segment, TokenMap, Transport
from grille.files import File, Opened
from grille.framing.message import Message
from grille.once import Once
from grille.policy import Case, Endpoint, Judged, Policy, pins_of
from grille.providers import Route

KEY = b"grille dry run, not a secret key"
PERFECT = Transport("TLSv1.3", "TLS_AES_256_GCM_SHA384", verified=True, client_tls=True)
"""A dry run has no connection, so it blames none."""
_JSON = (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True)
class DryRun:
    """A policy with its detectors. `today` is the day for exceptions that do not say one of their own."""

    engine: Engine
    detectors: Detectors
    today: date

    @property
    def policy(self) -> Policy:
        return self.engine.policy

    def inspect(
        self, exchange: Exchange, message: Message, minted: TokenMap = TokenMap(), today: date | None = None
    ) -> Inspection:
        """What would become of `message`."""
        return asyncio.run(self.inspected(exchange, message, minted, today))

    async def inspected(
        self,
        exchange: Exchange,
        message: Message,
        minted: TokenMap = TokenMap(),
        today: date | None = None,
        once: Once | None = None,
    ) -> Inspection:
        """The same for who has an event loop; `once` knows what was judged before."""

        async def find_here(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
            return find_all(self.detectors, segments, wanted)

        async def open_here(files: Sequence[File]) -> tuple[Opened, ...]:
            return open_files(files)

        find, today = once.find if once else find_here, today or self.today
        return await inspect(self.engine, exchange, message, find, today, minted, opening=open_here, once=once)

    def once(self, most: int) -> Once:
        """What lets each of `most` texts be searched once."""

        async def find_here(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
            return find_each(self.detectors, segments, wanted)

        return Once(self.policy.sought(), find_here, most)

    @property
    def perfect(self) -> Transport:
        """The connection that is assumed: `PERFECT`, with every key that this policy pins."""
        return replace(PERFECT, keys=pins_of(self.policy))

    def message(self, exchange: Exchange, text: str) -> Message:
        """The smallest message that carries `text` where `exchange` goes. A request that carries nothing
        but words is not to blame for flags: those that the endpoint asks for are set."""
        place = self._place(exchange)
        body = _sample(place[1], exchange.direction).carry(text) if place else json.dumps({"text": text}).encode()
        if place and exchange.direction is Direction.REQUEST:
            body = _with_flags(body, place[0])
        return Message(_JSON, body, exchange.path)

    def carried(self, inspection: Inspection) -> str:
        """The words of a message that `message` made; the whole body of any other."""
        place = self._place(inspection.exchange)
        if place is None:
            return inspection.message.body.decode("utf-8", "replace")
        return _sample(place[1], inspection.exchange.direction).carried(inspection.message.body)

    def _place(self, exchange: Exchange) -> tuple[Endpoint, Route] | None:
        return self.policy.endpoint_for(exchange.host, exchange.port, exchange.method, exchange.path)


def dry_run(policy: Policy, today: date, key: bytes = KEY) -> DryRun:
    """Builds the detectors of what some row names, which takes a second or two when names are among them."""
    return DryRun(Engine(policy, key), build(policy.sought(), policy.languages), today)


def _sample(route: Route, direction: Direction) -> Sample:
    return SAMPLES[direction][route.dialect]


def _with_flags(body: bytes, endpoint: Endpoint) -> bytes:
    """`body` with every declared field as the endpoint wants it."""
    document = json.loads(body)
    wanted: list[tuple[str, Scalar]] = []
    if (session_only := endpoint.requirements.session_only) and session_only.field:
        wanted.append((session_only.field, session_only.equals))
    if (encryption := endpoint.requirements.encryption) and encryption.field:
        wanted.append((encryption.field, encryption.one_of[0]))
    for address, value in wanted:
        if address.count("/") == 1:
            document[address[1:]] = value
    return json.dumps(document).encode()


class CaseJudge:
    """Judges the cases of a policy test (`grille.policy.Judge`)."""

    def __init__(self, run: DryRun) -> None:
        self.run = run
        self._last: Inspection | None = None

    def request(self, case: Case) -> Judged:
        message = self._message(case.exchange, case.request.text, case.request.body, case.request.tool)
        self._last = self.run.inspect(case.exchange, message, today=case.today)
        return self._judged(self._last)

    def response(self, case: Case, request: Judged) -> Judged:
        if case.response is None or self._last is None:
            raise SettingsError(f"the case {case.name} has no answer to judge")
        exchange = replace(case.exchange, direction=Direction.RESPONSE)
        message = self._message(exchange, case.response.text, case.response.body, None)
        return self._judged(self.run.inspect(exchange, message, self._last.tokens, case.today))

    def _message(self, exchange: Exchange, text: str | None, body: str | None, tool: str | None) -> Message:
        message = (
            self.run.message(exchange, text or "") if body is None else Message(_JSON, body.encode(), exchange.path)
        )
        return message if tool is None else replace(message, body=_calling(message.body, tool))

    def _judged(self, inspection: Inspection) -> Judged:
        text = "" if inspection.verdict.stops else self.run.carried(inspection)
        return Judged(inspection.verdict, text, _by_entity(inspection.tokens))


def _calling(body: bytes, tool: str) -> bytes:
    """An MCP call of `tool`, with the body's own arguments if it has any."""
    document = json.loads(body)
    document.setdefault("params", {})["name"] = tool
    return json.dumps(document).encode()


def _by_entity(minted: TokenMap) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for token in minted.values:
        found.setdefault(token.rpartition("_")[0], []).append(token)
    return {entity: tuple(each) for entity, each in found.items()}
