"""Which strings are addresses of cryptocurrencies, by the checksums that they carry.

Base58Check (Bitcoin's legacy addresses, Litecoin, Dogecoin, Tron, and XRP with its own alphabet), Bech32 (BIP 173)
and Bech32m (BIP 350, taproot), and the mixed case of Ethereum (ERC-55). python-stdnum knows Bitcoin without
taproot, and no one else, but has the sum of Bech32; Keccak-256 is not the SHA-3 of `hashlib`. Written here because
the alternative are four packages for seventy lines. This module must not know text or context, nor whether an
address was ever used.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from stdnum.bitcoin import bech32_checksum

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE: Final = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VERSIONS: Final = frozenset({0x00, 0x05, 0x6F, 0xC4, 0x30, 0x32, 0x1E, 0x16, 0x41})
"""First bytes: Bitcoin (main, test), Litecoin, Dogecoin, Tron."""
_PAYLOAD: Final = 21
_PREFIXES: Final = frozenset({"bc", "tb", "ltc", "addr", "stake", "cosmos"})
_BECH32_SUMS: Final = frozenset({1, 0x2BC830A3})
"""What the checksum comes to: Bech32's, and Bech32m's. Which a witness version asks for is not: some wrote the one
before there was the other."""
_LONGEST: Final = 120


def is_wallet(value: str) -> bool:
    """An address whose checksum holds; of a Solana key, which has none, that it is one by its length."""
    if len(value) > _LONGEST:
        return False
    return _is_base58check(value) or _is_bech32(value) or _is_solana(value)


def is_ethereum(value: str) -> bool:
    """`0x` and 40 hexadecimal digits; where capitals are mixed in, they are ERC-55's."""
    digits = value[2:]
    if len(digits) != 40 or len(set(digits.lower())) < 4:
        return False
    if digits in (digits.lower(), digits.upper()):
        return True
    high = (nibble >= 8 for byte in keccak256(digits.lower().encode()) for nibble in (byte >> 4, byte & 15))
    return all(char.isdigit() or char.isupper() == upper for char, upper in zip(digits, high, strict=False))


def _is_base58check(value: str) -> bool:
    alphabet, versions = (_RIPPLE, frozenset({0})) if value[:1] == "r" else (_BASE58, _VERSIONS)
    data = _base58(value, alphabet)
    if len(data) != _PAYLOAD + 4 or data[0] not in versions:
        return False
    return sha256(sha256(data[:_PAYLOAD]).digest()).digest()[:4] == data[_PAYLOAD:]


def _is_solana(value: str) -> bool:
    kinds = (any(map(str.isdigit, value)), any(map(str.isupper, value)), any(map(str.islower, value)))
    return all(kinds) and len(_base58(value, _BASE58)) == 32


def _base58(value: str, alphabet: str) -> bytes:
    """The bytes of a number in base 58, leading zeros included; none if it is not one."""
    number = 0
    for char in value:
        place = alphabet.find(char)
        if place < 0:
            return b""
        number = number * 58 + place
    zeros = len(value) - len(value.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def _is_bech32(value: str) -> bool:
    if value not in (value.lower(), value.upper()):
        return False
    prefix, one, data = value.lower().rpartition("1")
    if not one or prefix not in _PREFIXES or len(data) < 6 or any(char not in _BECH32 for char in data):
        return False
    words = [_BECH32.index(char) for char in data]
    spelled = [*(ord(char) >> 5 for char in prefix), 0, *(ord(char) & 31 for char in prefix)]
    return bech32_checksum([*spelled, *words]) in _BECH32_SUMS


# -- Keccak-256, as it was before it became SHA-3 (its padding differs) -------------------------------------

_RATE: Final = 136
_MASK: Final = 2**64 - 1


def keccak256(data: bytes) -> bytes:
    """The hash of no more than 135 bytes: one block."""
    block = bytearray(data.ljust(_RATE, b"\0"))
    block[len(data)] ^= 0x01
    block[-1] ^= 0x80
    lanes = [int.from_bytes(block[at : at + 8], "little") if at < _RATE else 0 for at in range(0, 200, 8)]
    for constant in _round_constants():
        lanes = _round(lanes, constant)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _round(lanes: list[int], constant: int) -> list[int]:
    parity = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
    mixed = [parity[(x - 1) % 5] ^ _turned(parity[(x + 1) % 5], 1) for x in range(5)]
    lanes = [lane ^ mixed[at % 5] for at, lane in enumerate(lanes)]
    moved = list(lanes)
    x, y, carried = 1, 0, lanes[1]
    for step in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        at = x + 5 * y
        carried, moved[at] = lanes[at], _turned(carried, (step + 1) * (step + 2) // 2)
    out = [
        moved[at] ^ (~moved[at - at % 5 + (at + 1) % 5] & moved[at - at % 5 + (at + 2) % 5]) & _MASK for at in range(25)
    ]
    out[0] ^= constant
    return out


def _turned(lane: int, by: int) -> int:
    by %= 64
    return (lane << by | lane >> (64 - by)) & _MASK


def _round_constants() -> Iterator[int]:
    register = 1
    for _ in range(24):
        constant = 0
        for place in range(7):
            if register & 1:
                constant |= 1 << (2**place - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        yield constant
