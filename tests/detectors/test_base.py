from __future__ import annotations

from grille.detectors import Detectors, build, find_all
from grille.detectors.base import Detector, label_beside
from grille.entities import Entity
from grille.exchange import Kind, Segment


def test_every_detector_of_the_room_keeps_the_protocol(everything: Detectors, shipped: dict[str, Entity]) -> None:
    room: tuple[Detector, ...] = everything.detectors
    labelled = ["labelled_name", "labelled_place", "labelled_secret"]
    assert [detector.name for detector in room] == ["credential", *labelled, "presidio"]
    assert frozenset().union(*(detector.entities for detector in room)) == frozenset(shipped)


def test_a_key_does_not_announce_itself(everything: Detectors, shipped: dict[str, Entity]) -> None:
    """`label_beside`: the three detectors that believe a label are quiet about keys that look like values."""
    for key in ("FirstName", "MailingCity", "Street", "ContactName", "p12Password", "memorableWord"):
        assert not find_all(everything, [Segment(f"/{key}~", Kind.NAME, key, key)], frozenset(shipped))
    assert label_beside(Segment("/city", Kind.RESULT, "Reading", "city")) == "city"


def test_a_detector_that_has_nothing_to_look_for_is_not_built(shipped: dict[str, Entity]) -> None:
    assert [detector.name for detector in build([shipped["IBAN_CODE"]]).detectors] == ["presidio"]
    assert build([]).detectors == ()
