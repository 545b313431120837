"""`grille.policy.schema`: the JSON Schemas, and that the files hold them."""

from __future__ import annotations

import json

import pytest

from grille.policy import schema, shipped
from grille.policy.reading import read
from policy_paper import PACK, POLICY


@pytest.mark.parametrize("name", schema.SCHEMAS)
def test_the_file_is_the_schema(name: str) -> None:
    path = shipped.folder() / "schema" / f"{name}.json"
    assert path.read_text(encoding="utf-8") == schema.text_of(name), "write the files anew from `schema.text_of`"


@pytest.mark.parametrize("name", schema.SCHEMAS)
def test_a_schema_is_closed(name: str) -> None:
    made = schema.of(name)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["additionalProperties"] is False
    assert json.loads(schema.text_of(name)) == made


def test_there_is_no_other_file() -> None:
    assert {path.stem for path in (shipped.folder() / "schema").iterdir()} == set(schema.SCHEMAS)


@pytest.mark.parametrize(("name", "text"), [("policy", POLICY), ("pack", PACK)])
def test_what_is_written_has_only_keys_of_the_schema(name: str, text: str) -> None:
    written, _ = read(text.encode(), "p.yaml")
    assert written is not None
    assert isinstance(written.data, dict)
    assert set(written.data) <= set(schema.of(name)["properties"])
