"""Presidio's own recognisers, as they run here: in our matcher, on whole words, with a check that is believed.

The stock list has more. Offered is what computes check digits, costs nothing and reaches for no network; dates, URLs,
plates, post codes and numbers that are any digits at all are not. Check digits alone do not tell: one number in ten
passes by chance, so a stock pattern that scores low counts only beside a cue, and so do digits in one piece whatever
their score. This module must not import Presidio: `presidio` hands in what a recogniser brings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from grille.detectors.patterns import Patterns, compiled
from grille.entities import Entity

OFFERED: Final = (
    *("AuAcn", "AuMedicare", "CaSin", "Crypto", "DeSocialSecurity", "DeTaxId", "EsNie", "EsNif"),
    *("FiPersonalIdentityCode", "InAadhaar", "ItFiscalCode", "ItVatCode", "NgNin", "Nhs", "PlPesel"),
    *("SeOrganisationsnummer", "SePersonnummer", "SgUen", "ThTnin", "TrNationalId", "UsNpi", "ZaIdNumber"),
)
"""Stock recognisers worth having, by their class."""
_NEEDS_CUE: Final = 0.3
"""A stock pattern scored lower than this counts only beside a cue."""


def in_our_matcher(entity: Entity, rules: Iterable[tuple[str, float]], passes: Callable[[str], bool]) -> Patterns:
    """`entity` with the patterns of a stock recogniser, each with its stock score, and its check."""
    patterns = tuple(each for pattern, score in rules for each in _in_our_words(pattern, score))
    return replace(
        compiled(replace(entity, patterns=patterns)),
        check=lambda value: not value.isdecimal() and passes(value),
        announced=passes,
    )


def _in_our_words(pattern: str, score: float) -> Iterator[str]:
    """A stock pattern beside a cue, and without one if it scores high. The group stands behind the pattern, whose
    own groups keep their numbers so."""
    whole = f"(?is)(?<![0-9A-Za-z])(?:{pattern})(?![0-9A-Za-z])"
    yield f"{whole}(?P<weak>)"
    if score >= _NEEDS_CUE:
        yield whole
