"""What may be a telephone number: alone by the plan of its country, beside a cue by its shape.

A number that nothing announces must be one that a country assigns (`phonenumbers`, Google's tables: no network), and
where it begins with a trunk 0 it must be grouped as that country groups: order numbers and bank accounts have other
groups. One that is announced only has to look like one, because local numbers, numbers of other countries and made-up
ones are in no plan; dates, spans of years, sums and addresses of hosts look like something else.

This module must not search, nor know what surrounds a number. Numbers that companies spell in letters are an accepted
miss.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import phonenumbers

_GROUPS: Final[Mapping[str, frozenset[tuple[int, ...]]]] = {
    "AU": frozenset({(2, 4, 4), (4, 3, 3)}),
    "BE": frozenset({(4, 2, 2, 2), (3, 2, 2, 2), (2, 3, 2, 2)}),
    "CH": frozenset({(3, 3, 2, 2)}),
    "FR": frozenset({(2, 2, 2, 2, 2)}),
    "IE": frozenset({(2, 3, 4), (3, 3, 4), (3, 7), (2, 7)}),
    "IN": frozenset({(6, 5), (3, 4, 4), (3, 8), (4, 3, 4), (4, 7)}),
    "NL": frozenset({(2, 8), (3, 7), (3, 3, 4), (3, 3, 2, 2), (2, 2, 2, 2, 2)}),
    "NZ": frozenset({(2, 3, 4), (2, 7), (3, 3, 3), (3, 3, 4), (3, 4, 4), (3, 6), (3, 7), (4, 3, 3)}),
}
"""How many digits stand in each group of a number with a trunk 0. Britain groups as it likes, and Germany is known by
the mark behind the area code: `030/123456`, `(030) 123456`."""
_BARE: Final = (
    *("US", "GB", "AU", "NZ", "IE", "FR", "NL", "CH", "IN", "ES", "IT", "BE", "PT", "PL", "SE"),
    *("JP", "KR", "CN", "BR", "MX"),
)
"""Regions of digits in one piece. Germany assigns so much that any digits would do."""
_SHORTEST: Final = 7
"""Digits. Shorter ones are extensions, short codes and dates."""
_LONGEST: Final = 15
_LONGEST_AT_HOME: Final = 12
_LONGEST_ASSIGNED: Final = 14
"""Digits of a number of the United States or Australia with the country's own, unless it begins with a 1, as what is
dialled before it may. A longer one is most often a card, and to ask the tables takes a hundred times as long."""
_EXTENSION = re.compile(r"(?i)[ ,;]{0,2}(?:x|ext|#).*", re.DOTALL)
_DIGITS = re.compile(r"[0-9]+")
_DECIMALS = re.compile(r"[^.]*\.[0-9]{1,2}")
_COMPACT_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_YEARS: Final = range(1900, 2100)
_LOCAL = re.compile(r"[2-9][0-9]{6,7}|[2-9][0-9]{2}[2-9][0-9]{6}")
"""Without an area code, or as North America writes a number that may be in no plan."""
_BRITISH_LENGTH: Final = 11
_BRITISH_FILMS: Final = ("07700900", "01632960", "447700900", "441632960")
"""Ranges that Ofcom keeps for drama, and no plan knows."""


def is_phone(value: str) -> bool:
    """A number that needs no cue: from abroad possible somewhere, else assigned, and grouped as it should be."""
    number = _EXTENSION.sub("", value)
    groups = _DIGITS.findall(number)
    digits = "".join(groups)
    if not _SHORTEST <= len(digits) <= _LONGEST + 3 or _is_something_else(number, groups):
        return False
    if _is_from_abroad(number):
        return _dialled(_abroad(number), None, phonenumbers.is_possible_number) or _is_british(digits, groups)
    if not digits.startswith("0"):
        if len(digits) > _LONGEST_ASSIGNED and digits[0] != "1":
            return False
        return any(_dialled(number, region, phonenumbers.is_valid_number) for region in ("US", "AU"))
    if "/" in number:
        return _is_german(number)
    return _is_british(digits, groups) or _is_grouped(number, groups) or (")" in number and _is_german(number))


def looks_like_phone(value: str) -> bool:
    """A number that a cue announces."""
    number = _EXTENSION.sub("", value)
    groups = _DIGITS.findall(number)
    digits = "".join(groups)
    if len(set(digits)) < 2 or _is_something_else(number, groups):
        return False
    if len(groups) == 1:
        return _is_in_one_piece(digits)
    if len(digits) == _SHORTEST - 1:
        return len(groups) == 3 or ("-" in number and len(groups[0]) == 3)
    return _SHORTEST <= len(digits) <= (_LONGEST if _is_from_abroad(number) else _LONGEST_AT_HOME)


def _is_in_one_piece(digits: str) -> bool:
    if not _SHORTEST <= len(digits) <= _LONGEST or _COMPACT_DATE.fullmatch(digits):
        return False
    return (
        _LOCAL.fullmatch(digits) is not None
        or digits.startswith(_BRITISH_FILMS)
        or _dialled(f"+{digits}", None, phonenumbers.is_valid_number)
        or any(_dialled(digits, region, phonenumbers.is_valid_number) for region in _BARE)
    )


def _is_something_else(number: str, groups: Sequence[str]) -> bool:
    """A date, a span of years, a sum in thousands or with decimals, or an address of a host."""
    marks = set(_DIGITS.sub("", number))
    if len(groups) > 2 and _is_date(groups[:3], alone=len(groups) == 3):
        return True
    if len(groups) == 2 and all(len(each) == 4 and int(each) in _YEARS for each in groups):
        return True
    if _DECIMALS.fullmatch(number):
        return True
    if marks == {"."} and len(groups) == 4:
        return all(int(each) < 256 for each in groups)
    return marks in ({" "}, {"."}) and _is_sum(groups)


def _is_date(groups: Sequence[str], *, alone: bool) -> bool:
    """Whether three groups are a date; one that something follows has a year of four digits."""
    first, middle, last = map(int, groups)
    if len(groups[0]) == 4:
        return first in _YEARS and 0 < middle <= 12 and 0 < last <= 31
    day_and_month = 0 < min(first, middle) <= 12 and 0 < max(first, middle) <= 31
    return day_and_month and ((alone and len(groups[2]) == 2) or (len(groups[2]) == 4 and last in _YEARS))


def _is_sum(groups: Sequence[str]) -> bool:
    """`12 500 000`: thousands. Three groups of three are a number in Spain and Poland, unless they are round."""
    if groups[0].startswith("0") or len(groups) < 2 or any(len(each) != 3 for each in groups[1:]):
        return False
    return len(groups[0]) < 3 or len(groups) < 3 or groups[-1] == "000"


def _is_from_abroad(number: str) -> bool:
    """As dialled from abroad. So do numbers of Leeds and Bristol begin (`0113 …`), whose countries are not possible."""
    return number.startswith(("+", "00", "011"))


def _abroad(number: str) -> str:
    return "+" + number.removeprefix("+").removeprefix("011").removeprefix("00").lstrip(" -0")


def _is_british(digits: str, groups: Sequence[str]) -> bool:
    if len(digits) != _BRITISH_LENGTH or len(groups) < 2:
        return False
    return digits.startswith(_BRITISH_FILMS) or _dialled(digits, "GB", phonenumbers.is_valid_number)


def _is_grouped(number: str, groups: Sequence[str]) -> bool:
    """Whether a region that groups so assigns the number, with its area code in the first group."""
    lengths = tuple(map(len, groups))
    regions = (region for region, known in _GROUPS.items() if lengths in known)
    return any(_dialled(number, region, partial(_begins, groups[0])) for region in regions)


def _begins(area: str, parsed: phonenumbers.PhoneNumber) -> bool:
    if not phonenumbers.is_valid_number(parsed):
        return False
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    first = _DIGITS.search(written)
    return first is not None and first[0] == area


def _is_german(number: str) -> bool:
    return number.count("/") < 2 and _dialled(number, "DE", phonenumbers.is_valid_number)


def _dialled(value: str, region: str | None, accepts: Callable[[phonenumbers.PhoneNumber], bool]) -> bool:
    try:
        return bool(accepts(phonenumbers.parse(value, region)))
    except phonenumbers.NumberParseException:
        return False
