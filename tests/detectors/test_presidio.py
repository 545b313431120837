from __future__ import annotations

import logging
import socket

import pytest
import tldextract
from presidio_analyzer.nlp_engine import NlpArtifacts
from spacy.tokens import Doc
from spacy.vocab import Vocab

from grille.detectors import reader
from grille.detectors.presidio import PresidioDetector
from grille.entities import Entity
from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Finding, Kind, Segment, Source

HERE = Source("pack.yaml", 3, "entities.X")
CARD = Entity("CREDIT_CARD", HERE, patterns=(r"(?<!\d)\d{4}(?: ?\d{4}){3}(?!\d)",), check="card", score=0.8)
EMAIL = Entity("EMAIL_ADDRESS", HERE, patterns=(r"[\w.]{1,64}@(?:\w{1,63}\.){1,4}\w{2,9}",), check="email", score=0.8)
PERSON = Entity("PERSON", HERE, recognizer="spacy", context=("mr", "mrs"), score=0.7, score_with_context=0.9)


def found(detector: PresidioDetector, *texts: str, wanted: frozenset[str] | None = None) -> list[tuple[str, str]]:
    segments = [Segment(f"/{number}", Kind.TEXT, text) for number, text in enumerate(texts)]
    findings = detector.find(segments, detector.entities if wanted is None else wanted)
    return sorted((texts[each.segment][each.start : each.end], each.entity) for each in findings)


def test_only_entities_that_were_asked_for_are_found() -> None:
    text = "4111 1111 1111 1111, jane@example.com, https://example.com, 2025-01-02"
    assert found(PresidioDetector([CARD]), text) == [("4111 1111 1111 1111", "CREDIT_CARD")]
    assert found(PresidioDetector([CARD, EMAIL]), text, wanted=frozenset({"EMAIL_ADDRESS"})) == [
        ("jane@example.com", "EMAIL_ADDRESS")
    ]
    assert found(PresidioDetector([CARD]), text, wanted=frozenset()) == []


def test_equal_segments_have_equal_findings() -> None:
    segments = [Segment(address, Kind.TEXT, "4111 1111 1111 1111") for address in ("/a", "/b")]
    findings = PresidioDetector([CARD]).find(segments, frozenset({"CREDIT_CARD"}))
    assert findings == [Finding(number, 0, 19, "CREDIT_CARD", 0.8, "patterns") for number in (0, 1)]


def test_the_label_of_a_segment_is_context() -> None:
    pin = Entity("PIN", HERE, patterns=(r"(?P<weak>\d{4})",), context=("pin",))
    segments = [Segment("/a", Kind.NAME, "4821", "user_pin"), Segment("/b", Kind.NAME, "4821", "room")]
    assert [each.segment for each in PresidioDetector([pin]).find(segments, frozenset({"PIN"}))] == [0]


def test_names_are_read_in_prose_and_nowhere_else() -> None:
    detector = PresidioDetector([PERSON])
    text = "I met Jane Doe in the office yesterday."
    kinds = [Segment("/a", kind, text) for kind in (Kind.TEXT, Kind.OPAQUE, Kind.NAME)]
    assert [(each.segment, each.score, each.detector) for each in detector.find(kinds, detector.entities)] == [
        (0, 0.7, "spacy")
    ]


def test_in_data_forms_are_read() -> None:
    place = Entity("LOCATION", HERE, recognizer="spacy")
    text = '{"a":{"b":"12 Elm Street, Springfield, IL 62704"},"c":["Jane Doe"]}'
    assert found(PresidioDetector([place, PERSON]), text) == [("12 Elm Street, Springfield, IL 62704", "LOCATION")]
    assert PresidioDetector([place]).find([Segment("/a", Kind.OPAQUE, text)], frozenset({"LOCATION"})) == []


def test_a_cue_raises_the_score_of_a_name() -> None:
    segments = [Segment("/a", Kind.TEXT, "Yesterday Mrs Jane Doe called us.")]
    assert [each.score for each in PresidioDetector([PERSON]).find(segments, frozenset({"PERSON"}))] == [0.9]


def test_the_model_is_not_loaded_unless_an_entity_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(languages: tuple[str, ...]) -> reader.Reader:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr(reader, "load", refuse)
    assert found(PresidioDetector([CARD]), "I met Jane Doe") == []


@pytest.mark.parametrize(("recognizer", "offered"), [("presidio", "CRYPTO"), ("spacy", "PERSON")])
def test_a_recogniser_that_does_not_know_an_entity_says_what_it_knows(recognizer: str, offered: str) -> None:
    with pytest.raises(SettingsError, match=rf"pack\.yaml:3 .*{offered}.* and not URL; use one of these"):
        PresidioDetector([Entity("URL", HERE, recognizer=recognizer)])


def test_a_recogniser_that_was_given_no_reading_has_not_looked() -> None:
    [recognizer] = PresidioDetector([CARD])._analyzer.registry.recognizers
    foreign = NlpArtifacts([], Doc(Vocab()), [], [], None, "en")
    with pytest.raises(DetectionFailed, match="not read"):
        recognizer.analyze("4111 1111 1111 1111", ["CREDIT_CARD"], foreign)


def test_presidio_reads_a_text_itself_when_nobody_has() -> None:
    analyzer = PresidioDetector([CARD, PERSON])._analyzer
    results = analyzer.analyze("I met Jane Doe, 4111 1111 1111 1111, today.", "en", ["CREDIT_CARD", "PERSON"])
    assert {result.entity_type for result in results} == {"CREDIT_CARD", "PERSON"}


def test_nothing_is_looked_up_on_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a name was looked up or a connection opened")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    detector = PresidioDetector([EMAIL, PERSON])
    assert found(detector, "Jane Doe wrote from jane@mail.example.co.uk today") == [
        ("Jane Doe", "PERSON"),
        ("jane@mail.example.co.uk", "EMAIL_ADDRESS"),
    ]


def test_the_list_of_public_suffixes_is_never_asked_for(
    monkeypatch: pytest.MonkeyPatch, shipped: dict[str, Entity]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("tldextract was asked, which downloads its list")

    monkeypatch.setattr(tldextract.TLDExtract, "_get_tld_extractor", refuse)
    names = ("URL", "EMAIL_ADDRESS", "PHONE_NUMBER")
    detector = PresidioDetector([shipped[name] for name in names])
    with pytest.raises(AssertionError, match="downloads its list"):
        tldextract.TLDExtract()("example.com")
    assert found(detector, "jane@mail.example.co.uk, https://example.com/a?b=c, 020 7946 0958") == [
        ("020 7946 0958", "PHONE_NUMBER"),
        ("https://example.com/a?b=c", "URL"),
        ("jane@mail.example.co.uk", "EMAIL_ADDRESS"),
    ]


def test_no_logger_hears_a_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("presidio-analyzer", "decision_process"):
        caplog.set_level(logging.DEBUG, logger=name)
    assert found(PresidioDetector([CARD, PERSON]), "I met Jane Doe, 4111 1111 1111 1111, today.")
    assert not [record for record in caplog.records if "4111" in record.getMessage() or "Jane" in record.getMessage()]
