"""`grille ca`: the CA that signs for intercepted hosts, made, shown, changed for another, and what clients trust.

This verb starts nothing, and prints no private key.
"""

from __future__ import annotations

import argparse
import sys

from grille.addon import authority
from grille.addon.state import State, state_dir
from grille.cli.verb import GOOD, Verb
from grille.errors import SettingsError

_SUMMARIES = {
    "init": "make the CA",
    "show": "show name, fingerprint and dates of every CA that clients are to trust",
    "rotate": "make the CA that follows; with --now, use it",
    "bundle": "print what clients are to trust: the system's roots and ours, as PEM",
}


def _add(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="|".join(_SUMMARIES))
    below = {name: deeds.add_parser(name, help=summary, description=summary) for name, summary in _SUMMARIES.items()}
    for each in below.values():
        each.add_argument("--state", metavar="DIR", help="the proxy's state directory")
    for name in ("init", "rotate"):
        below[name].add_argument(
            "--days",
            type=int,
            default=authority.DAYS,
            metavar="N",
            help=f"how long it lasts (default: {authority.DAYS})",
        )
    below["rotate"].add_argument("--now", action="store_true", help="use the one that follows from the next start on")
    below["bundle"].add_argument("--ours", action="store_true", help="without the system's roots")


def _run(arguments: argparse.Namespace) -> int:
    state = State(state_dir(arguments.state))
    if getattr(arguments, "days", 1) < 1:
        raise SettingsError("--days is at least 1")
    match arguments.deed:
        case "init":
            authority.make(state, arguments.days)
            print(f"a CA in {state.directory}; clients are to trust what `grille ca bundle` prints", file=sys.stderr)
        case "rotate":
            print(authority.rotate(state, arguments.days, now=arguments.now), file=sys.stderr)
        case "bundle":
            sys.stdout.write(authority.ours(state) if arguments.ours else authority.bundle(state))
        case _:
            for each in authority.shown(state):
                print(f"{each.role}: {each.name}", f"  SHA-256 {each.fingerprint}", sep="\n")
                print(f"  from {each.starts:%Y-%m-%d} to {each.ends:%Y-%m-%d}")
    return GOOD


VERB = Verb("ca", "make, show and change the CA, and print what clients trust", "grille ca show", _add, _run)
