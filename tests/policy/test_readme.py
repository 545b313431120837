"""`policies/README.md`: what it shows is right, and it leaves nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grille.detectors import CHECKS, RECOGNIZERS
from grille.dialects import DIALECTS, providers
from grille.policy import Vocabulary, load, read_cases, schema, shipped

VOCABULARY = Vocabulary(providers(), frozenset(DIALECTS), CHECKS, RECOGNIZERS)
README = (shipped.folder() / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
SECTIONS = {
    "version": "version: 1\n",
    "policy": "policy: mine\n",
    "use": "use: [entities/payment.yaml, entities/identity.yaml, entities/secrets.yaml]\n",
    "profiles": "profiles: {outside: {CREDIT_CARD: tokenize}, back: {}, no_names: {PERSON: redact}}\n",
    "endpoints": "endpoints: {openai: {provider: openai, request: outside, response: back}}\n",
    "clients": "clients: {support: {match: {proxy_user: ann}, endpoints: [openai]}}\n",
}


def whole(block: str) -> str:
    """`block` with the sections that it leaves out."""
    written = set(re.findall(r"^([a-z]+):", block, re.MULTILINE))
    return block + "".join(text for name, text in SECTIONS.items() if name not in written)


@pytest.mark.parametrize("block", BLOCKS, ids=[block.split(":")[0] for block in BLOCKS])
def test_every_example_is_right(block: str, tmp_path: Path) -> None:
    if "\ncases:" in block:
        (tmp_path / "p.yaml").write_text("".join(SECTIONS.values()), encoding="utf-8")
        (tmp_path / "p.test.yaml").write_text(block, encoding="utf-8")
        assert read_cases(str(tmp_path / "p.yaml"), load(str(tmp_path / "p.yaml"), VOCABULARY))
    else:
        (tmp_path / "p.yaml").write_text(whole(block), encoding="utf-8")
        assert load(str(tmp_path / "p.yaml"), VOCABULARY).endpoints


def test_every_refusal_is_explained() -> None:
    room = Path(load.__code__.co_filename).parent
    source = "".join(path.read_text("utf-8") for path in room.glob("*.py"))
    codes = set(re.findall(r'(?:Refusal|refused)\(\s*"([a-z_]+)"', source))
    assert len(codes) > 20
    assert {code for code in codes if f"`{code}`" not in README} == set()


@pytest.mark.parametrize("name", schema.SCHEMAS)
def test_every_key_is_named(name: str) -> None:
    document = schema.of(name)
    mappings = [document, *document["$defs"].values()]
    longs = [each["anyOf"][1] if "anyOf" in each else each for each in mappings]
    keys = {key for each in longs for key in each.get("properties", {})}
    assert {key for key in keys if not re.search(rf"\b{key}\b", README)} == set()
