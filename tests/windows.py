"""A stream as its caller watches it: pieces come, what is settled goes, and the window slides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from grille.detectors import Detectors, Quiet, keep_from, watch
from grille.exchange import Growing, Kind, Known, Segment

type Seen = tuple[int, int, str, float]
"""Where in the whole text, what, and how sure."""


def whole(growing: Growing) -> int:
    return 0


def stream(
    detectors: Detectors,
    pieces: Iterable[str],
    wanted: frozenset[str],
    keep: Callable[[Growing], int] = keep_from,
    label: str = "",
    quiet: Quiet | None = None,
) -> Iterator[tuple[int, list[Seen]]]:
    """For every piece the edge in the whole text, and what was found before it; then once more when the text
    is closed. Checks the laws of `Watched` on its way."""
    known: list[Known] = []
    before, text, settled = 0, "", 0
    for piece, closed in [*((piece, False) for piece in pieces), ("", True)]:
        text += piece
        growing = Growing(Segment("/text", Kind.TEXT, text, label), settled, closed)
        seen = quiet.in_growing([growing], wanted, known) if quiet else None
        seen = seen or watch(detectors, [growing], wanted, known)
        (edge,) = seen.edges
        assert settled <= edge <= len(text)
        assert edge == len(text) or not closed
        assert all(settled <= each.start < each.end <= edge for each in seen.findings)
        known.extend(Known(text[each.start : each.end], each.entity, each.score) for each in seen.findings)
        yield (
            before + edge,
            [(before + each.start, before + each.end, each.entity, each.score) for each in seen.findings],
        )
        begin = keep(Growing(growing.segment, edge, closed))
        assert begin <= edge
        before, text, settled = before + begin, text[begin:], edge - begin


def found(
    detectors: Detectors,
    pieces: Iterable[str],
    wanted: frozenset[str],
    keep: Callable[[Growing], int] = keep_from,
    label: str = "",
    quiet: Quiet | None = None,
) -> list[Seen]:
    return [each for _, findings in stream(detectors, pieces, wanted, keep, label, quiet) for each in findings]


def cut(text: str, places: Iterable[int]) -> list[str]:
    ends = [*sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def by_characters(text: str, length: int = 1) -> list[str]:
    return [text[at : at + length] for at in range(0, len(text), length)]
