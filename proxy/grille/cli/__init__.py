"""`grille`: one verb a file, and this list.

Exit codes: 0 good, 1 findings or failures, 2 unusable input, 130 interrupted. Results go to stdout, everything else to
stderr. A verb must not judge anything itself: it asks the engine.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from grille import __version__
from grille.cli.verb import GOOD, INTERRUPTED, UNUSABLE, Verb
from grille.errors import GrilleError, PolicyErrors

NAMES: Final = (
    "run", "env", "ca", "check", "test", "schema", "scan", "replay", "explain", "attest", "audit", "coverage",
    "providers", "inject", "webhook", "demo",
)  # fmt: skip


def verbs(*names: str) -> list[Verb]:
    """The verbs of those names, or all of them. No other is imported: some need what takes a second or two."""
    return [import_module(f"grille.cli.{name}").VERB for name in names or NAMES]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code."""
    told = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(
        "grille",
        description="A data-loss-prevention proxy for AI endpoints.",
        epilog="Start with: grille demo",
    )
    parser.add_argument("--version", action="version", version=f"grille {__version__}")
    known = parser.add_subparsers(title="verbs", metavar="VERB")
    for verb in verbs(*(name for name in told[:1] if name in NAMES)):
        below = known.add_parser(
            verb.name,
            help=verb.summary,
            description=verb.summary,
            epilog=f"example:\n  {verb.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add(below)
        below.set_defaults(verb=verb)
    parsed = parser.parse_args(told)
    if not hasattr(parsed, "verb"):
        parser.print_help()
        return GOOD
    return _ran(parsed)


def _ran(arguments: argparse.Namespace) -> int:
    """The verb's exit code, or that of whatever ended it."""
    try:
        code: int = arguments.verb.run(arguments)
        sys.stdout.flush()
    except PolicyErrors as errors:
        count = len(errors.problems)
        print(
            errors,
            f"\n{count} problem{'s' if count > 1 else ''}: nothing was run.",
            sep="\n",
            file=sys.stderr,
        )
        return UNUSABLE
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` has: what is still in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return GOOD
    except OSError as error:
        print("grille", *filter(None, (error.filename, error.strerror or str(error))), sep=": ", file=sys.stderr)
        return UNUSABLE
    except GrilleError as error:
        print(f"grille: {error}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("grille: interrupted", file=sys.stderr)
        return INTERRUPTED
    return code
