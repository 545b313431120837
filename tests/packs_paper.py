"""`docs/packs.md`, from the packs themselves. `python tests/packs_paper.py` writes it.

Everything on the page is in a pack or in the docstring of a check: what is found, by example; what looks like it and
is not found; what decides. Lines of files are not told, because they move.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import yaml

from grille.detectors.checksums import ANNOUNCED, CHECKS, PROOFS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "packs.md"
PACKS = ROOT / "policies" / "entities"
_HEAD = """# Packs

What the shipped packs find: one section for each pack, and in it one for each entity. This page is written by a
command, `python tests/packs_paper.py`, from the packs themselves; a test writes it again and compares. That every
example is found and no near miss is, alone and in a sentence, is tested too (`tests/detectors/test_packs.py`), and
`grille check` proves it again for your own policy.

A *cue* is a word before or after a value, in the name of its field or in the heading of its column. *Check digits*
are computed; everything else is a rule of form. What decided about a value of yours is told by `grille explain`, and
with `--near-misses` also what a value lacked that was not found.

"""
_BROUGHT = {
    "spacy": "language models read the prose, and rules of form",
    "labelled_name": "the label before it",
    "labelled_password": "a name of passwords before it",
    "labelled_key": "a name of keys, tokens or secrets before it",
    "credential": "its place in the body, or a label of that name before it",
    "presidio": "a recogniser of Presidio's own, its patterns and its check",
}

type Written = dict[str, object]


def page() -> str:
    """The page as it should be."""
    packs = [cast("Written", yaml.safe_load(path.read_text("utf-8"))) for path in sorted(PACKS.glob("*.yaml"))]
    index = "".join(f"- [{pack['pack']}](#{pack['pack']}): {pack['description']}\n" for pack in packs)
    return _HEAD + index + "".join(line for pack in packs for line in _pack(pack))


def _pack(pack: Written) -> Iterator[str]:
    entities = cast("dict[str, Written]", pack["entities"])
    yield f"\n## {pack['pack']}\n\n{pack['description']}\n\n`use: [entities/{pack['pack']}.yaml]`\n"
    yield "\n| group | entities |\n|---|---|\n"
    for name, members in cast("dict[str, list[str]]", pack.get("groups", {})).items():
        yield f"| `@{name}` | {', '.join(members)} |\n"
    for name, entity in entities.items():
        yield f"\n### {name}\n\n{entity['description']}\n\n"
        yield from (f"- **{what}**: {how}\n" for what, how in _facts(entity) if how)


def _facts(entity: Written) -> Iterator[tuple[str, str]]:
    yield "found", _codes(entity["examples"])
    yield "not found", _codes(entity.get("near_misses", []))
    yield "by", _by(entity)
    yield "check", _check(str(entity.get("check", "")))
    yield "cues", ", ".join(cast("list[str]", entity.get("context", [])))
    yield "more likely in a record with", ", ".join(cast("list[str]", entity.get("companions", [])))
    yield "score", _score(entity)


def _by(entity: Written) -> str:
    if "recognizer" in entity:
        return _BROUGHT[str(entity["recognizer"])]
    patterns = _patterns(entity)
    weak = sum("(?P<weak>" in pattern for pattern in patterns)
    count = "1 pattern" if len(patterns) == 1 else f"{len(patterns)} patterns"
    if weak == len(patterns):
        return f"{count}, beside a cue only"
    return f"{count}, {weak} of them beside a cue only" if weak else count


def _patterns(entity: Written) -> Sequence[str]:
    return cast("list[str]", entity.get("patterns") or [entity["pattern"]])


def _check(name: str) -> str:
    """A check in the words of its own docstring."""
    if not name:
        return ""
    said = [_first(CHECKS[name].__doc__), "Check digits." if name in PROOFS else "A rule of form."]
    if name in ANNOUNCED:
        said.append(f"Beside a cue: {_first(ANNOUNCED[name].__doc__)}")
    return f"`{name}`. " + " ".join(filter(None, said))


def _first(docstring: str | None) -> str:
    return " ".join((docstring or "").split())


def _score(entity: Written) -> str:
    beside, alone, least = (float(cast("float", entity[key])) for key in ("score_with_context", "score", "threshold"))
    weak = "recognizer" not in entity and all("(?P<weak>" in pattern for pattern in _patterns(entity))
    said = f"{alone:g} beside a cue" if weak else f"{alone:g}"
    more = f", and {beside:g} beside a cue" if not weak and entity.get("context") and beside > alone else ""
    return f"{said}{more}; counts from {least:g}"


def _codes(values: object) -> str:
    return ", ".join(_code("".join(map(_visible, str(value)))) for value in cast("list[str]", values))


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _visible(char: str) -> str:
    """A character as it can be read: invisible ones and blanks that are none by their code."""
    return char if char == " " or char.isprintable() else char.encode("unicode_escape").decode()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
