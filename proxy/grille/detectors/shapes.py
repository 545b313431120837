"""What a value beside a label must look like to be a secret: the one place where that is decided.

Entropy alone decides nothing: `production-eu-west-1` has more of it than most passwords. Five questions are
asked instead, in this order, and each says what it lets through:

    _stands_for    a placeholder, a template, the name of a type or a variable, a mask: never a secret
    _REFERENCE     a path, an address, a member of an object, a selector: never a secret
    drawn          digits, capitals and small letters change places as chance would have it
    mixed          letters together with digits or marks, as no word has them
    _TECHNICAL     a word with digits in it that is none: SHA256, ISO27001, 2nd, v1.2, 90days, a date, an amount

A caller says how sure its label is by the question that it asks: `chosen` beside the word password and in
quotes, `spoken` in running text, `drawn` beside the word token. This module must not search, and knows no labels.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import Final

import regex

from grille.detectors.vocabulary import PLACEHOLDERS, STAND_INS

_SHORTEST: Final = 4
_SHORTEST_KEY: Final = 8
_SHORTEST_DRAWN: Final = 16
_LONG: Final = 20
_WORD = regex.compile(r"\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}+")
_HEX = regex.compile(r"(?:0x)?[0-9a-fA-F]{16,}")
_HUMP = regex.compile(r"[A-Z]?[a-z]+|[A-Z]+|[^A-Za-z]+")
_LONG_HUMP: Final = 3
"""Letters of a hump, on average: `ConnectorCallToolV1Request` has longer ones, and chance has not."""
_UUID = regex.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_TEMPLATE = regex.compile(
    r"[<\[{(].*|.*[>\]}]|[$%#]?\{.*|\$\(.*|%\(.*|\$[A-Za-z_]\w*|%[A-Za-z_]\w*%|%[sdrv]|[@:&*!][A-Za-z_]+"
    r"|.*(?:\{\{|\$\{|#\{|\{\}|%s|%\().*|\*.*|.*(?:\*\*\*|\.\.\.|…|[xX]{4}|•).*|(.)\1{3,}|\^.*|.*\(\?.*"
)
_REFERENCE = regex.compile(
    r"(?:\.{0,2}|~|[A-Za-z]:)[/\\].*|(?:https?|file|s3|ssm|vault|env|arn|aws|op|kms)://?.*|arn:.*|\w+://.*"
    r"|[A-Za-z_]\w*(?:(?:\.|->|::)[A-Za-z_]\w*)+[;)]?|[A-Z]+(?:_[A-Z]+)+|[#.][A-Za-z][\w-]*|//.*"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}|[\w.-]+\.(?:txt|pem|key|json|ya?ml|py|js|ts|env|crt|cfg|conf|ini)"
    r"|[A-Za-z_$][\w$]*(?:[.:>-]{1,2}\w+)*[(\[].*|(?:[A-Z][a-z]+){2,}[?!]?|(?:self|this|cls|args?|os|env|ctx)[.-].*"
)
_TECHNICAL = regex.compile(
    r"(?i)(?:iso|sha|aes|rsa|hs|rs|es|md|rfc|cve|utf|base|oauth|pbkdf|argon|fido|pkcs|x\.?|tls|ssl|http|ipv|s|h|q|fy"
    r"|web|eu|us|ec|p|soc|win|v|python|java|office|part|step|page|day|no|nr|id|level|type|version|issue|pr"
    r"|ticket|inc|jira)?[-_ #.:/]{0,2}[0-9]{1,6}(?:[-_./:,][0-9a-z]{1,5}){0,4}"
    r"|[$€£]?[0-9][0-9.,:/-]*(?:st|nd|rd|th|s|d|h|m|y|k|x|%|am|pm|ms|min|mins|hrs?|hours?|days?|weeks?|months?|years?|"
    r"chars?|characters?|digits?|bits?|bytes?|kb|mb|gb|times?|attempts?|users?)?"
    r"|[a-z]+-[0-9]{1,4}|(?-i:[A-Z0]{2,6})[0-9]{1,6}|[0-9]+-[a-z]+(?:-[a-z]+)*|(?:mfa|2fa|sso|totp|otp)/.*"
)
_CRYPTED: Final = ("$1$", "$2", "$5$", "$6$", "$apr1$", "$argon", "$y$")
"""What crypt(3) writes: these are found as they stand, because they can be tried out at leisure."""
_MARKS: Final = frozenset("!@#$%^&*+=~?")


def chosen(value: str) -> bool:
    """Something that a person or a machine chose, and not what stands in its place or says where it is.
    `letmein` is; a passphrase with blanks is not, because sentences about passwords stand in the same places."""
    return (
        len(value) >= _SHORTEST
        and not any(map(str.isspace, value))
        and not _stands_for(value)
        and not _REFERENCE.fullmatch(value)
    )


def mixed(value: str) -> bool:
    """`chosen`, and no word of a language: letters together with digits or marks. `letmein` is not."""
    bare = value.rstrip(".,:;!?)")
    if _numbered(bare) or not any(map(str.isalpha, bare)):
        return False
    marked = any(map(str.isdigit, bare)) or not _MARKS.isdisjoint(value)
    return marked and chosen(value)


def spoken(value: str) -> bool:
    """`mixed`, and nothing technical: what may be believed in the middle of a sentence."""
    bare = value.rstrip(".,:;!?)")
    return mixed(value) and not _TECHNICAL.fullmatch(bare) and not (bare.isalpha() and value[-1] in ".,:;!?)")


def drawn(value: str) -> bool:
    """Whether a string looks drawn at random: 16 characters or more, over 3 bits each, and hexadecimal
    throughout or with an unbroken stretch of 10 in which digits, capitals and small letters alternate
    as chance would have it. Long words, `camelCase` and dashed names (`production-eu-west-1`) do not;
    a secret made of words is an accepted miss."""
    if len(value) < _SHORTEST_DRAWN or _bits(value) <= 3:
        return False
    return bool(_HEX.fullmatch(value)) or any(
        len(part) >= 10
        and _changes(part) >= (0.2 if any(map(str.isdigit, part)) else 0.34) * len(part)
        and (part.lower() == part or len(part) < _LONG_HUMP * len(_HUMP.findall(part)))
        for part in regex.split(r"[^A-Za-z0-9+/=]", value)
    )


def key_like(value: str) -> bool:
    """What a machine made up: `drawn`, a UUID, or twenty characters in one piece with four digits among them."""
    if not chosen(value) or len(value) < _SHORTEST_KEY:
        return False
    digits = sum(map(str.isdigit, value))
    in_one_piece = value.isalnum() and len(value) >= _LONG and 4 <= digits < len(value)
    return in_one_piece or drawn(value) or bool(_UUID.fullmatch(value))


def secret_like(value: str) -> bool:
    """Beside the word secret also what a person made up for a machine: eight characters that are `mixed`."""
    return key_like(value) or (len(value) >= _SHORTEST_KEY and mixed(value) and not _is_a_name(value))


def seed_phrase(value: str) -> bool:
    """The words that a wallet is restored from (BIP-39): 12 to 24 of them, hardly one twice."""
    words = value.split()
    return len(words) in (12, 15, 18, 21, 24) and len(set(words)) >= len(words) - 2


def factor_seed(value: str) -> bool:
    """What a second factor is set up with: letters of one case, and digits among them."""
    return any(map(str.isdigit, value)) and value in (value.upper(), value.lower())


def passphrase(value: str) -> bool:
    """Words that somebody chose and that say nothing together: all of three letters or more, and none that a request
    for a passphrase has in it."""
    words = value.replace("-", " ").split()
    return len(words) > 2 and len(set(words)) == len(words) and STAND_INS.isdisjoint(words)


def _stands_for(value: str) -> bool:
    plain = value.strip(".!?,;:\"'`")
    if plain.lower() in PLACEHOLDERS or _template(value):
        return True
    words = [word.lower() for word in _WORD.findall(plain)]
    if not value.isascii() and not any(map(str.isdigit, value)):
        return True
    return not any(map(str.isdigit, plain)) and bool(words) and all(word in STAND_INS for word in words)


def _template(value: str) -> bool:
    return bool(_TEMPLATE.fullmatch(value)) and not value.startswith(_CRYPTED)


def _numbered(value: str) -> bool:
    """One of several stand-ins: `password2`, `new_pw1`."""
    return value[-1:].isdigit() and value[:-1].replace("_", "").isalpha() and _stands_for(value[:-1])


def _is_a_name(value: str) -> bool:
    """Words with dashes or dots between them and perhaps a number at the end: `my-tls-secret-2`."""
    return bool(regex.fullmatch(r"[a-z]+(?:[-_.][a-z]+)*(?:[-_.]?v?[0-9]{1,3})?(?:[-_.][a-z]+)*", value))


def _changes(part: str) -> int:
    """How often a string changes between digits, capitals and the rest."""
    kinds = [(char.isdigit(), char.isupper()) for char in part]
    return sum(one != other for one, other in pairwise(kinds))


def _bits(value: str) -> float:
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())
