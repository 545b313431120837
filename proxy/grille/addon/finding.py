"""What a worker process runs: the detectors of a policy. Imported in the nursery alone, and early there
(`early.py`), because Presidio and spaCy, which the detectors need, take seconds to import.

A worker looks at each text by itself; that a value found once is found everywhere is the proxy's to see to
(`once.py`), which knows more texts than it hands over. This module must not decide what is looked for in which
message: `wanted` says so.
"""

from __future__ import annotations

from functools import partial

import grille.detectors.presidio  # noqa: F401  what is needed late is imported early
from grille.addon.nursery import Finder
from grille.detectors import build, find_each, watch
from grille.entities import Entity
from grille.exchange import Growing, Kind, Segment

_SAMPLE = Segment("/sample", Kind.TEXT, "Jane Roe of Springfield wrote to jane@example.com on Monday.")


def finder(entities: tuple[Entity, ...], languages: tuple[str, ...] = ()) -> Finder:
    """Build the detectors for `entities`, and use them once: what is loaded late is loaded now."""
    detectors = build(entities, languages)
    names = frozenset(entity.name for entity in entities)
    find_each(detectors, [_SAMPLE], names)
    watch(detectors, [Growing(_SAMPLE)], names)
    return Finder(partial(find_each, detectors), partial(watch, detectors))
