"""Whatever a hook does, what it was about is closed, stays closed, and nobody hears the exception's text."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Callable
from typing import cast

import pytest
from live import is_guarded
from mitmproxy import connection, flow, hooks, http, tls
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.test import taddons, tflow
from OpenSSL import SSL

from grille.addon import guard
from grille.addon.addon import Grille
from grille.addon.guard import CLOSED, Closed, Ending, Failure, Subject, close, guarded
from grille.addon.pieces import Piece, WebSocketPiece
from grille.addon.refusal import Answer
from grille.errors import AuditFailed, DetectionFailed

CARD = "4111 1111 1111 1111"
ANSWER = Answer(403, (("Content-Type", "text/plain"),), b"no")
NOT_TRAFFIC = {"configure", "done", "running", "update", "add_log", "load"}
AFTERWARDS = {
    "dns_error", "tcp_end", "tcp_error", "udp_end", "udp_error", "server_disconnected",
    "server_connect_error", "tls_failed_server", "http_connect_error",
}  # fmt: skip
"""Nothing is forwarded after these."""
NOT_TAKEN = {
    "next_layer", "tls_start_client",  # mitmproxy's own addons answer them
    "server_connected",  # nothing has been sent yet
    "http_connected",  # `http_connect` has admitted the tunnel
    "http_connect_upstream",  # `handler.py` answers it
    "socks5_auth", "quic_start_client", "quic_start_server",  # never asked: nothing here makes mitmproxy do so
}  # fmt: skip
"""They carry nothing that could be judged."""


class Small:
    """An addon whose guarded hooks do what a test wants."""

    def __init__(self, fault: BaseException | None = None) -> None:
        self.fault = fault
        self.ran = 0
        self.shaped: Answer | None = None
        self.last_words = b""
        self.asked: list[Failure] = []
        self.recorded: list[Failure] = []
        self.cannot_answer = self.cannot_record = False

    def _do(self) -> None:
        self.ran += 1
        if self.fault is not None:
            raise self.fault

    @guarded
    def request(self, flow: flow.Flow) -> None:
        self._do()

    @guarded
    async def response(self, flow: http.HTTPFlow) -> None:
        await asyncio.sleep(0)
        self._do()

    @guarded
    def client_connected(self, client: connection.Client) -> None:
        self._do()

    @guarded
    def tls_start_server(self, data: tls.TlsData) -> None:
        self._do()

    @guarded
    def server_connect(self, data: ServerConnectionHookData) -> None:
        self._do()

    @guarded
    async def stream_piece(self, piece: Piece) -> None:
        piece.out = [piece.data]
        piece.done = True
        self._do()

    @guarded
    async def websocket_piece(self, piece: WebSocketPiece) -> None:
        piece.out, piece.back = [piece.content], [CARD]
        piece.done = True
        self._do()

    def failure_answer(self, subject: Subject, failure: Failure) -> Answer | None:
        self.asked.append(failure)
        if self.last_words and isinstance(subject, Piece):
            subject.out = [self.last_words]
        if self.cannot_answer:
            raise KeyError(CARD)
        return self.shaped

    def failure_record(self, subject: Subject, failure: Failure) -> None:
        if self.cannot_record:
            raise AuditFailed(CARD)
        self.recorded.append(failure)


def told(subject: http.HTTPFlow) -> dict[str, object]:
    assert subject.response is not None
    assert subject.response.raw_content is not None
    return cast(dict[str, object], json.loads(subject.response.raw_content))


def tls_data() -> tls.TlsData:
    client = tflow.tclient_conn()
    with taddons.context() as running:
        context = Context(client, running.options)
    return tls.TlsData(tflow.tserver_conn(), context, SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD)))


# -- every hook ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(hooks.all_hooks) - NOT_TRAFFIC - AFTERWARDS - NOT_TAKEN))
def test_every_hook_of_mitmproxy_through_which_something_goes_is_taken_and_guarded(name: str) -> None:
    assert is_guarded(getattr(Grille, name, None))


def test_no_hook_of_the_addon_is_without_the_guard() -> None:
    taken = {name for name in hooks.all_hooks if hasattr(Grille, name)}
    assert {name for name in taken if not is_guarded(getattr(Grille, name))} == set()
    assert not taken & (NOT_TAKEN | AFTERWARDS | NOT_TRAFFIC)


def test_a_hook_that_is_overridden_without_the_guard_is_noticed() -> None:
    class Careless(Grille):
        def client_connected(self, client: connection.Client) -> None:
            """It forgot the guard."""

    assert not is_guarded(Careless.client_connected)
    assert not is_guarded(None)


def test_a_hook_that_succeeds_is_left_alone(capfd: pytest.CaptureFixture[str]) -> None:
    addon, subject = Small(), tflow.tflow(resp=True)
    before = subject.response
    addon.request(subject)
    asyncio.run(addon.response(subject))
    assert (addon.ran, subject.response) == (2, before)
    assert CLOSED.itself(subject) is None
    assert capfd.readouterr() == ("", "")


# -- a failure -------------------------------------------------------------------------------------


def run(addon: Small, subject: http.HTTPFlow, hook: str) -> None:
    if hook == "request":
        addon.request(subject)
    else:
        asyncio.run(addon.response(subject))


@pytest.mark.parametrize("hook", ["request", "response"])
@pytest.mark.parametrize("fault", [ValueError(CARD), MemoryError(CARD), RecursionError(CARD), KeyError(CARD)])
def test_a_failing_hook_ends_in_a_refusal_one_record_and_one_line(
    hook: str, fault: Exception, capfd: pytest.CaptureFixture[str]
) -> None:
    addon, subject = Small(fault), tflow.tflow(resp=True)
    run(addon, subject, hook)
    assert subject.response is not None
    assert subject.response.status_code == 503
    assert told(subject)["code"] == "internal_error"
    (failure,) = addon.recorded
    assert (failure.hook, failure.error) == (hook, type(fault).__name__)
    assert told(subject)["incident"] == failure.incident == subject.response.headers["x-grille-incident"]
    out, err = capfd.readouterr()
    assert out == ""
    expected = f"grille: incident {failure.incident}: {hook} failed ({failure.error}); nothing was forwarded\n"
    assert err == expected
    assert "4111" not in repr(failure) + repr(told(subject)) + err


@pytest.mark.parametrize(
    ("fault", "code"),
    [(DetectionFailed("patterns", CARD), "detection_failed"), (AuditFailed(CARD), "audit_failed")],
)
def test_two_failures_have_a_text_of_their_own_which_is_not_the_exceptions(fault: Exception, code: str) -> None:
    addon, subject = Small(fault), tflow.tflow()
    addon.request(subject)
    assert told(subject)["code"] == code
    assert "4111" not in json.dumps(told(subject))


def test_the_answer_is_in_the_callers_dialect_when_it_can_be_made() -> None:
    addon, subject = Small(ValueError(CARD)), tflow.tflow()
    addon.shaped = Answer(418, (), b"in dialect")
    addon.request(subject)
    assert subject.response is not None
    assert (subject.response.status_code, subject.response.raw_content) == (418, b"in dialect")


def test_when_that_fails_too_the_plain_answer_stands_and_no_text_comes_out(capfd: pytest.CaptureFixture[str]) -> None:
    addon, subject = Small(ValueError(CARD)), tflow.tflow()
    addon.cannot_answer = True
    addon.request(subject)
    assert told(subject)["code"] == "internal_error"
    assert len(addon.recorded) == 1
    assert "4111" not in "".join(capfd.readouterr())


def test_a_record_that_cannot_be_written_is_said_so(capfd: pytest.CaptureFixture[str]) -> None:
    addon, subject = Small(ValueError(CARD)), tflow.tflow()
    addon.cannot_record = True
    addon.request(subject)
    assert subject.response is not None
    err = capfd.readouterr().err
    assert err.endswith("nothing was forwarded; no record could be written\n")
    assert "4111" not in err


class Shut:
    """A terminal that is gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(text)

    def flush(self) -> None:
        raise ValueError("I/O operation on closed file")


