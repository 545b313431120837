"""Whether a provider may reach by itself what a request points it at.

What the provider fetches, connects to or runs goes out from there, where no proxy sees it. So addresses are
held against `server_side.allow`, tools that run at the provider against `server_side.tools`, and what is on
neither list is refused. An address is read strictly, because what fetches it may read it otherwise: https,
one plain host, nothing that hides it. This module must not resolve a name or fetch anything.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from grille.exchange import Refusal, Source
from grille.policy.met import Met, named
from grille.policy.places import HostPattern
from grille.reach import Reach

_PLAIN = re.compile(r"[!-~]+")
_HOST = r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?"
_URL = re.compile(rf"(?:https|wss)://{_HOST}(?:[/?#].*)?")
_ALONE = re.compile(_HOST)
_BUCKET = re.compile(r"(?P<bucket>(?:s3|gs)://[A-Za-z0-9][A-Za-z0-9._-]{1,221})(?:/.*)?")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_ODD = re.compile(r"[\\@]")


@dataclass(frozen=True, slots=True)
class ServerSide:
    """`hosts` may be reached, `buckets` are globs on `s3://name` and `gs://name`, `tools` globs on the names
    of tools that run at the provider. Empty, nothing is allowed."""

    source: Source
    hosts: tuple[HostPattern, ...] = ()
    buckets: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()

    def rule(self, reach: Reach) -> str:
        """The entry of the lists that allows it, as it is written there; empty if none does."""
        if reach.is_tool:
            return next((glob for glob in self.tools if fnmatchcase(reach.text, glob)), "")
        if bucket := _BUCKET.fullmatch(reach.text):
            return next((glob for glob in self.buckets if fnmatchcase(bucket["bucket"], glob)), "")
        where = destination(reach.text)
        return next((str(each) for each in self.hosts if where is not None and each.matches(*where)), "")


def destination(text: str) -> tuple[str, int] | None:
    """Host and port of a URL, or of a host that stands alone; None for what is not clearly one place: plain
    http, user names, backslashes, blanks, numbers that only some read as an address (`127.1`)."""
    found = (_URL.fullmatch(text) or _ALONE.fullmatch(text)) if _PLAIN.fullmatch(text) else None
    if found is None or _ODD.search(text.partition("?")[0]):
        return None
    host = found["host"].strip("[]").lower().removesuffix(".")
    port = int(found["port"] or 443)
    last = host.rpartition(".")[2]
    if ":" in host or _NUMBER.fullmatch(last):
        try:
            host = str(ipaddress.ip_address(host))
        except ValueError:
            return None
    if ".." in host or host.startswith(".") or not 0 < port < 65536:
        return None
    return host, port


def egress(endpoint: str, asked: ServerSide, reached: Iterable[Reach]) -> Met:
    """What of all that a request reaches may not be reached, each with what to do, and which entries of the lists
    allowed the rest. The record names an entry and never an address, which may hold anything."""
    rules = [(each, asked.rule(each)) for each in reached]
    refusals = dict.fromkeys(_refusal(endpoint, asked, each) for each, rule in rules if not rule)
    return Met(tuple(refusals), tuple(dict.fromkeys(f"server_side: {rule} is allowed" for _, rule in rules if rule)))


def _refusal(endpoint: str, asked: ServerSide, reach: Reach) -> Refusal:
    place = named(reach.address)
    if reach.is_tool:
        text = (
            f"Take {place} out: this tool would run at the provider, where nothing is judged. Or ask for it to be added"
            f" to `server_side.tools` of {endpoint}."
        )
        return Refusal("server_side_tool", text, asked.source)
    text = (
        f"Take {place} out: the provider would reach that address by itself, where nothing is judged. Or use https and"
        f" ask for its host to be added to `server_side.allow` of {endpoint}."
    )
    return Refusal("server_side_host", text, asked.source)
