"""`grille replay`: recorded exchanges through a policy, or through two. What would become of each request, and of its
answer if the request would have been sent: with its tokens, as in the proxy.

`--against` tells only what another policy would do otherwise. `--sent` writes what would be forwarded: that holds
whatever the policy lets through, so it goes into a file and is never printed.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from grille.cli.archives import verbs
from grille.cli.archives.judging import Telling
from grille.cli.verb import Verb
from grille.engine import load_policy
from grille.errors import SettingsError


def _add(parser: argparse.ArgumentParser) -> None:
    verbs.add(parser)
    parser.add_argument("--against", metavar="FILE", help="another policy: tell only what it would do otherwise")
    parser.add_argument("--sent", action="store_true", help="with --out: also write what would be sent")


def _run(arguments: argparse.Namespace) -> int:
    if arguments.sent and not arguments.out:
        raise SettingsError("--sent needs --out: what would be sent may hold values, and is not printed")
    plan = replace(verbs.planned(arguments), replays=True, sent=arguments.sent)
    if arguments.out:
        plan = replace(plan, telling=Telling.LINES)
    if arguments.against:
        plan = replace(plan, against=load_policy(arguments.against, None))
    tally = verbs.done(plan, arguments)
    return verbs.exit_code(tally, good=not tally.differs if plan.against else tally.clean)


VERB = Verb(
    "replay",
    "dry run of recorded exchanges, requests with their answers, through one policy or against another",
    "grille replay 'traffic/*.flow' --policy fintech.yaml --against fintech-next.yaml",
    _add,
    _run,
)
