"""`bench/detecting/vectors.py`: what python-stdnum's documents call valid is read, and nothing else."""

from __future__ import annotations

from pathlib import Path

from detecting.vectors import vectors

DOCUMENT = """
>>> from stdnum.au import abn
>>> numbers = '''
... 83 914 571 673
... 51-824-753-556
... '''
>>> [x for x in numbers.splitlines() if x and not abn.is_valid(x)]
[]
>>> numbers = '''
... 11 111 111 111
... '''
>>> [x for x in numbers.splitlines() if x and not abn.is_valid(x)]
['11 111 111 111']
"""


def values(folder: Path | None, entity: str) -> set[str]:
    return {
        text.text[span.start : span.end]
        for text in vectors(1, folder).texts
        for span in text.spans
        if span.entity == entity
    }


def test_examples_of_the_installed_documents_are_read() -> None:
    assert "83 914 571 673" in values(None, "AU_ABN")
    assert not [value for value in values(None, "AU_ABN") if "99 999" in value]


def test_lists_of_valid_values_come_by_path_and_each_is_written_in_eight_ways(tmp_path: Path) -> None:
    (tmp_path / "test_au_abn.doctest").write_text(DOCUMENT)
    found = values(tmp_path, "AU_ABN")
    assert {
        "51-824-753-556",
        "51824753556",
        "51 824 753 556",
        "51.824.753.556",
        "51\u00a0824\u00a0753\u00a0556",
    } <= found
    assert not [value for value in found if "11 111" in value]
    assert len([text for text in vectors(1, tmp_path).texts if text.spans[0].entity == "AU_ABN"]) == 16
