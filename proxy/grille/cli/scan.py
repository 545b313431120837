"""`grille scan`: the dry run. What would happen to each message, which line says so and what each finding rests
on; nothing is sent.

Values are never printed. Results go to stdout or a file, progress and what could not be judged to stderr.
"""

from __future__ import annotations

import argparse

from grille.cli.archives import verbs
from grille.cli.verb import Verb


def _run(arguments: argparse.Namespace) -> int:
    tally = verbs.done(verbs.planned(arguments), arguments)
    return verbs.exit_code(tally, good=tally.clean)


VERB = Verb(
    "scan",
    "dry run: what would happen to texts, bodies and archives of them, and why; nothing is sent",
    "grille scan notes.txt session.har --policy fintech --to openai",
    verbs.add,
    _run,
)
