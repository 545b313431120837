from __future__ import annotations

import random

import numpy as np
import pytest

from grille.detectors import model
from grille.detectors.transitions import Span, transitions

_PARTS = (
    "Jane Doe", "Anna van der Berg", "the Bank of New York Mellon", "Springfield", "twenty-two", "on 3 May 2024",
    "said", "\n\n", "  ", "Acme Ltd.", "to", "and", "EUR 4,000", ".", "Dr", "of", "Monday", "\t", "New",
)  # fmt: skip


def _ours(texts: list[str]) -> list[Span]:
    loaded = model.load()
    docs = [loaded.pipeline.make_doc(text) for text in texts]
    hashes = np.concatenate([doc.to_array([*loaded.network.columns, "IS_SPACE", "ORTH"]) for doc in docs])
    last = np.zeros(len(hashes), np.bool_)
    last[np.cumsum([len(doc) for doc in docs]) - 1] = True
    vectors = loaded.network.read(hashes, [len(doc) for doc in docs])
    return list(loaded.transitions.names(vectors, hashes[:, -2] != 0, last))


def test_names_are_those_that_spacy_finds() -> None:
    source = random.Random(7)
    texts = [" ".join(source.choices(_PARTS, k=source.randrange(1, 9))) for _ in range(150)]
    theirs, before = [], 0
    for doc in model.load().pipeline.pipe(texts):
        theirs += [Span(before + each.start, before + each.end, each.label_) for each in doc.ents]
        before += len(doc)
    assert len(theirs) > 100
    assert _ours(texts) == theirs


def test_a_name_ends_with_its_text() -> None:
    first, second = "He spoke to Jane", "Doe spoke to her"
    boundary = len(model.load().pipeline.make_doc(first))
    assert not any(each.start < boundary < each.end for each in _ours([first, second]))


def test_a_recogniser_that_chooses_in_another_way_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    recogniser = model.load().pipeline.get_pipe("ner")
    monkeypatch.setitem(recogniser.cfg, "beam_width", 4)
    with pytest.raises(ValueError, match="chooses in another way"):
        transitions(recogniser)
