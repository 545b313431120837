"""A type of a vendor's SDK that is a message of a dialect, and how it is found there.

This must not know what is in the type.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

from grille.dialects.coverage import Way
from vendors.composed import COMPOSED


@dataclass(frozen=True, slots=True)
class Root:
    """`source` is `module:Type`, or the name of a type that is put together here. `under` is the member that it
    stands in, `multipart` says that it goes as a form."""

    name: str
    sdk: str
    dialects: tuple[str, ...]
    way: Way
    source: str
    under: str = ""
    multipart: bool = False

    def load(self) -> Any:
        """The SDK's own type. Raises `ImportError` without the SDK."""
        if self.source in COMPOSED:
            return COMPOSED[self.source]()
        module, _, name = self.source.partition(":")
        return getattr(importlib.import_module(module), name)
