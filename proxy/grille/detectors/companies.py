"""Companies by the legal form that ends their name: `Hartley & Sons Pty Ltd`, `Nordlicht GmbH`.

Cheap and sure, and the second opinion on what models call an organisation. Names without a form are the
models' affair. This module must not know a model.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from grille.detectors.vocabulary_names import LEGAL_FORMS, NOT_COMPANIES

_MOST_WORDS: Final = 5
_FORMS = "|".join(regex.escape(form) for form in sorted(LEGAL_FORMS, key=lambda form: (-len(form), form)))
_PART = r"\p{Lu}\.(?:\p{Lu}\.){0,3}|\p{Lu}[\p{L}\p{M}\p{N}'’&-]{0,30}|[0-9]{1,4}\p{L}{0,3}"
_COMPANY = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}&])(?P<name>(?:{_PART})(?:,?[ ](?:(?:{_PART})|&|and|und|et|y|of|de|the)){{0,{_MOST_WORDS}}}?)"
    rf"(?:,?[ ](?:{_FORMS})(?![\p{{L}}\p{{N}}])\.?){{1,3}}"
)
_WORD = regex.compile(r"\S+")


def companies(text: str) -> Iterator[tuple[int, int]]:
    """Where companies stand, with their legal forms."""
    for match in _COMPANY.finditer(text):
        start = _without_lead(text, *match.span("name"))
        if start is not None:
            yield start, match.end() - (match[0].endswith(".") and not _is_abbreviated(match[0]))


def _without_lead(text: str, start: int, end: int) -> int | None:
    """Where the name begins, after words that only begin the sentence; None if there is nothing else."""
    for word in _WORD.finditer(text, start, end):
        if word[0].lower().strip(".,:") not in NOT_COMPANIES:
            return int(word.start())
    return None


def _is_abbreviated(name: str) -> bool:
    """Whether the full stop at the end belongs to the form: `Inc.`, `S.A.`, not `GmbH.`"""
    return name.endswith(("Ltd.", "Inc.", "Corp.", "Co.", ".A.", ".V.", ".L.", ".S.", ".C.", "l.", "o."))
