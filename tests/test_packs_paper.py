"""`docs/packs.md`: it says what is in the packs."""

from __future__ import annotations

import re

import pytest
import yaml

from packs_paper import PACKS, PAGE, page


def test_the_page_says_what_the_packs_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it anew with tests/packs_paper.py"


@pytest.mark.parametrize("pack", sorted(PACKS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_pack_and_every_entity_has_its_section(pack: object) -> None:
    written = yaml.safe_load(pack.read_text("utf-8"))  # type: ignore[attr-defined]
    section = page().partition(f"\n## {written['pack']}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^### (\w+)$", section, re.MULTILINE) == list(written["entities"])
    for name, entity in written["entities"].items():
        told = section.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
        assert entity["description"] in told
        assert "- **found**: `" in told


def test_nothing_on_it_is_invisible() -> None:
    assert all(char in " \n" or char.isprintable() for char in page())
