"""mitmproxy with little of it left: what is loaded, where it listens, what it relays, and how it ends."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from live import CONFDIR, NOW, Live, Seen, chat, drain
from mitmproxy.addons.next_layer import NextLayer
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.addons.tlsconfig import TlsConfig

from engines import CARD, SEARCH
from grille.addon import journal, stack
from grille.addon.addon import Grille
from grille.addon.identity import Checks, Identities
from grille.addon.options import dangerous
from grille.addon.stack import Loop, Stack, Wiring, is_loopback
from grille.errors import SettingsError
from grille.sinks.audit import Audit
from upstream import RecordingUpstream, answer

REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})
CONNECT = b"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com:443\r\n\r\n"


def within(folder: Path, scene: Callable[[Stack], Awaitable[None]]) -> None:
    """Run `scene` with a stack that was made and not started, and stop it."""

    async def play() -> None:
        audit = Audit(str(folder / "audit.jsonl"))
        grille = Grille(Live(folder).engine, SEARCH, audit, Identities(Checks()), lambda: NOW)
        made = Stack(grille, Wiring(folder / CONFDIR, 1 << 20))
        try:
            await scene(made)
        finally:
            await made.stop()
            audit.close()

    notes = journal.install()
    try:
        with asyncio.Runner(loop_factory=Loop) as runner:
            runner.run(play())
    finally:
        journal.uninstall(notes)


# -- what is loaded --------------------------------------------------------------------------------


def test_of_mitmproxys_addons_three_are_loaded_and_ours_comes_last(folder: Path) -> None:
    async def scene(made: Stack) -> None:
        chain = made._master.addons.chain
        kinds: list[type[object]] = [type(each) for each in chain]
        assert kinds[:4] == [Proxyserver, NextLayer, TlsConfig, Grille]
        assert len(kinds) == 5
        assert kinds[4].__module__ == stack.__name__

    within(folder, scene)


def test_no_option_is_dangerous(folder: Path) -> None:
    async def scene(made: Stack) -> None:
        assert dangerous(made._master.options) == ()
        assert made._master.options.body_size_limit == str(2 << 20)
        assert made._master.options.mode == []

    within(folder, scene)


# -- where it listens ------------------------------------------------------------------------------


def test_it_listens_nowhere_until_it_is_told(folder: Path) -> None:
    async def scene(made: Stack) -> None:
        await made.start()
        assert made._proxy.listen_addrs() == []

    within(folder, scene)


def test_it_listens_where_it_is_told_and_nowhere_else(folder: Path) -> None:
    async def scene(made: Stack) -> None:
        await made.start()
        first = await made.listen(("127.0.0.1", 0))
        assert first[0] == "127.0.0.1"
        socket.create_connection(first).close()
        second = await made.listen(("127.0.0.1", 0), "reverse:https://api.openai.com")
        assert [tuple(each[:2]) for each in made._proxy.listen_addrs()] == [second]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(first)

    within(folder, scene)


@pytest.mark.parametrize(
    "mode", ["regular", "transparent", "socks5", "reverse:http://api.openai.com", "reverse:https://api.openai.com"]
)
def test_no_datagram_is_listened_for(folder: Path, mode: str) -> None:
    """mitmproxy listens for QUIC in front of an https upstream; `offer.py` has no say in its handshakes."""

    async def scene(made: Stack) -> None:
        await made.start()
        where = await made.listen(("127.0.0.1", 0), mode)
        assert len(made._proxy.listen_addrs()) == 1
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(where)

    within(folder, scene)


def test_a_place_that_is_taken_is_refused_with_a_sentence(folder: Path) -> None:
    async def scene(made: Stack) -> None:
        await made.start()
        with (
            socket.create_server(("127.0.0.1", 0)) as taken,
            pytest.raises(SettingsError, match=r"\(address already in use\): end what listens there"),
        ):
            await made.listen(("127.0.0.1", taken.getsockname()[1]))

    within(folder, scene)


@pytest.mark.parametrize(
    ("port", "mode"), [(70000, "regular"), (0, "reverse:ftp://api.openai.com"), (0, "reverse:https://")]
)
def test_a_place_or_an_upstream_that_cannot_be_is_refused(folder: Path, port: int, mode: str) -> None:
    async def scene(made: Stack) -> None:
        await made.start()
        with pytest.raises(SettingsError, match="cannot listen at 127"):
            await made.listen(("127.0.0.1", port), mode)

    within(folder, scene)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("::ffff:192.0.2.1", False),
        ("", False),
        ("no-such-host.invalid", False),
    ],
)
def test_loopback_is_this_machine_alone(host: str, local: bool) -> None:
    assert is_loopback(host) is local


def test_localhost_is_both_loopback_addresses(folder: Path) -> None:
    async def scene(made: Stack) -> None:
        await made.start()
        _, port = await made.listen(("localhost", 0))
        assert {each[:2] for each in made._proxy.listen_addrs()} == {("127.0.0.1", port), ("::1", port)}

    within(folder, scene)


# -- the loop --------------------------------------------------------------------------------------


def test_a_name_leads_elsewhere_at_its_port_only() -> None:
    async def scene() -> tuple[object, object]:
        loop = asyncio.get_running_loop()
        there = await loop.getaddrinfo("api.openai.com", 443, type=socket.SOCK_STREAM)
        literal = await loop.getaddrinfo("192.0.2.1", 443, type=socket.SOCK_STREAM)
        return there[0][4], literal[0][4]

    with asyncio.Runner(loop_factory=lambda: Loop({("api.openai.com", 443): ("127.0.0.1", 9)})) as runner:
        assert runner.run(scene()) == (("127.0.0.1", 9), ("192.0.2.1", 443))


# -- what it relays --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        f"SSH-2.0-OpenSSH {CARD}\r\n".encode(),
        b"\x00\x00\x00\x08\x04\xd2\x16\x2f" + CARD.encode(),
        b"EHLO example.com\r\nDATA " + CARD.encode() + b"\r\n",
        b"\x16\x03\x01\x00\x05" + CARD.encode(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + CARD.encode(),
    ],
)
@pytest.mark.parametrize("tls", [True, False])
def test_raw_tcp_in_a_tunnel_is_not_relayed(folder: Path, raw: bytes, tls: bool) -> None:
    with RecordingUpstream(tls=tls) as up, Live(folder, up.port, up.ca_file) as live:
        with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
            connection.sendall(CONNECT)
            assert b" 200 " in connection.recv(4096)
            connection.sendall(raw)
            said = drain(connection, 0.3)
        assert CARD.encode() not in said
        assert up.received == b""


def test_a_tunnel_in_which_the_server_would_speak_first_is_never_connected(folder: Path) -> None:
    with RecordingUpstream(tls=False) as up, Live(folder, up.port) as live:
        with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
            connection.sendall(CONNECT)
            assert b" 200 " in connection.recv(4096)
            assert drain(connection, 0.3) == b""
        assert up.connections == 0


# -- how it ends -----------------------------------------------------------------------------------


class Slow:
    """An upstream's answers, held back until they are let go."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()

    def __call__(self, request: bytes) -> bytes:
        self.asked.set()
        self.go.wait(10)
        return REPLY


