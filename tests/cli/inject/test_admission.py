"""The documents for admission. What their expressions do is in tests/deploy/test_admission.py."""

from __future__ import annotations

import yaml
from commands import grille


def test_they_are_one_that_puts_one_that_refuses_and_what_binds_them_to_the_namespaces_of_a_grade() -> None:
    done = grille("inject", "--grade", "explicit", "--print", "admission", "--image", "here/grille:7")
    assert "grille inject --grade explicit --print admission" in done.out
    puts, puts_where, refuses, refuses_where = yaml.safe_load_all(done.out)
    assert [puts["kind"], refuses["kind"]] == ["MutatingAdmissionPolicy", "ValidatingAdmissionPolicy"]
    assert puts_where["spec"]["matchResources"] == refuses_where["spec"]["matchResources"]
    assert puts_where["spec"]["matchResources"]["namespaceSelector"] == {"matchLabels": {"grille-inject": "explicit"}}
    assert str(puts).count('"here/grille:7"') == str(refuses).count('"here/grille:7"') == 3
    assert "registry.example" not in done.out


def test_what_is_left_out_is_asked_for_by_neither() -> None:
    done = grille("inject", "--grade", "redirect", "--print", "admission", "--unchecked")
    assert "grille-check" not in done.out
    assert "grille-redirect" in done.out
