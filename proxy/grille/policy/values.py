"""How two spellings of a value are known for the same one, and how a value is named without being said.

Only exceptions and the counting of `over` compare values; what is found is the detectors' affair. This
module must not keep or show what it is given.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from functools import cache

_INVISIBLE = frozenset({"Cf", "Cc"})
_BLANKS = frozenset({"Zs", "Zl", "Zp"})
_DASHES = frozenset({"Pd"})
_BETWEEN_DIGITS = str.maketrans("", "", "./()_")
_DIGITS_OF_A_NUMBER = 9  # a date has at most eight
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_PARTED = re.compile(r"[@./]")


def canonical(value: str) -> str:
    """`value` without what people put between its characters.

    Compatibility forms (NFKC) and case are folded and invisible characters dropped; then the first rule that fits:

    1. With a letter: no blanks, and no dashes either, unless there is `@`, `/` or a dot in it: in an e-mail address or
       the name of a host a dash makes another one.
    2. Fewer than nine digits, and an IPv4 address: as it stands. Between the digits of `1/11/1980` everything counts.
    3. Whatever else: no blanks, dashes, dots, slashes, brackets and underscores.

    Two values that differ in nothing else count as one. An exception lets through what it names and no other, so two
    values must never be merged; two spellings kept apart do no harm.
    """
    whole = _without(_INVISIBLE, value.lower() if value.isascii() else _folded(value))
    if any(map(str.isalpha, whole)):
        return _without(_BLANKS if _PARTED.search(whole) else _BLANKS | _DASHES, whole)
    if 0 < sum(map(str.isdecimal, whole)) < _DIGITS_OF_A_NUMBER or _ADDRESS.fullmatch(whole):
        return whole
    return _without(_BLANKS | _DASHES, whole).translate(_BETWEEN_DIGITS)


def _folded(value: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())


def _without(dropped: frozenset[str], text: str) -> str:
    if text.isascii():
        return text.translate(_table(dropped))
    return unicodedata.normalize("NFKC", "".join(c for c in text if unicodedata.category(c) not in dropped))


@cache
def _table(dropped: frozenset[str]) -> dict[int, None]:
    return {code: None for code in range(128) if unicodedata.category(chr(code)) in dropped}


def fingerprint(key: bytes, entity: str, value: str) -> str:
    """HMAC-SHA256 under `key`, in hex, of `exception`, the entity and the canonical value, with zero bytes
    between them.

    This is what an exception lists under `fingerprints`, so that a policy need not hold the value.
    """
    said = f"exception\0{entity}\0{canonical(value)}".encode("utf-8", "surrogatepass")
    return hmac.new(key, said, hashlib.sha256).hexdigest()
