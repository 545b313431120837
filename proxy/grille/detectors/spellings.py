"""How people write a value so that it is not taken for one: in words, letter by letter, in groups of four,
backwards, glued to other words, with an O for a zero.

Each function gives the runs of a text that are written so, and what they say. This module must not find
anything: a run that says nothing of interest is read in vain and no more. What is written backwards is
believed only beside a word that announces it, because any number is another one backwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import regex

from grille.detectors.checksums import CHECKS
from grille.detectors.encodings import Said, apart
from grille.detectors.sieve import Sieve

_DIGITS: Final = {
    "zero": "0", "oh": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_LEAST_DIGITS: Final = 5
_TIMES: Final = {"double": 2, "triple": 3}
_MARKS: Final = {"dash": "-", "hyphen": "-", "dot": ".", "at": "@", "underscore": "_"}
_NUMBER_WORD = "|".join(_DIGITS)
_SPOKEN: Final = rf"(?i)(?:{_NUMBER_WORD})[ ,-]{{1,2}}(?:double |triple )?(?:{_NUMBER_WORD})|[ ]dot[ ]"
"""Two digits in words, one after the other: without them nothing is said that way."""
_WORD = regex.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9]+")
_BETWEEN = regex.compile(r"[ ,.-]{1,2}|\r?\n")
_LEAST_SPOKEN: Final = 4
_DOTS = r"(?: dot | ?[\[({]dot[\])}] ?| \. )"
_SAID_AT = r"(?: ?[\[({]at[\])}] ?| @ |@ )"
_SPOKEN_ADDRESS = regex.compile(
    rf"(?i)(?<![\w@])\w{{1,64}}(?:{_DOTS}\w{{1,64}}){{0,4}} at \w{{1,63}}(?:{_DOTS}\w{{1,63}}){{1,4}}(?!\w)"
)
_LOOSE_ADDRESS = regex.compile(
    rf"(?i)(?<![\w@])[\w.]{{1,64}}(?:{_DOTS}\w{{1,64}}){{0,4}}{_SAID_AT}\w{{1,63}}(?:(?:{_DOTS}|\.)\w{{1,63}}){{1,4}}(?!\w)"
)
_AT = regex.compile(r"(?i) at | ?(?:[\[({]at[\])}]|@) ?")
_DOT = regex.compile(rf"(?i){_DOTS}")
_SAYS_AT = regex.compile(r"(?i) dot |[\[({]at[\])}]|@ ")
_SPACED = regex.compile(r"(?<!\S)(?:\S ){7,}\S(?!\S)")
_BLANK = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What `regex` calls a blank: `re`, which looks for common ways of writing in a fourth of the time, counts more."""
_FOURS = re.compile(
    rf"(?<![^{_BLANK}])[^{_BLANK}]{{4}}([ \n./_-])(?:[^{_BLANK}]{{4}}\1){{1,12}}"
    rf"[^{_BLANK},;]{{0,3}}[^{_BLANK},;.](?![^{_BLANK},;.])"
)
_BAR = r"\|(?=[0-9OoIl])"
"""For a one; in a table a blank follows it."""
_LIKE_DIGITS = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z]{2}[0-9OoIl]{2}[ -]?(?:[A-Z0-9l]{1,4}[ -]?){2,8}"
    rf"|(?:[0-9OoIl]|{_BAR})(?:[ .-]?[0-9OoIl]|[ .-]?{_BAR}|(?<=[0-9OoIl])\|){{7,18}})"
    r"(?![A-Za-z0-9])"
)
_GROUP = regex.compile(r"[^ .-]+")
_FOLDED = str.maketrans("OoIl|", "00111")
_LONG_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{17,60}(?![A-Za-z0-9])")
_IBAN_BEGINS = regex.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,}")
_IBAN_LENGTHS: Final = range(15, 34)
_AFTER_ADDRESS = regex.compile(r"(?<=@[\w.-]{1,64}\.[A-Za-z]{2,6})_")
_NUMBER_RUN = regex.compile(r"(?<![A-Za-z0-9])[0-9](?:[ .-]?[0-9]){8,18}(?![A-Za-z0-9])")
_BACKWARD_SSN = regex.compile(r"[0-9]{4}([ .-])[0-9]{2}\1[0-9]{3}")
_BACKWARD_IBAN = regex.compile(r"(?<![A-Za-z0-9])[A-Z0-9](?:[ -]?[A-Z0-9]){12,33}[0-9]{2}[A-Z]{2}(?![A-Za-z0-9])")
_LOOK_ALIKES: Final = str.maketrans(
    "ԜԚАВЕІЈКМНОРСТУХЅаеіјорсухѕԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "WQABEIJKMHOPCTYXSaeijopcyxsdqwABEZHIKMNOPTYXo"
)
_FOREIGN = re.compile(f"[{''.join(map(chr, _LOOK_ALIKES))}]")
_MIXED = regex.compile(
    r"[\w.@+-]*(?:[A-Za-z0-9@.][\p{Cyrillic}\p{Greek}]|[\p{Cyrillic}\p{Greek}][A-Za-z0-9@.])[\w.@+-]*"
)


