"""`python -m vendors.paper` (in `tests/`): write `docs/coverage.md` and its pages.

The words for a place are those of `grille coverage`; what is counted are the vendors' own types. A page has a row for
each place, without the conditions under which all are treated alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from grille.cli.coverage import markdown
from grille.dialects import DIALECTS, providers
from grille.dialects.coverage import Treatment, Way, endpoints, treatment
from grille.dialects.fields import Care
from vendors.leaves import Scalar, leaves_of, types_of
from vendors.roots import ROOTS
from vendors.treatments import PAIRS, bare, every, placed

DOCS = Path(__file__).parent.parent.parent / "docs"
_NO_WORDS = "no words"
_UPLOAD = "upload"
_TRIED = "tried"

_HEAD = """# Coverage

Where grille looks, and where it does not. This page and those it leads to are written by a command, from the tables
that the engine reads with and from the vendors' own types: `cd tests && python -m vendors.paper`. A test writes them
again and compares. `grille coverage` prints the tables' own places for each endpoint.

Every place of the vendors' types where a word or a number can stand is classified, and every judged one is tried: a
message with a card number there goes through the engine, is blocked under a policy that blocks, leaves without it under
one that hides, and leaks under one that allows it. What was rewritten is still what the vendor's model takes.
(`tests/test_every_leaf.py`; what this cannot show is in [limits.md](limits.md).)

## What is said of a place

"""
_ENDPOINTS = """
`no words` are true or false; an `upload` is a file of a multipart form, which is no JSON and is not tried here.
A place that no table names is judged as words. So is all that is not in a vendor's type: its names too.

## Endpoints

What each speaks, how its answers are cut when they are streamed, and what makes an exchange session-only. An endpoint
that is not here is unknown, and what is unknown is refused unless the policy says otherwise.

"""
_COUNTS = """
## What was counted

Leaves are places of a type where a text, a number, a word of an enumeration, bytes or a name can stand, under each
condition. A type of a vendor that several dialects read counts for each. Messages that are alike are tried once.

"""


@cache
def pages() -> Mapping[str, str]:
    """Path below `docs/` to text."""
    names = dict.fromkeys(name for name, _ in PAIRS)
    return {"coverage.md": _index(), **{f"coverage/{name}.md": _page(name) for name in names}}


def _index() -> str:
    cares = [(f"**{care.value}**", treatment(care)[0].value, treatment(care)[1]) for care in Care]
    routes = [
        (each.provider, each.route, each.dialect, each.framing, each.retention)
        for provider in providers().values()
        for each in endpoints(provider, DIALECTS)
    ]
    columns = ("dialect", "direction", "leaves", _NO_WORDS, *(kind.value for kind in Treatment), "messages tried")
    counted = [(name, way, _counts(name, way)) for name, way in PAIRS]
    rows = [(f"[{name}](coverage/{name}.md)", way.value, *_cells(found)) for name, way, found in counted]
    total: Counter[str] = Counter()
    for _, _, found in counted:
        total.update(found)
    judged = total[Treatment.JUDGED.value]
    return (
        _HEAD
        + _lines(("place", "treatment", "how"), cares)
        + _ENDPOINTS
        + _lines(("provider", "endpoint", "dialect", "streamed as", "session-only by"), routes)
        + _COUNTS
        + _lines(columns, [*rows, ("**all**", "", *_cells(total))])
        + f"\nOf {judged:,} judged leaves {total[_TRIED]:,} were tried ({total[_TRIED] / judged:.0%}). A leaf that is\n"
        + "neither judged nor listed fails the tests, and so does one that is not what this table says.\n"
    )


def _counts(name: str, way: Way) -> Counter[str]:
    leaves = [leaf for root in ROOTS if name in root.dialects and root.way is way for leaf in leaves_of(root)]
    found = Counter({"leaves": len(leaves), _NO_WORDS: sum(leaf.scalar is Scalar.FLAG for leaf in leaves)})
    first = {(each.leaf.root.name, each.leaf.place, each.leaf.scalar): each for each in reversed(every(name, way))}
    found.update((Treatment.OPAQUE if each.is_upload else treatment(each.care)[0]).value for each in first.values())
    judged = [each for each in first.values() if treatment(each.care)[0] is Treatment.JUDGED and not each.is_upload]
    # Token ids are tried too: they are refused under any policy.
    found[_TRIED] = sum(each.is_tried or each.is_token_id for each in judged)
    found["messages tried"] = len(placed(name, way))
    return found


def _cells(found: Mapping[str, int]) -> tuple[str, ...]:
    names = ("leaves", _NO_WORDS, *(kind.value for kind in Treatment), "messages tried")
    return tuple(f"{found[name]:,}" for name in names)


def _page(name: str) -> str:
    text = [f"# {name}\n\nWritten by `cd tests && python -m vendors.paper`; see [coverage.md](../coverage.md).\n"]
    for way in (way for each, way in PAIRS if each == name):
        roots = [root for root in ROOTS if name in root.dialects and root.way is way]
        sources = sorted({f"{types_of(root.sdk).sdk} {root.name}" + " (as JSON)" * root.flat for root in roots})
        text.append(f"\n## {way.value.capitalize()}\n\nTypes: {'; '.join(sources)}.\n\n")
        text.append(_lines(("place", "care", "why", "leaves"), _rows(name, way)))
    return "".join(text)


def _rows(name: str, way: Way) -> list[tuple[str, ...]]:
    rows: Counter[tuple[str, str, str]] = Counter()
    for each in every(name, way):
        rows[f"`{each.where}`", _UPLOAD if each.is_upload else each.care.value, each.why] += 1
    for leaf in (leaf for root in ROOTS if name in root.dialects and root.way is way for leaf in leaves_of(root)):
        if leaf.scalar is Scalar.FLAG:
            rows[f"`{bare(leaf.place)}`", _NO_WORDS, ""] += 1
    return [(*row, str(count)) for row, count in sorted(rows.items())]


def _lines(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return "\n".join(markdown(columns, rows)) + "\n"


def stale() -> Iterator[str]:
    """The pages that say something else than what is so."""
    for name, text in pages().items():
        path = DOCS / name
        if not path.exists() or path.read_text("utf-8") != text:
            yield name


if __name__ == "__main__":
    (DOCS / "coverage").mkdir(exist_ok=True)
    for name, text in pages().items():
        (DOCS / name).write_text(text, "utf-8")
