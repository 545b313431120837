"""How a proxy runs, as `grille run` was told; what may pass is in the policy alone.

This module must not do anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from grille.addon import heads
from grille.addon.chaining import NextProxy
from grille.addon.claims import JwtSettings
from grille.addon.destination import Address
from grille.addon.stack import FORWARD
from grille.addon.state import State
from grille.addon.workers import Limits
from grille.sinks.audit import STDOUT
from grille.sinks.chain import Memory


@dataclass(frozen=True, slots=True)
class Settings:
    """`policy` is a file or the name of a shipped one. `mode` is one that mitmproxy knows; `next_proxy` is the proxy
    through which upstreams are reached. `audit` is a file, `-` for stdout, empty for the state
    directory's. `upstream_ca` is a PEM file of CAs that upstreams are verified with, instead of the public
    ones. `elsewhere` maps a host and port to where the connection goes instead. `users` is an htpasswd
    file, `client_ca` a PEM file. `body_limit` is in bytes, of a decoded body. `health` is where probes are answered;
    None: nowhere. `drain` is in seconds. With several `processes` this one shares its port (`supervisor.py`).
    `authority` is a directory with a CA and a key to take over, `pac` where clients of a PAC file find the proxy.
    `memory` is what the audit file's last record was, `digest` that of the policy which the other processes enforce:
    this one takes no other. `otlp` is the URL of a collector for records and traces, `store`
    that of a server of Valkey or Redis.
    """

    policy: str
    state: State
    listen: Address = ("127.0.0.1", 8080)
    mode: str = FORWARD
    next_proxy: NextProxy | None = None
    audit: str = ""
    upstream_ca: str = ""
    elsewhere: tuple[tuple[Address, Address], ...] = ()
    users: str = ""
    jwt: JwtSettings | None = None
    client_ca: str = ""
    limits: Limits = field(default_factory=Limits)
    body_limit: int = 8 * 1024 * 1024
    health: Address | None = None
    drain: float = 25.0
    processes: int = 1
    authority: str = ""
    pac: Address | None = None
    memory: Memory | None = None
    digest: str = ""
    otlp: str = ""
    store: str = field(default="", repr=False)

    @property
    def records(self) -> Path:
        """The audit file; `-` for stdout."""
        return Path(self.audit or self.state.audit)

    @property
    def head(self) -> Path:
        """The file that says which record was the last: beside the records, or if they go to no file, in the state."""
        streams = self.audit == STDOUT or (self.records.exists() and not self.records.is_file())
        return heads.place(self.state.audit if streams else self.records)
