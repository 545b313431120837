"""Where a request's bytes go, under one name.

A client can say it in five places: the CONNECT line, the absolute request target, `Host` or
`:authority`, the name in its TLS handshake, and the address of the connection that is already open.
`agreed` makes one destination of them, or refuses. The policy is asked about that one, and the
connection is made to that one.

This module must not resolve a name or know a policy. It cannot see a redirect, which is a new request.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from grille.addon.refusal import Refused
from grille.errors import SettingsError

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_AUTHORITY = re.compile(r"(?:\[(?P<six>[^\[\]]*)\]|(?P<host>[^:\[\]@]+))(?::(?P<port>[0-9]{1,5}))?")
_LONGEST = 253
_DEFAULT_PORTS = {"http": 80, "https": 443}


type Address = tuple[str, int]
"""A host, or an address, and a port."""


def written(address: Address) -> str:
    """As it stands in a URL: an IPv6 address in brackets."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def cannot_listen(where: Address, error: Exception | None) -> SettingsError:
    """What became of an attempt to listen. Between the system's error and us stand texts of asyncio and mitmproxy."""
    number = error.errno if isinstance(error, OSError) else None
    why = os.strerror(number).lower() if number and number > 0 else "no address of this machine"
    cure = "end what listens there, or name" if number == errno.EADDRINUSE else "name"
    return SettingsError(f"cannot listen at {written(where)} ({why}): {cure} another address or port")


def addresses(host: str) -> list[str]:
    """What to listen on for `host`: `*` is everything in both families, and `localhost` both loopback addresses,
    whatever the hosts file says (RFC 6761 §6.3); or else redirected IPv6 would hang on a line of that file."""
    return {"*": ["0.0.0.0", "::"], "localhost": ["127.0.0.1", "::1"]}.get(host, [host])  # noqa: S104  it was asked for


def elsewhere(text: str) -> tuple[Address, Address]:
    """`HOST:PORT:ADDRESS:PORT` (an IPv6 address in brackets), as for `curl --resolve` with a port more.
    Raises `SettingsError`."""
    try:
        name, port, rest = text.split(":", 2)
        address, _, there = rest.rpartition(":")
        return (canonical(name), int(port)), (canonical(address), int(there))
    except ValueError:
        raise SettingsError(
            f"{text}: write HOST:PORT:ADDRESS:PORT, for example api.openai.com:443:127.0.0.1:9443"
        ) from None


@dataclass(frozen=True, slots=True)
class Destination:
    """`host` is canonical: lower case, ASCII, without a trailing dot; an IP address in its usual form."""

    host: str
    port: int


def canonical(host: str) -> str:
    """The one spelling of `host`; raises ValueError when it is no host.

    Numbers are addresses in whatever way the C library reads them (`127.1`, `0x7f000001`, `2130706433`),
    and an IPv4 address inside an IPv6 one is that IPv4 address. Names beyond ASCII become A-labels
    (RFC 3490, as mitmproxy does it), so a look-alike letter is another name.
    """
    name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    if name.startswith("[") and name.endswith("]"):
        return _six(name[1:-1])
    if ":" in name:
        return _six(name)
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _four(name)
    if len(name) > _LONGEST or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("not a host name")
    return name


def _six(text: str) -> str:
    address = ipaddress.IPv6Address(text)
    if address.scope_id:
        raise ValueError("an address with a scope belongs to one machine")
    return str(address.ipv4_mapped or address)


def _four(text: str) -> str:
    if not re.fullmatch(r"[0-9a-fx.]+", text):
        raise ValueError("not an address")
    try:
        return socket.inet_ntoa(socket.inet_aton(text))
    except OSError:
        raise ValueError("not an address") from None


def authority(text: str, scheme: str) -> Destination:
    """`text` as it stands in `Host` or `:authority`; raises ValueError."""
    parts = _AUTHORITY.fullmatch(text)
    if parts is None:
        raise ValueError("not an authority")
    host = canonical(f"[{parts['six']}]" if parts["six"] is not None else parts["host"])
    return Destination(host, int(parts["port"]) if parts["port"] else _DEFAULT_PORTS[scheme])


def host_of(text: str) -> str:
    """The host in `text`, as it stands in `Host` or `:authority`; `Refused` when there is none."""
    try:
        return authority(text, "http").host
    except ValueError:
        raise mismatch("the request does not say clearly where it goes") from None


def is_address(host: str) -> bool:
    """Whether it is an IP address, and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def agreed(scheme: str, host: str, port: int, authorities: Iterable[str], names: Iterable[str | None]) -> Destination:
    """The destination that everything names, else `Refused` with 421 (RFC 9110 §15.5.20).

    `host` and `port` are where the connection goes. `authorities` are `Host` and `:authority` values,
    `names` all other host names that are known; None says that a place is silent.
    """
    try:
        where = Destination(canonical(host), port)
        said = [authority(text, scheme) for text in authorities]
        others = [canonical(name) for name in names if name is not None]
    except (ValueError, KeyError):
        raise mismatch("the request does not say clearly where it goes") from None
    if any(each != where for each in said) or any(name != where.host for name in others):
        raise mismatch("the request names one server and goes to another")
    return where


def mismatch(problem: str) -> Refused:
    return Refused("destination_mismatch", f"This was not sent: {problem}.", 421)


def canonical_or_refused(host: str) -> str:
    """`canonical`, for a host that a client named."""
    try:
        return canonical(host)
    except ValueError:
        raise mismatch("the request does not say clearly where it goes") from None
