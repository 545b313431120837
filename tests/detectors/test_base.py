from __future__ import annotations

from grille.detectors import Detectors, build
from grille.detectors.base import Detector
from grille.entities import Entity


def test_every_detector_of_the_room_keeps_the_protocol(everything: Detectors, shipped: dict[str, Entity]) -> None:
    room: tuple[Detector, ...] = everything.detectors
    labelled = ["labelled_name", "labelled_place", "labelled_secret"]
    assert [detector.name for detector in room] == ["credential", *labelled, "presidio"]
    assert frozenset().union(*(detector.entities for detector in room)) == frozenset(shipped)


def test_a_detector_that_has_nothing_to_look_for_is_not_built(shipped: dict[str, Entity]) -> None:
    assert [detector.name for detector in build([shipped["IBAN_CODE"]]).detectors] == ["presidio"]
    assert build([]).detectors == ()
