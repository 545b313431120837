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
from vendors.leaves import Leaf, Scalar, leaves_of, types_of
from vendors.roots import ROOTS
from vendors.treatments import PAIRS, bare, every, placed

DOCS = Path(__file__).parent.parent.parent / "docs"
_NO_WORDS = "no words"
_TRIED = ", tried"

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
`no words` are true or false. A request with files is a form (multipart): `file` is what is in one of them,
`file#filename` its name, and `file#Content-Type` and `file#{*}` the headers of its part.
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


_WITHOUT_TYPES = """
## What has no types

These families of models on Bedrock (`bedrock_invoke`) have only documentation, which the tables follow: Titan, Nova,
Llama, Mistral, Jamba, DeepSeek, gpt-oss, Qwen, Palmyra, Stable Diffusion. Golden messages stand for types. Claude's
and Command's messages are walked as their own SDKs send them to Bedrock. `anyjson` knows no vendor. A live session of
Gemini has no whole answer.
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
    return (
        _HEAD
        + _lines(("place", "treatment", "how"), cares)
        + _ENDPOINTS
        + _lines(("provider", "endpoint", "dialect", "streamed as", "session-only by"), routes)
        + _COUNTS
        + _lines(columns, [*rows, ("**all**", "", *_cells(total))])
        + _foot(total)
        + _WITHOUT_TYPES
    )


def _foot(total: Counter[str]) -> str:
    leaves = total["leaves"]
    classified = sum(total[name] for name in (_NO_WORDS, *(kind.value for kind in Treatment)))
    (judged, tried), (files, opened) = (
        (total[kind.value], total[kind.value + _TRIED]) for kind in (Treatment.JUDGED, Treatment.OPAQUE)
    )
    return f"""
Of {leaves:,} leaves {classified:,} are classified ({classified / leaves:.0%}).
Of {judged:,} judged leaves {tried:,} were tried ({tried / judged:.0%}), and so were {opened:,} of {files:,} files
({opened / files:.0%}): as a text in which a card number is found, and as what nobody can read, which is refused.
A leaf that is neither judged nor listed fails the tests, and so does one that is not what this table says.
"""


type _Identity = tuple[str, str, Scalar]


def _identity(leaf: Leaf) -> _Identity:
    return leaf.root.name, leaf.place, leaf.scalar


def _counts(name: str, way: Way) -> Counter[str]:
    leaves = [leaf for root in ROOTS if name in root.dialects and root.way is way for leaf in leaves_of(root)]
    found = Counter({"leaves": len(leaves), _NO_WORDS: sum(leaf.scalar is Scalar.FLAG for leaf in leaves)})
    first = {_identity(each.leaf): each for each in reversed(every(name, way))}
    for each in first.values():
        kind = treatment(each.care)[0]
        found[kind.value] += 1
        # Token ids are tried too: they are refused under any policy.
        found[kind.value + _TRIED] += each.is_tried or each.is_refused
    found["messages tried"] = len(placed(name, way))
    return found


def _cells(found: Counter[str]) -> tuple[str, ...]:
    names = ("leaves", _NO_WORDS, *(kind.value for kind in Treatment), "messages tried")
    return tuple(f"{found[name]:,}" for name in names)


def _page(name: str) -> str:
    text = [f"# {name}\n\nWritten by `cd tests && python -m vendors.paper`; see [coverage.md](../coverage.md).\n"]
    for way in (way for each, way in PAIRS if each == name):
        roots = [root for root in ROOTS if name in root.dialects and root.way is way]
        sources = sorted({f"{types_of(root.sdk).sdk} {root.name}" + " (multipart)" * root.multipart for root in roots})
        text.append(f"\n## {way.value.capitalize()}\n\nTypes: {'; '.join(sources)}.\n\n")
        text.append(_lines(("place", "care", "why", "leaves"), _rows(name, way)))
    return "".join(text)


def _rows(name: str, way: Way) -> list[tuple[str, ...]]:
    rows: dict[tuple[str, str, str], set[_Identity]] = {}
    for each in every(name, way):
        rows.setdefault((f"`{each.where}`", each.care.value, each.why), set()).add(_identity(each.leaf))
    for leaf in (leaf for root in ROOTS if name in root.dialects and root.way is way for leaf in leaves_of(root)):
        if leaf.scalar is Scalar.FLAG:
            rows.setdefault((f"`{bare(leaf.place)}`", _NO_WORDS, ""), set()).add(_identity(leaf))
    return [(*row, str(len(leaves))) for row, leaves in sorted(rows.items())]


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
