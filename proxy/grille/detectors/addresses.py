"""Postal addresses by their form, and what models find of one grown to all of it.

A model finds the street and misses the flat, the postcode or the country below. But an address has a form:
parts that say what they are (`12 Elm Street`, `Suite 4`, `PO Box 9`, `Springfield, IL 62704`, `SW1A 1AA`)
stand beside each other, with nothing but commas and line ends between. So the parts are found by form, and
what stands between or beside two of them belongs to them.

This module must not know a model. A street without number or street word is the models' affair, and an address
that a table cuts into cells is that of `placed`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

import regex

from grille.detectors.sieve import Worth
from grille.detectors.vocabulary_names import (
    AU_STATES,
    BOX_WORDS,
    OTHER_WORDS,
    STREET_BEGINNINGS,
    STREET_ENDINGS,
    STREET_WORDS,
    UNIT_WORDS,
    US_STATES,
)
from grille.detectors.vocabulary_places import (
    ADDRESS_LABELS,
    COUNTRIES,
    COUNTRIES_ELSEWHERE,
    POSTCODE_LABELS,
    STREET_LABELS,
    TOWN_LABELS,
)
from grille.detectors.words import SPELT, any_of

type Span = tuple[int, int]

_WIDEST_GAP: Final = 28
"""Characters between two parts of one address that need not say what they are: the name of a town."""


_COUNTRIES = COUNTRIES | COUNTRIES_ELSEWHERE


@cache
def _low_countries() -> regex.Pattern[str]:
    return regex.compile(rf"(?<!\p{{L}})(?:{any_of({name.lower() for name in _COUNTRIES} - OTHER_WORDS)})(?!\p{{L}})")


_UPPER = regex.compile(r"\p{Lu}")
_CAPITAL = r"\p{Lu}[\p{L}\p{M}'’.-]{0,30}"
_NUMBER = r"[0-9]{1,5}[A-Za-z]?(?:[-/][0-9]{1,4}[A-Za-z]?)?"
_NO_NUMBER_BEFORE = r"(?<![\p{L}\p{N}$€£#.,:/-])"
_NO_NUMBER_AFTER = r"(?![\p{L}\p{N}]|[.,:/-][0-9])"
_WORD_ENDS = r"(?![\p{L}\p{N}])"
_UNIT = rf"(?i:{any_of(UNIT_WORDS)})\.?[ ]?#?[0-9]{{1,5}}[A-Za-z]?{_WORD_ENDS}"
_STOREY = r"[0-9]{1,2}\.?[oaº°ª][ ](?i:izq|izqda|izda|dcha|der|drcha|esq|dto|dta|[A-H])\b\.?"
"""`2º izq`, `4.º A`: where somebody lives in a house of Spain or Portugal. The sign is read as a letter."""
_STREET = any_of(word.title() for word in STREET_WORDS)
_STREET_BEGINS = any_of(word.title() for word in STREET_BEGINNINGS)
_STREET_BEGINS_LOW = any_of(word for word in STREET_BEGINNINGS if len(word) > 2)
_STREET_ENDS = any_of(STREET_ENDINGS)
_BOX = rf"(?i:{any_of(BOX_WORDS)})"
_TOWN = rf"(?<![\p{{L}}])(?:{_CAPITAL}[ ]){{0,2}}{_CAPITAL}"
_KEY: Final = r"(?:(?<!\p{L})|(?<=\p{Ll})(?=\p{Lu}))"
_SAYS: Final = r"(?:\\?\"?[ ]{0,2}[:=][ ]{0,2}\\?\"|>)"
"""Between a key and its value in JSON, and in XML."""
CODE: Final = r"(?=[A-Za-z -]{0,6}[0-9])[0-9A-Za-z]{2,8}(?:[ -][0-9A-Za-z]{2,8})?"
"""A postcode, where a key says that it is one."""
_PARTS: Final = (
    # 12 Elm Street, 217b Port Washington Rd. NW
    rf"{_NO_NUMBER_BEFORE}{_NUMBER}[ ](?:(?:{_CAPITAL}|[0-9]{{1,3}}(?:st|nd|rd|th))[ ]){{1,4}}(?:{_STREET})"
    rf"(?![\p{{L}}\p{{N}}'])\.?(?:[ ](?:[NS][EW]?|[EW])(?![\p{{L}}.]))?",
    # 16 Via Roma 74, Rue de la Paix 3, Am Markt 1
    rf"(?:{_NO_NUMBER_BEFORE}{_NUMBER},?[ ])?(?<![\p{{L}}])(?:{_STREET_BEGINS})\.?[ ]"
    rf"(?:(?:{_CAPITAL}|d[aeiou]s?|de la|de los|del|della|des|du|y|e|la|le)[ ]){{1,5}}{_NUMBER}{_NO_NUMBER_AFTER}",
    # 12 rue de la Paix
    rf"{_NO_NUMBER_BEFORE}{_NUMBER},?[ ](?:{_STREET_BEGINS_LOW})[ ]"
    rf"(?:(?:d[aeiou]s?|de la|des|du|la|le)[ ]){{0,2}}{_CAPITAL}(?:[ -]{_CAPITAL}){{0,3}}",
    # Hauptstraße 5, Keizersgracht 123, Kurt-Schumacher-Platz 2
    rf"(?<![\p{{L}}])\p{{Lu}}[\p{{L}}-]{{1,30}}(?:{_STREET_ENDS})\.?[ ]{_NUMBER}{_NO_NUMBER_AFTER}",
    rf"(?<![\p{{L}}])\p{{Lu}}[\p{{L}}-]{{1,30}}[ -](?:{any_of(word.title() for word in STREET_ENDINGS)})\.?[ ]"
    rf"{_NUMBER}{_NO_NUMBER_AFTER}",
    rf"{_BOX}[ ](?:[0-9][0-9 ]{{0,6}}[0-9]|[0-9]){_WORD_ENDS}",
    rf"(?i:(?<!\p{{L}})(?:unit|psc|cmr)[ ][0-9]{{1,5}},?[ ]box[ ][0-9]{{1,5}}{_WORD_ENDS})",
    rf"(?i:(?<!\p{{L}})[afd]po[ ]a[aep][ ][0-9]{{5}}(?:-[0-9]{{4}})?{_WORD_ENDS})",
    # 42 Costanera 9293, Apt. 609, in any letters: the flat says what it is
    rf"{_NO_NUMBER_BEFORE}{_NUMBER}[ ](?:[\p{{L}}\p{{M}}'’.-]{{2,30}}[ ]){{1,4}}{_NUMBER}\.?(?=[ ,\n>?]{{1,6}}{_UNIT})",
    rf"(?i:(?<!\p{{L}})(?:{any_of(POSTCODE_LABELS)})(?:[ ]is|:)?[ ])"
    rf"(?P<value>[0-9]{{4,6}}(?:-[0-9]{{4}})?){_NO_NUMBER_AFTER}",
    # "address": "…" and <Street>, in data: the key says it, whatever the form
    rf"{_KEY}(?i:(?:{any_of((*ADDRESS_LABELS, *STREET_LABELS), SPELT)})(?:{SPELT}line)?{SPELT}[0-9]?){_SAYS}"
    r"(?=[^\"\\\n@<]{0,120}[0-9])(?=[^\"\\\n@<]{0,120}\p{Lu}\p{L}{2,30}(?:[, ]|</))"
    r"(?P<value>[^\"\\\n@{}<>]{6,160})(?=\\?\"|</)",
    # "city": "…" and <City>
    rf"{_KEY}(?i:{any_of(TOWN_LABELS, SPELT)}){_SAYS}(?P<value>{_TOWN})(?=\\?\"|</)",
    # "zip": "…" and <PostalCode>
    rf"{_KEY}(?i:{any_of(POSTCODE_LABELS, SPELT)}){_SAYS}(?P<value>{CODE})(?=\\?\"|</)",
    # Springfield, IL 62704; Parramatta NSW 2150; SW1A 1AA
    rf"{_TOWN}\n?,?[ ](?:{any_of(US_STATES)})\n?[ ]+[0-9]{{5}}(?:-[0-9]{{4}})?{_NO_NUMBER_AFTER}",
    rf"{_TOWN},?[ ](?:{any_of(AU_STATES)})[ ][0-9]{{4}}{_NO_NUMBER_AFTER}",
    rf"(?<![\p{{L}}\p{{N}}])[A-Z]{{1,2}}[0-9][0-9A-Z]?[ ][0-9][ABD-HJLNP-UW-Z]{{2}}{_WORD_ENDS}",
    # 41 example street, ex1 2ab, where somebody writes all in lower case
    rf"{_NO_NUMBER_BEFORE}(?<![\p{{Lu}}])[0-9]{{1,4}}[a-z]?[ ](?!mile|way|lane|hour|main|day|dirt)"
    rf"[a-z]{{3,20}}[ ](?:street|road|avenue|crescent|terrace|mews|grove)(?=[,.\n]|$|[ ](?:in|and)[ ])",
    r"(?<=[a-z]{3}[ ]|[a-z]{3},[ ])[a-z]{1,2}[0-9][0-9a-z]?[ ][0-9][abd-hjlnp-uw-z]{2}(?![\p{L}\p{N}])",
    # K1A 0B1, of Canada
    rf"(?<![\p{{L}}\p{{N}}])[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][ ][0-9][ABCEGHJ-NPRSTV-Z][0-9]{_WORD_ENDS}",
    # 12 Elm Court^^Springfield^IL^62704, N3*12 ELM CT~, N4*SPRINGFIELD*IL*62704~, <StrtNm>: records of health and banks
    r"(?<=[|~])[0-9\p{L}][^|^~\r\n]{2,60}\^[^|^~\r\n]{0,40}\^\p{Lu}[^|^~\r\n]{1,40}\^[A-Z]{2}\^"
    r"[0-9]{5}(?:-?[0-9]{4})?(?![0-9])",
    r"(?<![A-Z0-9])N3\*(?P<value>[0-9\p{L}][^*~\r\n]{3,55})(?=[*~\r\n])",
    r"(?<![A-Z0-9])N4\*(?P<value>\p{Lu}[\p{L} .'-]{1,30}\*[A-Z]{2}\*[0-9]{5}(?:[0-9]{4})?)(?![0-9])",
    r"<(?:\w{1,12}:)?(?:StrtNm|PstCd|AdrLine)>\s{0,20}(?P<value>[^<>\n]{1,70}?)\s{0,20}</",
    # 3-14-7 Kita-Aoyama, Minato-ku, of Japan
    rf"{_NO_NUMBER_BEFORE}[0-9]{{1,3}}(?:-[0-9]{{1,3}}){{1,2}},?[ ]{_CAPITAL},[ ]{_CAPITAL}(?<=-ku|-shi|-gun|-cho)"
    r"(?:,[ ]\p{Lu}[\p{L}\p{M}]{1,30})?(?:[ ][0-9]{3}-[0-9]{4})?(?![\p{L}\p{N}])",
)
_PART = Worth(map(regex.compile, _PARTS))
_COUNTRY = regex.compile(r"(?<![\p{L}\p{N}])\p{Lu}\p{L}+(?:[ ](?:\p{Lu}\p{L}+|and|of|the|da|de|du|des|et|e|y)){0,5}")
_BESIDE = regex.compile(
    rf"(?:[ \t]{{0,3}}\n(?:[>?]{{0,3}}[ \t]{{0,4}}\n)?[>?]{{0,3}}[ \t]{{0,4}}|,?[ ]|,)(?:,[ ])?"
    rf"(?:{_TOWN},[ ][A-Z]{{2,3}}\n?[ ]+[0-9]{{4,6}}{_WORD_ENDS}|{_UNIT}|{_STOREY}|"
    rf"[0-9]{{1,6}}(?!\)){_NO_NUMBER_AFTER}|(?:{any_of(US_STATES)}){_WORD_ENDS})"
)
_CODE = regex.compile(r"[ ][0-9]{5}(?![\p{L}\p{N}]|[.,:/-][0-9])")
"""A postcode after a place that its form does not tell from a number."""
_UNIT_BEFORE = regex.compile(rf"(?:{_UNIT}|{_NO_NUMBER_BEFORE}{_NUMBER})(?:,?[ ]|[ \t]{{0,3}}\n[ \t]{{0,4}})\Z")
_GAP = regex.compile(
    r"[\s,;>/-]{0,4}\??(?:(?:\p{Lu}[\p{L}\p{M}'’.-]{0,24}|\(\p{Lu}[\p{L}\p{M}-]{1,20}\)|[0-9]{1,6}|d[aeiou]|of|am|nad)"
    r"[\s,;>/-]{1,6}){0,3}"
)
_DIGIT = regex.compile(r"[0-9]")
_DELIMITER = regex.compile(r"[,;|\t](?! )")
_FEWEST_DELIMITERS: Final = 4
"""Of a row whose cells are of different kinds."""
_ONLY_BETWEEN = regex.compile(r"[\s,;>?./-]{0,6}")


def addresses(text: str) -> Iterator[Span]:
    """Parts of addresses that say by their form what they are."""
    if _DIGIT.search(text) is None:
        return
    for part in _PART.rules(text):
        for match in part.finditer(text):
            yield match.span("value") if "value" in part.groupindex else match.span()


def countries(text: str) -> Iterator[Span]:
    """Countries by name, written with a capital, or in a text without any."""
    if _UPPER.search(text) is None:
        yield from (match.span() for match in _low_countries().finditer(text))
    for match in _COUNTRY.finditer(text):
        words = match[0].split(" ")
        for first, last in ((at, to) for at in range(len(words)) for to in range(len(words), at, -1)):
            name = " ".join(words[first:last])
            if name in _COUNTRIES:
                start = match.start() + len(" ".join(words[:first])) + (first > 0)
                yield start, start + len(name)
                break


def grown(text: str, places: Iterable[Span]) -> list[Span]:
    """Places, those of one address as one: each with the flats and numbers beside it, if one of them has a
    number, and with what stands between two of them. In a row of a table each cell is for itself."""
    ends = _ends_of_cells(text)
    apart = (piece for place in places for piece in _cut(text, ends, *place))
    coded = [(start, code.end() if (code := _CODE.match(text, end)) else end) for start, end in apart]
    found: list[Span] = []
    for start, end in sorted(_with_neighbours(text, ends, *place) for place in coded):
        if found and (start < found[-1][1] or _are_one(text, ends, found[-1], (start, end))):
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return [_without_article(text, *_with_neighbours(text, ends, *place)) for place in found]


def _ends_of_cells(text: str) -> list[int]:
    """Where cells end, in lines with so many that they are rows."""
    ends: list[int] = []
    start = 0
    for line in text.splitlines(keepends=True):
        here = [start + mark.start() for mark in _DELIMITER.finditer(line)]
        start += len(line)
        if len(here) >= _FEWEST_DELIMITERS:
            ends += (*here, start - 1)
    return ends


def _cut(text: str, ends: Sequence[int], start: int, end: int) -> Iterator[Span]:
    """A place cell by cell: those with a word, and a number behind one of these."""
    first, last = bisect_left(ends, start), bisect_left(ends, end)
    if first == last:
        yield start, end
        return
    has_word = False
    for begin, stop in pairwise((start - 1, *ends[first:last], end)):
        has_number = has_word and _DIGIT.search(text, begin + 1, stop) is not None
        has_word = _UPPER.search(text, begin + 1, stop) is not None
        if has_word or has_number:
            yield begin + 1, stop


def _is_within_a_cell(ends: Sequence[int], start: int, end: int) -> bool:
    return bisect_left(ends, start) == bisect_left(ends, end)


def _without_article(text: str, start: int, end: int) -> Span:
    return (start + len("the "), end) if text[start : start + 4].lower() == "the " else (start, end)


def _are_one(text: str, ends: Sequence[int], first: Span, second: Span) -> bool:
    gap = text[first[1] : second[0]]
    if not _is_within_a_cell(ends, first[1], second[0]):
        return False
    if gap == " and " and text[max(0, first[0] - 10) : first[0]].lower() == "corner of ":
        return True
    if _ONLY_BETWEEN.fullmatch(gap):
        return gap.count("\n") < 3
    numbered = _DIGIT.search(text, *first) is not None or _DIGIT.search(text, *second) is not None
    return numbered and len(gap) <= _WIDEST_GAP and gap.count("\n") < 3 and _GAP.fullmatch(gap) is not None


def _with_neighbours(text: str, ends: Sequence[int], start: int, end: int) -> Span:
    if _DIGIT.search(text, start, end) is None:
        return start, end
    while (more := _BESIDE.match(text, end)) is not None and _is_within_a_cell(ends, end, more.end()):
        end = more.end()
    for _ in range(2):
        before = _UNIT_BEFORE.search(text, max(0, start - 16), start)
        if before is not None and _is_within_a_cell(ends, before.start(), start):
            start = before.start()
    return start, end
