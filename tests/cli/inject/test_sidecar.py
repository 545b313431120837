"""What is put beside an application, by grade."""

from __future__ import annotations

from typing import Any, cast

import pytest

from grille.cli.env import BUNDLES, PROXIES
from grille.cli.inject.sidecar import GRADES, of_grade


def names(grade: str, **how: Any) -> list[str]:
    return [cast(str, each["name"]) for each in of_grade(grade, **how).containers]


def test_each_grade_has_its_containers_in_the_order_in_which_they_start() -> None:
    assert names("explicit") == ["grille-check", "grille-test", "grille"]
    assert names("redirect") == ["grille-redirect", "grille-check", "grille-test", "grille"]
    assert names("cni") == ["grille-check", "grille-test", "grille", "grille-proof"]
    assert names("redirect", checked=False) == ["grille-redirect", "grille"]


def test_images_are_those_that_were_asked_for() -> None:
    made = of_grade("redirect", "here/one@sha256:1", "here/two:2")
    assert [each["image"] for each in made.containers] == ["here/two:2", *["here/one@sha256:1"] * 3]


@pytest.mark.parametrize("grade", GRADES)
def test_variables_tell_of_the_proxy_only_where_nothing_redirects(grade: str) -> None:
    told = {each["name"] for each in of_grade(grade).env}
    assert told >= {*BUNDLES, "NODE_EXTRA_CA_CERTS"}
    assert (told >= set(PROXIES)) is (grade == "explicit")
