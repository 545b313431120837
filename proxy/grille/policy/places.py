"""Host patterns and path globs: what they match, and whether two of them can match the same.

In a host, `*` stands for one label or a part of one, and a leading `*.` for one label or more; without
a port every port is meant. In a path, `*` stands for anything but `/`, and `**` for anything. Case and a
trailing dot of a host do not matter; in a path every character does.

This module must not know what lies at a place, and it resolves no name.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import cache

_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9*_](?:[a-z0-9*_-]{0,61}[a-z0-9*_])?")
_DOTS = re.compile(
    r"(?:^|[/\\]|%(?:25)*(?:2f|5c))(?:\.|%(?:25)*2e){1,2}(?:[/\\;]|%(?:25)*(?:2f|3b|5c)|$)", re.IGNORECASE
)
_LONGEST_HOST = 253


@dataclass(frozen=True, slots=True)
class HostPattern:
    """A host as an endpoint names it, in lower case; `port` is None when every port is meant."""

    host: str
    port: int | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    def matches(self, host: str, port: int) -> bool:
        if self.port not in (None, port):
            return False
        host = host.lower().removesuffix(".")
        return host == self.host if "*" not in self.host else _host_expression(self.host).fullmatch(host) is not None

    @property
    def expression(self) -> str:
        """A regular expression that fits every host that is meant, whole; in what Python and JavaScript share."""
        return _host_expression(self.host).pattern

    def meets(self, other: HostPattern) -> bool:
        """Whether some host and port match both."""
        if self.port is not None and other.port is not None and self.port != other.port:
            return False
        return globs_meet(_widened(self.host), _widened(other.host), ".")

    def example(self) -> str:
        """A host that matches."""
        return self.host.replace("*", "x")


def host_pattern(text: str) -> HostPattern:
    """`text` as a pattern; raises ValueError with what to write instead."""
    if "/" in text or "?" in text:
        raise ValueError("a host stands alone, without `https://` and without a path")
    if not text.isascii():
        raise ValueError("a host is written in ASCII: use its `xn--` form")
    parts = _HOST.fullmatch(text)
    if parts is None:
        raise ValueError("a host is `name`, `name:port` or `[address]:port`")
    port = int(parts["port"]) if parts["port"] else None
    if port is not None and not 0 < port < 65536:
        raise ValueError("a port is a number from 1 to 65535")
    if parts["six"]:
        return HostPattern(_address(parts["six"]), port)
    host = parts["host"].lower().removesuffix(".")
    if len(host) > _LONGEST_HOST or "**" in host or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise ValueError("a host is labels of letters, digits and `-`, with `*` for one label")
    return HostPattern(host, port)


def path_expression(glob: str) -> str:
    """The regular expression for a path glob; raises ValueError with what to write instead."""
    if not glob.startswith("/") or not glob.isascii() or not glob.isprintable() or " " in glob:
        raise ValueError("a path begins with `/` and is written as it stands in a request")
    if "?" in glob or "#" in glob:
        raise ValueError("a path has no `?` and no `#`: the query does not choose the endpoint")
    if _DOTS.search(glob):
        raise ValueError("a path has no `.` or `..` steps: write where they lead")
    if glob.count("**") > 1 or any(step.replace("**", "*").count("*") > 1 for step in glob.split("/")):
        raise ValueError("a path has one `**` at most, and one `*` in a step")
    parts = re.split(r"(\*\*?)", glob)
    return "".join({"*": "[^/]*", "**": ".*"}.get(part, re.escape(part)) for part in parts)


def is_plain(path: str) -> bool:
    """Whether `path` is free of `.` and `..` steps, also in percent-encoding: two servers may walk those
    to different places, so a path that holds one belongs to no route. Many decode a path before they walk it, so
    an encoded slash ends a step as well; so do a backslash, and a semicolon where servers in Java run."""
    return _DOTS.search(path) is None


def example_path(name: str) -> str:
    """A path for a glob, or for the name of a catalogue route such as `/v1/files/{id}`."""
    return re.sub(r"\*\*?|\{[^{}/]*\}", "x", name)


def globs_meet(one: str, other: str, stop: str) -> bool:
    """Whether some text matches both globs; `*` does not cross the character `stop`, `**` does."""
    left, right = _tokens(one), _tokens(other)
    meets = [[False] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left), -1, -1):
        for j in range(len(right), -1, -1):
            a = left[i] if i < len(left) else ""
            b = right[j] if j < len(right) else ""
            meets[i][j] = (
                (not a and not b)
                or (a.startswith("*") and (meets[i + 1][j] or (_takes(a, b, stop) and meets[i][j + 1])))
                or (b.startswith("*") and (meets[i][j + 1] or (_takes(b, a, stop) and meets[i + 1][j])))
                or (a == b and a != "" and meets[i + 1][j + 1])
            )
    return meets[0][0]


def _takes(star: str, token: str, stop: str) -> bool:
    """Whether a star may swallow this token of the other glob."""
    return token != "" and (star == "**" or (token not in (stop, "**")))


def _tokens(glob: str) -> list[str]:
    return re.findall(r"\*\*|.", glob)


def _widened(host: str) -> str:
    return f"*{host}" if host.startswith("*.") else host


@cache
def _host_expression(host: str) -> re.Pattern[str]:
    prefix, rest = (r"(?:[^.]+\.)+", host[2:]) if host.startswith("*.") else ("", host)
    steps = ("[^.]+" if part == "*" else re.escape(part) for part in re.split(r"(\*)", rest))
    return re.compile(prefix + "".join(steps))


def _address(text: str) -> str:
    try:
        return ipaddress.ip_address(text).compressed
    except ValueError:
        raise ValueError("this is not an IP address") from None
