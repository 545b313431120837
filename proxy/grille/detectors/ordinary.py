"""Which words are ordinary: those of an English dictionary that are nobody's name.

Accounts, headings, tables and manuals give capitals to words that are no names, and models take the capitals
for a sign. The English model brings a dictionary, the lists from which its lemmatizer works: verbs, adjectives,
adverbs and nouns in their base form. Names of people and places stand among the nouns, so a noun counts only if
its vector is not near theirs. A guess of a place or an organisation in which every word is ordinary is not
believed, unless its last word says what it is (`Chase Bank`).

An organisation called by a single ordinary word (`Target`), or by an acronym, is an accepted miss. This module
must not find names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import regex
from spacy.language import Language
from spacy.lookups import Lookups

from grille.detectors.vocabulary import NOT_NAMES
from grille.detectors.vocabulary_languages import STOP_WORDS
from grille.detectors.vocabulary_names import ACCOUNTING_WORDS, INSTITUTIONS
from grille.detectors.words import WORD

type Likeness = Callable[[str], float]

_FOLDER: Final = "lemmatizer/lookups"
_TABLE: Final = "lemma_index"
_NEVER_NAMES: Final = ("verb", "adj", "adv")
_LIKE_A_NAME: Final = 0.35
_ENDINGS: Final = (
    ("ies", "y"), ("ied", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("er", ""),
    ("er", "e"), ("able", ""), ("able", "e"), ("ation", "e"), ("ization", "ize"), ("isation", "ize"), ("ised", "ize"),
    ("ising", "ize"), ("ise", "ize"), ("ment", ""), ("our", "or"), ("ours", "or"), ("tre", "ter"), ("tres", "ter"),
    ("ly", ""), ("ness", ""), ("ogue", "og"), ("mme", "m"), ("mmes", "m"),
)  # fmt: skip
"""How words are inflected and derived, and spelt in two countries: an ending, and what stands there instead."""
_BEGINNINGS: Final = ("un", "re", "pre", "non", "sub", "multi", "over", "under", "inter", "micro", "auto", "de", "mis")
_SHORTEST: Final = 3
_SPACED = regex.compile(r"[\p{L}\p{M}]+(?:['’]\p{L}+)?")
_ACRONYM: Final = 5


@dataclass(frozen=True, slots=True)
class Ordinary:
    """A dictionary, and how much a word is like a name of a person or a place."""

    never_names: frozenset[str] = field(repr=False)
    nouns: frozenset[str] = field(repr=False)
    likeness: Likeness = field(repr=False)

    def word(self, word: str) -> bool:
        """Whether a word is ordinary, in whatever form and letters it stands."""
        word = word.lower()
        if word in self.never_names:
            return True
        return self.likeness(word) < _LIKE_A_NAME and any(self._knows(base) for base in _bases(word))

    def words(self, text: str) -> bool:
        """Whether all of a guess is ordinary: words, acronyms, and names in code that are made of words."""
        said = _SPACED.findall(text)
        return all(_is_acronym(word) or all(map(self.word, _parts(word))) for word in said) and not _is_institution(
            said
        )

    def _knows(self, word: str) -> bool:
        return word in self.never_names or word in self.nouns


def ordinary(pipeline: Language, likeness: Likeness) -> Ordinary:
    """The dictionary that lies beside a pipeline's models.

    Raises:
        OSError, KeyError: it is not there.
    """
    table = Lookups().from_disk(pipeline.path / _FOLDER).get_table(_TABLE)
    listed: Mapping[str, list[str]] = {name: table[name] for name in (*_NEVER_NAMES, "noun")}
    small = STOP_WORDS["en"] | NOT_NAMES | ACCOUNTING_WORDS
    never = small.union(*(listed[name] for name in _NEVER_NAMES))
    return Ordinary(frozenset(never), frozenset(listed["noun"]), likeness)


def _bases(word: str) -> Iterator[str]:
    """The forms under which a dictionary may have a word."""
    forms = [word, *(word[len(begin) :] for begin in _BEGINNINGS if word.startswith(begin))]
    for form in forms:
        yield form
        for ending, instead in _ENDINGS:
            if form.endswith(ending) and len(base := form.removesuffix(ending)) >= _SHORTEST:
                yield base + instead
                if base[-1] == base[-2] and not instead:
                    yield base[:-1]


def _parts(word: str) -> list[str]:
    """`ApprovalStatus` is two words, `tax's` one."""
    parts: list[str] = WORD.findall(word.split("'")[0].split("’")[0])
    return parts


def _is_acronym(word: str) -> bool:
    return len(word) == 1 or (len(word) <= _ACRONYM and word.isupper())


def _is_institution(words: list[str]) -> bool:
    return (
        len(words) > 1
        and words[-1].lower() in INSTITUTIONS
        and not ACCOUNTING_WORDS.issuperset(word.lower() for word in words[:-1])
    )
