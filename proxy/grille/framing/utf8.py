"""Text and bytes: UTF-8 and nothing else, strict both ways.

This module must not repair: no replacement characters, no surrogates let through, no guess at another
encoding.
"""

from __future__ import annotations

import re

from grille.errors import CannotRewrite, Malformed

_CHARSET = re.compile(r"charset[ \t]*=[ \t]*[\"']?([^\s\"',;]+)", re.IGNORECASE)
_ALIKE = re.compile(r"utf-?8|(?:us-)?ascii|iso-8859-\d+|latin-?\d+|(?:windows-|cp)125\d", re.IGNORECASE)
"""In none of these does what is valid UTF-8 say another number or name. In UTF-7 or HZ it does, and in UTF-16 a tab and
a letter are a digit of Devanagari."""


def is_said_otherwise(content_type: str) -> bool:
    """Whether a content type names a charset by which its receiver would read other words."""
    return any(_ALIKE.fullmatch(charset) is None for charset in _CHARSET.findall(content_type))


def decode(raw: bytes, what: str) -> str:
    """`raw` as text. Raises `Malformed` where it is not UTF-8; `what` names the frame (`an event`)."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Malformed(f"{what} is not UTF-8; send it in UTF-8", f"byte {error.start} of it") from None


def encode(text: str) -> bytes:
    """`text` as bytes. Raises `CannotRewrite` for half a surrogate pair, which JSON escapes can bring in."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise CannotRewrite("the new data holds half a surrogate pair, which UTF-8 cannot say") from None
