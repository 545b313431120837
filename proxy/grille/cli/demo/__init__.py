"""`grille demo`: the main job, end to end, on loopback; no keys, no internet, no configuration.

    app (official SDKs)  ──▶  grille run, starter policy  ──▶  look-alike providers with TLS

The verdicts shown are checked against what the look-alikes really received; the exit code is 0 only if
each scene went as the policy says.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
from pathlib import Path

from grille.cli.verb import FAILED, GOOD, Verb
from grille.errors import SettingsError

_NEEDED = ("openai", "anthropic", "mcp")


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--svg", metavar="FILE", type=Path, help="also save what is shown as a picture")


def _run(arguments: argparse.Namespace) -> int:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise SettingsError(
            f"the demo drives SDKs that are not installed ({', '.join(missing)}): pip install 'grille[demo]'"
        )
    # Imported here: they import the SDKs, which only this verb needs.
    from grille.cli.demo.show import show
    from grille.cli.demo.stage import play

    with tempfile.TemporaryDirectory(prefix="grille-demo-") as directory:
        scenes = play(Path(directory))
    return GOOD if show(scenes, arguments.svg) else FAILED


VERB = Verb(
    "demo", "show the main job on loopback with official SDK clients: no keys, no internet", "grille demo", _add, _run
)
