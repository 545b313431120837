"""The same addon under stock mitmdump, for those who run that already:

    mitmdump -s "$(python -c 'import grille.addon.mitmdump as m; print(m.__file__)')" \\
        --listen-host 127.0.0.1 --set grille_policy=starter --set body_size_limit=9m ...

mitmdump refuses to start while an option is dangerous and says which; `grille run` needs none of them, has
a self-test and can tell clients apart, so prefer it. Here a client is known by its address alone.

mitmdump watches a script and loads it anew when the file changes; were the addon part of the script, an
error in it would take the addon away, and traffic would go on unread. So the addon is put into mitmdump's
own list, once and for all, and its code is that of the installed package. This module must not judge.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Set
from datetime import UTC, datetime

from mitmproxy import ctx
from mitmproxy.addonmanager import Loader
from mitmproxy.exceptions import OptionsError

from grille.addon import journal, layers
from grille.addon.addon import Grille
from grille.addon.identity import Checks, Identities
from grille.addon.options import refuse_dangerous
from grille.addon.pools import recipes, silence
from grille.addon.state import State, state_dir
from grille.addon.workers import OPENING, Workers
from grille.engine import Engine, Search, load_policy
from grille.errors import GrilleError, SettingsError
from grille.once import Once
from grille.policy import Keep
from grille.sinks.audit import Audit

UNUSABLE = 2


class Loading:
    """Reads the options, builds the addon, starts and stops its workers."""

    def __init__(self) -> None:
        self._workers: tuple[Workers, Workers] | None = None
        self._notes: journal.Journal | None = None

    def load(self, loader: Loader) -> None:
        """An option that was given wrongly ends mitmdump here: it would drop the script without a word, and
        forward everything."""
        try:
            loader.add_option("grille_policy", str, "starter", "A policy file, or the name of a shipped one.")
            loader.add_option("grille_state", str, "", "The state directory; empty for the XDG default.")
            ctx.options.process_deferred()
        except OptionsError as error:
            print(f"grille: not started: {error}", file=sys.stderr, flush=True)
            raise SystemExit(UNUSABLE) from None

    def configure(self, updated: Set[str]) -> None:
        """At the start, whatever is wrong ends mitmdump, which would go on without the addon; later, a change
        that is dangerous is undone (`OptionsError`)."""
        if self._workers is not None:
            try:
                refuse_dangerous(ctx.options)
            except GrilleError as error:
                raise OptionsError(str(error)) from None
            return
        try:
            refuse_dangerous(ctx.options)
            self._workers = self._build()
        except GrilleError as error:
            print(f"grille: not started: {error}", file=sys.stderr, flush=True)
        finally:
            if self._workers is None:
                raise SystemExit(UNUSABLE)

    def running(self) -> None:
        """mitmproxy listens already and waits for every addon's `running`, so this returns at once. Until
        there are workers a message waits for one, and is refused if none comes."""
        if self._notes is not None:
            self._notes.starting = False
        self._starting = asyncio.create_task(self._start())

    async def done(self) -> None:
        if self._workers is not None:
            for pool in self._workers:
                await pool.stop()

    async def _start(self) -> None:
        assert self._workers is not None
        try:
            for pool in self._workers:
                await pool.start()
            print("grille: ready under mitmdump", file=sys.stderr, flush=True)
        except GrilleError as error:
            print(f"grille: not started: {error}", file=sys.stderr, flush=True)
            ctx.master.shutdown()

    def _build(self) -> tuple[Workers, Workers]:
        policy = load_policy(ctx.options.grille_policy, None)
        if policy.tokens.keep is Keep.REDIS:
            raise SettingsError("`tokens.keep: redis` needs a store: use `grille run --store URL`")
        state = State(state_dir(ctx.options.grille_state))
        engine, audit = Engine(policy, state.key()), Audit(str(state.audit))
        entities = policy.sought()
        finder, opener = recipes(entities, policy.languages)
        workers, openers = Workers(finder), Workers(opener, OPENING)
        ca_file = ctx.options.ssl_verify_upstream_trusted_ca
        once = Once(entities, workers.find, quiet=silence(entities))
        search = Search(once.find, workers.watch, openers.open, once, quiet=silence(entities))
        grille = Grille(engine, search, audit, Identities(Checks()), lambda: datetime.now(UTC), ca_file)
        layers.install()
        ctx.master.addons.add(grille)
        self._notes = journal.install()
        return workers, openers


addons = [Loading()]
