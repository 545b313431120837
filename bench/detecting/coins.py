"""Addresses of wallets, made from chance: Bitcoin in base 58 and in Bech32 (BIP 173), Ethereum in small letters.

Only the checksums are computed here, by the published rules; the tests let python-stdnum judge them.
"""

from __future__ import annotations

import hashlib
from random import Random
from typing import Final

_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def coins(chance: Random) -> str:
    """Bitcoin in base 58 and in Bech32, and Ethereum in small letters, as interfaces give it."""
    kind = chance.choice(("1", "3", "bc1", "0x"))
    if kind == "0x":
        return "0x" + chance.randbytes(20).hex()
    if kind == "bc1":
        return _segwit(chance.randbytes(20))
    body = (b"\0" if kind == "1" else b"\5") + chance.randbytes(20)
    return _base58(body + hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4])


def _base58(data: bytes) -> str:
    number, said = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        said = _BASE58[rest] + said
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + said


def _segwit(program: bytes) -> str:
    """A version 0 address (BIP 173)."""
    bits = "".join(f"{byte:08b}" for byte in program)
    symbols = [0, *(int(bits[at : at + 5], 2) for at in range(0, len(bits), 5))]
    check = _polymod([3, 3, 0, 2, 3, *symbols, 0, 0, 0, 0, 0, 0]) ^ 1
    symbols += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return "bc1" + "".join(_BECH32[each] for each in symbols)


def _polymod(symbols: list[int]) -> int:
    check = 1
    for each in symbols:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ each
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> place & 1 else 0
    return check
