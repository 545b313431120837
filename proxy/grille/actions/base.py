"""The shape of this room: a ruling and a value in, the words that take its place out.

Nothing here knows Presidio or how a token is made.
"""

from __future__ import annotations

from collections.abc import Callable

from grille.exchange import Ruling

type Mint = Callable[[str, str], str]
"""(entity, value) to token, for the exchange at hand."""

type Replacement = Callable[[Ruling, str, Mint, bytes], str]
"""(ruling, value, mint, key) to the words in its place. The ruling's action must hide; the key is secret,
at least 16 bytes. Deterministic: the same arguments give the same words."""
