"""`grille.detectors.credentials`: a secret by its place."""

from __future__ import annotations

import pytest

from grille.detectors import build, find_all
from grille.entities import Entity
from grille.exchange import Kind, Segment

WANTED = frozenset({"BODY_CREDENTIAL"})


@pytest.mark.parametrize("text", ["Bearer not-a-real-one", "x", "words with blanks"])
def test_what_stands_in_the_place_of_a_credential_is_one(text: str, shipped: dict[str, Entity]) -> None:
    detectors = build([shipped["BODY_CREDENTIAL"]])
    (found,) = find_all(detectors, [Segment("/tools/0/authorization", Kind.CREDENTIAL, text)], WANTED)
    assert (found.start, found.end, found.detector) == (0, len(text), "credential")


def test_the_same_words_elsewhere_are_none(shipped: dict[str, Entity]) -> None:
    detectors = build([shipped["BODY_CREDENTIAL"]])
    segments = [Segment("/note", kind, "Bearer not-a-real-one") for kind in Kind if kind is not Kind.CREDENTIAL]
    segments.append(Segment("/tools/0/authorization", Kind.CREDENTIAL, ""))
    assert find_all(detectors, segments, WANTED) == ()


def test_a_label_announces_one_where_there_are_no_places(shipped: dict[str, Entity]) -> None:
    detectors = build([shipped["BODY_CREDENTIAL"]])
    text = "authorization_token: not-what-keys-look-like, and more"
    (found,) = find_all(detectors, [Segment("/text", Kind.TEXT, text)], WANTED)
    assert text[found.start : found.end] == "not-what-keys-look-like"