def test_a_terminal_that_is_gone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    addon, subject = Small(ValueError(CARD)), tflow.tflow()
    monkeypatch.setattr(sys, "stderr", Shut())
    addon.request(subject)
    assert subject.response is not None
    assert len(addon.recorded) == 1


@pytest.mark.parametrize("fault", [asyncio.CancelledError, KeyboardInterrupt])
def test_who_cancels_is_told_after_everything_is_closed(fault: type[BaseException]) -> None:
    addon, subject = Small(fault()), tflow.tflow()
    with pytest.raises(fault):
        addon.request(subject)
    assert subject.response is not None
    assert CLOSED.itself(subject) is not None


def test_a_cancelled_task_closes_its_flow_and_is_cancelled() -> None:
    subject = tflow.tflow(resp=True)

    async def scene() -> None:
        task = asyncio.create_task(Small(asyncio.CancelledError()).response(subject))
        await asyncio.wait([task])
        assert task.cancelled()

    asyncio.run(scene())
    assert subject.response is not None
    assert subject.response.status_code == 503


def test_when_not_even_closing_works_the_hook_never_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(subject: Subject, answer: Answer) -> None:
        raise MemoryError(CARD)

    monkeypatch.setattr(guard, "close", fails)
    with pytest.raises(asyncio.CancelledError) as caught:
        Small(ValueError(CARD)).request(tflow.tflow())
    assert caught.value.args == ()
    assert caught.value.__suppress_context__


