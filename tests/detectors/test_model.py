from __future__ import annotations

import numpy as np
import pytest

from grille.detectors import model
from grille.errors import SettingsError


@pytest.fixture
def forgotten() -> None:
    model.load.cache_clear()


def test_it_names_people_places_and_organisations_in_every_text() -> None:
    filler = "The quarter went well. " * 150
    texts = ["Jane Doe flew from Berlin to London.", "nothing here", filler + "Then Jane Doe joined Microsoft."]
    first, second, third = model.load().names(texts)
    assert {(name.entity, texts[0][name.start : name.end]) for name in first} >= {
        ("PERSON", "Jane Doe"),
        ("LOCATION", "Berlin"),
        ("LOCATION", "London"),
    }
    assert second == []
    assert ("PERSON", "Jane Doe") in {(name.entity, texts[2][name.start : name.end]) for name in third}


def test_only_name_recognition_is_loaded() -> None:
    assert model.load().pipeline.pipe_names == ["ner"]


def test_rows_are_those_of_the_dictionary() -> None:
    dictionary = {0: 3, 5: 1, 2**64 - 1: 0, 77: 2}
    rows = model.Rows(dictionary)
    assert {key: rows.get(key, -1) for key in dictionary} == dictionary
    assert [rows.get(key, -1) for key in (1, 76, 78, 2**63)] == [-1] * 4
    assert len(rows) == 4


def test_the_words_of_the_vocabulary_are_left_out() -> None:
    pipeline = model.load().pipeline
    assert len(pipeline.vocab.vectors.key2row) > 500_000
    assert len(pipeline.vocab.strings) < 100_000


def test_it_is_loaded_once() -> None:
    assert model.load() is model.load()


@pytest.mark.usefixtures("forgotten")
def test_a_missing_model_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(model.PACKAGES, "en", "no_such_model_package")
    with pytest.raises(SettingsError, match="pip install no-such-model-package"):
        model.load()


def test_a_long_text_and_many_short_ones_have_the_names_that_each_has_alone() -> None:
    short = [f"Jane Doe number {number} lives in Berlin." for number in range(200)]
    texts = [*short, "Then Jane Doe joined Microsoft. " * 300]
    loaded = model.load()
    assert loaded.names(texts) == [found for text in texts for found in loaded.names([text])]


def test_rows_of_many_words_are_those_of_each() -> None:
    rows = model.Rows({0: 3, 5: 1, 2**64 - 1: 0, 77: 2})
    keys = np.array([77, 0, 4, 2**64 - 1, 6, 5, 2**63], np.uint64)
    assert rows.of(keys).tolist() == [rows.get(int(key), -1) for key in keys]


def _words_known() -> int:
    return len(model.load().pipeline.vocab.strings)


def test_the_words_of_a_text_are_forgotten() -> None:
    before = _words_known()
    text = "Wrenlow Abcuxyz paid 8675309 to Qorvath at once."
    names = model.load().names([text])
    assert _words_known() == before
    assert model.load().names([text]) == names


def test_learned_words_stay() -> None:
    loaded = model.load()
    loaded.learn(["brimstonewort"])
    before = _words_known()
    loaded.names(["The brimstonewort grew beside the wrenlow."])
    assert "brimstonewort" in loaded.pipeline.vocab.strings
    assert _words_known() == before
