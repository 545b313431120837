"""`grille coverage`: where grille looks, and where it does not: a row for each provider, endpoint, direction and place.

What the places are worth is tried in the tests with the vendors' own types; `docs/coverage.md` has the count.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence

from grille.cli.verb import GOOD, Verb
from grille.dialects import DIALECTS, providers
from grille.dialects.coverage import endpoints, rows
from grille.errors import SettingsError

COLUMNS = ("provider", "endpoint", "direction", "place", "treatment", "how", "why")


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--provider", metavar="NAME", help="only this provider of the catalogue (default: all)")


def _run(arguments: argparse.Namespace) -> int:
    known = providers()
    if arguments.provider is not None and arguments.provider not in known:
        raise SettingsError(f"there is no provider {arguments.provider!r}; there are {', '.join(sorted(known))}")
    chosen = [arguments.provider] if arguments.provider is not None else list(known)
    for line in markdown(COLUMNS, _rows(chosen)):
        print(line)
    return GOOD


def _rows(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for name in names:
        for endpoint in endpoints(providers()[name], DIALECTS):
            for row in rows(DIALECTS[endpoint.dialect]):
                place = f"`{row.place}`"
                yield name, endpoint.route, row.way.value, place, row.treatment.value, row.how, row.why


def markdown(columns: Sequence[str], cells: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table, line by line."""
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in cells:
        # A pipe inside a cell would begin the next one.
        yield f"| {' | '.join(cell.replace('|', '\\|') for cell in row)} |"


VERB = Verb(
    "coverage",
    "print where each provider's requests, answers and streams are judged, and where they are not and why",
    "grille coverage --provider anthropic",
    _add,
    _run,
)
