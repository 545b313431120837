"""Numbers that states give to people, companies and banks: which strings are such a number.

python-stdnum does the arithmetic; what is added here is how the numbers are written, and where stdnum does not know
one, a rule of form with its source. A check gets what stands in the text, separators and all. This module must not
know text or context; names for packs are given in `checksums`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol

from stdnum.au import acn
from stdnum.be import nn
from stdnum.ca import bn, sin
from stdnum.ch import ssn as ahv
from stdnum.ch import uid
from stdnum.ch import vat as ch_vat
from stdnum.de import idnr
from stdnum.es import nif
from stdnum.eu import vat
from stdnum.fr import nir, siren, siret
from stdnum.gb import nhs
from stdnum.gb import vat as gb_vat
from stdnum.ie import pps
from stdnum.in_ import aadhaar, gstin, pan
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.no import mva
from stdnum.pl import pesel
from stdnum.se import personnummer


class _Module(Protocol):
    def is_valid(self, number: str, /) -> bool: ...


_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_SWISS_TAX = re.compile(r"(?:MWST|TVA|IVA|TPV|VAT)\Z")
_UNION_SCHEME = re.compile(r"EU[0-9]{9}")
_BARE_VAT: Final = range(8, 13)
_INSTITUTIONS: Final = frozenset({1, 2, 3, 4, 6, 10, 16, 30, 39, 117, 177, 219, 241, 260, 270, 309, 320, 338, 509})
"""Canadian banks that take deposits (Payments Canada); credit unions begin with 8."""


def alphanumeric(value: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", value).upper()


def _valid(module: _Module) -> Callable[[str], bool]:
    def passes(value: str) -> bool:
        return bool(module.is_valid(alphanumeric(value)))

    return passes


def is_vat(value: str) -> bool:
    """A VAT number with its country: the Union's, Northern Ireland's, Britain's, Switzerland's, Norway's. One without
    must have the check digits of a country that has them."""
    number = alphanumeric(value)
    if number.isdecimal():
        return len(number) in _BARE_VAT and (bool(gb_vat.is_valid(number)) or bool(vat.guess_country(number)))
    match number[:2]:
        case "GB":
            return bool(gb_vat.is_valid(number))
        case "CH":
            return bool(ch_vat.is_valid(number)) or bool(uid.is_valid(_SWISS_TAX.sub("", number)))
        case "NO":
            return bool(mva.is_valid(number))
        case "EU":
            return _UNION_SCHEME.fullmatch(number) is not None
        case "EL" | "GR":
            return bool(vat.is_valid(f"EL{number[2:]}"))
        case _:
            return bool(vat.is_valid(number))


def is_canadian_transit(value: str) -> bool:
    """A branch of a bank that is there: `12345-003` on paper, `000312345` in files."""
    digits = alphanumeric(value)
    institution = digits[1:4] if len(digits) == 9 else digits[5:]
    return (digits.isascii() and digits.isdecimal() and len(institution) == 3) and (
        int(institution) in _INSTITUTIONS or institution[0] == "8"
    )


def is_canadian_branch(value: str) -> bool:
    """The same, or a branch whose institution stands beside it."""
    return (len(value) == 5 and value.isascii() and value.isdecimal()) or is_canadian_transit(value)


CHECKS: Final = {
    "au_acn": _valid(acn),
    "be_nn": _valid(nn),
    "ca_bn": _valid(bn),
    "ca_sin": _valid(sin),
    "ca_transit": is_canadian_transit,
    "ch_ahv": _valid(ahv),
    "de_idnr": _valid(idnr),
    "es_nif": _valid(nif),
    "fr_nir": _valid(nir),
    "fr_siren": _valid(siren),
    "fr_siret": _valid(siret),
    "ie_pps": _valid(pps),
    "in_aadhaar": _valid(aadhaar),
    "in_gstin": _valid(gstin),
    "in_pan": _valid(pan),
    "it_codice_fiscale": _valid(codicefiscale),
    "nl_bsn": _valid(bsn),
    "pl_pesel": _valid(pesel),
    "se_personnummer": _valid(personnummer),
    "uk_nhs": _valid(nhs),
    "vat": is_vat,
}
