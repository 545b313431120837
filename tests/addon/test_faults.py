"""Whatever fails in whichever hook: nothing of the message goes on, the caller hears of it within two
seconds, and no value comes out anywhere. The control takes the guard away, and the same fault leaks.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import cast

import pytest
from live import Live, Seen, chat

from engines import CARD, POLICY
from grille.addon import guard
from grille.addon.addon import Grille
from grille.addon.guard import Subject, guarded
from grille.addon.nursery import Recipe
from grille.addon.run import UNUSABLE, serve
from grille.addon.settings import Settings
from grille.addon.state import State
from grille.addon.workers import Limits, Workers
from grille.errors import DetectionFailed
from grille.exchange import Finding, Segment
from oracle import leaks
from upstream import RecordingUpstream, answer

SECRET = "378282246310005"
"""What the upstream's answer holds; the policy would mask it."""
REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": f"It is {SECRET}."}}]})
SECONDS = 2.0

ON_THE_WAY_OUT = [
    "client_connected",
    "tls_established_client",
    "http_connect",
    "requestheaders",
    "tls_start_server",
    "tls_established_server",
    "request",
]
ON_THE_WAY_BACK = ["responseheaders", "response"]


def recurse(depth: int = 0) -> int:
    return recurse(depth + 1) + 1


def _raise(error: BaseException) -> Callable[[], None]:
    def fault() -> None:
        raise error

    return fault


FAULTS: dict[str, Callable[[], object]] = {
    "exception": _raise(ValueError(f"invalid literal: {CARD} {SECRET}")),
    "memory": _raise(MemoryError(CARD, SECRET)),
    "recursion": recurse,
    "skipped detector": _raise(DetectionFailed("patterns", "was skipped")),
}


def failing(hook: str, fault: Callable[[], object], *, safe: bool = True) -> Callable[[Grille], Grille]:
    """Makes a `Grille` whose `hook` ends in `fault`, with the guard or without."""
    if asyncio.iscoroutinefunction(getattr(Grille, hook)):

        async def later(self: Grille, subject: Subject) -> None:
            fault()

        body: object = later
    else:

        def now(self: Grille, subject: Subject) -> None:
            fault()

        body = now
    named = cast(Callable[[Grille, Subject], None], body)
    named.__name__ = hook
    made = type("Grille", (Grille,), {hook: guarded(named) if safe else named})

    def become(grille: Grille) -> Grille:
        grille.__class__ = made
        return grille

    return become


def ask(live: Live) -> tuple[Seen | None, float]:
    """The answer, or None when the connection was closed; and after how long."""
    start = time.monotonic()
    try:
        seen: Seen | None = live.post(chat(f"Card {CARD}"), timeout=SECONDS + 3)
    except (OSError, HTTPException, ssl.SSLError):
        seen = None
    return seen, time.monotonic() - start


def written(folder: Path, capfd: pytest.CaptureFixture[str]) -> bytes:
    """All that came out: terminal and audit."""
    said = capfd.readouterr()
    audit = folder / "audit.jsonl"
    return (said.out + said.err).encode() + (audit.read_bytes() if audit.exists() else b"")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("hook", ON_THE_WAY_OUT)
