"""Text and bytes of one frame: UTF-8 and nothing else, strict both ways.

This module must not repair: no replacement characters, no surrogates let through, no guess at another
encoding.
"""

from __future__ import annotations

from grille.errors import CannotRewrite, Malformed


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
