"""People whom the words around them introduce: a title, a greeting, a signature, `my name is …`.

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
from grille.detectors.vocabulary import NAME_PARTICLES
from grille.detectors.vocabulary_names import ADDRESSED, CLOSINGS, GREETINGS, TITLES


def _either(words: tuple[str, ...]) -> str:
    return "|".join(regex.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_CAPITAL = r"\p{Lu}[\p{L}\p{M}'’]{0,30}(?:-\p{L}[\p{L}\p{M}'’]{0,30})?"
_INITIALS = r"(?:\p{Lu}\.[ -]?){1,4}"
_PARTICLES = "|".join(sorted(NAME_PARTICLES))
_NAME: Final = rf"(?:{_INITIALS})?{_CAPITAL}(?:[ ](?:(?:(?:{_PARTICLES})[ ]){{0,2}}(?:{_CAPITAL}|\p{{Lu}}\.))){{0,3}}"
_TITLED = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}.])(?:{_either(TITLES)})\.?[ ]{{1,2}}(?:(?:{_either(TITLES)})\.?[ ])?"
    rf"(?P<name>{_INITIALS}+(?<=\.)(?![ -]?\p{{Lu}})|(?:(?:{_PARTICLES})[ ]){{0,3}}{_NAME})"
)
_GREETED = regex.compile(rf"^[ \t>]{{0,4}}(?:{_either(GREETINGS)})[ ](?P<name>{_NAME})(?=[ ]{{0,2}}[,!:\n–-]|$)", regex.M)
_SIGNED = regex.compile(
    rf"^[ \t>]{{0,4}}(?i:{_either(CLOSINGS)})[ ]?[,!.]?[ \t]{{0,3}}\n(?:[ \t>]{{0,4}}\n){{0,2}}"
    rf"[ \t>]{{0,4}}(?P<name>{_NAME})[ \t,]{{0,3}}$",
    regex.M,
)
_DISPLAYED = regex.compile(rf"(?P<name>{_NAME}|{_CAPITAL}, {_NAME})\"? ?<[^<>@\s]{{1,64}}@[^<>@\s]{{1,190}}>")
_NAMED = regex.compile(
    rf"(?i:(?<![\p{{L}}\p{{N}}])(?:my (?:full )?name(?: is|['’]s)|mein name ist|ich heiße|je m['’]appelle|me llamo|"
    rf"mi nombre es|mi chiamo|mijn naam is|meu nome é))[ ]"
    rf"(?P<name>{_NAME}|\p{{Ll}}[\p{{L}}'’-]{{1,20}}(?:[ ](?!and|but|i|from|with|on|in|at|the|my|is)\p{{Ll}}[\p{{L}}'’-]{{1,20}})?)"
    rf"(?=[ ]{{0,2}}(?:[.,;:!?)\n]|$)|[ ](?:and|but|i|from|with|on|in|at|the|my)\b)"
)
_CALLED = regex.compile(
    rf"(?i:(?<![\p{{L}}\p{{N}}])(?:this is|i am|i['’]m|call me|calls? me|spoke (?:to|with)|signed by|prepared by|approved by|"
    rf"hier ist|ici|soy|sono))[ ](?P<name>{_NAME})(?=[ ]?(?:,|\.|!|\n|$)|[ ](?i:from|speaking|calling|at|on|and|here|von|de)[ ])"
)
_SURE = (_TITLED, _SIGNED, _DISPLAYED, _NAMED)
_LIKELY = (_GREETED, _CALLED)


def introduced(text: str) -> Iterator[tuple[int, int]]:
    """Where people stand whom something introduces."""
    for rule in _SURE:
        for match in rule.finditer(text):
            if _is_no_crowd(match["name"]):
                yield match.span("name")
    for rule in _LIKELY:
        for match in rule.finditer(text):
            if is_name(match["name"]) and _is_no_crowd(match["name"]):
                yield match.span("name")


def _is_no_crowd(name: str) -> bool:
    """Whether no word of it is one that letters use for anybody: `Dear Customer`."""
    return ADDRESSED.isdisjoint(word.lower() for word in name.split())
