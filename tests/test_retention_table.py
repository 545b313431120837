"""`docs/retention.md`: its tables are those of the catalogue."""

from __future__ import annotations

from grille.dialects import providers
from retention_table import PAGE, page


def test_the_tables_are_those_of_the_catalogue() -> None:
    assert PAGE.read_text("utf-8") == page(), "write them anew with tests/retention_table.py"


def test_every_provider_has_its_lines() -> None:
    assert {name for name in providers() if f"| {name} |" in page()} == set(providers())
