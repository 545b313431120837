"""What takes longest at the start is begun before everything else: the nurseries, which load models for seconds.

They are processes of their own, so that they load while this one imports mitmproxy. Whatever is wrong here is left to
whoever starts the proxy in earnest: it comes upon it again, and has the words for it. This module must not import
mitmproxy, not even by others.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from grille.addon.ancestors import Ancestor
from grille.addon.pools import Nurseries, entities, recipes
from grille.addon.workers import Recipe, nursery
from grille.engine import load_policy
from grille.errors import GrilleError


class _Making(Thread):
    """One of them. A daemon: nobody waits for it when the proxy cannot start."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(daemon=True)
        self._recipe = recipe
        self._made: Ancestor | None = None

    def run(self) -> None:
        with suppress(GrilleError, OSError):
            self._made = nursery(self._recipe)

    def made(self) -> Nurseries:
        self.join()
        return [(self._recipe, self._made)] if self._made else []


def begun(path: str) -> Callable[[], Nurseries]:
    """Begin with the nurseries for the policy at `path`. What comes back waits until they are there, and may be called
    once; those that could not be made are missing."""
    try:
        policy = load_policy(path, None)
    except (GrilleError, OSError):
        return tuple
    making = [_Making(recipe) for recipe in recipes(entities(policy), policy.languages)]
    for each in making:
        each.start()
    return lambda: [made for each in making for made in each.made()]
