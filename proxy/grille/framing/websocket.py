"""WebSocket messages (RFC 6455 §5.6): as frames of a stream, and cutting a text into fragments.

mitmproxy speaks the protocol, joins fragments and undoes compression; a message is judged whole. What it
does not do is cut a text that was changed: it cuts anywhere, also inside a character, and writes U+FFFD
for each half. This module must not know opcodes, masks or who sends what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from grille.errors import Malformed
from grille.framing import utf8
from grille.framing.json_parser import parse

_LONGEST_CHARACTER = 4


def has_text(content: bytes, *, is_text: bool) -> bool:
    """Whether a message can be read: one of text, or a binary one that is a JSON document all the same, as Google's
    servers send theirs. Any other binary message may be what its receiver alone knows."""
    if is_text:
        return True
    try:
        parse(utf8.decode(content, "a message"))
    except Malformed:
        return False
    return True


@dataclass(frozen=True, slots=True)
class SocketMessage:
    """One message; see `base.Frame`. `raw` is its content, UTF-8 unless it is `binary`."""

    raw: bytes = field(repr=False)
    binary: bool = False

    fields: ClassVar[tuple[tuple[str, str], ...]] = ()
    complete: ClassVar[bool] = True

    @property
    def data(self) -> str | None:
        return None if self.binary else utf8.decode(self.raw, "a message")

    def with_data(self, text: str) -> bytes:
        if self.binary:
            raise ValueError("a binary message has no text")
        return utf8.encode(text)


def fragments(text: str, size: int) -> list[bytes]:
    """`text` in UTF-8, in pieces of at most `size` bytes (4 or more, ValueError), each of whole characters.

    No text is one empty piece, because an empty message is a message too. Raises `CannotRewrite` for half
    a surrogate pair.
    """
    if size < _LONGEST_CHARACTER:
        raise ValueError(f"a character may have {_LONGEST_CHARACTER} bytes, so a fragment needs as many")
    whole = utf8.encode(text)
    pieces: list[bytes] = []
    start = 0
    while len(whole) - start > size:
        end = start + size
        while _is_continuation(whole[end]):
            end -= 1
        pieces.append(whole[start:end])
        start = end
    return [*pieces, whole[start:]]


def _is_continuation(byte: int) -> bool:
    return byte & 0xC0 == 0x80
