"""What a worker says is believed if it could be true, and nothing else is."""

from __future__ import annotations

import json

import pytest

from grille.addon.replies import found, watched
from grille.errors import DetectionFailed
from grille.exchange import Finding, Growing, Kind, Segment, Watched

WANTED = frozenset({"CREDIT_CARD"})
TEXT = Segment("/text", Kind.TEXT, "text of length 17")
GROWING = [Growing(TEXT, 5), Growing(TEXT, 0, closed=True)]
GOOD: list[object] = [0, 5, 9, "CREDIT_CARD", 1.0, "x"]


def reply(*findings: object, edges: object = ()) -> bytes:
    return json.dumps({"findings": findings, "edges": edges}).encode()


def but(place: int, value: object) -> list[object]:
    return [value if number == place else each for number, each in enumerate(GOOD)]


def test_what_can_be_true_is_believed() -> None:
    card = Finding(0, 5, 9, "CREDIT_CARD", 1.0, "x")
    assert found(reply(GOOD), [TEXT], WANTED) == (card,)
    assert watched(reply(GOOD, edges=[9, 17]), GROWING, WANTED) == Watched((card,), (9, 17))
    assert watched(reply(edges=[5, 17]), GROWING, WANTED) == Watched((), (5, 17))


WRONG: list[list[object]] = [
    GOOD[:3],
    [*GOOD, 1],
    but(0, 5),
    but(0, -1),
    but(0, True),
    but(0, 0.0),
    but(1, -1),
    but(1, 9),
    but(2, 99),
    but(2, "9"),
    but(3, "OTHER"),
    but(3, ["CREDIT_CARD"]),
    but(4, float("nan")),
    but(4, 2),
    but(4, "1"),
    but(5, None),
]


@pytest.mark.parametrize("finding", WRONG, ids=str)
def test_a_finding_that_cannot_be_is_not_believed(finding: list[object]) -> None:
    with pytest.raises(DetectionFailed, match="something else than findings"):
        found(reply(finding), [TEXT], WANTED)
    with pytest.raises(DetectionFailed, match="something else than findings"):
        watched(reply(finding, edges=[17, 17]), GROWING, WANTED)


@pytest.mark.parametrize(
    "said", [b"nonsense", b"7", b"[]", b"{}", b"null", b'{"something": "else"}', b"[" * 100_000, b'{"problem": 1}']
)
def test_another_answer_is_not_believed(said: bytes) -> None:
    with pytest.raises(DetectionFailed, match="something else than findings"):
        found(said, [TEXT], WANTED)
    with pytest.raises(DetectionFailed, match="something else than findings"):
        watched(said, GROWING, WANTED)


@pytest.mark.parametrize(
    "edges", [[], [17], [17, 17, 17], [4, 17], [18, 17], [17, 16], [17, None], [17, True], [5.0, 17], 7], ids=str
)
def test_an_edge_that_cannot_be_is_not_believed(edges: object) -> None:
    with pytest.raises(DetectionFailed, match="something else than findings"):
        watched(reply(edges=edges), GROWING, WANTED)


def test_what_lies_before_the_settled_or_behind_the_edge_is_not_believed() -> None:
    for finding in (but(1, 4), but(2, 10)):
        with pytest.raises(DetectionFailed):
            watched(reply(finding, edges=[9, 17]), GROWING, WANTED)


def test_a_whole_message_has_no_edges() -> None:
    with pytest.raises(DetectionFailed):
        found(reply(GOOD, edges=[17]), [TEXT], WANTED)


def test_a_failure_that_a_worker_reports_is_named() -> None:
    with pytest.raises(DetectionFailed, match="length: was skipped"):
        found(b'{"detector": "length", "problem": "was skipped"}', [TEXT], WANTED)
