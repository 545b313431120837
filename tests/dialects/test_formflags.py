"""`grille.dialects.formflags`: flags of a form."""

from __future__ import annotations

import pytest

from grille.dialects.formflags import in_form
from grille.errors import Malformed
from grille.exchange import Flag


def test_a_field_is_the_flag_of_its_name_and_words_are_what_servers_make_of_them() -> None:
    fields = (("store", "true"), ("a/b", "1"), ("mode", "session_only"))
    assert in_form(fields, "/store") == Flag("/store", present=True, value=True)
    assert in_form(fields, "/a~1b") == Flag("/a~1b", present=True, value="1")
    assert in_form(fields, "/mode").value == "session_only"
    assert in_form(fields, "/background") == Flag("/background", present=False)


@pytest.mark.parametrize("fields", [(("a", "1"), ("a", "1")), (("A", "1"),), (("a", "1"), ("A", "1"))])
def test_a_field_that_could_count_or_not_is_refused(fields: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(Malformed):
        in_form(fields, "/a")


def test_go_takes_a_long_s_for_an_s() -> None:
    with pytest.raises(Malformed):
        in_form((("\u017ftore", "false"),), "/store")
