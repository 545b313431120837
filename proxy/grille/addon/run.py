"""`grille run`: from settings to a proxy that serves, and back.

    1  settings that are not safe are refused, with a sentence
    2  policy, key, audit file and credentials are read; workers are started
    3  the stack is played its self-test, on loopback and by itself
    4  it listens, and says `ready`
    5  SIGTERM or SIGINT: not ready any more, no new connections, what is in hand ends, and after `drain`
       seconds or at a second signal the rest is closed

Connections to upstreams are made lazily, and only for a request whose host, endpoint and client are
admitted (`layers.py`): no name is looked up and nothing is connected for anything else.

This module must not judge traffic. What it prints are settings, never messages.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from grille.addon import authority, heads, journal, pools, rehearsal
from grille.addon.addon import Grille, Rehearsal
from grille.addon.claims import Tokens
from grille.addon.destination import Address, written
from grille.addon.health import Health, Page, Readiness, pages
from grille.addon.identity import Certificates, Checks, Identities, Users
from grille.addon.kept import kept_in
from grille.addon.pac import pac
from grille.addon.pools import Nurseries
from grille.addon.rehearsal import Witness, rehearse
from grille.addon.settings import Settings
from grille.addon.stack import Loop, Stack, Wiring, is_loopback
from grille.addon.telemetry import telemetry
from grille.addon.vitals import Proxy
from grille.engine import Engine, Search, load_policy
from grille.errors import GrilleError, SettingsError
from grille.once import Once
from grille.policy import Keep, Policy
from grille.sinks.audit import Audit
from grille.sinks.chain import Memory
from grille.sinks.metrics import Metrics

STOPPED, UNUSABLE = 0, 2
MOST_FILES = 65_536
_TURN = 0.0005
"""Seconds after which a thread that reads a large body makes way for the event loop. Python's own 5 ms, several times
over for every event that waits, is what a caller beside it would notice."""
_YOUNG = 50_000
"""Objects that are made before they are looked through for garbage; a body of 300 kB is read into as many. Python's own
2,000 cost a tenth of the time for such a body."""


def serve(settings: Settings, made: Callable[[], Nurseries] = tuple) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. What is wrong is said on stderr. `made` waits for nurseries that
    were begun before."""

    def failed(sentence: str) -> None:
        print(f"grille: not started: {sentence}", file=sys.stderr, flush=True)

    return process(settings, lambda notes: _until_signal(settings, notes, made), failed)


