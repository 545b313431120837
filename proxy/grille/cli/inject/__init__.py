"""`grille inject`: manifests in, the same manifests with grille beside every application out.

A filter: it opens no file, asks no cluster, and prints nothing but when all of its input could be read.
"""

from __future__ import annotations

import argparse
import sys

from grille.cli.inject import admission, component
from grille.cli.inject.documents import split
from grille.cli.inject.sidecar import GRADES, IMAGE, REDIRECT_IMAGE, Sidecar, of_grade
from grille.cli.inject.workloads import injected
from grille.cli.verb import GOOD, Verb
from grille.errors import CannotInject

_PRINTED = {"component": component.manifest, "admission": admission.manifests}


def add_images(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--image", default=IMAGE, metavar="NAME", help=f"grille's image (default: {IMAGE})")
    parser.add_argument(
        "--redirect-image", default=REDIRECT_IMAGE, metavar="NAME", help=f"of the redirect (default: {REDIRECT_IMAGE})"
    )
    parser.add_argument(
        "--unchecked", action="store_true", help="without the init containers that check and test the policy"
    )


def rewritten(text: str, wanted: Sidecar) -> tuple[str, list[str]]:
    """The manifests with the sidecar, and the names of what was changed."""
    out: list[str] = []
    names: list[str] = []
    for document in split(text):
        fresh = list(injected(document.tree, wanted, f"document {document.number}"))
        out.append(document.rewritten() if fresh else document.text)
        names += fresh
    return "".join(out), names


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--grade",
        choices=GRADES,
        required=True,
        help="explicit: told by variables; redirect: by rules of an init container; cni: by rules of the node",
    )
    add_images(parser)
    parser.add_argument(
        "--print", choices=tuple(_PRINTED), help="read nothing, and print the sidecar as kustomize or admission has it"
    )


def _run(arguments: argparse.Namespace) -> int:
    wanted = of_grade(arguments.grade, arguments.image, arguments.redirect_image, checked=not arguments.unchecked)
    if arguments.print:
        sys.stdout.write(_PRINTED[arguments.print](wanted))
        return GOOD
    try:
        text = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError:
        raise CannotInject("the input", "it is not UTF-8") from None
    out, names = rewritten(text, wanted)
    sys.stdout.write(out)
    for name in names:
        print(f"grille is beside {name}", file=sys.stderr)
    return GOOD


VERB = Verb(
    "inject",
    "put grille beside the applications of Kubernetes manifests",
    "grille inject --grade redirect < app.yaml | kubectl apply -f -",
    _add,
    _run,
)