def spelled(text: str) -> list[Said]:
    """Runs that are written out of the ordinary, and what they say."""
    return apart(said for number in sorted(_SIEVE.passes(text)) for said in _WAYS[number][1](text))


def turned(text: str) -> list[Said]:
    """Numbers that are a card or a social security number backwards."""
    return [
        Said(run.start(), run.end(), run[0][::-1])
        for run in _NUMBER_RUN.finditer(text)
        if CHECKS["card"](run[0][::-1]) or _BACKWARD_SSN.fullmatch(run[0])
    ]


def _spoken(text: str) -> Iterator[Said]:
    """Digits as words, letters one by one, `double four`, and the words for marks between them."""
    run: list[tuple[int, int, str]] = []
    times = 1
    for word in _WORD.finditer(text):
        lowered = word[0].lower()
        said = (
            _DIGITS.get(lowered) or _MARKS.get(lowered) or (word[0] if len(word[0]) == 1 or word[0].isdigit() else "")
        )
        if said and word[0].isalnum():
            run.append((word.start(), word.end(), said * times))
            times = 1
        elif lowered in _TIMES:
            times = _TIMES[lowered]
        elif not _BETWEEN.fullmatch(word[0]):
            yield from _if_spoken(text, run)
            run.clear()
    yield from _if_spoken(text, run)


def _if_spoken(text: str, run: list[tuple[int, int, str]]) -> Iterator[Said]:
    said = "".join(each for _, _, each in run)
    words = sum(end - start > 1 and text[start].isalpha() for start, end, _ in run)
    if words >= _LEAST_SPOKEN or ("@" in said and "." in said):
        yield Said(run[0][0], run[-1][1], said)


def _addresses(text: str) -> Iterator[Said]:
    """`jane dot doe at example dot com`, `jane [at] example.com`. Words with `at` alone between them are words."""
    for rule in (_SPOKEN_ADDRESS, _LOOSE_ADDRESS):
        for run in rule.finditer(text):
            yield Said(run.start(), run.end(), _DOT.sub(".", _AT.sub("@", run[0], count=1)))


def _spaced(text: str) -> Iterator[Said]:
    """Characters one by one: each of them without the mark behind it."""
    for run in _SPACED.finditer(text):
        yield from _without(text, range(run.start() + 1, run.end(), 2))


def _in_fours(text: str) -> Iterator[Said]:
    """Groups of four: each of them without the mark behind it."""
    for run in _FOURS.finditer(text):
        # Numbers in groups of four are common, and read as they are, also before the line of a table.
        *groups, last = run[0].split(run[1])
        plain = run[1] in " .-" and all(map(str.isalnum, groups)) and (last.isalnum() or last == "|")
        if not plain and ("@" in run[0] or sum(map(str.isdigit, run[0])) >= _LEAST_DIGITS):
            yield from _without(text, range(run.start() + 4, run.end(), 5))


