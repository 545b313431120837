"""Values that are valid by the rules of their kind, made from a seeded source of chance.

Check digits come from python-stdnum: a value is drawn until the library accepts it, so this module has no
opinion of its own on what is valid and shares none with what it measures. No value is anybody's; those that
must not be (card verification codes, accounts) are mere digits. Nothing here is written to a file.
"""

from __future__ import annotations

from calendar import month_abbr, month_name
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final

import phonenumbers
from stdnum import iban, isin, lei, luhn
from stdnum.au import abn, acn, tfn
from stdnum.eu import vat
from stdnum.gb import utr
from stdnum.in_ import gstin, pan
from stdnum.nz import bankaccount, ird
from stdnum.us import ein, itin, rtn, ssn

from detecting import national
from detecting.coins import coins
from detecting.drawing import LETTERS, drawn, filled, grouped, until

# -- payment -------------------------------------------------------------------------------------------

CARDS: Final = (
    ("4nnnnnnnnnnnnnnn", (4,)), ("4nnnnnnnnnnnnnnn", (4,)), ("5[1-5]nnnnnnnnnnnnnn", (4,)),
    ("222[1-9]nnnnnnnnnnnn", (4,)), ("26nnnnnnnnnnnnnn", (4,)), ("34nnnnnnnnnnnnn", (4, 6, 5)),
    ("37nnnnnnnnnnnnn", (4, 6, 5)), ("6011nnnnnnnnnnnn", (4,)), ("65nnnnnnnnnnnnnn", (4,)),
    ("353[0-9]nnnnnnnnnnnn", (4,)), ("36nnnnnnnnnnnn", (4, 6, 4)), ("6759nnnnnnnnnnnn", (4,)),
    ("6304nnnnnnnnnnnnnnn", (4,)), ("62nnnnnnnnnnnnnn", (4,)), ("62nnnnnnnnnnnnnnnnn", (6, 13)),
    ("4nnnnnnnnnnnnnnnnnn", (4,)),
)  # fmt: skip
"""The brands' prefixes and lengths, and how each prints its groups."""
IBANS: Final = (
    "DEnnnnnnnnnnnnnnnnnnnn", "GBnnaaaannnnnnnnnnnnnn", "FRnnnnnnnnnnnncccccccccccnn", "NLnnaaaannnnnnnnnn",
    "ESnnnnnnnnnnnnnnnnnnnnnn", "ITnnannnnnnnnnncccccccccccc", "BEnnnnnnnnnnnnnn", "IEnnaaaannnnnnnnnnnnnn",
    "ATnnnnnnnnnnnnnnnnnn", "CHnnnnnnncccccccccccc", "PTnnnnnnnnnnnnnnnnnnnnnnn", "SEnnnnnnnnnnnnnnnnnnnnnn",
    "DKnnnnnnnnnnnnnnnn", "PLnnnnnnnnnnnnnnnnnnnnnnnnnn", "LUnnnnnccccccccccccc", "NOnnnnnnnnnnnnn",
)  # fmt: skip
BICS: Final = (
    "DEUTDEFF", "COBADEFFXXX", "BARCGB22", "NWBKGB2L", "MIDLGB22", "BNPAFRPP", "INGBNL2A", "CHASUS33", "CITIUS33XXX",
    "BOFAUS3N", "ANZBAU3M", "CTBAAU2S", "WPACAU2SXXX", "BKNZNZ22", "ASBBNZ2A", "UBSWCHZH80A", "BCITITMM", "BBVAESMM",
    "????DE33", "????GB2L", "????FR2X", "????ITM1XXX", "????LULL", "????IE2D", "????USNY", "????AU2M", "????NZ2W",
)  # fmt: skip
"""Banks that anybody may look up, and invented ones (`?` is any capital)."""


def card(chance: Random) -> str:
    form, groups = chance.choice(CARDS)
    value = until(luhn.is_valid, lambda: filled(chance, _classes(chance, form)))
    return chance.choice((value, grouped(value, groups, " "), grouped(value, groups, " "), grouped(value, groups, "-")))


def _classes(chance: Random, form: str) -> str:
    """`[1-5]` as one digit of those."""
    while (at := form.find("[")) >= 0:
        low, high = int(form[at + 1]), int(form[at + 3])
        form = f"{form[:at]}{chance.randint(low, high)}{form[at + 5 :]}"
    return form


def international(chance: Random) -> str:
    form = chance.choice(IBANS)
    tail = filled(chance, form[4:])
    value = f"{form[:2]}{iban.calc_check_digits(f'{form[:2]}00{tail}')}{tail}"
    return chance.choice((value, grouped(value, (4,), " "), grouped(value, (4,), " "), grouped(value, (4,), "-")))


