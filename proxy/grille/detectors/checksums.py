"""Named checks that a candidate must pass, as entity packs call them (`check: iban`).

A check takes the candidate as it stands in the text, separators and all, and answers yes or no. It
must not search, know what surrounds the candidate, or raise. Those in `PROOFS` compute check digits
or consult a registry: what passes them outranks everything that merely looks right. The others are
rules of form, and each says what it lets through.

python-stdnum does the arithmetic wherever it knows the number. Where it does not, the rule is cited.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from stdnum import bic, cusip, ean, iban, isin, lei, luhn, numdb
from stdnum.au import abn, tfn
from stdnum.gb import sedol, utr
from stdnum.nz import bankaccount, ird
from stdnum.us import ein, rtn

from grille.detectors import national
from grille.detectors.cards import is_announced_card, is_card, may_be_card
from grille.detectors.national import alphanumeric
from grille.detectors.phones import is_phone, looks_like_phone
from grille.detectors.shapes import chosen, drawn
from grille.detectors.vocabulary import FILE_ENDINGS
from grille.detectors.wallets import is_ethereum, is_wallet

_FEDERAL_RESERVE = (range(13), range(21, 33), range(61, 73), range(80, 81))
"""First two digits of routing numbers in use: government, the twelve districts, thrifts, electronic,
traveller's cheques (ABA Key to Routing Numbers)."""
_ITIN_GROUPS = frozenset(range(50, 66)) | frozenset(range(70, 89)) | {90, 91, 92, 94, 95, 96, 97, 98, 99}
"""Fourth and fifth digit of an ITIN (IRS, Internal Revenue Manual 3.21.263)."""
_NINO = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]")
"""HMRC, National Insurance Manual NIM39110."""
_FLOAT = re.compile(r"[0-9]\.[0-9]{11,18}[eE]\+?1[1-8]")
_AFTER_IBAN = re.compile(r"(?:[A-Z]{3})?(?![A-Za-z0-9])")
_HIDING = "*xX#•"
_NO_DIGITS = bytes(code for code in range(128) if not chr(code).isdecimal())
_TRACK_NUMBER = re.compile(r"[0-9]{12,19}")


def _digits(value: str) -> str:
    if value.isascii():
        return value.encode().translate(None, _NO_DIGITS).decode()
    return "".join(char for char in value if char.isdecimal())


def _card(value: str) -> bool:
    """A JSON number may hold a card as `4.111111111111111e15`; a card with hidden digits may be one if these are
    so few that whoever has the rest has all."""
    if _FLOAT.fullmatch(value):
        return is_card(format(Decimal(value), "f"))
    if hidden := sum(map(value.count, _HIDING)):
        return may_be_card(_digits(value), hidden)
    return is_card(_digits(value))


def _announced_card(value: str) -> bool:
    return _card(value) or (not any(map(value.count, _HIDING)) and is_announced_card(_digits(value)))


def _track(value: str) -> bool:
    """What stands on a card's stripe begins with its number."""
    number = _TRACK_NUMBER.search(value)
    return number is not None and is_card(number[0])


def _luhn(value: str) -> bool:
    digits = _digits(value)
    return len(digits) > 1 and bool(luhn.is_valid(digits))


def _iban_end(value: str) -> int:
    """Where an IBAN ends that begins a text: each country's has its length. What follows is another word, or the
    three letters of a currency, which SWIFT's statements put there. 0 if it would end inside of a word."""
    structure = dict(numdb.get("iban").info(value[:2].upper())[0][1]).get("bban")
    if structure is None:
        return 0
    left = 4 + sum(map(int, re.findall("[0-9]+", structure)))
    for at, char in enumerate(value):
        left -= char.isalnum()
        if not left:
            return at + 1 if _AFTER_IBAN.match(value, at + 1) else 0
    return 0


def _iban(value: str) -> bool:
    """Length and structure by country, and mod 97. A country's own inner check digits are not asked
    for: banks issue numbers that fail them."""
    return bool(iban.is_valid(alphanumeric(value), check_country=False))


def _aba(value: str) -> bool:
    """Of 00 only what the Treasury has, 0000: other numbers that begin so are a Canadian bank's, `0003…`."""
    digits = _digits(value)
    if len(digits) != 9 or (digits.startswith("00") and not digits.startswith("0000")):
        return False
    return any(int(digits[:2]) in block for block in _FEDERAL_RESERVE) and bool(rtn.is_valid(digits))


def _us_ssn(value: str) -> bool:
    """Area, group and serial rules (SSA, POMS RM 10201.035). Numbers once printed in advertisements
    count: they are what people type when they try whether it works."""
    digits = _digits(value)
    return (
        len(digits) == 9
        and digits[:3] not in {"000", "666"}
        and digits[0] != "9"
        and digits[3:5] != "00"
        and digits[5:] != "0000"
    )