def process(
    settings: Settings,
    scene: Callable[[journal.Journal], Coroutine[None, None, None]],
    failed: Callable[[str], None],
) -> int:
    """Make this process one that may carry messages, and play `scene` in it; `failed` is told why it could not be."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setswitchinterval(_TURN)
    _allow_files()
    os.umask(0o077)
    notes = journal.install()
    shared = settings.listen if settings.processes > 1 else None
    try:
        settings.state.prepare()
        with asyncio.Runner(loop_factory=lambda: Loop(dict(settings.elsewhere), shared)) as runner:
            runner.run(scene(notes))
    except GrilleError as error:
        failed(str(error))
        return UNUSABLE
    finally:
        journal.uninstall(notes)
    return STOPPED


def under_way(notes: journal.Journal) -> None:
    """From now on there is traffic: errors are told without words, and what is there already is not looked through
    for garbage with every large body, nor the body itself several times while it is read."""
    notes.starting = False
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)


class Signals:
    """SIGTERM and SIGINT of this process: the first says stop, the next that there is a hurry. Needs a running
    loop."""

    def __init__(self) -> None:
        self.stop, self.hurry = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: (self.hurry if self.stop.is_set() else self.stop).set())


async def _until_signal(settings: Settings, notes: journal.Journal, made: Callable[[], Nurseries]) -> None:
    signals, ready = Signals(), Readiness()
    name = settings.records.name
    async with AsyncExitStack() as ends:
        told = await _health(settings, ends, ready)

        async def memories() -> dict[str, Memory]:
            known = told[0].audit.memory if told else None
            return {name: known} if known else {}

        former = await ends.enter_async_context(heads.kept(settings.head, memories))
        settings = replace(settings, memory=former.writers.get(name))
        proxy = await started(settings, ends, ready, signals.hurry, await asyncio.to_thread(made))
        told.append(proxy)
        mode = f"policy {proxy.policy.name} ({proxy.policy.mode.value})"
        print(f"grille: ready, {mode}, listening on {written(proxy.address)}", file=sys.stderr, flush=True)
        under_way(notes)
        await signals.stop.wait()
        ready.missing.add("draining")


async def _health(settings: Settings, ends: AsyncExitStack, ready: Readiness) -> list[Running]:
    """Answer probes from now on until the very end; what runs is put into the list that comes back."""
    running: list[Running] = []
    if settings.health is None:
        return running

    async def readiness() -> Page:
        return ready.page()

    async def metrics() -> bytes:
        return running[0].metrics.text() if running else b""

    def configured(there: Address) -> bytes:
        return pac(running[0].policy, there) if running else b""

    health = Health(pages(readiness, metrics, partial(configured, settings.pac) if settings.pac else None))
    ends.callback(health.close)
    print(f"grille: probes on {written(await health.listen(settings.health))}", file=sys.stderr, flush=True)
    return running


@dataclass(frozen=True, slots=True)
class Running:
    """A proxy that serves at `address`."""

    address: Address
    policy: Policy
    addon: Grille
    metrics: Metrics
    audit: Audit


async def started(
    settings: Settings,
    ends: AsyncExitStack,
    ready: Readiness | None = None,
    hurry: asyncio.Event | None = None,
    nurseries: Nurseries = (),
) -> Running:
    """Start everything; `ends` takes what has to be ended. `ready` learns what is there already, and `hurry` cuts the
    end short. Runs in a `Loop`. Raises `GrilleError`."""
    ready, policy, played = ready or Readiness(), checked(settings), rehearsal.policy()
    checks = _checks(settings, policy)
    ready.missing.discard("policy")
    engine = Engine(policy, settings.state.key(), settings.body_limit)
    sent = telemetry(settings.otlp, policy, ends)
    audit = Audit(str(settings.records), settings.memory, sent.record if sent else None)
    ends.callback(audit.close)
    finders, openers = await pools.started(policy, settings.limits, ends, nurseries)
    ready.missing.discard("workers")
    sought = pools.entities(policy)
    once = Once(sought, finders.find, quiet=pools.silence(sought))
    search = Search(once.find, finders.watch, openers.open, once, quiet=pools.silence(sought))
    kept = await kept_in(settings.store, settings.state, ends)
    metrics = Metrics(audit, lambda: proxy.vitals())
    ready.is_recording = metrics.is_recording
    ca_file = _readable(settings.upstream_ca) if settings.upstream_ca else None
    addon = Grille(engine, search, metrics, Identities(checks), _now, ca_file, kept)
    stack = Stack(addon, _wiring(settings, ca_file), sent)
    ends.push_async_callback(stack.stop, hurry)
    await stack.start()
    ends_at = authority.ends(settings.state.certificate).timestamp()  # of the CA that this process has read
    proxy = Proxy(policy, ready, addon, audit, once, finders, openers, ends_at, sent)
    await _rehearse(stack, addon, played)
    stack.chain(settings.next_proxy)
    address = await stack.listen(settings.listen, settings.mode)
    ready.missing.discard("listener")
    return Running(address, policy, addon, metrics, audit)


def _now() -> datetime:
    return datetime.now(UTC)


def checked(settings: Settings) -> Policy:
    """The policy, with the CA and the key in place that it is to be enforced with."""
    if settings.authority:
        authority.adopt(settings.state, Path(settings.authority))
    policy = load_policy(settings.policy, None)
    if settings.digest not in ("", policy.digest):
        raise SettingsError(
            f"{settings.policy} or a pack was edited since the other processes read it; put back what was there, or"
            " start grille anew to enforce what is there now"
        )
    if policy.tokens.keep is Keep.REDIS and not settings.store:
        raise SettingsError("`tokens.keep: redis` needs a store: --store rediss://host:6379")
    return policy


def _wiring(settings: Settings, ca_file: str | None) -> Wiring:
    confdir, asks = settings.state.directory, bool(settings.client_ca)
    return Wiring(confdir, settings.body_limit, ca_file, asks, settings.drain)


async def _rehearse(stack: Stack, addon: Grille, played: Policy) -> None:
    loop = asyncio.get_running_loop()
    if not isinstance(loop, Loop):
        raise TypeError("the self-test needs a loop that can send a name elsewhere")
    async with Witness().listening() as witness:
        loop.elsewhere[rehearsal.HOST, 80] = ("127.0.0.1", witness.port)
        addon.rehearsal = Rehearsal(rehearsal.HOST, Engine(played, addon.engine.key, addon.engine.limit))
        try:
            _, port = await stack.listen(("127.0.0.1", 0))
            await rehearse(witness, port)
        finally:
            addon.rehearsal = None
            del loop.elsewhere[rehearsal.HOST, 80]


def _checks(settings: Settings, policy: Policy) -> Checks:
    checks = Checks(
        Users(settings.users) if settings.users else None,
        Tokens(settings.jwt) if settings.jwt else None,
        Certificates(settings.client_ca) if settings.client_ca else None,
    )
    if not checks.any and not policy.knows_everybody and not is_loopback(settings.listen[0]):
        raise SettingsError(
            f"listening on {settings.listen[0]} lets anybody in: tell clients apart with an htpasswd file, JWT keys"
            " or a client CA, write in the policy from which networks every client comes, or listen on 127.0.0.1"
        )
    return checks


def _readable(path: str) -> str:
    """The path, if OpenSSL will find certificates there."""
    Certificates(path)
    return str(Path(path).absolute())


def _allow_files() -> None:
    """Two descriptors a connection: the usual soft limit of 1,024 is soon used up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
