"""The two pools of a proxy: processes that find, and processes that open files.

This module must not know messages, nor how processes are made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from functools import cache

from grille.addon import nursery, rehearsal
from grille.addon.ancestors import Ancestor
from grille.addon.nursery import Recipe
from grille.addon.workers import OPENING, Limits, Workers
from grille.detectors import Quiet, quiet
from grille.entities import Entity
from grille.policy import Policy

type Nurseries = Sequence[tuple[Recipe, Ancestor]]
"""Those that are there already, and what each was made from."""


def entities(policy: Policy) -> tuple[Entity, ...]:
    """What a proxy has to be able to find: for its policy, and for its self-test."""
    return (*policy.sought(), *rehearsal.policy().sought())


@cache
def silence(sought: tuple[Entity, ...]) -> Quiet:
    """What tells texts in which none of these can stand. Made once: whoever is forked has it already."""
    return quiet(sought)


def recipes(sought: Sequence[Entity], languages: tuple[str, ...]) -> tuple[Recipe, Recipe]:
    """What the pools are made of, that find these entities in texts of these languages."""
    return Recipe(nursery.FINDING, "finder", (tuple(sought), languages)), Recipe(nursery.OPENING, "opener")


async def started(
    policy: Policy, limits: Limits, ends: AsyncExitStack, nurseries: Nurseries = ()
) -> tuple[Workers, Workers]:
    """The pools, of nurseries that fit or of new ones. Raises `SettingsError`."""
    finder, opener = recipes(entities(policy), policy.languages)
    finders = Workers(finder, limits, _fitting(nurseries, finder))
    openers = Workers(opener, OPENING, _fitting(nurseries, opener))
    for each in (finders, openers):
        ends.push_async_callback(each.stop)
    # Both at once, and the end of both is waited for: whoever is still being made could not be ended.
    for failed in await asyncio.gather(finders.start(), openers.start(), return_exceptions=True):
        if failed is not None:
            raise failed
    return finders, openers


def _fitting(nurseries: Iterable[tuple[Recipe, Ancestor]], recipe: Recipe) -> Ancestor | None:
    """The one that was made from that recipe: a policy may have changed since."""
    return next((each for made_from, each in nurseries if made_from == recipe), None)
