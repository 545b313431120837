"""What mitmproxy does on every message for scripts and for a user at a screen, and a proxy does without.

    hooks     every addon is asked for every hook by its name, and all of them a second time so that a display is
              drawn anew (`update`). Here it is looked up once who has a hook, and nobody has that one.
    types     the parts of every message are compared with their annotations, for scripts that set them. Here nothing
              sets them but mitmproxy's own readers and this room, whose types are checked before it runs.

`bench/lean.py` shows what each of them costs. Used by `stack.py` alone: stock mitmdump keeps what its scripts
may count on. This module must not change what a hook does or when it is called.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from mitmproxy import http
from mitmproxy.addonmanager import AddonManager, safecall
from mitmproxy.hooks import Hook

type Function = Callable[..., Any]


class Addons(AddonManager):
    """A chain that does not change once the proxy listens."""

    def __init__(self, master: object) -> None:
        super().__init__(master)  # type: ignore[no-untyped-call]  # mitmproxy annotates nothing here
        self._having: dict[str, tuple[Function, ...]] = {}

    async def handle_lifecycle(self, event: Hook) -> None:
        """Call a hook of a connection or a message. An exception ends the hook of that addon alone, as in mitmproxy:
        grille's own hooks raise none (`guard.py`)."""
        having = self._having.get(event.name)
        if having is None:
            having = self._having[event.name] = tuple(self._hooks(event.name))
        arguments = event.args() if having else ()
        for function in having:
            with safecall():
                result = function(*arguments)
                if result is not None and inspect.isawaitable(result):
                    await result

    def _hooks(self, name: str) -> list[Function]:
        hooks = (getattr(addon, name, None) for addon in self.chain)
        return [hook for hook in hooks if callable(hook)]


def install() -> None:
    """Take messages as mitmproxy's readers make them."""
    http.MessageData.__post_init__ = _as_it_is  # type: ignore[method-assign]  # decision 19


def _as_it_is(_: http.MessageData) -> None:
    """Nothing is compared."""