# -- what is closed stays closed -------------------------------------------------------------------


def test_a_closed_flow_is_closed_again_by_every_later_hook_instead_of_running() -> None:
    addon, subject = Small(ValueError(CARD)), tflow.tflow()
    addon.request(subject)
    first = told(subject)
    addon.fault = None
    for hook in ("response", "request", "response"):
        subject.response = http.Response.make(200, CARD)
        run(addon, subject, hook)
        assert told(subject) == first
    assert addon.ran == 1
    assert len(addon.recorded) == 1, "one failure, one record"


def test_what_was_closed_on_purpose_stays_closed_too() -> None:
    addon, subject = Small(), tflow.tflow(resp=True)
    CLOSED.add(subject, Ending(ANSWER))
    asyncio.run(addon.response(subject))
    assert addon.ran == 0
    assert subject.response is not None
    assert subject.response.raw_content == b"no"
    assert addon.recorded == []


@pytest.mark.parametrize("leg", ["client_conn", "server_conn"])
def test_every_flow_over_a_connection_that_failed_is_closed_and_recorded_once(leg: str) -> None:
    addon, subject = Small(ValueError(CARD)), tflow.tflow(resp=True)
    if leg == "client_conn":
        addon.client_connected(subject.client_conn)
    else:
        data = ServerConnectionHookData(server=subject.server_conn, client=subject.client_conn)
        addon.server_connect(data)
    addon.fault = None
    for _ in range(2):
        asyncio.run(addon.response(subject))
    assert addon.ran == 1
    assert told(subject)["code"] == "internal_error"
    assert len(addon.recorded) == 2, "one for the connection, one for the flow"


def test_another_flow_is_not_affected() -> None:
    addon = Small(ValueError(CARD))
    addon.request(tflow.tflow())
    addon.fault = None
    other = tflow.tflow()
    addon.request(other)
    assert addon.ran == 2
    assert other.response is None


def test_hook_data_that_is_made_anew_means_the_same_connection() -> None:
    addon, data = Small(ValueError(CARD)), tls_data()
    addon.tls_start_server(data)
    assert data.ssl_conn is None
    again = tls.TlsData(data.conn, data.context, SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD)))
    addon.tls_start_server(again)
    assert addon.ran == 1
    assert again.ssl_conn is None
    assert CLOSED.itself(
        ServerConnectionHookData(server=cast(connection.Server, data.conn), client=data.context.client)
    )


def test_what_was_closed_is_forgotten_with_its_flow() -> None:
    closed = Closed()
    subject = tflow.tflow()
    closed.add(subject, Ending(ANSWER))
    assert closed.itself(subject) is not None
    del subject
    gc.collect()
    assert len(vars(closed)["_endings"]) == 0


# -- pieces ----------------------------------------------------------------------------------------


def a_piece(subject: http.HTTPFlow) -> Piece:
    return Piece(subject, CARD.encode(), last=False)


def a_message(subject: http.HTTPFlow) -> WebSocketPiece:
    return WebSocketPiece(subject, from_client=True, content=CARD.encode(), is_text=True)


def test_a_piece_that_fails_ends_its_stream_and_nothing_of_it_is_forwarded(capfd: pytest.CaptureFixture[str]) -> None:
    addon, piece = Small(ValueError(CARD)), a_piece(tflow.tflow(resp=True))
    asyncio.run(addon.stream_piece(piece))
    assert (piece.out, piece.stop, piece.done) == ([], True, True)
    assert [failure.hook for failure in addon.recorded] == ["stream_piece"]
    assert "4111" not in "".join(capfd.readouterr())


def test_the_last_words_of_a_stream_can_be_in_the_callers_dialect() -> None:
    addon, piece = Small(ValueError(CARD)), a_piece(tflow.tflow(resp=True))
    addon.last_words = b"event: error"
    asyncio.run(addon.stream_piece(piece))
    assert (piece.out, piece.stop, piece.done) == ([b"event: error"], True, True)


