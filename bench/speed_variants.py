"""What `speed.py` compares: no proxy, bare mitmdump, grille with more and more to look for, stock Presidio.

The three kinds of grille are endpoints of one process, and its audit file is written. This module must not
tune a variant: each runs as it is installed.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import speed_upstream
from loopback import Proxy, grille, mitmdump, upstream
from speed_naive import model_name

DIRECT, BARE = "direct", "mitmdump"
OFF, PATTERNS, NAMES = "grille, off", "grille, patterns", "grille, patterns + names"
HOSTS = {OFF: "off.example", PATTERNS: "patterns.example", NAMES: "names.example"}
POLICY = """\
version: 1
policy: speed
use: [entities/payment.yaml, entities/identity.yaml, entities/secrets.yaml]
profiles:
  nothing: {}
  patterns:
    "@secrets": redact
    "@payment": tokenize
    EMAIL_ADDRESS: hash
    PHONE_NUMBER: {action: mask, keep_last: 2}
    US_SSN: redact
    DATE_OF_BIRTH: redact
    IP_ADDRESS: log
  names:
    "@secrets": redact
    "@payment": tokenize
    EMAIL_ADDRESS: hash
    PHONE_NUMBER: {action: mask, keep_last: 2}
    US_SSN: redact
    DATE_OF_BIRTH: redact
    IP_ADDRESS: log
    PERSON: tokenize
  back: {"@secrets": redact, CREDIT_CARD: {action: mask, keep_last: 4}}
endpoints:
  nothing: {provider: openai, hosts: [off.example], request: nothing, response: nothing}
  patterns:
    provider: openai
    hosts: [patterns.example]
    require: [encryption]
    request: patterns
    response: {profile: back, restore: text}
  names:
    provider: openai
    hosts: [names.example]
    require: [encryption]
    request: names
    response: {profile: back, restore: text}
clients:
  everybody: {match: anyone, endpoints: [nothing, patterns, names]}
"""
_NAIVE = """\
import sys
sys.path.insert(0, {folder!r})
from speed_naive import Naive
addons = [Naive()]
"""


@dataclass(frozen=True, slots=True)
class Variant:
    """`sees` is what the server sees of the values that it looks for: `c`ards, `n`ames."""

    name: str
    host: str
    port: int
    proxy: Proxy | None
    sees: str

    @property
    def naive(self) -> bool:
        """Whether a body of 300 kB takes too long to be asked for."""
        return self.name.startswith("Presidio")


def naive_name() -> str:
    return f"Presidio {model_name()} in mitmdump"


class Stage:
    """The variants, each started when it is first asked for and there until the end. Used in a `with` block."""

    def __init__(self) -> None:
        self._ends = ExitStack()
        self._started: dict[str, Variant] = {}

    def __enter__(self) -> Stage:
        self._folder = Path(self._ends.enter_context(tempfile.TemporaryDirectory(prefix="grille-bench-")))
        self._there = self._ends.enter_context(upstream(self._folder, list(HOSTS.values()), speed_upstream.serve))
        self._started[DIRECT] = Variant(DIRECT, "localhost", self._there.port, None, "cn")
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def variants(self, *names: str) -> list[Variant]:
        """Those, in that order."""
        for name in names:
            if name not in self._started:
                self._started |= self._start(name)
        return [self._started[name] for name in names]

    def _start(self, name: str) -> dict[str, Variant]:
        folder, there = self._folder / name, self._there
        if name in HOSTS:
            return of_grille(self._ends.enter_context(grille(folder, POLICY, list(HOSTS.values()), there)))
        script = _NAIVE.format(folder=str(Path(__file__).parent.absolute())) if name == naive_name() else ""
        proxy = self._ends.enter_context(mitmdump(folder, there.ca_file, script))
        return {name: Variant(name, "localhost", there.port, proxy, "-" if script else "cn")}


def of_grille(proxy: Proxy) -> dict[str, Variant]:
    sees = {OFF: "cn", PATTERNS: "n", NAMES: "-"}
    return {name: Variant(name, host, 443, proxy, sees[name]) for name, host in HOSTS.items()}
