"""How secrets are announced: the names of secrets, and the ways in which a value follows its name.

    DB_PASSWORD=…   "password": "…"   <password>…</password>   --password …   the password for the ledger is …
    name              name  form        name    form             name form      name  form

An `Announcement` is one kind of name with the forms that are believed behind it, each with a shape
(`shapes.py`) that its value must have: in quotes behind the word password almost anything will do, in a
sentence only what is no word, and behind the word token only what chance made. The names are in
`vocabulary.py`, in the languages of the countries where we are read. This module is tables: it must not search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import regex

from grille.detectors.beginnings import Beginnings
from grille.detectors.edges import opened
from grille.detectors.shapes import chosen, factor_seed, key_like, mixed, passphrase, secret_like, seed_phrase, spoken
from grille.detectors.vocabulary import (
    CODE_LABELS,
    FACTOR_LABELS,
    LOGIN_LABELS,
    LOGIN_WORDS,
    OPEN_LABELS,
    PASSES,
    PASSWORD_LABELS,
    PHRASE_LABELS,
    SECRET_LABELS,
    SEED_LABELS,
    SEVERAL_LABELS,
    SHORT_PASSWORD_LABELS,
    TOKEN_LABELS,
    WORD_LABELS,
)
from grille.detectors.words import SPELT, any_of

type Shape = Callable[[str], bool]
"""A test of `shapes.py`."""
type Form = tuple[str, Shape]
"""What follows a name, with the value as its group `value`, and what the value must look like."""


_any_of = partial(any_of, blank=SPELT)

# -- names ----------------------------------------------------------------------------------------------------

_TAIL: Final = (
    r"(?:[ _.-]?(?i:value|string|str|plain|prod|production|dev|test|staging|live|default|old|new|base64|b64"
    r"|confirm|confirmation|again|repeat"
    r"|[0-9]{1,2}))?(?![A-Za-z])"
)
"""What may follow the last word of a name and leaves it what it is: `DB_PASSWORD_PROD`, `secretValue`, `password2`."""
_PASSWORD: Final = (
    rf"(?:(?i:{_any_of(PASSWORD_LABELS)})|(?i:{_any_of(SHORT_PASSWORD_LABELS)})(?<![A-Za-z](?i:pass|pw|psw|mdp))"
    rf"|(?:Pass|Pw|Pwd)(?<=[a-z](?:Pass|Pw|Pwd))|pass(?<=(?i:{_any_of(LOGIN_WORDS)})pass)){_TAIL}"
)
_SECRET: Final = rf"(?i:{_any_of(SECRET_LABELS)}){_TAIL}"
_TOKEN: Final = rf"(?:(?i:{_any_of(TOKEN_LABELS)})|(?i:key)(?<=[A-Za-z0-9][ _-](?i:key))|Key(?<=[a-z0-9]Key)){_TAIL}"
_PASSES: Final = rf"(?i:{_any_of(PASSES)})[ -]\Z"
_OPEN: Final = rf"(?:(?<![A-Za-z])(?i:{_any_of(OPEN_LABELS)})|{_any_of(map(str.capitalize, OPEN_LABELS))})[ _-]?\Z"
"""What stands before a name and says that it is none of ours."""

# -- forms ----------------------------------------------------------------------------------------------------

_CLOSE: Final = r"(?:\[[0-9]{0,4}\])?(?:\\{0,3}[\"'`]|[*_\]]){0,3}"
"""What closes a name: quotes, escaped or not, Markdown, an index."""
_TYPE: Final = r"(?:[ ]?:[ ]?[A-Za-z_.\[\]<>?&| ]{1,30}?(?=[ ]?=))?"
_IS: Final = r"[ \t]{0,8}(?:[:!=]=|::|===?|=>|->|\?\?=|\|\|=|[:=])[ \t]{0,8}"
_QUOTED: Final = (
    r"(?:\"\"\"(?P<value>[^\"\s]{3,256})\"\"\"|[A-Za-z$@]{0,2}\\{0,3}\"(?P<value>[^\"\s\\]{3,256}(?:\\[^\"nrt\s][^\"\s\\]{0,64}){0,4})\\{0,3}\""
    r"|[A-Za-z$@]{0,2}\\{0,3}'(?P<value>[^'\s\\]{3,256}(?:\\[^'nrt\s][^'\s\\]{0,64}){0,4})\\{0,3}'"
    r"|`(?P<value>[^`\s]{3,256})`)"
)
_BARE: Final = r"(?P<value>[^\s\"'`<>,;|&(){}\[\]\\]{4,256}+)"
_LINE: Final = r"(?<=^[ \t]*(?:[-*+>][ ])?(?:export |set |setx |ENV |ARG |SET )?[\w.-]{1,80})"
"""Only where the name begins its line, as settings do."""
_OPTION: Final = r"(?<=(?<![\w-])--?[A-Za-z-]{2,40})"

_ASSIGNED: Final = rf"{_CLOSE}{_TYPE}{_IS}(?:[*_]{{1,2}}[ ]{{0,2}})?{_QUOTED}"
_WRAPPED: Final = rf"{_CLOSE}{_TYPE}{_IS}(?:new[ ])?[A-Za-z_][\w.:<>]{{1,40}}(?<!\.\w{{1,20}})[(]{_QUOTED}"
"""`password = SecretStr("…")`"""
_PASSED: Final = (
    r"(?:(?<![\"'`](?i:pass|psw|pwd?))\\?[\"'`][ ]{0,2}(?:\)[ ]{0,2})?(?:,|=>|\)?\.[A-Za-z_]{2,20}\()[ ]{0,2}"
    rf"{_QUOTED}(?=[ ]{{0,2}}[),.])|(?<!(?<![A-Za-z])pass(?:Value|String)?)[ ]?\([ ]{{0,2}}{_QUOTED}(?=[ ]{{0,2}}[).]))"
)
"""`("password", "…")`, `setPassword("…")`, `find("password").send("…")`."""
_ELEMENT: Final = r"(?:(?<=<[\w:.-]{1,60})[ ][^<>\n]{0,120})?>[ \t]{0,4}(?P<value>[^<>\s]{4,256})[ \t]{0,4}</"
_TAGS: Final = r"(?:</?(?i:b|br|code|dd|div|dt|em|font|i|label|p|span|strong|td|th|u)(?:[ ][^<>]{0,120})?/?>\s{0,8})"
_CELL: Final = rf"[ ]?:?\s?{_TAGS}{{1,4}}:?\s{{0,4}}{_TAGS}{{0,2}}(?P<value>[^<>\s&]{{4,256}})"
"""`<b>Password:</b> …`, `<td>Password</td><td>…</td>`, as letters and pages in HTML have it."""
_ATTRIBUTE: Final = (
    r"\\?[\"'](?:[ ]{1,4}(?i:value|default|content)=\\?[\"'](?P<value>[^\"'\s<>]{4,256})\\?[\"']"
    r"|>[ \t]{0,4}(?P<value>(?=[^<>\s]{0,256}[0-9!@#$%^&*])[^<>\s]{4,256})[ \t]{0,4}</)"
)
"""`<add key="password" value="…"/>`, `<property name="password">…</property>`."""
_FIELD: Final = (
    r"\\?[\"']?(?:[ ]?,?\s{0,40}|[ ]?\{[^{}]{0,200}?)\\?[\"']?\b(?i:value|default)\\?[\"']?[ ]{0,2}[:=][ ]{0,2}"
    r"(?:\\?\"(?P<value>[^\"\s\\]{4,256})\\?\"|'(?P<value>[^'\s]{4,256})'|(?P<value>[^\s\"',;{}\[\]]{4,256})(?=\s))"
)
"""`- name: DB_PASSWORD` with `value: …` on its next line, and the same in JSON."""
_SETTING: Final = (
    rf"{_LINE}(?:[ \t]{{0,8}}=|:[ \t]{{1,8}}){_BARE}(?=[ \t]{{0,8}}(?:#[^\n]{{0,200}})?$)"
    rf"|{_LINE}[ \t]{{1,8}}{_QUOTED}(?=[ \t]{{0,8}}[;,]?[ \t]{{0,8}}$)"
    r"|=(?P<value>[^\s\"'`<>,;&(){}\[\]]{4,128})(?=[;&])"
    r"|(?<=(?<![\w.])[A-Z][A-Z0-9_]{2,60})=(?P<value>[^\s\"'`<>,;&(){}\[\]]{4,128})(?=[ ]\S)"
)
_OPTIONED: Final = rf"{_OPTION}(?:[ ]{{1,4}}|=)(?:{_QUOTED}|(?P<value>[^\s\"'`<>|&;]{{4,256}}))"
_RUN: Final = r"(?:(?!\)\]\()[^\s\"'`<>,;|\\&]|&(?![\w.%-]{1,40}=))"
"""Up to the next blank, quotation or parameter of an address, or the end of a picture in a link of Markdown."""
_WRITTEN: Final = (
    rf"{_CLOSE}(?:{_IS}|[ \t]{{1,8}}\|[ \t]{{1,4}}|\t)[*_]{{0,2}}[ ]{{0,2}}(?P<value>{_RUN}{{4,256}}+)(?!\()"
)
_NO_VERB: Final = r"(?<!(?<![A-Za-z])(?i:pass))"
"""`my pass is …`, and not: pass through to …"""
_BESIDE: Final = rf"{_NO_VERB}[ ]{{1,2}}(?:[-–—→][ ]{{1,2}})?[*_(\"'`“]{{0,2}}(?P<value>{_RUN}{{6,256}}+)(?!\()"
_WORDS: Final = r"(?:[ ](?!is[ ]|to[ ]|was[ ])[\p{L}0-9'’\"/@._-]{1,40}){0,7}"
_SAID: Final = (
    rf"[\"”]?(?:{_NO_VERB}{_WORDS}[ ](?:to|as)|(?:{_NO_VERB}{_WORDS})?"
    r"[ ](?:is|was|are|will be|remains|lautet|ist|wurde|est|es|será|è|é|är|jest|=|:))"
    r"(?:[ ](?:now|set to|currently|still|again|just|jetzt|nun|maintenant|ahora))?[ ]?[:=]?\s{1,3}"
    r"[\"'“„«`*(]{0,3}[ ]?(?P<value>[^\s\"'”“«»`<>;]{5,128})"
)
_SAID_IN_QUOTES: Final = (
    r"[ ](?:is|lautet|ist|est|es|è|é)[ ]?:?[ ]"
    r"(?:[\"“„«`](?P<value>[^\s\"”“«»`]{4,128})[\"”“»`]|'(?P<value>[^\s']{4,128})')"
)
_PHRASE: Final = (
    rf"{_CLOSE}(?:{_IS}|[ ]is[ ]:?[ ]?)\\?[\"']?"
    r"(?P<value>[a-z]{3,8}(?:[ ][a-z]{3,8}){11,23})(?![a-z])"
)

_WORDS_ALONE: Final = (
    rf"{_CLOSE}(?:{_IS}|[ ](?:is|was)[ ]:?[ ]?)"
    r"(?:\\?[\"'“](?P<value>[a-z]{3,10}(?:[ -][a-z]{3,10}){2,9})\\?[\"'”]"
    r"|(?P<value>[a-z]{3,10}(?:[ -][a-z]{3,10}){2,9})[ ]{0,2}$)"
)
"""`passphrase: …` of several words, in quotes or to the end of the line."""
_ONE_WORD: Final = (
    rf"{_CLOSE}(?:{_IS}|[ ](?:is|was)[ ]:?[ ]?)\\?[\"'“]?"
    r"(?P<value>[\p{L}\p{N}’-]{4,40})\\?[\"'”]?[ ]{0,2}(?:[;,.]|$)"
)
"""`memorable word: …`, and nothing behind it."""
_PAIR: Final = (
    r"(?:[ ](?:as|with|details|data|is|are|for[ ][^\s:]{1,40}))?[ ]{0,2}[:=]?[ ]{1,2}[\"'`]?[\w.@+-]{2,64}[\"'`]?"
    r"[ ]{0,2}(?:/|:|\||and|und|et|y|with)[ ]{0,2}[\"'`]?(?P<value>[^\s\"'`<>,;|\\]{5,64}+)"
)
"""`login: admin / …`"""
_LISTED: Final = (
    r"[^\n]{0,40}:?[ \t]{0,4}\n(?:(?:[-*•][ ])?[^\n]{1,40}?(?:[ ]{2,20}|\t|[ ]?:[ ]|[ ]?[.]{3,40}[ ]?|[ ][-–=][ ])"
    r"(?P<value>[^\s]{6,64})[ \t\r]{0,4}(?:\n|$)){1,20}+"
)
"""`passwords:` and below it lines of where and what."""
_CODE: Final = (
    r"(?:(?:[-*•]|[0-9]{1,2}[.)])[ ]{1,3})?(?P<value>[0-9]{4}[ ][0-9]{4}(?![0-9])"
    r"|[0-9A-Za-z]{3,8}(?:-[0-9A-Za-z]{3,8}){1,3}|(?=[A-Za-z]{0,15}[0-9])[0-9A-Za-z]{6,16})(?![\w-])"
)
_CODES: Final = rf"(?:[ (.][^\n:]{{0,60}})?[ ]?:?\s{{1,3}}{_CODE}(?:[ \t]{{0,3}}[,;]?\s{{1,4}}{_CODE}){{0,19}}+"
"""`recovery codes:` and below it, or behind it, one after the other."""
_SEED: Final = (
    rf"{_CLOSE}(?:[ _][^\n:=]{{0,60}})?(?:{_IS}|[ ]is[ ]|[ ])[\"'`]?"
    r"(?P<value>[A-Z2-7]{16,52}|[A-Za-z2-7]{4}(?:[ -][A-Za-z2-7]{4}){3,12})(?![\w-])"
)
"""What an authenticator is set up with (Base32), in one piece or in fours."""
_BEFORE: Final = regex.compile(
    r"(?<![^\s\"'`:])(?!(?i:oauth|grant|form|step|section|level|type|rfc|sha)[0-9.]{1,8}[ ])"
    r"(?P<value>[^\s\"'`()<>\[\]{}/]{6,64})[ ](?:\(|as (?:my|our|his|her|their|your|the|a)(?: new| old| temporary)? )\Z"
)
"""What stands before the name of a password and is one: `hunter2 (password)`, `I tried … as my password`."""
LONGEST_BEFORE: Final = 90
_NOTHING: Final = r"(?!)"


_EVERYDAY: Final = frozenset(("emergency", "safe", "second", "security", "two"))
"""First words of names of secrets that stand in every other text."""


def _is_code(value: str) -> bool:
    """Behind the word codes, whatever has a digit in it."""
    return any(map(str.isdigit, value))


def _never(value: str) -> bool:
    """Behind a label like login stands a name."""
    return False


@dataclass(frozen=True, slots=True)
class Announcement:
    """One kind of name. It begins with one of `stems` in lower case; `names` reads it there, unless `unless` stands
    before it, `forms` what follows it, and `opened` both while they are still coming. Where a label or a heading
    `ends` in one, the value is all there is, and `alone` judges it. `before`: a value that
    may stand in front of its name."""

    stems: Beginnings
    names: regex.Pattern[str]
    unless: regex.Pattern[str]
    forms: tuple[tuple[regex.Pattern[str], Shape], ...]
    opened: regex.Pattern[str]
    ends: regex.Pattern[str]
    alone: Shape
    before: regex.Pattern[str] | None = None

    def is_name(self, label: str) -> bool:
        """Whether a label or a heading ends in such a name."""
        if not self.stems.occur(label.lower()):
            return False
        name = self.ends.search(label)
        return name is not None and not self.unless.search(label, 0, name.start())


def _stems(label: str) -> Iterator[str]:
    """With what a name begins in any text in which it stands: its first word, or as a whole what begins like prose."""
    first = label.partition(" ")[0]
    if first in _EVERYDAY:
        yield from (label.replace(" ", blank) for blank in ("", " ", "_", "-"))
    else:
        yield first


def _announcement(labels: Iterable[str], name: str, unless: str, alone: Shape, forms: Iterable[Form]) -> Announcement:
    forms = tuple(forms)
    either = "|".join(f"(?:{form})" for form, _ in forms)
    return Announcement(
        Beginnings.of(stem for label in labels for stem in _stems(label)),
        regex.compile(name, regex.MULTILINE),
        regex.compile(unless),
        tuple((regex.compile(form, regex.MULTILINE), shape) for form, shape in forms),
        opened(f"{name}(?:{either})"),
        regex.compile(rf"{name}[^\p{{L}}\p{{N}}]{{0,3}}\Z"),
        alone,
    )


def _structured(shape: Shape) -> tuple[Form, ...]:
    """What programs and settings write."""
    return tuple((form, shape) for form in (_ASSIGNED, _PASSED, _ELEMENT, _ATTRIBUTE, _FIELD, _OPTIONED, _SETTING))


PASSWORDS: Final = (
    replace(
        _announcement(
            (*PASSWORD_LABELS, *SHORT_PASSWORD_LABELS),
            _PASSWORD,
            _PASSES,
            chosen,
            (
                *_structured(chosen),
                (_WRAPPED, spoken),
                (_WRITTEN, mixed),
                (_CELL, mixed),
                (_BESIDE, spoken),
                (_SAID, spoken),
                (_SAID_IN_QUOTES, chosen),
            ),
        ),
        before=_BEFORE,
    ),
    _announcement(
        SEVERAL_LABELS, rf"(?i:{_any_of(SEVERAL_LABELS)})(?![A-Za-z])", _PASSES, _never, ((_LISTED, spoken),)
    ),
    _announcement(CODE_LABELS, rf"(?i:{_any_of(CODE_LABELS)})(?![A-Za-z])", _NOTHING, _is_code, ((_CODES, _is_code),)),
    _announcement(
        FACTOR_LABELS, rf"(?i:{_any_of(FACTOR_LABELS)})(?![A-Za-z])", _NOTHING, factor_seed, ((_SEED, factor_seed),)
    ),
    _announcement(WORD_LABELS, rf"(?i:{_any_of(WORD_LABELS)})(?![A-Za-z])", _NOTHING, chosen, ((_ONE_WORD, chosen),)),
    _announcement(
        PHRASE_LABELS,
        rf"(?i:{_any_of(PHRASE_LABELS)})(?![A-Za-z])",
        _NOTHING,
        passphrase,
        ((_WORDS_ALONE, passphrase),),
    ),
    _announcement(
        SEED_LABELS,
        rf"(?i:{_any_of(SEED_LABELS)})(?![A-Za-z])",
        _NOTHING,
        seed_phrase,
        ((_PHRASE, seed_phrase),),
    ),
    _announcement(LOGIN_LABELS, rf"(?i:{_any_of(LOGIN_LABELS)})(?![A-Za-z])", _NOTHING, _never, ((_PAIR, spoken),)),
)
"""What a person types in to be let in."""

_BELIEVED_KEYS: Final[tuple[Form, ...]] = (
    (_WRAPPED, key_like),
    (_WRITTEN, key_like),
    (_CELL, key_like),
    (_BESIDE, key_like),
    (_SAID, key_like),
)
KEYS: Final = (
    _announcement(SECRET_LABELS, _SECRET, _OPEN, secret_like, (*_structured(secret_like), *_BELIEVED_KEYS)),
    _announcement((*TOKEN_LABELS, "key"), _TOKEN, _OPEN, key_like, (*_structured(key_like), *_BELIEVED_KEYS)),
)
"""What a program shows to be let in."""
