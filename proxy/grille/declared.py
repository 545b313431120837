"""What a request says about itself: the flags that it sets, and what in it shows that something is kept.

`dialects/declaring.py` reads it off a message, `policy/flags.py` holds it against the promises; the two rooms meet
in these types only. Nothing here holds a value of the request, and nothing is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grille.exchange import Flag, Scalar


@dataclass(frozen=True, slots=True)
class Kept:
    """A place, a JSON pointer or `header:NAME`, that refers to something kept or makes something be kept. `why` says
    which; `instead` what may stand there, `word` which word of a header is meant, both as the catalogue writes them."""

    address: str
    why: str
    instead: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """`flags` by their place; `companions` what is written beside a setting that is set, by the setting's place;
    `obstacle` says why nothing can be written into the message, and is empty when something can."""

    flags: Mapping[str, Flag]
    kept: tuple[Kept, ...] = ()
    companions: Mapping[str, tuple[str, Scalar]] = field(default_factory=dict)
    obstacle: str = ""
