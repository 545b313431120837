"""Companies by the legal form that ends their name (`Hartley & Sons Pty Ltd`, `Nordlicht GmbH`), by the trade that does
(`Brightwater Supplies`), and by their line in a block of lines: under a person, above an address.

Cheap and sure, and the second opinion on what models call an organisation. A trade alone says little: departments and
headings are called after theirs too (`Office Supplies`), so a word before it must be in no dictionary. Other names
without a form are the models' affair. This module must not know a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import regex

from grille.detectors.endings import begins_sentence
from grille.detectors.sieve import Worth
from grille.detectors.vocabulary_companies import (
    CALLED_LIKE_PEOPLE,
    COMPANY_BEGINNINGS,
    COMPANY_ENDINGS,
    COMPANY_TAILS,
    COMPANY_WORDS,
    GIVEN_NAMES,
    LEGAL_FORMS,
    NOT_COMPANIES,
)
from grille.detectors.words import any_of

type Span = tuple[int, int]

_MOST_WORDS: Final = 5
_PART = r"\p{Lu}\.(?:\p{Lu}\.){0,3}|\p{Lu}[\p{L}\p{M}\p{N}'’&-]{0,30}|[0-9]{1,4}\p{L}{0,3}"
_COMPANY = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}&])(?P<name>(?:{_PART})"
    rf"(?:,?[ ](?:(?:{_PART})|&|and|und|et|y|e|en|of|de|the)){{0,{_MOST_WORDS}}}?)"
    rf"(?:,?[ ](?:{any_of(LEGAL_FORMS)})(?![\p{{L}}\p{{N}}])\.?){{1,3}}"
)
_FORMED = Worth((_COMPANY,))
_TRADE: Final = (
    rf"[ ](?:{any_of(map(str.capitalize, COMPANY_ENDINGS))})(?:[ ](?:{any_of(map(str.capitalize, COMPANY_TAILS))}))?"
    r"(?![\p{L}\p{N}_(/-]|[ ]\p{Lu}\p{Ll})"
)
"""Not before another word with a capital, with which the name may go on, or somebody's post."""
_TRADING = regex.compile(rf"(?<![\p{{L}}\p{{N}}&/_.-])(?P<name>(?:{_PART})(?:[ ](?:(?:{_PART})|&)){{0,3}}?){_TRADE}")
_TRADE_BEHIND = regex.compile(_TRADE)
_TRADE_BEFORE = regex.compile(rf"(?<!\p{{L}})(?:{any_of(map(str.capitalize, COMPANY_BEGINNINGS))})[ ]\Z")
_LONGEST_TRADE: Final = 24
"""Characters, with the blank behind them."""
_TRADED = Worth((_TRADING,))
_TRADE_FIRST = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}&/_.-])(?:{any_of(map(str.capitalize, COMPANY_BEGINNINGS))})"
    r"(?:[ ](?:de|del|della|des|di|du|da|do|van|la|le|el|et|y|e|&)){0,2}"
    r"(?:[ ]\p{Lu}[\p{Ll}\p{M}'’-]{2,30}){1,2}(?![\p{L}\p{N}])"
)
_TRADED_FIRST = Worth((_TRADE_FIRST,))
_PARTNERS = regex.compile(r"(?P<one>\p{Lu}[\p{L}\p{M}'’-]{1,30})[ ]?&[ ]?(?P<other>\p{Lu}[\p{L}\p{M}'’-]{1,30})")
_WORD = regex.compile(r"\S+")
_ABOVE = regex.compile(
    r"^[>?| \t]{0,6}[^\n]{2,60}\n(?:[>?| \t]{0,6}(?P<between>[^\n]{2,60})\n)?"
    r"[>?| \t]{0,6}(?P<name>[\p{L}\p{N}][^\n:;@/=()\[\]{}<>]{1,48}?)[ \t]{0,3}\n[>?| \t]{0,6}\Z",
    regex.MULTILINE,
)
"""What stands before an address: a person, perhaps another line, and a name."""
_HIGHEST_BLOCK: Final = 200
_IN_NAMES: Final = regex.compile(r"(?:\p{Lu}|[0-9])\S*|&|and|of|the|et|und|y|de")
_POSTS: Final = regex.compile(r"(?i:.*(?:er|or|ist|ant|yst|head|lead|department|team))")