def _us_itin(value: str) -> bool:
    digits = _digits(value)
    return len(digits) == 9 and digits[0] == "9" and int(digits[3:5]) in _ITIN_GROUPS


def _us_ein(value: str) -> bool:
    """The prefix is one that an IRS campus assigns; there is no check digit."""
    digits = _digits(value)
    return len(digits) == 9 and bool(ein.is_valid(digits))


def _uk_nino(value: str) -> bool:
    return bool(_NINO.fullmatch(alphanumeric(value)))


def _uk_utr(value: str) -> bool:
    return bool(utr.is_valid(_digits(value)))


def _bic(value: str) -> bool:
    """Form and country only: `CUSTOMER` passes, so a pack asks for a cue or a known bank."""
    return bool(bic.is_valid(alphanumeric(value)))


def _au_tfn(value: str) -> bool:
    return bool(tfn.is_valid(_digits(value)))


def _au_abn(value: str) -> bool:
    return bool(abn.is_valid(_digits(value)))


def _nz_ird(value: str) -> bool:
    return bool(ird.is_valid(_digits(value)))


def _nz_bank(value: str) -> bool:
    """Bank and branch are in use, and the account's weighted check digit holds."""
    parts = re.findall(r"[0-9]+", value)
    return bool(bankaccount.is_valid("-".join(parts) if len(parts) == 4 else "".join(parts)))


def _lei(value: str) -> bool:
    return bool(lei.is_valid(alphanumeric(value)))


def _isin(value: str) -> bool:
    return bool(isin.is_valid(alphanumeric(value)))


def _cusip(value: str) -> bool:
    return bool(cusip.is_valid(re.sub(r"[ -]", "", value)))


def _sedol(value: str) -> bool:
    return bool(sedol.is_valid(value))


def _nz_nzbn(value: str) -> bool:
    """A company's Global Location Number, of New Zealand's prefix."""
    digits = _digits(value)
    return digits.startswith("9429") and len(digits) == 13 and bool(ean.is_valid(digits))


def _email(value: str) -> bool:
    """Syntax only, nothing is looked up: a local part and a dotted name, not `icon@2x.png`."""
    local, _, domain = value.rpartition("@")
    labels = domain.split(".")
    return (
        1 <= len(local) <= 64
        and ".." not in local
        and local[0] != "."
        and local[-1] != "."
        and len(domain) <= 253
        and len(labels) > 1
        and all(label and label[0] != "-" and label[-1] != "-" for label in labels)
        and labels[-1].isalpha()
        and labels[-1].lower() not in FILE_ENDINGS
    )


def _ip(value: str) -> bool:
    """A written address of a host: not `::`, not loopback, which name no one."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback or address.is_multicast)


CHECKS: Mapping[str, Callable[[str], bool]] = {
    **national.CHECKS,
    "aba": _aba,
    "au_abn": _au_abn,
    "au_tfn": _au_tfn,
    "bic": _bic,
    "card": _card,
    "cusip": _cusip,
    "email": _email,
    "entropy": drawn,
    "ethereum": is_ethereum,
    "iban": _iban,
    "ip": _ip,
    "isin": _isin,
    "lei": _lei,
    "luhn": _luhn,
    "nz_bank": _nz_bank,
    "nz_ird": _nz_ird,
    "nz_nzbn": _nz_nzbn,
    "password": chosen,
    "phone": is_phone,
    "sedol": _sedol,
    "track": _track,
    "uk_nino": _uk_nino,
    "uk_utr": _uk_utr,
    "us_ein": _us_ein,
    "us_itin": _us_itin,
    "us_ssn": _us_ssn,
    "wallet": is_wallet,
}
"""Every check by the name that a pack gives it."""

ANNOUNCED: Mapping[str, Callable[[str], bool]] = {
    "card": _announced_card,
    "phone": looks_like_phone,
    "ca_transit": national.is_canadian_branch,
}
"""Checks that ask less of a candidate that is announced, by a cue or by the pattern that found it."""

ENDS: Mapping[str, Callable[[str], int]] = {"iban": _iban_end}
"""Where a candidate ends, for the checks of numbers that say themselves how long they are; 0 if it is none."""

PROOFS = frozenset(national.CHECKS) - {"ca_transit", "in_pan"} | {
    *("aba", "au_abn", "card", "cusip", "iban", "isin", "lei", "luhn", "nz_bank", "nz_ird", "nz_nzbn", "sedol"),
    *("au_tfn", "track", "uk_utr", "wallet"),
}
"""The checks that prove something: check digits, most of them with a registry behind them."""
LISTED = frozenset({"ca_transit"})
"""Checks of a list that stand as high as a proof: the same nine digits can be the routing number of an American bank,
and only what is said of them tells which."""
