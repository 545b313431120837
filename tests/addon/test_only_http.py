"""No protocol but HTTP gets through, whichever way mitmproxy may take it for one."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from live import NOW, Live, is_guarded
from mitmproxy import dns, flow, hooks, http, tcp, udp
from mitmproxy.test import tflow

from engines import CARD, SEARCH
from grille.addon.addon import Grille
from grille.addon.identity import Checks, Identities
from grille.addon.only_http import OnlyHttp
from grille.sinks.audit import Audit

FLOWS: dict[str, Callable[[], flow.Flow]] = {
    "tcp": tflow.ttcpflow,
    "udp": tflow.tudpflow,
    "dns": lambda: tflow.tdnsflow(resp=True),
    "websocket": tflow.twebsocketflow,
}
HOOKS = ["tcp_start", "tcp_message", "udp_start", "udp_message", "dns_request", "dns_response"]
HOOKS += ["websocket_start", "websocket_message"]


@pytest.fixture
def grille(folder: Path) -> Iterator[Grille]:
    audit = Audit(str(folder / "audit.jsonl"))
    yield Grille(Live(folder).engine, SEARCH, audit, Identities(Checks()), lambda: NOW)
    audit.close()


def call(grille: Grille, hook: str, subject: flow.Flow) -> None:
    cast(Callable[[flow.Flow], None], getattr(grille, hook))(subject)


def records(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "audit.jsonl").read_text("utf-8").splitlines()]


def is_closed(subject: flow.Flow) -> bool:
    if isinstance(subject, tcp.TCPFlow | udp.UDPFlow):
        return subject.messages[-1].content == b"" and subject.server_conn.error is not None and not subject.killable
    if isinstance(subject, dns.DNSFlow):
        return subject.response is not None and subject.response.response_code == 5
    assert isinstance(subject, http.HTTPFlow)
    assert subject.websocket is not None
    return subject.websocket.messages[-1].dropped and not subject.killable


@pytest.mark.parametrize("hook", HOOKS)
def test_whatever_is_not_http_is_closed_and_recorded(hook: str, grille: Grille, folder: Path) -> None:
    subject = FLOWS[hook.partition("_")[0]]()
    call(grille, hook, subject)
    assert is_closed(subject)
    (record,) = records(folder)
    assert record["verdict"] == "error"
    assert "protocol" in json.dumps(record["reasons"])


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_a_flow_that_was_closed_is_emptied_again_and_recorded_once(kind: str, grille: Grille, folder: Path) -> None:
    subject = FLOWS[kind]()
    assert isinstance(subject, tcp.TCPFlow | udp.UDPFlow)
    call(grille, f"{kind}_start", subject)
    for _ in range(3):
        subject.messages[-1].content = CARD.encode()
        call(grille, f"{kind}_message", subject)
        assert subject.messages[-1].content == b""
    assert len(records(folder)) == 1


def test_an_answer_to_a_closed_query_is_replaced_too(grille: Grille) -> None:
    subject = tflow.tdnsflow()
    call(grille, "dns_request", subject)
    subject.response = subject.request.succeed([])
    call(grille, "dns_response", subject)
    assert is_closed(subject)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_failure_while_closing_closes_as_well(
    hook: str, grille: Grille, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(self: Grille, subject: flow.Flow) -> None:
        raise ValueError(CARD)

    monkeypatch.setattr(Grille, "not_http", fails)
    subject = FLOWS[hook.partition("_")[0]]()
    call(grille, hook, subject)
    assert is_closed(subject)
    assert "4111" not in "".join(capfd.readouterr())


def test_a_record_holds_nothing_of_the_bytes(grille: Grille, folder: Path) -> None:
    subject = tflow.ttcpflow()
    subject.messages[-1].content = CARD.encode()
    subject.server_conn.address = ("4111111111111111.example", 443)
    call(grille, "tcp_start", subject)
    assert "4111" not in json.dumps(records(folder))


def test_every_hook_of_another_protocol_that_carries_bytes_is_here_and_guarded() -> None:
    carries = {
        name
        for name in hooks.all_hooks
        if name.partition("_")[0] in FLOWS and name.partition("_")[2] in ("start", "message", "request", "response")
    }
    assert carries == set(HOOKS)
    assert all(is_guarded(getattr(OnlyHttp, name)) for name in HOOKS)


def test_it_is_no_addon_by_itself() -> None:
    assert inspect.isabstract(OnlyHttp)
