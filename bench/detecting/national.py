"""Numbers by which countries know people and companies, made as `values` makes its own: drawn until python-stdnum
accepts them. Those that hold a date of birth are given one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final

from stdnum import cusip, ean
from stdnum.be import nn
from stdnum.ca import bn, sin
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import nif
from stdnum.fr import nir, siren, siret
from stdnum.gb import nhs, sedol
from stdnum.ie import pps
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.se import personnummer

from detecting.drawing import drawn, filled, grouped, until


def _born(chance: Random) -> tuple[str, str, str]:
    """Year, month and day, two digits each, of the last century."""
    return f"{chance.randint(45, 99)}", f"{chance.randint(1, 12):02d}", f"{chance.randint(1, 28):02d}"


def _dated(accepted: Callable[[str], bool], form: str, *spaced: tuple[tuple[int, ...], str]) -> Callable[[Random], str]:
    """`form` with the date of birth for its `Y`, `M` and `D`."""

    def make(chance: Random) -> str:
        year, month, day = _born(chance)
        dated = form.replace("Y", year).replace("M", month).replace("D", day)
        value = until(accepted, lambda: filled(chance, dated))
        if not spaced:
            return value
        return chance.choice((value, *(grouped(value, sizes, mark) for sizes, mark in spaced)))

    return make


def fiscal_code(chance: Random) -> str:
    """Italy's: letters of the name, year, month by letter, day, place and a check letter."""
    year, month, day = _born(chance)
    consonants = "".join(chance.choice("BCDFGLMNPRSTVZ") for _ in range(6))
    place = chance.choice(("H501", "F205", "L219", "A944", "D612"))
    body = f"{consonants}{year}{'ABCDEHLMPRST'[int(month) - 1]}{day}{place}"
    return body + codicefiscale.calc_check_digit(body)


def company(chance: Random) -> str:
    """Of the United Kingdom's register: eight digits, or two letters and six."""
    return filled(chance, chance.choice(("0nnnnnnn", "1nnnnnnn", "SCnnnnnn", "NInnnnnn", "OCnnnnnn")))


def business(chance: Random) -> str:
    value = until(bn.is_valid, lambda: filled(chance, "nnnnnnnnn") + chance.choice(("", "RT0001", "RP0001")))
    return chance.choice((value, value, f"{value[:9]} {value[9:]}".strip()))


def branch(chance: Random) -> str:
    """India's code of a bank and its branch."""
    return chance.choice(("HDFC", "ICIC", "SBIN", "UTIB", "KKBK", "PUNB")) + filled(chance, "0nnnnnn")


MAKERS: Final[Mapping[str, Callable[[Random], str]]] = MappingProxyType(
    {
        "UK_NHS": drawn("nnnnnnnnnn", nhs.is_valid, ((3, 3, 4), " "), ((3, 3, 4), "-")),
        "UK_COMPANY_NUMBER": company,
        "NZ_NZBN": drawn("9429nnnnnnnnn", ean.is_valid),
        "CA_SIN": drawn("nnnnnnnnn", sin.is_valid, ((3,), " "), ((3,), "-")),
        "CA_BN": business,
        "IN_AADHAAR": drawn("nnnnnnnnnnnn", aadhaar.is_valid, ((4,), " ")),
        "IN_IFSC": branch,
        "IN_BANK_ACCOUNT": lambda chance: filled(chance, chance.choice(("nnnnnnnnnnn", "50100nnnnnnnnn"))),
        "DE_TAX_ID": drawn("nnnnnnnnnnn", idnr.is_valid, ((2, 3), " ")),
        "FR_SIREN": drawn("nnnnnnnnn", siren.is_valid, ((3,), " ")),
        "FR_SIRET": drawn("nnnnnnnnn000nn", siret.is_valid, ((3, 3, 3, 5), " ")),
        "FR_NIR": _dated(nir.is_valid, "1YM75nnnnnnnn", ((1, 2, 2, 2, 3, 3, 2), " ")),
        "ES_NIF": drawn("nnnnnnnna", nif.is_valid, ((8, 1), "-")),
        "IT_FISCAL_CODE": fiscal_code,
        "NL_BSN": drawn("nnnnnnnnn", bsn.is_valid, ((4, 2, 3), ".")),
        "IE_PPS": drawn("nnnnnnna", pps.is_valid),
        "BE_NN": _dated(nn.is_valid, "YMDnnnnn"),
        "CH_AHV": drawn("756nnnnnnnnnn", ahv.is_valid, ((3, 4, 4, 2), "."), ((3, 4, 4, 2), ".")),
        "PL_PESEL": _dated(pesel.is_valid, "YMDnnnnn"),
        "SE_PERSONNUMMER": _dated(personnummer.is_valid, "YMD-nnnn"),
        "CUSIP": drawn("nnnnnnccn", cusip.is_valid),
        "SEDOL": drawn("Bnnnnan", sedol.is_valid),
    }
)
