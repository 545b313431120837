"""How two spellings of a value are known for the same one, and how a value is named without being said.

Only exceptions and the counting of `over` compare values; what is found is the detectors' affair. This
module must not keep or show what it is given.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

_DROPPED = frozenset({"Cf", "Cc", "Pd", "Zs", "Zl", "Zp"})
_DROPPED_ASCII = {code: None for code in range(128) if unicodedata.category(chr(code)) in _DROPPED}
_BETWEEN_DIGITS = str.maketrans("", "", "./()_")


def canonical(value: str) -> str:
    """`value` without what people put between its characters.

    Compatibility forms (NFKC) and case are folded; blanks, dashes and invisible characters are dropped,
    and dots, slashes, brackets and underscores too when there is no letter in it (`4111.1111`, but not
    `a.b@example.com`). Two values that differ in nothing else count as one.
    """
    kept = value.lower().translate(_DROPPED_ASCII) if value.isascii() else _folded(value)
    return kept if any(map(str.isalpha, kept)) else kept.translate(_BETWEEN_DIGITS)


def _folded(value: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    return unicodedata.normalize("NFKC", "".join(c for c in folded if unicodedata.category(c) not in _DROPPED))


def fingerprint(key: bytes, entity: str, value: str) -> str:
    """HMAC-SHA256 under `key`, in hex, of `exception`, the entity and the canonical value, with zero bytes
    between them.

    This is what an exception lists under `fingerprints`, so that a policy need not hold the value.
    """
    said = f"exception\0{entity}\0{canonical(value)}".encode("utf-8", "surrogatepass")
    return hmac.new(key, said, hashlib.sha256).hexdigest()
