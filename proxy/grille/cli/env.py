"""`grille env`: the variables that make a client speak through the proxy and trust it.

Every client reads others, and all but one replace the system's roots instead of adding to them, so the
bundle that they point at holds both. This verb starts nothing and changes no file but that bundle.
"""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath

from grille.addon import authority
from grille.addon.state import State, state_dir
from grille.cli.verb import GOOD, Verb
from grille.errors import SettingsError

PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "grpc_proxy")
BUNDLES = (
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "GIT_SSL_CAINFO", "PIP_CERT", "DENO_CERT", "CARGO_HTTP_CAINFO",
)  # fmt: skip
LOCAL = "localhost,127.0.0.1,::1"

_LINES: Mapping[str, Callable[[str, str], str]] = {
    "bash": lambda name, value: f"export {name}={shlex.quote(value)}",
    "fish": lambda name, value: f"set -gx {name} {shlex.quote(value)}",
    "powershell": lambda name, value: f"$env:{name} = '{value.replace(chr(39), chr(39) * 2)}'",
    "dotenv": lambda name, value: f"{name}={json.dumps(value)}",
}


def variables(proxy: str, bundle: PurePath, certificate: PurePath) -> dict[str, str]:
    """Every variable that some client reads. `proxy` is a URL, `bundle` system roots and ours, `certificate` ours
    alone."""
    told = {**dict.fromkeys(PROXIES, proxy), "NO_PROXY": LOCAL, "no_proxy": LOCAL, "NODE_USE_ENV_PROXY": "1"}
    return told | trusting(bundle, certificate)


def trusting(bundle: PurePath, certificate: PurePath) -> dict[str, str]:
    """Of those the ones that make a client trust the proxy, for where connections come to it without being told."""
    return {**dict.fromkeys(BUNDLES, str(bundle)), "NODE_EXTRA_CA_CERTS": str(certificate)}


def write_bundle(state: State) -> Path:
    """System roots and ours in one PEM file, replaced in one step; ours alone are beside it."""
    for name, text in (("ca-ours.pem", authority.ours(state)), ("ca-bundle.pem", authority.bundle(state))):
        fresh = state.directory / f"{name}.new"
        fresh.write_text(text, "ascii")
        fresh.replace(state.directory / name)
    return state.directory / "ca-bundle.pem"


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--shell", choices=sorted(_LINES), default="bash", help="the syntax to print (default: bash)")
    parser.add_argument("--listen", default="127.0.0.1:8080", metavar="HOST:PORT", help="where the proxy listens")
    parser.add_argument("--state", metavar="DIR", help="the proxy's state directory")


def _run(arguments: argparse.Namespace) -> int:
    state = State(state_dir(arguments.state))
    if not state.certificate.exists():
        raise SettingsError(f"there is no CA in {state.directory} yet: start `grille run` once, with the same --state")
    line = _LINES[arguments.shell]
    bundle = write_bundle(state)
    for name, value in variables(f"http://{arguments.listen}", bundle, bundle.with_name("ca-ours.pem")).items():
        print(line(name, value))
    return GOOD


VERB = Verb(
    "env",
    "print the variables that make a client use and trust the proxy",
    'eval "$(grille env)"',
    _add,
    _run,
)