def companies(text: str) -> Iterator[Span]:
    """Where companies stand, with their legal forms."""
    for match in (match for rule in _FORMED.rules(text) for match in rule.finditer(text)):
        start = _without_lead(text, *match.span("name"))
        if start is not None:
            yield start, match.end() - (match[0].endswith(".") and not _is_abbreviated(match[0]))


def trading(text: str, is_ordinary: Callable[[str], bool]) -> Iterator[Span]:
    """Where companies stand that end with their trade, and begin with a word that is not ordinary."""
    for match in (match for rule in _TRADED.rules(text) for match in rule.finditer(text)):
        start, end = match.span("name")
        if (named := _without_lead(text, start, end)) is None:
            continue
        first, _, more = text[named:end].partition(" ")
        if more and is_ordinary(first) and begins_sentence(text, named):
            named = end - len(more)
        if not is_ordinary(text[named:end]):
            yield named, match.end()


def trading_abroad(text: str) -> Iterator[Span]:
    """Where companies stand that begin with their trade. Not for German, where every noun has a capital."""
    for rule in _TRADED_FIRST.rules(text):
        yield from (match.span() for match in rule.finditer(text))


def is_called_like_people(name: str) -> bool:
    """Whether a name that reads as somebody's is a company's: one that all know, or two surnames (`Doe & Roe`)."""
    if name.lower() in CALLED_LIKE_PEOPLE:
        return True
    partners = _PARTNERS.fullmatch(name)
    return partners is not None and not GIVEN_NAMES.issuperset((partners["one"].lower(), partners["other"].lower()))


def with_trade(text: str, start: int, end: int) -> Span | None:
    """Where a name stands that says what its company does: `Marigold Catering`, `Bäckerei Hofmann`, and `Gainsborough`
    before `Estates`; None if it does not."""
    if not text[start:end].isupper():
        behind = _TRADE_BEHIND.match(text, end)
        before = _TRADE_BEFORE.search(text, max(0, start - _LONGEST_TRADE), start)
        if behind or before:
            return before.start() if before else start, behind.end() if behind else end
    words = text[start:end].lower().split(" ")
    says = len(words) > 1 and (words[-1] in COMPANY_WORDS or words[0] in COMPANY_BEGINNINGS)
    return (start, end) if says else None


def in_blocks(text: str, people: Sequence[Span], addresses: Iterable[Span]) -> Iterator[Span]:
    """Names that stand in a line of their own, with a person in one of the two lines above and an address below.
    Who lives there is a person, unless the line above says what somebody does or there is none between."""
    for start, _ in addresses:
        above = _ABOVE.search(text, max(0, start - _HIGHEST_BLOCK), start)
        if above is None or not _is_line_of_a_company(above["name"], text.islower()):
            continue
        start, end = above.span("name")
        higher = [person for person in people if above.start() <= person[0] < start]
        lives_there = any(person[0] < end and start < person[1] for person in people)
        others = any(above.start("between") <= person[0] < above.end("between") for person in higher)
        if higher and not (lives_there and (others or _is_no_post(above["between"]))):
            yield start, end


def _is_no_post(line: str | None) -> bool:
    """Whether there is a line between a person and a name, and it does not say what the first one does."""
    return line is not None and not _POSTS.fullmatch(line.split()[-1])


def _is_line_of_a_company(line: str, without_capitals: bool) -> bool:
    words = line.split()
    if len(words) > _MOST_WORDS or _POSTS.fullmatch(words[-1]):
        return False
    return without_capitals or all(_IN_NAMES.fullmatch(word) for word in words)


def _without_lead(text: str, start: int, end: int) -> int | None:
    """Where the name begins, after words that only begin the sentence; None if there is nothing else."""
    for word in _WORD.finditer(text, start, end):
        if word[0].lower().strip(".,:") not in NOT_COMPANIES:
            return int(word.start())
    return None


def _is_abbreviated(name: str) -> bool:
    """Whether the full stop at the end belongs to the form: `Inc.`, `S.A.`, not `GmbH.`"""
    return name.endswith(("Ltd.", "Inc.", "Corp.", "Co.", ".A.", ".V.", ".L.", ".S.", ".C.", "l.", "o."))
