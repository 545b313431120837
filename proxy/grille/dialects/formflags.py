"""What a form declares about itself: the counterpart of a JSON body's flags.

This module must not decide what a declaration is worth.
"""

from __future__ import annotations

from collections.abc import Sequence

from grille.errors import Malformed
from grille.exchange import Flag, Scalar

_WORDS: dict[str, Scalar] = {"true": True, "false": False}


def in_form(fields: Sequence[tuple[str, str]], address: str) -> Flag:
    """The field of a form that a JSON body would have at the top-level pointer `address`. The words `true` and
    `false` are what servers make of them; every other value is a text.

    Raises `Malformed` when it stands twice, or beside one that differs only in case: servers disagree on
    which of them counts.
    """
    name = address[1:].replace("~1", "/").replace("~0", "~")
    like = [(key, value) for key, value in fields if key.casefold() == name.casefold()]
    if len(like) > 1 or any(key != name for key, _ in like):
        raise Malformed(f"the form has `{address}` twice, or in another case")
    if not like:
        return Flag(address, present=False)
    value = like[0][1]
    return Flag(address, present=True, value=_WORDS.get(value, value))
