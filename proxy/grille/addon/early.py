"""What takes longest at the start is begun before everything else: the nurseries, which load models for seconds.

They are processes of their own: they import what they need while this one reads the policy, and load models while it
imports mitmproxy. Whatever is wrong here is left to whoever starts the proxy in earnest: it comes upon it again, and
has the words for it. Importing this module must not take time: what does is imported when they are on their way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

from grille.addon.ancestors import Ancestor
from grille.addon.nursery import FINDING, NURSERY, OPENING, START_SECONDS, Recipe
from grille.errors import GrilleError

if TYPE_CHECKING:
    from grille.addon.pools import Nurseries


class _Making(Thread):
    """One of them, told what to make. A daemon: nobody waits for it when the proxy cannot start."""

    def __init__(self, ancestor: Ancestor, recipe: Recipe) -> None:
        super().__init__(daemon=True)
        self._ancestor = ancestor
        self._recipe = recipe
        self._made: Ancestor | None = None
        self._wanted = True

    def run(self) -> None:
        with suppress(GrilleError, OSError):
            self._made = self._ancestor.told(self._recipe, START_SECONDS)
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
    ancestors: list[Ancestor] = []
    with suppress(OSError):
        ancestors += (Ancestor.begun(NURSERY, each) for each in (FINDING, OPENING))
    making = [_Making(*each) for each in zip(ancestors, _recipes(path), strict=False)]
    for ancestor in ancestors[len(making) :]:
        ancestor.close()
    for each in making:
        each.start()
    try:
        yield lambda: [made for each in making for made in each.taken()]
    finally:
        for each in making:
            each.dismiss()


def _recipes(path: str) -> Sequence[Recipe]:
    """What they are made of, in the order in which they were begun; none for a policy that cannot be read."""
    from grille.addon.pools import entities, recipes
    from grille.engine import load_policy

    with suppress(GrilleError, OSError):
        policy = load_policy(path, None)
        return recipes(entities(policy), policy.languages)
    return ()
