"""People whom the words around them introduce: a title, a greeting, a signature, `my name is …`, a list of those
present, a line of a conversation, `my wife …`.

A model may know such a name or not; the words around it are evidence enough. They are few, so they are
listed (`vocabulary_names`) for the languages that are read. Names in lower case count after `my name is`
only. A signature whose closing stands in a sentence of its own is not seen in a text that grows: accepted.
This module must not know a model.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from grille.detectors.names import is_name
from grille.detectors.sieve import Worth
from grille.detectors.vocabulary import NAME_PARTICLES
from grille.detectors.vocabulary_companies import GIVEN_NAMES
from grille.detectors.vocabulary_names import (
    ACCOUNTING_WORDS,
    ADDRESSED,
    CLOSINGS,
    GATHERINGS,
    GREETINGS,
    LOW_TITLES,
    OPENERS,
    RELATIONS,
    TITLES,
    UNIT_WORDS,
    WORDS_AS_NAMES,
)
from grille.detectors.words import any_of

_CAPITAL = r"\p{Lu}[\p{L}\p{M}'’]{0,30}(?:-\p{L}[\p{L}\p{M}'’]{0,30})?"
_LOUD = r"\p{Lu}[\p{Lu}\p{M}'’-]{1,30}"
_LOWER = r"\p{Ll}[\p{L}'’-]{1,20}"
_INITIALS = r"(?:\p{Lu}\.[ -]?){1,4}"
_NO_OPENER = rf"(?!(?:{any_of(OPENERS)})\b)"
_LETTERS: Final = rf"\p{{Lu}}\.(?:[ -]?\p{{Lu}}\.){{0,3}}+(?![ -]?{_NO_OPENER}\p{{Lu}})"
_LETTERS_ONLY = regex.compile(_LETTERS)
_PARTICLES = rf"(?:(?:{'|'.join(sorted(NAME_PARTICLES))})[ ])"
_NO_FLAT = rf"(?!(?i:{any_of(UNIT_WORDS)})\b)"
_NAME: Final = (
    rf"(?:{_INITIALS}{_NO_OPENER})?{_NO_FLAT}{_CAPITAL}"
    rf"(?:[ ](?:{_PARTICLES}{{0,2}}{_NO_FLAT}(?:\p{{Lu}}\.|{_CAPITAL}))){{0,3}}"
)
_NO_WORD_BEFORE = r"(?<![\p{L}\p{N}])"
_LINE_BEGINS = r"^[ \t>]{0,4}"
_GOES_ON = (
    r"(?:and|but|are|i|from|with|on|in|at|the|my|is|not|a|an|before|after|for|to|of|by|as|so|please|can|could|you)\b"
)
_TITLE = rf"(?:{any_of((*TITLES, *LOW_TITLES))})\.?[ ]"
_TITLED = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}.]){_TITLE}[ ]?(?:{_TITLE})?"
    rf"(?P<name>{_LETTERS}|{_PARTICLES}{{0,3}}{_NAME})"
)
_TITLED_LOUDLY = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}.])"
    rf"(?:(?:MRS?|MISS|MS)[ ](?P<name>(?:\p{{Lu}}[ ]){{1,3}}(?:(?:VAN|DE[NR]?|LA|LE|ST)[ ]){{0,2}}{_LOUD})"
    rf"|(?:MRS)[ ](?P<name>{_LOUD}(?:[ ]{_LOUD})?))(?![\p{{L}}\p{{N}}])"
)
"""`MR J DOE`, as statements have it. Without an initial some titles are something else: `MS OFFICE`, `MISS RATE`."""
_GREETED = regex.compile(
    rf"{_LINE_BEGINS}(?:{any_of(GREETINGS)})[ ](?P<name>{_NAME})(?=[ ]{{0,2}}[,!:\n–-]|$)", regex.MULTILINE
)
_SIGNED = regex.compile(
    rf"(?:{_LINE_BEGINS}|(?<=[.!?)] ))(?i:{any_of(CLOSINGS)})[ ]?[,!.]?[ \t]{{0,3}}\n(?:[ \t>]{{0,4}}\n){{0,2}}"
    rf"[ \t>]{{0,4}}(?P<name>{_NAME})[ \t,]{{0,3}}$",
    regex.MULTILINE,
)
_DISPLAYED = regex.compile(rf"(?P<name>{_NAME}|{_CAPITAL}, {_NAME})\"? ?<[^<>@\s]{{1,64}}@[^<>@\s]{{1,190}}>")
_NAMED = regex.compile(
    rf"(?i:{_NO_WORD_BEFORE}(?:my (?:full )?name(?: is|['’]?s)|mein name ist|ich heiße|je m['’]appelle|me llamo|"
    r"mi nombre es|mi chiamo|mijn naam is|meu nome é))[ ]"
    rf"(?P<name>{_NAME}|(?!{_GOES_ON}){_LOWER}(?:[ ](?!{_GOES_ON}){_LOWER})?)"
    rf"(?=[ ]{{0,2}}(?:[.,;:!?)\n]|$)|[ ]{_GOES_ON})"
)
_CALLED = regex.compile(
    rf"(?i:{_NO_WORD_BEFORE}(?:this is|i am|i['’]m|calls? me|spoke (?:to|with)|signed by|prepared by|approved by|"
    rf"hier ist|ici|soy|sono))[ ](?P<name>{_NAME})"
    rf"(?=[ ]?(?:,|\.|!|\n|$)|[ ](?i:from|speaking|calling|at|on|and|here)[ ])"
)
_ARE_THERE: Final = (
    rf"(?:(?i:{_NO_WORD_BEFORE}(?:{any_of(GATHERINGS)})(?: present| were| are)?)[ ]?[:–-]"
    rf"|{_LINE_BEGINS}(?i:present)[ ]?:)"
)
_GATHERED = regex.compile(
    rf"{_ARE_THERE}\s{{1,3}}(?:[-*•][ ])?"
    rf"(?P<name>{_NAME})(?:(?:,? (?:and|&) |[,;] ?|\n[ \t]{{0,4}}[-*•][ ])(?P<name>{_NAME})){{0,30}}+",
    regex.MULTILINE,
)
"""`Attendees: Jane Doe, Li Wei and Tom`"""
_FAMILY: Final = rf"(?:\p{{L}}[\p{{L}}.]{{1,3}}[ ]){{0,2}}{_CAPITAL}, {_NAME}"
_GATHERED_BY_SURNAME = regex.compile(
    rf"{_ARE_THERE}\s{{1,3}}"
    rf"(?P<name>{_FAMILY})(?:;\s{{1,3}}(?P<name>{_FAMILY})){{1,30}}+",
    regex.MULTILINE,
)
"""`Attendees: Doe, Jane; van Loon, Piet`"""
_SPEAKING = regex.compile(
    rf"{_LINE_BEGINS}(?P<name>{_CAPITAL}(?: {_CAPITAL})?):[ ]?\\?[\"“](?=\p{{L}})", regex.MULTILINE
)
"""`Mary: "Not today."`"""
_TURN = regex.compile(
    rf"{_LINE_BEGINS}(?:\[?[0-9]{{1,2}}[:.][0-9]{{2}}(?:[:.][0-9]{{2}})?(?:[ ]?[AaPp][Mm])?\]?[ ]{{1,2}}(?:[-–][ ])?)?"
    rf"(?P<name>{_CAPITAL}(?: {_CAPITAL})?):[ ](?=\p{{L}}[\p{{L}}'’]*[ ,.!?\n]|\p{{L}}+$)",
    regex.MULTILINE,
)
"""`Mary: not today`: a turn of a conversation, or any key with its value."""
_RELATED = regex.compile(
    rf"(?:{_NO_WORD_BEFORE}(?:[Mm]y|[Yy]our|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir) (?:\p{{Ll}}{{2,12}} )?"
    rf"(?:{any_of(RELATIONS)})|(?<= national)(?=,)),? (?P<name>{_LETTERS}|{_NAME})"
)
"""`my wife Jane`, `our accountant, Li Wei`, `a Kenyan national, Jane Doe`"""
_OPPOSED = regex.compile(
    rf"{_NO_WORD_BEFORE}(?:(?P<name>{_NAME}|\p{{Lu}}\.) and )?(?P<name>{_NAME}) v\. (?=the |\p{{Lu}})"
)
"""`Doe v. the United Kingdom`: a case is called after a person."""
_WORD_AS_NAME: Final = (
    rf"(?P<name>{any_of(map(str.capitalize, WORDS_AS_NAMES))})(?![\p{{L}}\p{{N}}&-]|['’]\p{{L}}{{2}})"
)
_TOLD = regex.compile(
    rf"(?i:{_NO_WORD_BEFORE}(?:ask|asked|asking|tell|told|telling|thank|thanked|remind|reminded|emailed|phoned|texted"
    rf"|(?:speak|spoke|spoken|talk|talked) (?:to|with)))[ ]{_WORD_AS_NAME}(?![ ]\p{{Lu}})"
    rf"(?:,? (?:and|or) {_WORD_AS_NAME})?"
)
"""`I told Bill`: a name that is a word as well, where nothing but somebody stands."""
_SAYS = regex.compile(
    rf"(?<!\p{{L}}['’]|[\p{{L}}\p{{N}}]|\p{{Lu}}[\p{{L}}.]{{0,20}}[ ])(?:{_WORD_AS_NAME} (?:and|or) )?{_WORD_AS_NAME}"
    r"[ ](?:also |then |never |just |has |had )?(?:said|says|asked|asks|told|tells|thinks|thought|replied|wrote|writes"
    r"|insisted|insists|agreed|agrees|knows|wants|wanted|believes|promised|apologised|apologized|admitted)\b"
)
"""`Grace said`"""
_TO_DO = regex.compile(
    rf"{_LINE_BEGINS}(?:[-*•–]|[0-9]{{1,2}}[.)])[ ]{{1,2}}(?P<name>{_CAPITAL})(?:,? (?:and|&) (?P<name>{_CAPITAL}))?"
    r"[ ](?:(?:will|to)[ ](?!be\b)|→[ ]?)(?=\p{Ll}{2})",
    regex.MULTILINE,
)
"""`- Doe to send the file`: who does what, in a list."""
_LOW = regex.compile(
    rf"{_NO_WORD_BEFORE}(?:(?:hi|hiya|hey|hello|dear)[ ](?P<name>{_LOWER})(?=[ ]?(?:[,.!:\n]|$))"
    rf"|(?:mister|missus|mrs|mr)[ ](?!and\b|or\b)(?P<titled>{_LOWER})"
    rf"|(?:this is|it['’]?s|i['’]?m|its)[ ](?P<name>{_LOWER})(?=[ ](?:from|here|calling|ringing|speaking)\b))"
)
"""`hi jane,`, `mister doe` and `it's jane from the bank`, all in lower case."""
_SURE = Worth((_TITLED, _TITLED_LOUDLY, _SIGNED, _DISPLAYED, _NAMED))
_LIKELY = Worth((_GREETED, _CALLED, _GATHERED_BY_SURNAME, _TOLD, _SAYS))
_SUPPOSED = Worth((_GATHERED, _SPEAKING, _RELATED, _OPPOSED, _TO_DO))
_CALLED_LOW = Worth((_LOW,))
_TURNS = Worth((_TURN,))


def introduced(text: str) -> Iterator[tuple[int, int]]:
    """Where people stand whom something introduces."""
    for rule in _SURE.rules(text):
        for match in rule.finditer(text):
            if _is_no_crowd(match["name"]) and not _is_a_debit(match[0]):
                yield match.span("name")
    for rule in _LIKELY.rules(text):
        for match in rule.finditer(text):
            for start, end in match.spans("name"):
                if is_name(text[start:end]) and _is_no_crowd(text[start:end]):
                    yield start, end
    for rule in _CALLED_LOW.rules(text):
        for match in rule.finditer(text):
            if match["titled"] or match["name"] in GIVEN_NAMES:
                yield match.span("titled" if match["titled"] else "name")


def supposed(text: str) -> Iterator[tuple[int, int]]:
    """Where people stand if their words may be names: in a list of those present, before what they say, beside
    their kin or their work, in the name of a case."""
    for rule in _SUPPOSED.rules(text):
        for match in rule.finditer(text):
            for start, end in match.spans("name"):
                if _is_no_crowd(text[start:end]):
                    yield start, end


def speaking(text: str) -> list[tuple[int, int]]:
    """Where those stand who speak in turn, if two do and one of them again: people, if their names may be names, and
    keys of records otherwise."""
    turns = [match.span("name") for rule in _TURNS.rules(text) for match in rule.finditer(text)]
    voices = {text[start:end] for start, end in turns}
    return turns if 1 < len(voices) < len(turns) else []


def are_initials(name: str) -> bool:
    """Whether somebody is called by letters only: `J.P.`"""
    return _LETTERS_ONLY.fullmatch(name) is not None


def _is_a_debit(said: str) -> bool:
    """`Dr Bad Debt Expense` is a side of an account. A doctor called Price is left to the models."""
    title, *words = said.lower().split()
    return title == "dr" and not ACCOUNTING_WORDS.isdisjoint(words)


def _is_no_crowd(name: str) -> bool:
    """Whether no word of it is one that letters use for anybody (`Dear Customer`), and it is no lone title."""
    return name.rstrip(".") not in TITLES and ADDRESSED.isdisjoint(word.lower() for word in name.split())
