"""Whatever goes wrong in a hook, the exchange ends in a refusal. This is the only broad `except` in grille.

mitmproxy logs an addon's exception, text and all, and forwards the message as it was. So no hook of
`addon.Grille` is without `@guarded`, and what is raised inside one never reaches mitmproxy: the thing the
hook was about is closed, first with an answer that needs nothing, then, if it can still be made, with one
in the caller's dialect; one record says `error`; one line on stderr says which hook and which class of
exception. What was closed stays closed: every later hook on it, or on a flow over it, closes it again
instead of running.

Exceptions that are no `Exception` (a cancelled task, an interrupt) go on after closing, because their
raiser waits for them; mitmproxy forwards nothing then, since the hook never returns to it.

This module must not know a policy, and no text of an exception leaves it.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Protocol, cast
from weakref import WeakKeyDictionary

from mitmproxy import connection, dns, flow, http, tcp, udp
from mitmproxy.net.dns import response_codes
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.tls import ClientHelloData, TlsData

from grille.addon.pieces import Piece, WebSocketPiece
from grille.addon.refusal import Answer, Refused, incident_id, problem
from grille.errors import AuditFailed, DetectionFailed, StoreFailed

type Part = Piece | WebSocketPiece
"""Of a flow that is forwarded while it is judged."""

type Subject = flow.Flow | Part | connection.Connection | ServerConnectionHookData | TlsData | ClientHelloData
"""What a hook is about. `closing` says for each how it is closed."""

_TEXTS: dict[type[BaseException], tuple[str, str]] = {
    DetectionFailed: ("detection_failed", "This was not sent on: it could not be searched in time."),
    StoreFailed: ("store_failed", "This was not sent on: the store that its policy asks for did not answer."),
    AuditFailed: ("audit_failed", "This was not sent on: no record of it could be written."),
}
_ANYTHING = ("internal_error", "This was not sent on: grille failed while it was checking it.")


@dataclass(frozen=True, slots=True)
class Failure:
    """`hook` is the hook's name, `error` the exception's class: both are safe to show."""

    hook: str
    error: str
    incident: str
    refused: Refused


class Guarded(Protocol):
    """What an addon with guarded hooks brings along. Both may fail."""

    def failure_answer(self, subject: Subject, failure: Failure) -> Answer | None:
        """The refusal in the caller's dialect; None when `subject` is nothing that can be answered. A piece
        is closed by then: what is put into its `out` (or `back`) here are the last words of its stream."""
        ...

    def failure_record(self, subject: Subject, failure: Failure) -> None:
        """Write the audit record."""
        ...


@dataclass(frozen=True, slots=True)
class Ending:
    """How something ended. `failure` is None when nothing failed, and it was closed on purpose."""

    answer: Answer
    failure: Failure | None = None


class Closed:
    """What was closed, and how."""

    def __init__(self) -> None:
        self._endings: MutableMapping[object, Ending] = WeakKeyDictionary()

    def add(self, subject: Subject, ending: Ending) -> None:
        self._endings[_lasting(subject)] = ending

    def itself(self, subject: Subject) -> Ending | None:
        """How `subject` itself was closed."""
        return self._endings.get(_lasting(subject)) if self._endings else None

    def below(self, subject: Subject) -> Ending | None:
        """How a connection was closed that `subject` goes over."""
        if not self._endings:
            return None
        if isinstance(subject, Piece | WebSocketPiece):
            subject = subject.flow
        if not isinstance(subject, flow.Flow):
            return None
        return self._endings.get(subject.client_conn) or self._endings.get(subject.server_conn)


CLOSED = Closed()
"""One for the process: what is closed is closed for whoever asks."""


def guarded[G: Guarded, S: Subject, R](hook: Callable[[G, S], R]) -> Callable[[G, S], R]:
    """Wrap a hook of an addon, sync or async."""
    if inspect.iscoroutinefunction(hook):

        @wraps(hook)
        async def later(self: G, subject: S) -> None:
            if not _still_closed(self, subject):
                try:
                    await hook(self, subject)
                except BaseException as error:
                    # Whatever it is: mitmproxy would log it, text and all, and forward the message.
                    _end(self, hook.__name__, subject, error)
                    if not isinstance(error, Exception):
                        raise

        return cast(Callable[[G, S], R], later)

    @wraps(hook)
    def now(self: G, subject: S) -> R | None:
        if not _still_closed(self, subject):
            try:
                return hook(self, subject)
            except BaseException as error:
                # Whatever it is: mitmproxy would log it, text and all, and forward the message.
                _end(self, hook.__name__, subject, error)
                if not isinstance(error, Exception):
                    raise
        return None

    return cast(Callable[[G, S], R], now)


def _still_closed(addon: Guarded, subject: Subject) -> bool:
    """Whether it was closed before; then it is closed again. A flow over a connection that was closed has
    not failed itself, and gets a record of its own."""
    ending = CLOSED.itself(subject)
    if ending is None:
        ending = CLOSED.below(subject)
        failure = ending.failure if ending is not None else None
        if ending is None or failure is None:
            return False
        CLOSED.add(subject, ending)
        _attempt(lambda: addon.failure_record(subject, failure))
    close(subject, ending.answer)
    return True


def _end(addon: Guarded, hook: str, subject: Subject, error: BaseException) -> None:
    code, text = _TEXTS.get(type(error), _ANYTHING)
    failure = Failure(hook, type(error).__name__, incident_id(), Refused(code, text, 503))
    answer = problem(failure.refused, failure.refused.text, failure.incident)
    try:
        close(subject, answer)
        CLOSED.add(subject, Ending(answer, failure))
    except BaseException:  # noqa: BLE001
        # Not even that. mitmproxy waits for the hook to return and forwards nothing until then; a
        # cancelled one never does. The caller is left without an answer.
        raise asyncio.CancelledError from None
    shaped, made = _attempt(lambda: addon.failure_answer(subject, failure))
    if not made:
        _attempt(lambda: close(subject, answer))
    if shaped is not None and _attempt(lambda: close(subject, shaped))[1]:
        CLOSED.add(subject, Ending(shaped, failure))
    _, recorded = _attempt(lambda: addon.failure_record(subject, failure))
    with suppress(OSError, ValueError):
        line = f"grille: incident {failure.incident}: {hook} failed ({failure.error}); nothing was forwarded"
        print(line if recorded else f"{line}; no record could be written", file=sys.stderr, flush=True)


def _attempt[T](work: Callable[[], T]) -> tuple[T | None, bool]:
    """What `work` returns, and whether it did not raise."""
    try:
        return work(), True
    except Exception:  # noqa: BLE001
        # The subject is closed by now; a better answer or a record that cannot be made changes nothing.
        return None, False


def _lasting(subject: Subject) -> object:
    """What to remember a subject by: hook data is made anew for each hook, connections and flows last."""
    if isinstance(subject, Piece | WebSocketPiece):
        return subject.flow
    if isinstance(subject, ServerConnectionHookData):
        return subject.server
    if isinstance(subject, TlsData):
        return subject.conn
    if isinstance(subject, ClientHelloData):
        return subject.context.client
    return subject


def close(subject: Subject, answer: Answer) -> None:
    """Make sure that nothing of `subject` is forwarded; where something waits for an answer, this is it."""
    if isinstance(subject, Piece | WebSocketPiece):
        _close_part(subject)
    elif isinstance(subject, http.HTTPFlow):
        subject.request.stream = False
        subject.response = answer.response(subject.request.method)
        if subject.websocket is not None:
            for message in subject.websocket.messages[-1:]:
                message.dropped = True
            _kill(subject)
    elif isinstance(subject, tcp.TCPFlow | udp.UDPFlow):
        # mitmproxy relays on after a kill: empty what is there, and let no connection be made.
        for part in subject.messages[-1:]:
            part.content = b""
        subject.server_conn.error = "refused"
        _kill(subject)
    elif isinstance(subject, dns.DNSFlow):
        subject.response = subject.request.fail(response_codes.REFUSED)
    elif isinstance(subject, ServerConnectionHookData):
        subject.server.error = "refused"
    elif isinstance(subject, TlsData):
        subject.ssl_conn = None
    elif isinstance(subject, ClientHelloData):
        subject.establish_server_tls_first = False
    elif isinstance(subject, connection.Connection):
        subject.error = "refused"


def _close_part(subject: Part) -> None:
    """It was judged, and the judgement is that nothing goes on: the head of the answer is already sent."""
    subject.out = []
    if isinstance(subject, Piece):
        subject.stop = True
    else:
        subject.back = []
        subject.close = True
    subject.done = True


def _kill(subject: flow.Flow) -> None:
    if subject.killable:
        cast(Callable[[], None], subject.kill)()
