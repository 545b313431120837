"""Tokens: keyed stand-ins for values, the map of one exchange, and the way back.

A token is `ENTITY_` and eight characters of Crockford's base 32, taken from HMAC-SHA256(key, scope,
entity, canonical value): `CREDIT_CARD_K7Q2M9XA`. The first is a letter, so that it does not pass for a
running number; the second is a digit, so that no word (`person_managers`) passes for a token. It is a
function of its arguments, so every turn, process and replica makes the same one and nothing has to be
stored. It has no brackets, so HTML, Markdown, URL encoding and a model's taste for lower case leave it
readable.

Three laws. Only what is in the map that is handed in is ever restored. `look_alikes` finds at least
whatever `restore` would accept, so text that only looks like a token can be hidden as a `LIT` token
before it leaves. Nothing is restored where a program follows a link without being asked (`_TARGETS`).

This module must not keep a map beyond the exchange, read a key file, or decide which values are hidden.

Accepted misses. A token glued to an ASCII letter or digit is not restored: it might be part of a longer
word. Where a target cannot be told from its surroundings (no blank after a URL), too much counts as
target. Both leave a visible token, never a value in the wrong place.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

import regex
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from grille.entities import LONGEST_NAME, RESERVED
from grille.errors import CannotRewrite, SettingsError
from grille.exchange import TokenMap

LITERAL = RESERVED
"""The entity of text that looks like a token and is none. No policy may define an entity of this name."""

_LENGTHS = (8, 16)  # of the part after the entity; the second only when two values share the first

LONGEST_TOKEN = LONGEST_NAME + 1 + _LENGTHS[-1]
"""Characters of the longest token that is ever minted."""

KEY_BYTES = 32
"""Bytes of a key."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DIGITS, _LETTERS = _ALPHABET[:10], _ALPHABET[10:]
_ENTITY = re.compile(r"[A-Z][A-Z0-9_]*")

# -- keys -----------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def derive(master: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869): purposes cannot be linked."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(_checked(master))


def _checked(key: bytes) -> bytes:
    if len(key) < KEY_BYTES:
        raise SettingsError(f"a key has at least {KEY_BYTES} random bytes; create another one")
    return key


# -- one value, many spellings --------------------------------------------------------------------

_GROUPING = re.compile("[ ()\u2010-\u2015\u2212-]")
_E_MAIL = re.compile(r"[^@ ]+@[^@ ]+\.[^@ .]+")
_WORDS = re.compile(r"(?:[^\W\d_]|[ .,'\u2019-])+")
_NUMBER = re.compile(r"\+?[0-9A-Z]+")
_DIGITS_OF_A_NUMBER = 9  # a date has at most eight
_DIGITS_BEYOND_AN_ADDRESS = 13  # an IPv4 address has at most twelve


def canonical(entity: str, value: str) -> str:
    """The spelling that stands for every spelling of `value`; equal ones share a token.

    A token brings back the first spelling that was seen, so two values must never be merged; two
    spellings kept apart do no harm. NFKC, ASCII digits, no invisible characters, single blanks; then
    the first rule that fits:

    1. A literal stays exactly as it is (none of the above either).
    2. Letters and digits, nine digits at least: no blanks, dashes and parentheses, upper case; from
       13 digits on no dots either. (Fewer digits might be a date, fewer with dots an address.)
    3. An e-mail address, and words without digits or symbols: case folded.
    4. Whatever else stays, case included: in a path or a password it means something.
    """
    if entity == LITERAL:
        return value
    text = value if value.isascii() else "".join(_plain(char) for char in unicodedata.normalize("NFKC", value))
    text = " ".join(text.split())
    digits = sum(map(str.isdecimal, text))
    if digits >= _DIGITS_OF_A_NUMBER:
        ungrouped = _GROUPING.sub("", text).upper()
        if digits >= _DIGITS_BEYOND_AN_ADDRESS:
            ungrouped = ungrouped.replace(".", "")
        if _NUMBER.fullmatch(ungrouped):
            return ungrouped
    if _E_MAIL.fullmatch(text) or _WORDS.fullmatch(text):
        return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text.casefold())
    return text


def _plain(char: str) -> str:
    if unicodedata.category(char) == "Cf":
        return ""
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


# -- out ------------------------------------------------------------------------------------------