def ask(live: Live, into: list[Seen]) -> threading.Thread:
    def post() -> None:
        try:
            into.append(live.post(chat("hello")))
        except OSError:
            return

    thread = threading.Thread(target=post)
    thread.start()
    return thread


def test_an_exchange_in_hand_ends_and_nobody_new_comes_in(folder: Path) -> None:
    slow, seen = Slow(), list[Seen]()
    with RecordingUpstream(slow) as up, Live(folder, up.port, up.ca_file) as live:
        client = ask(live, seen)
        assert slow.asked.wait(5)
        live._loop.call_soon_threadsafe(live._stop.set)
        refused = False
        end = time.monotonic() + 3
        while not refused and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", live.port), timeout=1).close()
                time.sleep(0.02)
            except OSError:
                refused = True
        assert refused
        slow.go.set()
        client.join(5)
    assert [each.status for each in seen] == [200]


def test_what_does_not_end_in_time_is_closed(folder: Path) -> None:
    slow, seen = Slow(), list[Seen]()
    with RecordingUpstream(slow) as up:
        with Live(folder, up.port, up.ca_file, drain_seconds=0.2) as live:
            client = ask(live, seen)
            assert slow.asked.wait(5)
            start = time.monotonic()
        assert time.monotonic() - start < 3
        client.join(5)
        slow.go.set()
    assert [each.status for each in seen if each.status == 200] == []


def test_somebody_in_a_hurry_does_not_wait_for_what_is_in_hand(folder: Path) -> None:
    async def scene(made: Stack) -> None:
        hurry = asyncio.Event()
        await made.start()
        made._addon.__class__ = Busy
        stopping = asyncio.create_task(made.stop(hurry))
        await asyncio.sleep(0.2)
        assert not stopping.done()
        hurry.set()
        async with asyncio.timeout(3):
            await stopping
        made._addon.__class__ = Grille

    within(folder, scene)


class Busy(Grille):
    """Always."""

    @property
    def exchanges(self) -> int:
        return 1


def test_idle_clients_do_not_hold_up_the_end(folder: Path) -> None:
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file) as live:
        plain = socket.create_connection(("127.0.0.1", live.port), timeout=5)
        tunnel = live.tunnel("api.openai.com")
        start = time.monotonic()
        live.__exit__(None, None, None)
        assert time.monotonic() - start < 6, "less than the drain: they have had their time to ask"
        assert plain.recv(1) == b""
        plain.close()
        tunnel.close()


def test_a_stack_that_was_never_started_can_be_stopped(folder: Path) -> None:
    async def scene(made: Stack) -> None:
        await made.stop()

    within(folder, scene)


async def _met() -> list[bytes]:
    """What clients read that connected in the same turn in which the listener was closed."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    clients = [socket.create_connection(server.sockets[0].getsockname()) for _ in range(3)]
    server.close()
    said = []
    for client in clients:
        with client:
            client.settimeout(5)
            try:
                said.append(await asyncio.to_thread(client.recv, 5))
            except ConnectionResetError:
                said.append(b"")
    return said


def test_a_listener_that_closes_leaves_nobody_in_its_queue() -> None:
    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(_met()) == [b"hello"] * 3
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        assert runner.run(_met()) == [b""] * 3, "the control: asyncio's own does"
