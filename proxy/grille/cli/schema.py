"""`grille schema`: the JSON Schema of policies, packs or tests, for editors."""

from __future__ import annotations

import argparse
import json

from grille.cli.verb import GOOD, Verb
from grille.policy import schema


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", nargs="?", choices=sorted(schema.SCHEMAS), default="policy")


def _run(arguments: argparse.Namespace) -> int:
    print(json.dumps(schema.of(arguments.document), indent=2))
    return GOOD


VERB = Verb("schema", "print the JSON Schema of a document, for editors", "grille schema policy", _add, _run)
