from __future__ import annotations

import numpy as np
import pytest

from grille.detectors import model
from grille.detectors.network import largest, network

_TEXTS = ("Jane Doe of Acme Ltd flew from Berlin to Oslo on 3 May.", "Oslo", "  \n the  the the", "Is Jane Jane?")


def test_vectors_are_those_of_the_package() -> None:
    pipeline, ours = model.load().pipeline, model.load().network
    docs = [pipeline.make_doc(text) for text in _TEXTS]
    theirs = pipeline.get_pipe("ner").model.get_ref("tok2vec").predict(docs)
    hashes = np.concatenate([doc.to_array([*ours.columns, "ORTH"]) for doc in docs])
    np.testing.assert_allclose(ours.read(hashes, [len(doc) for doc in docs]), theirs, rtol=0, atol=1e-4)


def test_texts_that_are_read_together_do_not_see_each_other() -> None:
    pipeline, ours = model.load().pipeline, model.load().network
    hashes = [pipeline.make_doc(text).to_array([*ours.columns, "ORTH"]) for text in _TEXTS]
    together = ours.read(np.concatenate(hashes), [len(each) for each in hashes])
    alone = np.concatenate([ours.read(each, [len(each)]) for each in hashes])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-4)


def test_the_largest_result_of_each_column_counts() -> None:
    results = np.array([[1, 5, 2, 4, 0, 9]], np.float32)
    assert largest(results, 2).tolist() == [[2, 9]]


def test_a_network_that_is_built_in_another_way_is_none() -> None:
    pipeline = model.load().pipeline
    whole = pipeline.get_pipe("ner").model
    with pytest.raises(ValueError, match="built in another way"):
        network(whole, pipeline.vocab, model.Rows({}).of)
