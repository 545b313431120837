from __future__ import annotations

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


def test_it_is_loaded_once() -> None:
    assert model.load() is model.load()


@pytest.mark.usefixtures("forgotten")
def test_a_missing_model_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(model.PACKAGES, "en", "no_such_model_package")
    with pytest.raises(SettingsError, match="pip install no-such-model-package"):
        model.load()
