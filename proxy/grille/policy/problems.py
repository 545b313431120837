"""What is wrong with a policy, collected so that all of it is said in one run.

A problem says where, what, and what to do next. This module must not decide what is wrong; it knows
how to say it and how to guess what was meant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from grille.errors import PolicyErrors, Problem
from grille.exchange import Source
from grille.policy.reading import Path, Written

_MOST_LISTED = 12


class Complaints:
    """Every problem of one run. The same problem is kept once; files keep the order they came in.

    What was refused in reading stands for something else (an alias reads as null), so nothing more is
    said of its place.
    """

    def __init__(self) -> None:
        self._files: dict[str, list[Problem]] = {}
        self._refused: set[tuple[str, int, int]] = set()

    def add(self, problem: Problem) -> None:
        of_file = self._files.setdefault(problem.file, [])
        if problem not in of_file and not self.refused(problem.file, problem.line, problem.column):
            of_file.append(problem)

    def refuse(self, problem: Problem) -> None:
        """Add a problem found in reading."""
        self.add(problem)
        self._refused.add((problem.file, problem.line, problem.column))

    def refused(self, file: str, line: int, column: int) -> bool:
        return (file, line, column) in self._refused

    @property
    def any(self) -> bool:
        return bool(self._files)

    def errors(self) -> PolicyErrors:
        """All of it, each file in its own order."""
        in_order = (sorted(found, key=lambda each: (each.line, each.column)) for found in self._files.values())
        return PolicyErrors(tuple(problem for found in in_order for problem in found))

    def settle(self) -> None:
        """Raise `PolicyErrors` if there is anything."""
        if self.any:
            raise self.errors()


@dataclass(frozen=True, slots=True)
class Page:
    """A file as written, and where what is wrong with it is collected."""

    written: Written
    complaints: Complaints = field(repr=False)

    def wrong(self, path: Path, text: str) -> None:
        self.complaints.add(self.written.problem(path, text))

    def wrong_key(self, path: Path, text: str) -> None:
        self.complaints.add(self.written.problem_of_key(path, text))

    def source(self, path: Path, name: str = "") -> Source:
        return self.written.source(path, name)

    def names(self, section: str) -> tuple[str, ...]:
        """The keys of a top-level section, also those of entries that are wrong in themselves."""
        entries = self.written.at((section,))
        return tuple(entries) if isinstance(entries, dict) else ()


def unknown(kind: str, name: str, known: Collection[str]) -> str:
    """The text for a name that nothing answers to."""
    return f"unknown {kind} `{name}`{guess(name, known)}"


def guess(name: str, known: Collection[str]) -> str:
    """What was probably meant, or else all there is to choose from."""
    close = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    if not close:
        close = [each for each in sorted(known) if each.casefold() == name.casefold()]
    if close:
        return f": did you mean `{close[0]}`?"
    return f": {listed(known)}"


def listed(known: Iterable[str]) -> str:
    """`known here are a, b and c`, cut short when there are many."""
    names = sorted(known)
    if not names:
        return "there is none here"
    shown = ", ".join(f"`{name}`" for name in names[:_MOST_LISTED])
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return f"known here: {shown}{more}"
