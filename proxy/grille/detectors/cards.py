"""Which numbers are payment cards: issuer prefix, length, check digit.

Prefixes are those of ISO/IEC 7812 as the schemes publish them (Visa, Mastercard with its 2-series,
American Express, Diners, Discover, JCB, UnionPay, Maestro, Mir, Troy). What hardly anybody issues any more, UATP
(`1…`) and JCB's old 2131 and 1800, looks like a telephone number, and is a card where it is called one. This module
must not know text, separators or context: it gets digits.
"""

from __future__ import annotations

from typing import Final

from stdnum import luhn

SHORTEST = 12
LONGEST = 19
_FEWEST_HIDDEN = 4

_LONG = frozenset(range(16, 20))
_MAESTRO = frozenset(range(12, 20))
_BRANDS: tuple[tuple[int, int, frozenset[int]], ...] = (
    (2200, 2204, _LONG),  # Mir
    (2221, 2720, frozenset({16})),  # Mastercard, 2-series
    (3000, 3059, frozenset({14, 16, 17, 18, 19})),  # Diners Club
    (3095, 3095, frozenset({14, 16, 17, 18, 19})),
    (3400, 3499, frozenset({15})),  # American Express
    (3528, 3589, _LONG),  # JCB
    (3600, 3699, frozenset(range(14, 20))),  # Diners Club International
    (3700, 3799, frozenset({15})),
    (3800, 3999, frozenset({14, 16, 17, 18, 19})),
    (4000, 4999, frozenset({13, 16, 19})),  # Visa
    (5000, 5099, _MAESTRO - {14}),  # Maestro, Verve, RuPay, Dankort; with 14 digits an Indian account
    (5100, 5599, frozenset({16})),  # Mastercard
    (5600, 5899, _MAESTRO),  # Maestro
    (6011, 6011, _LONG),  # Discover
    (6040, 6049, _LONG),
    (6080, 6099, _LONG),  # RuPay
    (6200, 6299, _LONG),  # UnionPay
    (6300, 6399, _MAESTRO),  # Maestro, InstaPayment, Verve
    (6440, 6599, _LONG),  # Discover, RuPay, Elo
    (6700, 6799, _MAESTRO),  # Maestro
    (8100, 8299, _LONG),  # UnionPay, RuPay
    (9792, 9792, frozenset({16})),  # Troy
)
_LENGTHS: Final = {prefix: lengths for low, high, lengths in _BRANDS for prefix in range(low, high + 1)}


def is_card(digits: str) -> bool:
    """Whether digits are a card number: a prefix that a scheme issues, a length it uses, Luhn."""
    return is_announced_card(digits) and _issued(digits, len(digits))


def is_announced_card(digits: str) -> bool:
    """Whether digits that are called a card are one, whoever issued it: its length and Luhn (ISO/IEC 7812-1)."""
    return SHORTEST <= len(digits) <= LONGEST and digits.isdecimal() and len(set(digits)) > 1 and luhn.is_valid(digits)


def may_be_card(digits: str, hidden: int) -> bool:
    """Whether digits of which `hidden` more are covered are a card number to whoever cares to try: PCI DSS has at
    least four covered, so that ten thousand numbers remain, of which Luhn lets pass a tenth."""
    length = len(digits) + hidden
    return hidden < _FEWEST_HIDDEN and SHORTEST < length <= LONGEST and _issued(digits, length)


def _issued(digits: str, length: int) -> bool:
    return length in _LENGTHS.get(int(digits[:4]), ())
