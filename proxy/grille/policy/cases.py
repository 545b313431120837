"""The tests beside a policy: what they say, and whether it holds.

A case is one request, and the answer to it if it has one. Whoever has an engine judges them (`Judge`);
this module must not judge anything itself. What a case asserts is the verdict and its reason, because a
test that passes for another reason proves nothing. The report also names the rows that never decided.

Values in failure texts are those of the test file and nobody's data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from grille.errors import GrilleError
from grille.exchange import Exchange, Outcome, Source, Verdict
from grille.policy.policy import Policy

_PLACEHOLDER = re.compile(r"\{([A-Z][A-Z0-9_]*):([1-9][0-9]{0,3})\}")


@dataclass(frozen=True, slots=True)
class Expected:
    """What must hold of one message; `text` is what the far side must get, None when it may be anything."""

    verdict: Outcome | None = None
    enforced: bool | None = None
    never: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """`text` goes where the dialect keeps its words; `body` is JSON, sent as it is. One is None."""

    expected: Expected
    text: str | None = None
    body: str | None = None
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `exchange` is the request's, not yet admitted; `today` is None when any day will do."""

    name: str
    source: Source
    exchange: Exchange
    today: date | None
    request: CaseMessage
    response: CaseMessage | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one message: the verdict, the words that the far side gets (empty when it gets none),
    and the tokens made for each entity, in their order in the message."""

    verdict: Verdict
    text: str = ""
    tokens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Judge(Protocol):
    """An engine, asked about cases."""

    def request(self, case: Case) -> Judged:
        """Judge the request of `case`."""
        ...

    def response(self, case: Case, request: Judged) -> Judged:
        """Judge the answer of `case`, whose placeholders are filled; `request` is what came of the request."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """A case and everything that did not hold, in words."""

    name: str
    source: Source
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The results, and the rows and exceptions that decided nothing in any case."""

    results: tuple[Result, ...]
    unused: tuple[Source, ...]

    @property
    def passed(self) -> bool:
        return not any(result.failures for result in self.results)


def run(policy: Policy, cases: Sequence[Case], judge: Judge) -> Report:
    """Have every case judged."""
    results: list[Result] = []
    deciding: set[Source] = set()
    for case in cases:
        failures: list[str] = []
        try:
            for judged, failure in _judged(case, judge):
                deciding |= set(_deciding(judged.verdict))
                failures += failure
        except GrilleError as error:
            failures.append(f"could not be judged: {error}")
        results.append(Result(case.name, case.source, tuple(failures)))
    return Report(tuple(results), tuple(source for source in policy.sources() if source not in deciding))


def _judged(case: Case, judge: Judge) -> Iterator[tuple[Judged, list[str]]]:
    """What came of each message, and what of it did not hold."""
    request = judge.request(case)
    yield request, [f"request: {text}" for text in _failures(case.request.expected, request)]
    if case.response is None:
        return
    if request.verdict.stops:
        yield request, [f"response: there is none, because the request was stopped{_reasons(request.verdict)}"]
        return
    filled, missing = _filled(case.response, request.tokens)
    if missing:
        yield request, [f"response: {text}" for text in missing]
        return
    response = judge.response(replace(case, response=filled), request)
    yield response, [f"response: {text}" for text in _failures(filled.expected, response)]


def _filled(message: CaseMessage, tokens: Mapping[str, tuple[str, ...]]) -> tuple[CaseMessage, list[str]]:
    """`message` with `{ENTITY:n}` replaced by the n-th token of the request, and what there is no token for."""
    missing: list[str] = []

    def token(found: re.Match[str]) -> str:
        made = tokens.get(found[1], ())
        if int(found[2]) <= len(made):
            return made[int(found[2]) - 1]
        missing.append(f"{found[0]} stands for nothing: the request made {len(made)} tokens of {found[1]}")
        return found[0]

    text = None if message.text is None else _PLACEHOLDER.sub(token, message.text)
    body = None if message.body is None else _PLACEHOLDER.sub(token, message.body)
    return replace(message, text=text, body=body), missing


def _failures(expected: Expected, judged: Judged) -> Iterator[str]:
    verdict = judged.verdict
    if expected.verdict not in (None, verdict.outcome):
        yield f"the verdict is {verdict.outcome.value}, expected {expected.verdict.value}{_reasons(verdict)}"
    if expected.enforced not in (None, verdict.enforced):
        yield f"the verdict is {'enforced' if verdict.enforced else 'only recorded'}"
    for value in expected.never:
        if value in judged.text:
            yield f"`{value}` goes out: {judged.text!r}"
    names = {source.name for source in _deciding(verdict)}
    for name in expected.because:
        if name not in names:
            yield f"{name} decided nothing here{_reasons(verdict)}"
    codes = {refusal.code for refusal in verdict.refusals}
    for code in expected.code:
        if code not in codes:
            yield f"no refusal {code}: there {'is ' + ', '.join(sorted(codes)) if codes else 'is none'}"
    if expected.text not in (None, judged.text):
        yield f"the text is {judged.text!r}, expected {expected.text!r}"


def _deciding(verdict: Verdict) -> tuple[Source, ...]:
    """The rows that the verdict rests on."""
    said = [ruling.because for ruling in verdict.rulings] + [refusal.because for refusal in verdict.refusals]
    return tuple(dict.fromkeys(said))


def _reasons(verdict: Verdict) -> str:
    reasons = [f"{refusal.code} by {refusal.because}" for refusal in verdict.refusals]
    reasons += [f"{ruling.action.name.lower()} by {ruling.because}" for ruling in verdict.rulings]
    return f" ({'; '.join(dict.fromkeys(reasons))})" if reasons else " (no row decided anything)"
