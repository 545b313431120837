"""One ruling, one replacement: what is written where something was found.

A replacement never holds more of the value than the ruling says, and none can be taken for a token
except a token. Nothing here decides, finds, or restores.
"""

from __future__ import annotations

from grille.actions.base import Mint, Replacement
from grille.actions.operators import replacement

__all__ = ["Mint", "Replacement", "replacement"]
