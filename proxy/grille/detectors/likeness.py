"""Whether a word looks like a name to a model that has read a lot: by its neighbours among word vectors.

The English model brings vectors for 680,000 words, in which names lie close together in whatever language
they are. A word near the names that nobody doubts may be a name, and so may one that the vectors have never
seen. That is no evidence that it is one; it is the reason to ask. This module must not find names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from spacy.strings import get_string_id
from spacy.vocab import Vocab

from grille.detectors.model import Rows
from grille.detectors.vocabulary_names import FAMILIAR_NAMES

UNSEEN: Final = 1.0
_NONE: Final = -1


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much each row of one model's vectors looks like a name."""

    rows: Rows = field(repr=False)
    likely: Sequence[float] = field(repr=False)

    def of(self, word: str) -> float:
        """From -1 (nothing like a name) to 1; `UNSEEN` for a word without a vector."""
        row = self.rows.get(get_string_id(word), _NONE)
        if row == _NONE:
            return UNSEEN if (lower := word.lower()) == word else self.of(lower)
        return self.likely[row]


def likeness(vocab: Vocab, names: Iterable[str] = FAMILIAR_NAMES) -> Likeness:
    """How such names look in these vectors."""
    rows: Rows = vocab.vectors.key2row
    vectors = np.asarray(vocab.vectors.data, np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    directions = vectors / np.where(lengths == 0, 1, lengths)
    familiar = [row for word in names if (row := rows.get(get_string_id(word), _NONE)) != _NONE]
    mean = directions[familiar].mean(axis=0)
    likely = directions @ (mean / np.linalg.norm(mean))
    return Likeness(rows, np.where(lengths[:, 0] == 0, UNSEEN, likely).tolist())