def _without(text: str, marks: Iterable[int]) -> Iterator[Said]:
    for mark in marks:
        yield Said(mark - 1, mark + 1, text[mark - 1])


def _folded(text: str) -> Iterator[Said]:
    """Letters for digits, in a number; in what begins like an IBAN only in groups that have a digit."""
    for run in _LIKE_DIGITS.finditer(text):
        country, rest = run[0][:2], run[0][2:]
        if "|" in run[0] and _in_table(text, run.start(), run.end()):
            continue
        said = country + _GROUP.sub(_fold_group, rest) if country.isupper() else run[0].translate(_FOLDED)
        if said != run[0] and (sum(map(str.isdigit, run[0])) >= _LEAST_DIGITS or CHECKS["card"](said)):
            yield Said(run.start(), run.end(), said)


def _in_table(text: str, start: int, end: int) -> bool:
    """Whether the bars of a run stand between the cells of a row: there are more of them in its line."""
    row = text[text.rfind("\n", 0, start) + 1 : start] + text[end : (text.find("\n", end) + 1 or len(text) + 1) - 1]
    return row.count("|") > 1


def _fold_group(group: regex.Match[str]) -> str:
    word = str(group[0])
    return word.translate(_FOLDED) if any(map(str.isdigit, word)) else word


def _ibans_in_words(text: str) -> Iterator[Said]:
    """An IBAN that is glued to other words, known by its length and check digits."""
    for run in _LONG_WORD.finditer(text):
        if place := _iban_in(run[0]):
            start, end = run.start() + place[0], run.start() + place[1]
            yield Said(start, end, f" {text[start:end]} ")


def _addresses_in_words(text: str) -> Iterator[Said]:
    for mark in _AFTER_ADDRESS.finditer(text):
        yield Said(mark.start() - 1, mark.end(), f"{text[mark.start() - 1]} _")


def _ibans_backwards(text: str) -> Iterator[Said]:
    for run in _BACKWARD_IBAN.finditer(text):
        for group in _GROUP.finditer(run[0]):
            backwards = run[0][group.start() :][::-1]
            if CHECKS["iban"](backwards):
                yield Said(run.start() + group.start(), run.end(), backwards)
                break


def _iban_in(word: str) -> tuple[int, int] | None:
    """Where in a longer word an IBAN stands, in capitals: in a hash of both cases one is soon found by chance."""
    for begin in _IBAN_BEGINS.finditer(word):
        start, last = begin.start(), min(begin.end(), begin.start() + _IBAN_LENGTHS.stop)
        for end in range(start + _IBAN_LENGTHS.start, last + 1):
            if end - start < len(word) and CHECKS["iban"](word[start:end]):
                return start, end
    return None


def _look_alikes(text: str) -> Iterator[Said]:
    if text.isascii() or _FOREIGN.search(text) is None:
        return
    for run in _MIXED.finditer(text):
        said = run[0].translate(_LOOK_ALIKES)
        if said != run[0]:
            yield Said(run.start(), run.end(), said)


_WAYS: Final[tuple[tuple[str, Callable[[str], Iterator[Said]]], ...]] = (
    (_SPOKEN, _spoken),
    (_SAYS_AT.pattern, _addresses),
    (_SPACED.pattern, _spaced),
    (r"@|[0-9](?:[^@]{0,80}[0-9]){4}", _in_fours),
    (_LIKE_DIGITS.pattern, _folded),
    (_LONG_WORD.pattern, _ibans_in_words),
    (r"@[\w.-]{1,64}\.[A-Za-z]{2,6}_", _addresses_in_words),
    (_BACKWARD_IBAN.pattern, _ibans_backwards),
    (_FOREIGN.pattern, _look_alikes),
)
"""Ways to write, each behind what stands in every text that is written so."""
_SIEVE: Final = Sieve([pattern for pattern, _ in _WAYS])
PATTERNS: Final = (*(pattern for pattern, _ in _WAYS), _NUMBER_RUN.pattern)
"""One of these stands in every text that has something written out of the ordinary."""