class Minter:
    """Mints the tokens of one exchange and remembers which value each stands for.

    `scope` is who may see that two tokens are one value: tokens of two scopes cannot be linked.

    Should two values of an exchange come to the same eight characters (one in 500,000 exchanges of a
    thousand values each), the one seen later gets sixteen. Which one that is depends on the order in
    the text, which a growing history does not change; it cannot be told from one value alone.
    """

    __slots__ = ("_key", "_owners", "_scope", "_spellings", "_tokens")

    def __init__(self, key: bytes, scope: str) -> None:
        self._key = _checked(key)
        self._scope = scope
        self._tokens: dict[tuple[str, str], str] = {}
        self._owners: dict[str, tuple[str, str]] = {}
        self._spellings: dict[str, str] = {}

    def mint(self, entity: str, value: str) -> str:
        """The token of `value`. `entity` is upper case with underscores, at most `LONGEST_NAME` long."""
        owner = (entity, canonical(entity, value))
        if owner not in self._tokens:
            token = self._free(owner)
            self._owners[token] = owner
            self._tokens[owner] = token
            self._spellings[token] = value
        return self._tokens[owner]

    def map(self) -> TokenMap:
        """Every token minted so far, with the first spelling seen of its value."""
        return TokenMap(dict(self._spellings))

    def _free(self, owner: tuple[str, str]) -> str:
        entity, _ = owner
        if len(entity) > LONGEST_NAME or not _ENTITY.fullmatch(entity):
            raise SettingsError(
                f"entity {entity}: to be tokenized, a name has at most {LONGEST_NAME} of A-Z, 0-9 and _"
            )
        digest = hmac.digest(self._key, framed(self._scope, *owner), "sha256")
        for length in _LENGTHS:
            token = f"{entity}_{_characters(digest, length)}"
            if token not in self._owners:
                return token
        raise CannotRewrite("two values have the same token; send them in separate requests")


