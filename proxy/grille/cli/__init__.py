"""`grille`: one verb a file, and this list.

Exit codes: 0 good, 1 findings or failures, 2 unusable input, 130 interrupted. Results go to stdout, everything else to
stderr. A verb must not judge anything itself: it asks the engine.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from grille import __version__
from grille.cli import (
    attest,
    audit,
    ca,
    check,
    coverage,
    demo,
    env,
    explain,
    inject,
    providers,
    replay,
    run,
    scan,
    schema,
    test,
    webhook,
)
from grille.cli.verb import GOOD, INTERRUPTED, UNUSABLE, Verb
from grille.errors import GrilleError, PolicyErrors

VERBS: tuple[Verb, ...] = (
    run.VERB,
    env.VERB,
    ca.VERB,
    check.VERB,
    test.VERB,
    schema.VERB,
    scan.VERB,
    replay.VERB,
    explain.VERB,
    attest.VERB,
    audit.VERB,
    coverage.VERB,
    providers.VERB,
    inject.VERB,
    webhook.VERB,
    demo.VERB,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code."""
    parser = argparse.ArgumentParser(
        "grille",
        description="A data-loss-prevention proxy for AI endpoints.",
        epilog="Start with: grille demo",
    )
    parser.add_argument("--version", action="version", version=f"grille {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    for verb in VERBS:
        below = verbs.add_parser(
            verb.name,
            help=verb.summary,
            description=verb.summary,
            epilog=f"example:\n  {verb.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add(below)
        below.set_defaults(verb=verb)
    parsed = parser.parse_args(arguments)
    if not hasattr(parsed, "verb"):
        parser.print_help()
        return GOOD
    return _ran(parsed)


def _ran(arguments: argparse.Namespace) -> int:
    """The verb's exit code, or that of whatever ended it."""
    try:
        code: int = arguments.verb.run(arguments)
    except PolicyErrors as errors:
        count = len(errors.problems)
        print(
            errors,
            f"\n{count} problem{'s' if count > 1 else ''}: nothing was run.",
            sep="\n",
            file=sys.stderr,
        )
        return UNUSABLE
    except (GrilleError, OSError) as error:
        print(f"grille: {error}", file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        return GOOD
    except KeyboardInterrupt:
        print("grille: interrupted", file=sys.stderr)
        return INTERRUPTED
    return code
