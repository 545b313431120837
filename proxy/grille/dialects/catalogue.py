"""The providers that grille knows, read from `catalogue.toml` beside this file.

Facts only: what a policy makes of them is written in the policy.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from grille.dialects import retention
from grille.providers import Control, Provider, Retention, Route


@dataclass(frozen=True, slots=True)
class _Row:
    """A route as the file writes it; without a `path` it is the name itself."""

    name: str
    method: str
    dialect: str
    control: str
    path: str = ""
    settings: tuple[str, ...] = ()
    stateful: tuple[str, ...] = ()

    def route(self) -> Route:
        rules = Retention(Control(self.control), retention.settings(self.settings), tuple(self.stateful))
        return Route(self.name, self.method, self.path or re.escape(self.name), self.dialect, rules)


@cache
def providers() -> Mapping[str, Provider]:
    """Name to provider. Raises on a malformed file: it ships with the package, and a test reads it."""
    table = tomllib.loads(files("grille.dialects").joinpath("catalogue.toml").read_text("utf-8"))
    return {
        name: Provider(
            name=name,
            hosts=tuple(entry["hosts"]),
            routes=tuple(
                replace(_Row(**row).route(), credentials=_credentials(entry["auth"])) for row in entry["routes"]
            ),
            auth=tuple(entry["auth"]),
            source=entry["source"],
            reviewed=entry["reviewed"],
        )
        for name, entry in table.items()
    }


def _credentials(auth: list[str]) -> frozenset[str]:
    """The names in `Authorization: Bearer` and `?key=`."""
    return frozenset(re.split("[:=]", each)[0].lower() for each in auth)