def framed(*parts: str) -> bytes:
    """The parts in a row, each after its length in four bytes: no two rows give the same bytes."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(part).to_bytes(4) + part for part in encoded)


def _characters(digest: bytes, length: int) -> str:
    number, letter = divmod(int.from_bytes(digest), len(_LETTERS))
    number, digit = divmod(number, len(_DIGITS))
    rest = (_ALPHABET[number >> 5 * place & 31] for place in range(length - 2))
    return _LETTERS[letter] + _DIGITS[digit] + "".join(rest)


# -- what looks like a token ----------------------------------------------------------------------

_LOW_LINE = r"(?:\\?_|&#95;|&#x5f;|&lowbar;|&underbar;|%5f)"
_ANY_LOW_LINE = re.compile(_LOW_LINE, re.IGNORECASE | re.ASCII)
LONGEST_SPELLING = LONGEST_TOKEN + (len("&underbar;") - 1) * (LONGEST_NAME // 2 + 1)
"""Characters of the longest text that is read as one token, every underscore written as an entity."""


def look_alikes(text: str, entities: Iterable[str]) -> list[tuple[int, int]]:
    """The [start, end) of whatever in `text` could be taken for a token of one of `entities` or for a
    literal: any case, and underscores escaped for Markdown, HTML or a URL. Glued to an underscore it
    counts, glued to an ASCII letter or digit it does not."""
    if not may_hold(text):
        return []
    return [match.span() for match in _pattern(frozenset(entities) | {LITERAL}).finditer(text)]


def may_hold(text: str) -> bool:
    """Whether a token of whatever entity may stand in a text."""
    # One of these is in every spelling of an underscore, and looking for them costs next to nothing.
    return ("_" in text or "&" in text or "%" in text) and _TAIL.search(text) is not None


def named(look: str) -> str:
    """The token that a look-alike would be, in its plain spelling."""
    return _ANY_LOW_LINE.sub("_", look).upper()


_TAIL = re.compile(rf"{_LOW_LINE}[{_LETTERS}][{_DIGITS}][{_ALPHABET}]{{{_LENGTHS[0] - 2}}}", re.IGNORECASE | re.ASCII)
"""What every token ends with. Few texts have it, and looking for it alone takes a tenth of the time."""


@lru_cache(maxsize=256)
def _pattern(entities: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(entities, key=lambda entity: (-len(entity), entity))
    names = "|".join(re.escape(entity).replace("_", _LOW_LINE) for entity in longest_first)
    short, long = _LENGTHS
    return re.compile(
        rf"(?<![0-9A-Z])(?:{names}){_LOW_LINE}"
        rf"[{_LETTERS}][{_DIGITS}][{_ALPHABET}]{{{short - 2}}}(?:[{_ALPHABET}]{{{long - short}}})?(?![0-9A-Z])",
        re.IGNORECASE | re.ASCII,
    )


# -- back -----------------------------------------------------------------------------------------

_RUN = r"[^\s<]*"
_QUOTED = r"""(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z))"""
_TARGETS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        # https://host/…, //host/…, and with the backslashes that browsers read as slashes: up to a blank or <
        rf"[/\\]{{2}}{_RUN}",
        rf"\b(?:https?|wss?|ftp|file|blob|mailto|javascript|vbscript|data(?=:[a-z]+/|:[,;])):{_RUN}",
        # www.host, host.tld/…: renderers make links of these too, also of names that are no ASCII (`xn--p1ai`, `рф`)
        rf"\bwww\.{_RUN}",
        rf"(?u:(?<![\w.-])[\w.-]*)\.(?:[a-z\x80-\U0010ffff]{{2,}}|xn--[\w-]+)\.?(?::[0-9]+)?[/?#]{_RUN}",
        # Markdown: ](target "title"), ](<target>), and [id]: target
        rf"\]\(\s*(?:<[^<>\n]*|[^\n)]*{_RUN})",
        rf"\]:\s*(?:<[^<>\n]*|{_RUN})",
        # HTML: whatever follows the name in a tag; a link attribute whose tag began elsewhere; CSS
        rf"<[a-z][^\s<>/]*[\s/](?:=\s*{_QUOTED}|[^>=]++|=)*",
        rf"\b(?:href|src|srcset|action|formaction|poster)\s*=\s*(?:{_QUOTED}|[^\s>]*)",
        r"\burl\([^)\n]*",
    )
)


def restore(text: str, tokens: TokenMap, begin: int = 0) -> list[tuple[int, int, str]]:
    """What to write where: [start, end) of each token of the map in `text` from `begin` on, and its value, in
    order and without overlap. A value that looks like a token itself is not read again.

    `text` has to begin where no link, tag or quotation is open. Who holds only the end of a text hands in
    what came before it as well, and begins after that.
    """
    if not tokens.values:
        return []
    found = []
    for match in _pattern(entities_of(tokens)).finditer(text, begin):
        value = tokens.values.get(named(match[0]))
        if value is not None:
            found.append((*match.span(), value))
    if not found:
        return []
    targets = sorted(match.span() for pattern in _TARGETS for match in pattern.finditer(text))
    starts = [start for start, _ in targets]
    ends = list(accumulate((end for _, end in targets), max))
    return [hit for hit in found if not _touches(hit[0], hit[1], starts, ends)]


_HOST_GOES_ON = re.compile(r"(?=.{0,80}\Z)[\w:-]*(?:\.[\w.:\x80-\U0010ffff-]*)?\Z")
"""What follows a token and might make it the name of a host: `TOKEN.example/…` is a link."""


def unsettled(text: str, entities: frozenset[str], begin: int = 0) -> int:
    """The offset, `begin` or later, from which `text` may still be restored otherwise when more of it comes: a
    token of `entities` that has begun, or one that what follows could make part of a link. Its length when there is
    none."""
    if not entities:
        return len(text)
    begin = max(begin, len(text) - LONGEST_SPELLING - 100)
    for match in _begun(entities).finditer(text, begin, partial=True):
        if match.partial or _HOST_GOES_ON.match(text, match.end()):
            return int(match.start())
    return len(text)


@lru_cache(maxsize=256)
def _begun(entities: frozenset[str]) -> regex.Pattern[str]:
    """The pattern of tokens in the library that knows of partial matches."""
    return regex.compile(_pattern(entities).pattern, regex.IGNORECASE | regex.ASCII)


def entities_of(tokens: TokenMap) -> frozenset[str]:
    """What the tokens of the map stand for."""
    return frozenset(token.rpartition("_")[0] for token in tokens.values)


def _touches(start: int, end: int, starts: list[int], ends: list[int]) -> bool:
    """Whether one of the targets overlaps [start, end). They are sorted by their starts; `ends[i]` is
    the furthest end of the first i+1."""
    before = bisect_right(starts, end - 1)
    return before > 0 and ends[before - 1] > start
