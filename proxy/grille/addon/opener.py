"""What a worker process of the second pool runs: it opens files. Imported in the nursery alone.

The first file that needs more memory than a worker may have is a damaged one; a library that fails in a way
that nobody foresaw ends the worker. This module must not look at what it opened.
"""

from __future__ import annotations

import resource
from collections.abc import Mapping

from grille.addon.nursery import Job
from grille.documents import open_bytes, open_files
from grille.errors import DetectionFailed
from grille.files import Opened

MOST_MEMORY = 1536 * 1024 * 1024
"""Address space of one worker, in bytes."""


class Opener:
    """How a worker opens files (`nursery.Craft`)."""

    def do(self, job: Job) -> Mapping[str, object]:
        if len(job) != 1:
            raise DetectionFailed("workers", "this worker finds nothing")
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        return {"opened": [_said(each) for each in open_files(job[0])]}


def opener() -> Opener:
    """What the nursery makes. A first file is opened here: what is loaded late is loaded now, once."""
    open_bytes(b"%PDF-")
    return Opener()


def _said(opened: Opened) -> tuple[list[tuple[str, str, bool]], list[tuple[str, str]]]:
    return (
        [(each.where, each.text, each.is_list) for each in opened.texts],
        [(each.where, each.why.value) for each in opened.unread],
    )
