"""`grille.documents.markup`: the words of HTML and XML, cut and joined."""

from __future__ import annotations

import pytest

from grille.documents.base import Damaged, Findings
from grille.documents.markup import open_markup, open_xml
from grille.files import Inside


def texts(source: str) -> tuple[Inside, ...]:
    found = Findings()
    open_markup(source, found, "")
    return found.opened().texts


def parts(source: str) -> list[str]:
    found = Findings()
    open_xml(source.encode(), found, "")
    return [each.text for each in found.opened().texts]


def test_markup_is_given_as_it_stands_and_as_it_is_read() -> None:
    first, second, *rest = texts("<p>4111&nbsp;1111</p><p>two</p>")
    assert first == Inside("", "<p>4111&nbsp;1111</p><p>two</p>")
    assert second.text.split("\n") == ["4111\xa01111", "two"]
    assert rest == []


def test_what_is_cut_by_tags_is_given_joined_too() -> None:
    assert "4111 1111" in [each.text.strip() for each in texts("<p>4111 <b>11</b>11</p>")]


@pytest.mark.parametrize(
    "source",
    [
        '<a href="4111">',
        "<!-- 4111 -->",
        "<!4111>",
        "<?4111?>",
        "<![CDATA[4111]]>",
        "<script>4111</script>",
        "<br data-x=4111>",
    ],
)
def test_attributes_comments_and_the_like_are_words(source: str) -> None:
    assert any("4111" in each.text for each in texts(source)[1:])


def test_neighbours_stand_on_lines_of_their_own() -> None:
    assert parts("<a><n>4111</n><n>123</n></a>") == ["4111\n123", "4111123"]
    assert parts("<a><c>4111</c><c>123</c></a>") == ["4111\n123"]


def test_whole_numbers_with_an_exponent_are_written_out_beside_it() -> None:
    assert parts("<v>4.2E2</v>") == ["4.2E2\n420", "4.2E2"]
    assert parts("<v>4.25E1</v>") == ["4.25E1"]


def test_attributes_comments_and_instructions_of_xml_are_values() -> None:
    assert parts('<a b="one"><!--two--><?three four?></a>') == ["one\ntwo\nthree\nfour"]


@pytest.mark.parametrize("source", ["<!DOCTYPE a><a/>", "<a>", "<a>&b;</a>", "<a>" * 1001 + "</a>" * 1001, ""])
def test_what_is_not_plain_xml_is_damaged(source: str) -> None:
    with pytest.raises(Damaged):
        parts(source)