def test_last_words_that_could_not_be_made_are_not_said() -> None:
    addon, piece = Small(ValueError(CARD)), a_piece(tflow.tflow(resp=True))
    addon.last_words, addon.cannot_answer = CARD.encode(), True
    asyncio.run(addon.stream_piece(piece))
    assert (piece.out, piece.stop, piece.done) == ([], True, True)
    assert len(addon.recorded) == 1


def test_a_message_that_fails_ends_its_websocket_and_nothing_of_it_is_forwarded() -> None:
    addon, piece = Small(ValueError(CARD)), a_message(tflow.twebsocketflow())
    asyncio.run(addon.websocket_piece(piece))
    assert (piece.out, piece.back, piece.close, piece.done) == ([], [], True, True)
    assert len(addon.recorded) == 1


@pytest.mark.parametrize("first", ["flow", "piece", "connection"])
def test_a_piece_of_something_closed_is_closed_without_being_judged(first: str) -> None:
    addon, subject = Small(ValueError(CARD)), tflow.tflow(resp=True)
    if first == "flow":
        addon.request(subject)
    elif first == "piece":
        asyncio.run(addon.stream_piece(a_piece(subject)))
    else:
        addon.client_connected(subject.client_conn)
    addon.fault = None
    piece, message = a_piece(subject), a_message(subject)
    asyncio.run(addon.stream_piece(piece))
    asyncio.run(addon.websocket_piece(message))
    assert addon.ran == 1
    assert (piece.out, piece.stop, piece.done) == ([], True, True)
    assert (message.out, message.close, message.done) == ([], True, True)
    assert len(addon.recorded) == (2 if first == "connection" else 1)


# -- how each kind of thing is closed --------------------------------------------------------------


def test_an_http_flow_gets_the_answer_and_streams_nothing() -> None:
    subject = tflow.tflow()
    subject.request.stream = True
    close(subject, ANSWER)
    assert subject.response is not None
    assert (subject.request.stream, subject.response.raw_content) == (False, b"no")


def test_an_answer_to_head_has_no_body() -> None:
    subject = tflow.tflow(req=http.Request.make("HEAD", "http://api.example.com/"))
    close(subject, ANSWER)
    assert subject.response is not None
    assert (subject.response.status_code, subject.response.raw_content) == (403, b"")


def test_a_websocket_message_is_dropped_and_the_flow_killed() -> None:
    subject = tflow.twebsocketflow()
    assert subject.websocket is not None
    close(subject, ANSWER)
    assert subject.websocket.messages[-1].dropped
    assert not subject.killable


@pytest.mark.parametrize("make", [tflow.ttcpflow, tflow.tudpflow])
def test_a_raw_flow_is_emptied_killed_and_never_connected(make: Callable[[], flow.Flow]) -> None:
    subject = make()
    close(cast(Subject, subject), ANSWER)
    assert getattr(subject, "messages")[-1].content == b""  # noqa: B009
    assert subject.server_conn.error == "refused"
    assert not subject.killable


def test_a_raw_flow_without_a_message_or_already_killed_is_closed_all_the_same() -> None:
    subject = tflow.ttcpflow()
    subject.messages = []
    close(subject, ANSWER)
    close(subject, ANSWER)
    assert subject.server_conn.error == "refused"


def test_a_dns_query_is_answered_with_refused() -> None:
    subject = tflow.tdnsflow()
    close(subject, ANSWER)
    assert subject.response is not None
    assert subject.response.response_code == 5


def test_a_connection_that_is_to_be_made_is_not() -> None:
    server = tflow.tserver_conn()
    close(ServerConnectionHookData(server=server, client=tflow.tclient_conn()), ANSWER)
    assert server.error == "refused"


def test_a_client_is_turned_away() -> None:
    client = tflow.tclient_conn()
    close(client, ANSWER)
    assert client.error == "refused"


def test_a_client_hello_opens_no_connection_to_the_server() -> None:
    context = tls_data().context
    data = tls.ClientHelloData(context, tls.ClientHello(b"\x03\x03" + bytes(32) + b"\x00\x00\x02\x13\x01\x01\x00"))
    data.establish_server_tls_first = True
    close(data, ANSWER)
    assert not data.establish_server_tls_first
    CLOSED.add(data, Ending(ANSWER))
    assert CLOSED.itself(context.client) is not None
