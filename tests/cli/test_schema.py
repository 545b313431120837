"""`grille schema`."""

from __future__ import annotations

import json

import pytest
from commands import grille


@pytest.mark.parametrize("document", ["policy", "pack", "tests"])
def test_a_schema_is_json_schema(document: str) -> None:
    schema = json.loads(grille("schema", document).out)
    assert "2020-12" in schema["$schema"]
    assert schema["type"] == "object"
