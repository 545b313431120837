"""How well stock Presidio and grille find what must not leave: recall, precision, leaks, decoys, time.

    python bench/detection.py [--docs N] [--data [NAME=]FILE]... [--map THEIRS=OURS]... [--engines md,ours] [--write]

Every engine reads the same texts in one run: the bench's own, made from a seed, values that others say are
valid, and labelled texts given by path. `bench/README.md` says how texts are counted.

This module must not judge what it measures: it prints.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from detecting.document import DOCUMENT, written
from detecting.engines import ENGINES, OURS, engines, packs
from detecting.generator import DOCUMENTS, sets
from detecting.names import Names
from detecting.running import Result, parts, results
from detecting.spelt import sighted
from detecting.tables import of_set, spellings, times
from detecting.texts import BadLine, TextSet, read
from detecting.vectors import vectors

from grille.addon.ancestors import ONE_THREAD


def chosen(asked: argparse.Namespace, names: Names) -> Iterator[TextSet]:
    """The sets of this run, in our names."""
    own = [*sets(asked.seed, asked.docs), vectors(asked.seed, asked.vectors)] if asked.docs else []
    given = [replace(read(path), name=name or path.stem) for name, path in asked.data]
    for texts in (*own, *given):
        yield from parts(names.labelled(texts))


def errors(found: Sequence[Result]) -> Iterator[str]:
    """What ours missed and what it found wrongly, a JSON object a text."""
    for result in found:
        scored = next((run.scored for run in result.runs if run.column == OURS), ())
        for text, each in zip(result.texts.texts, scored, strict=False):
            if each.missed or each.wrong:
                said = {
                    side: [[span.entity, text.text[span.start : span.end]] for span in spans]
                    for side, spans in (("missed", each.missed), ("wrong", each.wrong))
                }
                line = {"set": result.texts.name, "carrier": text.carrier, **said, "text": text.text}
                yield json.dumps(line, ensure_ascii=False)


def _given(said: str) -> tuple[str, Path]:
    name, sign, path = said.partition("=")
    return (name, Path(path)) if sign else ("", Path(said))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=int, default=DOCUMENTS, help="made of each carrier; 0: only what --data gives")
    parser.add_argument(
        "--data", type=_given, action="append", default=[], metavar="[NAME=]FILE", help="labelled texts, JSONL"
    )
    parser.add_argument("--map", action="append", default=[], metavar="THEIRS=OURS", help="another name of an entity")
    parser.add_argument("--vectors", type=Path, metavar="DIR", help="tests/ of python-stdnum's source distribution")
    parser.add_argument("--engines", default=",".join(ENGINES), help=f"of {', '.join(ENGINES)}")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--errors", type=Path, metavar="FILE", help="what ours missed or found wrongly goes there")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/detection.md")
    asked = parser.parse_args()
    asked.engines = asked.engines.split(",")
    if unknown := set(asked.engines) - set(ENGINES):
        parser.error(f"there is no engine {', '.join(sorted(unknown))}; choose of {', '.join(ENGINES)}")
    if wrong := [pair for pair in asked.map if not all(pair.partition("="))]:
        parser.error(f"--map {wrong[0]}: write THEIRS=OURS")
    if asked.docs < 0 or not (asked.docs or asked.data):
        parser.error("nothing to read: give --docs or --data")
    return asked


def _with_one_thread() -> None:
    """Begin again with one thread, as a worker has: numpy asks for that when it is imported."""
    if not ONE_THREAD.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})


def main() -> None:
    asked = options()
    _with_one_thread()
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    known = packs()
    names = Names(dict(pair.split("=", 1) for pair in asked.map), known.secrets)
    try:
        todo = list(chosen(asked, names))
    except BadLine as bad:
        raise SystemExit(str(bad)) from None
    compared = engines(asked.engines, known)
    found: list[Result] = []
    for result in results(todo, compared, names, asked.seed):
        print("\n".join(of_set(result)), flush=True)
        found.append(result)
    print("spellings", file=sys.stderr)
    seen = [each for engine in compared for each in sighted(engine, names)]
    print(f"## Spellings and encodings found whole\n\n{spellings(seen)}\n\n## Time\n\n{times(found)}")
    if asked.errors:
        asked.errors.write_text("".join(f"{line}\n" for line in errors(found)), "utf-8")
    if asked.write:
        DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8"), found, seen), "utf-8")


if __name__ == "__main__":
    main()
