"""The names that programs give: `maxCount`, `npmFetch(uri`, `TargetLibraryInfo &TLI`. They are nobody's.

Their capitals look like a name to a language model. Nobody is called by words that run together with capitals in
them, but for those whose surname has a part that does (`McKay`, `DeVito`) and whoever is written as one word
(`JaneSmith`). Companies are (`PayPal`), so one is doubted only in a line of code. This module must not know a model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import regex

from grille.detectors.words import WORD

_SIGNS = regex.compile(r"[_{}\[\]=$#*\\]|::|->|\w\(|&&|[ ]&\w|\w&(?:[ ]|$)|^\p{Ll}\w*\.\w")
"""What stands in a call or a declaration, and in no name."""
_CELLS_END = regex.compile(r"[\t;|<>]")
_RUN_TOGETHER = regex.compile(r"\p{L}*(?:\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll})\p{L}*")
_SURNAME = regex.compile(
    r"(?:A[lt]|Da|De|Del|Della|Di|Du|El|Fitz|Jo|L[aeio]|Mac|Mary|Mc|O|Ru|San|St|Ten?|V[ao]n)\p{Lu}\p{Ll}+"
)
_DECLARES: Final = (
    "async", "class", "const", "def", "enum", "export", "extends", "extern", "final", "fn", "from", "func", "function",
    "import", "let", "namespace", "package", "private", "protected", "public", "return", "static", "struct", "template",
    "type", "typedef", "using", "var", "virtual",
)  # fmt: skip
_CODE_LINE = regex.compile(
    rf"[;{{}},(\\]\s*$|::|->|=>|[=!]=|&&|\|\||</|/>|\(\)|\w\(\w|^\s*(?:[#@]\w|(?:{'|'.join(_DECLARES)})\b)"
)
_LONGEST_LINE: Final = 400


def is_nobody(words: str, is_known_name: Callable[[str], bool]) -> bool:
    """Whether a person could not be called so. `is_known_name` tells of a word."""
    if _SIGNS.search(words):
        return True
    if not _RUN_TOGETHER.fullmatch(words) or _SURNAME.fullmatch(words):
        return False
    return not all(map(is_known_name, WORD.findall(words)))


def is_of_a_program(text: str, start: int, end: int) -> bool:
    """Whether no company and no place is called so where it stands."""
    words = text[start:end]
    if _SIGNS.search(words) or _CELLS_END.search(words):
        return True
    return _RUN_TOGETHER.fullmatch(words) is not None and _CODE_LINE.search(_line(text, start, end)) is not None


def _line(text: str, start: int, end: int) -> str:
    """The line around [start, end), as far as it matters."""
    begin = text.rfind("\n", max(0, start - _LONGEST_LINE), start) + 1 or max(0, start - _LONGEST_LINE)
    close = text.find("\n", end, end + _LONGEST_LINE)
    return text[begin : close if close >= 0 else end + _LONGEST_LINE]
