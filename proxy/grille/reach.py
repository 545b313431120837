"""What a request has the provider reach by itself, behind the proxy's back: addresses that it will fetch or
connect to, and tools that it runs.

`dialects/` knows the places, `policy/server_side.py` says what is allowed. The two rooms meet in this type
only, and it must not look into an address.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reach:
    """`text` is the address, or the name of the tool, as it stands at `address`, a JSON pointer."""

    address: str
    text: str = field(repr=False)
    is_tool: bool = False