def test_a_request_stops_at_a_fault(hook: str, fault: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with (
        RecordingUpstream([REPLY]) as up,
        Live(folder, up.port, up.ca_file, addon=failing(hook, FAULTS[fault])) as live,
    ):
        seen, seconds = ask(live)
        assert seconds < SECONDS
        assert up.received == b""
        assert seen is None or seen.status >= 400
        if seen is not None:
            assert seen.headers["x-grille-incident"]
            assert CARD.encode() not in seen.body
    out = written(folder, capfd)
    assert not leaks(out, [CARD, SECRET])
    assert f"{hook} failed (".encode() in out
    records = live.records()
    assert {record["verdict"] for record in records} == {"error"}
    messages = [record["id"] for record in records if record["id"]]
    assert len(messages) == (0 if hook == "client_connected" else 1), "one record a message"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("hook", ON_THE_WAY_BACK)
def test_an_answer_stops_at_a_fault(hook: str, fault: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with (
        RecordingUpstream([REPLY]) as up,
        Live(folder, up.port, up.ca_file, addon=failing(hook, FAULTS[fault])) as live,
    ):
        seen, seconds = ask(live)
        assert seconds < SECONDS
        assert seen is not None
        assert seen.status == 403
        assert not leaks(seen.body, [SECRET, CARD])
        assert seen.document["error"]["message"].startswith("This was not sent on")
        assert not leaks(up.received, [CARD])
    assert not leaks(written(folder, capfd), [CARD, SECRET])
    assert [record["verdict"] for record in live.records()] == ["rewrite", "error"]


@pytest.mark.parametrize("hook", ["http_connect", "requestheaders", "request"])
def test_what_a_caller_is_told_is_in_their_dialect_where_it_is_known(hook: str, folder: Path) -> None:
    with (
        RecordingUpstream() as up,
        Live(folder, up.port, up.ca_file, addon=failing(hook, FAULTS["exception"])) as live,
    ):
        seen, _ = ask(live)
    if hook == "request":
        assert seen is not None
        assert seen.document["error"]["code"] == "internal_error"
    elif seen is not None:
        assert seen.document["code"] == "internal_error"


def test_a_skipped_detector_has_a_text_of_its_own(folder: Path) -> None:
    async def skipping(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        raise DetectionFailed("patterns", "was skipped")

    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, find=skipping) as live:
        seen, _ = ask(live)
        assert seen is not None
        assert seen.document["error"]["code"] == "detection_failed"
        assert up.received == b""


def test_a_detector_that_hangs_is_given_up_in_time(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    workers = Workers(Recipe("finders", "obedient"), Limits(workers=1))
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, workers=workers) as live:
        start = time.monotonic()
        seen = live.post(chat(f"#hang {CARD}"))
        assert time.monotonic() - start < SECONDS
        assert seen.document["error"]["code"] == "detection_failed"
        assert up.received == b""
        assert live.post(chat("good again")).status == 200
    assert not leaks(written(folder, capfd), [CARD])


def test_without_room_for_a_record_nothing_is_forwarded(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file, audit="/dev/full") as live:
        seen, seconds = ask(live)
        assert seconds < SECONDS
        assert seen is not None
        assert seen.document["error"]["code"] == "audit_failed"
        assert up.received == b""
    said = capfd.readouterr()
    assert "request failed (AuditFailed); nothing was forwarded; no record could be written" in said.err
    assert not leaks((said.out + said.err).encode(), [CARD])


def test_a_policy_that_is_lost_while_it_runs_stops_everything(folder: Path) -> None:
    def lose(grille: Grille) -> Grille:
        object.__setattr__(grille.engine, "policy", None)
        return grille

    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file, addon=lose) as live:
        seen, seconds = ask(live)
        assert seconds < SECONDS
        assert seen is None or seen.status >= 400
        assert up.received == b""


def test_with_a_policy_that_cannot_be_read_nothing_listens(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    broken = folder / "broken.yaml"
    broken.write_text(POLICY.replace("tokenize", "tokenise"))
    for name in (str(broken), str(folder / "missing.yaml")):
        assert serve(Settings(name, State(folder / "state"), ("127.0.0.1", 0))) == UNUSABLE
        said = capfd.readouterr().err
        assert "grille: not started" in said
        assert "ready" not in said


def test_even_when_closing_fails_nothing_is_forwarded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(guard, "close", _raise(MemoryError(CARD)))
    with (
        RecordingUpstream([REPLY]) as up,
        Live(folder, up.port, up.ca_file, addon=failing("request", FAULTS["exception"]), drain_seconds=0.1) as live,
    ):
        with pytest.raises(TimeoutError):
            live.post(chat(f"Card {CARD}"), timeout=1)
        assert up.received == b""
    assert not leaks(written(folder, capfd), [CARD])


# -- the control -----------------------------------------------------------------------------------


def test_without_the_guard_the_same_fault_leaks(folder: Path) -> None:
    with (
        RecordingUpstream([REPLY]) as up,
        Live(folder, up.port, up.ca_file, addon=failing("request", FAULTS["exception"], safe=False)) as live,
    ):
        seen, _ = ask(live)
        assert leaks(up.received, [CARD]) == {CARD}
        assert seen is not None


def test_without_the_guard_a_faulty_answer_leaks(folder: Path) -> None:
    with (
        RecordingUpstream([REPLY]) as up,
        Live(folder, up.port, up.ca_file, addon=failing("response", FAULTS["exception"], safe=False)) as live,
    ):
        seen, _ = ask(live)
        assert seen is not None
        assert leaks(seen.body, [SECRET]) == {SECRET}
