"""What takes longest at the start is begun before everything else: the nurseries, which load models for seconds.

They are processes of their own, so that they load while this one imports mitmproxy. Whatever is wrong here is left to
whoever starts the proxy in earnest: it comes upon it again, and has the words for it. This module must not import
mitmproxy, not even by others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
        self._wanted = True

    def run(self) -> None:
        with suppress(GrilleError, OSError):
            self._made = nursery(self._recipe)
        if self._made and not self._wanted:
            self._made.close()

    def taken(self) -> Nurseries:
        """It is the caller's to close from now on."""
        self.join()
        made, self._made = self._made, None
        return [(self._recipe, made)] if made else []

    def dismiss(self) -> None:
        """Close it if nobody took it, as soon as it is there."""
        self._wanted = False
        if self._made:
            self._made.close()


@contextmanager
def begun(path: str) -> Iterator[Callable[[], Nurseries]]:
    """Begin with the nurseries for the policy at `path`. What the block is given waits until they are there, and hands
    them over; those that could not be made are missing, and those that were not asked for are closed."""
    making: list[_Making] = []
    with suppress(GrilleError, OSError):
        policy = load_policy(path, None)
        making += map(_Making, recipes(entities(policy), policy.languages))
    for each in making:
        each.start()
    try:
        yield lambda: [made for each in making for made in each.taken()]
    finally:
        for each in making:
            each.dismiss()
