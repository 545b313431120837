"""`grille run`: the proxy. Everything it does is in `grille.addon`; this verb reads its options."""

from __future__ import annotations