def bank_identifier(chance: Random) -> str:
    return "".join(chance.choice(LETTERS) if each == "?" else each for each in chance.choice(BICS))


def routing(chance: Random) -> str:
    """Prefixes of the Federal Reserve districts and the thrifts."""
    prefix = chance.choice([f"{number:02d}" for number in (*range(1, 13), *range(21, 33))])
    return until(rtn.is_valid, lambda: filled(chance, f"{prefix}nnnnnnn"))


def sort_code(chance: Random) -> str:
    value = chance.choice(("04", "08", "09", "11", "20", "30", "40", "60", "77", "83")) + filled(chance, "nnnn")
    return chance.choice((grouped(value, (2,), "-"), grouped(value, (2,), "-"), value, grouped(value, (2,), " ")))


def state_branch(chance: Random) -> str:
    value = chance.choice(("01", "03", "06", "08", "11", "48", "73", "80")) + filled(chance, "nnnn")
    return chance.choice((grouped(value, (3,), "-"), grouped(value, (3,), "-"), value, grouped(value, (3,), " ")))


def canadian_branch(chance: Random) -> str:
    """Branch and institution, as on a cheque, or the nine digits of an electronic payment."""
    branch, bank = filled(chance, "nnnnn"), chance.choice(("001", "002", "003", "004", "006", "010", "016", "815"))
    return chance.choice((f"{branch}-{bank}", f"{branch}-{bank}", f"0{bank}{branch}"))


def new_zealand(chance: Random) -> str:
    banks = ("01", "02", "03", "06", "11", "12", "15", "38")
    value = until(bankaccount.is_valid, lambda: filled(chance, chance.choice(banks) + "0" + "nnn" + "0nnnnnn" + "0nn"))
    if value[13] == "0" and chance.random() < 0.7:
        value = value[:13] + value[14:]
    mark = chance.choice(("-", "-", " ", ""))
    return mark.join((value[:2], value[2:6], value[6:13], value[13:]))


def us_account(chance: Random) -> str:
    return filled(chance, chance.choice("123456789") + "n" * chance.choice((7, 8, 9, 9, 10, 11)))


def au_account(chance: Random) -> str:
    value = filled(chance, chance.choice("123456789") + "n" * chance.choice((5, 7, 8, 8)))
    return chance.choice((value, value, grouped(value, (3,), " "), grouped(value, (4,), " ")))


def security(chance: Random) -> str:
    country = chance.choice(("US", "GB", "DE", "FR", "AU", "NL", "IE", "CH", "XS", "LU"))
    body = country + filled(chance, "nnnnnnnnn" if country in ("US", "XS", "AU") else "cnnnnnnnn")
    return body + isin.calc_check_digit(body)


def legal_entity(chance: Random) -> str:
    body = filled(chance, "nnnn00cccccccccccc")
    return until(lei.is_valid, lambda: body + filled(chance, "nn"))


# -- tax and identity ----------------------------------------------------------------------------------

VATS: Final = (
    "DEnnnnnnnnn", "NLnnnnnnnnnBnn", "BE0nnnnnnnnn", "ATUnnnnnnnn", "DKnnnnnnnn", "FInnnnnnnn", "IEnnnnnnna",
    "PLnnnnnnnnnn", "PTnnnnnnnnn", "SEnnnnnnnnnn01", "LUnnnnnnnn", "ESBnnnnnnnn", "FRnnnnnnnnnnn", "IT0nnnnnn00nn",
)  # fmt: skip


def union_vat(chance: Random) -> str:
    form = chance.choice(VATS)
    value = until(vat.is_valid, lambda: filled(chance, form))
    return chance.choice((value, value, f"{value[:2]} {value[2:]}", f"{value[:2]} {grouped(value[2:], (3,), ' ')}"))


def insurance(chance: Random) -> str:
    """Of the United Kingdom: letters that are not used for it are left out."""
    prefix = until(
        lambda two: two not in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ"),
        lambda: chance.choice("ABCEGHJKLMNOPRSTWXYZ") + chance.choice("ABCEGHJKLMNPRSTWXYZ"),
    )
    value = prefix + filled(chance, "nnnnnn") + chance.choice("ABCD")
    return chance.choice((value, value, grouped(value, (2,), " ")))


def hyphened(form: str, accepted: Callable[[str], bool], sizes: tuple[int, ...]) -> Callable[[Random], str]:
    """Most often with the hyphens that it is known by."""
    return drawn(form, accepted, (sizes, "-"), (sizes, "-"), (sizes, "-"))


def taxpayer(chance: Random) -> str:
    """India's permanent account number: the fourth letter says whose."""
    return until(pan.is_valid, lambda: filled(chance, f"aaa{chance.choice('PCHFT')}annnna"))


def goods_tax(chance: Random) -> str:
    state = chance.choice(("07", "19", "24", "27", "29", "33", "36"))
    head = f"{state}{taxpayer(chance)}{chance.choice('123')}Z"
    return until(gstin.is_valid, lambda: head + filled(chance, "c"))


def birth(chance: Random) -> str:
    year, month, day = chance.randint(1945, 2005), chance.randint(1, 12), chance.randint(1, 28)
    return chance.choice((
        f"{year}-{month:02d}-{day:02d}", f"{day:02d}/{month:02d}/{year}", f"{month}/{day}/{year}",
        f"{day} {month_name[month]} {year}", f"{month_abbr[month]} {day}, {year}", f"{day:02d}.{month:02d}.{year}",
    ))  # fmt: skip


def phone(region: str) -> Callable[[Random], str]:
    def make(chance: Random) -> str:
        kind = chance.choice((phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE))
        example = phonenumbers.example_number_for_type(region, kind)
        digits = phonenumbers.national_significant_number(example) if example else ""

        def draw() -> phonenumbers.PhoneNumber:
            return phonenumbers.parse(digits[:-6] + filled(chance, "nnnnnn"), region)

        number = draw()
        while not phonenumbers.is_valid_number(number):
            number = draw()
        forms = phonenumbers.PhoneNumberFormat
        said = str(phonenumbers.format_number(number, chance.choice((forms.NATIONAL, forms.INTERNATIONAL, forms.E164))))
        return said.replace("-", ".") if chance.random() < 0.1 else said

    return make


def machine(chance: Random) -> str:
    if chance.random() < 0.2:
        return "2001:db8:" + ":".join(f"{chance.randrange(1, 65536):x}" for _ in range(6))
    return f"{chance.choice((10, 52, 81, 172, 192, 203))}." + ".".join(str(chance.randrange(1, 255)) for _ in range(3))


MAKERS: Final[Mapping[str, Callable[[Random], str]]] = MappingProxyType(
    {
        "CREDIT_CARD": card,
        "CARD_VERIFICATION": lambda chance: filled(chance, chance.choice(("nnn", "nnn", "nnnn"))),
        "IBAN_CODE": international,
        "BIC_CODE": bank_identifier,
        "US_ABA_ROUTING": routing,
        "US_BANK_NUMBER": us_account,
        "UK_SORT_CODE": sort_code,
        "UK_BANK_ACCOUNT": lambda chance: filled(chance, "nnnnnnnn"),
        "CA_TRANSIT": canadian_branch,
        "CA_BANK_ACCOUNT": lambda chance: filled(chance, chance.choice(("nnnnnnn", "nnnnnnnn", "nnnnnnnnnnnn"))),
        "AU_BSB": state_branch,
        "AU_BANK_ACCOUNT": au_account,
        "NZ_BANK_ACCOUNT": new_zealand,
        "LEI": legal_entity,
        "ISIN": security,
        "CRYPTO": coins,
        "US_SSN": hyphened("nnnnnnnnn", ssn.is_valid, (3, 2, 4)),
        "US_EIN": hyphened("nnnnnnnnn", ein.is_valid, (2, 7)),
        "US_ITIN": hyphened("9nnnnnnnn", itin.is_valid, (3, 2, 4)),
        "UK_NINO": insurance,
        "UK_UTR": drawn("nnnnnnnnnn", utr.is_valid, ((5,), " ")),
        "AU_TFN": drawn("nnnnnnnnn", tfn.is_valid, ((3,), " ")),
        "AU_ABN": drawn("nnnnnnnnnnn", abn.is_valid, ((2, 3), " "), ((2, 3), " ")),
        "AU_ACN": drawn("nnnnnnnnn", acn.is_valid, ((3,), " "), ((3,), " ")),
        "NZ_IRD": drawn("nnnnnnnnn", ird.is_valid, ((3,), "-"), ((3,), "-")),
        "EU_VAT": union_vat,
        "IN_PAN": taxpayer,
        "IN_GSTIN": goods_tax,
        "DATE_OF_BIRTH": birth,
        "IP_ADDRESS": machine,
        **national.MAKERS,
    }
)
"""One maker an entity. Names, places, e-mail addresses and phones belong to a party."""
