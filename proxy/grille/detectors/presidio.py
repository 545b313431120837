"""Presidio's analyzer, with our recognisers in it. The one file that imports `presidio_analyzer`.

Presidio brings the frame: an `AnalyzerEngine`, a registry, the recogniser classes, the protocol of
the NLP engine. Ours are the recognisers, because the stock ones ignore case everywhere, let a failed
checksum swallow the number after it, skip a pattern that times out, and reach for the network (the
e-mail recogniser's public suffix list); the context, because the stock enhancer is quadratic; and the
language model, which is cut down to its name recognition and reads only prose, in batches.

Nothing of Presidio's stock list runs unless an entity says `recognizer: presidio`; then the stock
patterns and check run inside our matcher. This module must not log or trace a text, load anything
over the network, or keep a text beyond one call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    LocalRecognizer,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
    predefined_recognizers,
)
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.tokens import Doc
from spacy.vocab import Vocab

from grille.detectors import model, patterns, reader, sentences
from grille.detectors.base import Sight
from grille.detectors.context import Surroundings
from grille.detectors.names import Name
from grille.detectors.patterns import DETECTOR, Patterns, compiled
from grille.detectors.prose import holds_words, is_prose
from grille.detectors.staged import Rules, Staged
from grille.detectors.stock import OFFERED, in_our_matcher
from grille.entities import Entity
from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Finding, Growing, Segment
from grille.record import Record

LANGUAGE: Final = "en"
_NAME_KEY: Final = RecognizerResult.RECOGNIZER_NAME_KEY
_ID_KEY: Final = RecognizerResult.RECOGNIZER_IDENTIFIER_KEY


class _Reading(NlpArtifacts):
    """What is known of one text before recognisers run."""

    _NO_WORDS = Doc(Vocab(), words=[])

    def __init__(self, names: Sequence[Name], surroundings: Surroundings, rules: Rules | None) -> None:
        super().__init__([], self._NO_WORDS, [], [], None, LANGUAGE)
        self.names = names
        self.surroundings = surroundings
        self.rules = rules


class _NameEngine(NlpEngine):
    """Presidio's view of the model; without one it knows no names."""

    def __init__(self, names: reader.Reader | None) -> None:
        self._names = names

    def load(self) -> None:
        """Nothing to do: the model is loaded before the engine is built."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return next(reading for _, reading in self.process_batch([text], language))

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **_: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        known = list(texts)
        named = self._names.names(known) if self._names else [[]] * len(known)
        for text, names in zip(known, named, strict=True):
            yield text, _Reading(names, Surroundings(text), None)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    is_punct = is_stopword

    def get_supported_entities(self) -> list[str]:
        return sorted(model.ENTITIES) if self._names else []

    def get_supported_languages(self) -> list[str]:
        return [LANGUAGE]


class _Registry(RecognizerRegistry):
    """The registry, in which an entity has one recogniser: the stock one compares entities x recognisers."""

    def __init__(self, recognizers: Sequence[EntityRecognizer]) -> None:
        super().__init__(list(recognizers), supported_languages=[LANGUAGE])
        self._by_entity = {each.supported_entities[0]: each for each in recognizers}

    def get_recognizers(
        self,
        language: str,
        entities: list[str] | None = None,
        all_fields: bool = False,
        ad_hoc_recognizers: list[EntityRecognizer] | None = None,
    ) -> list[EntityRecognizer]:
        return [self._by_entity[entity] for entity in entities or self._by_entity]


class _ContextIsJudged(ContextAwareEnhancer):
    """Takes the place of the stock enhancer: recognisers have asked `Surroundings` already."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        return raw_results


class _PatternRecognizer(PatternRecognizer):
    """One entity's patterns, matched by `patterns.Patterns` instead of by Presidio."""

    def __init__(self, patterns: Patterns) -> None:
        entity = patterns.entity
        rules = [Pattern(entity.name, rule.written, entity.score) for rule in patterns.rules]
        super().__init__(entity.name, name=DETECTOR, patterns=rules, context=list(entity.context))
        self.matched_by = patterns

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        reading = _reading(nlp_artifacts)
        rules = None if reading.rules is None else reading.rules.get(self.matched_by.entity.name, ())
        found = self.matched_by.candidates(text, reading.surroundings, rules)
        return [_result(self, DETECTOR, each.start, each.end, each.score) for each in found]


class _NameRecognizer(LocalRecognizer):
    """One entity that the model names, without the guesses that no one would believe."""

    def __init__(self, entity: Entity) -> None:
        super().__init__(supported_entities=[entity.name], name=model.DETECTOR, context=list(entity.context))
        self.named = sentences.named(entity)

    def load(self) -> None:
        """Nothing to do: the model belongs to the engine."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        reading = _reading(nlp_artifacts)
        found = self.named.among(reading.names, text, reading.surroundings)
        return [_result(self, model.DETECTOR, start, end, score) for start, end, score in found]


def _reading(artifacts: NlpArtifacts | None) -> _Reading:
    """The artifacts, if they are ours: a recogniser that was given none has not looked."""
    if not isinstance(artifacts, _Reading):
        raise DetectionFailed(PresidioDetector.name, "a text was not read before its recognisers ran")
    return artifacts


def _result(recognizer: EntityRecognizer, by: str, start: int, end: int, score: float) -> RecognizerResult:
    known = {_NAME_KEY: by, _ID_KEY: recognizer.id}
    return RecognizerResult(recognizer.supported_entities[0], start, end, score, recognition_metadata=known)


class PresidioDetector:
    """The detector: entities with patterns, stock recognisers, and the model's names.

    Segments that read the same under the same label are analysed once.
    """

    name = "presidio"

    def __init__(self, entities: Sequence[Entity], languages: tuple[str, ...] = ()) -> None:
        self.entities = frozenset(entity.name for entity in entities)
        recognizers = [_recognizer(entity) for entity in entities]
        self._staged = Staged([each.matched_by for each in recognizers if isinstance(each, _PatternRecognizer)])
        self.patterns: Sequence[str] = self._staged.asked
        self._named = [each.named for each in recognizers if isinstance(each, _NameRecognizer)]
        self._reader = reader.load(languages) if self._named else None
        self._nlp = _NameEngine(self._reader)
        self._analyzer = AnalyzerEngine(
            registry=_Registry(recognizers),
            nlp_engine=self._nlp,
            supported_languages=[LANGUAGE],
            context_aware_enhancer=_ContextIsJudged(),
            log_decision_process=False,
        )

    def looks_at(self, segment: Segment, wanted: frozenset[str]) -> bool:
        return any(each.entity.name in wanted for each in self._named)

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        wanted &= self.entities
        if not wanted:
            return []
        named = [each.entity.name for each in self._named if each.entity.name in wanted]
        same: dict[tuple[str, str, Record, bool, bool], list[int]] = {}
        for number, segment in enumerate(segments):
            words, prose = bool(named) and holds_words(segment), bool(named) and is_prose(segment)
            same.setdefault((segment.text, segment.label, segment.record, words, prose), []).append(number)
        names = self._names(list(dict.fromkeys(text for text, _, _, _, prose in same if prose)))
        findings: list[Finding] = []
        for (text, label, record, words, prose), numbers in same.items():
            rules = self._staged.of(text, wanted)
            if asked := [*rules, *named]:
                said = names[text] if prose else self._formed(text) if words else ()
                reading = _Reading(said, Surroundings(text, label, record), rules)
                findings += self._analyze(text, reading, asked, numbers)
        return findings

    def watch(self, texts: Sequence[Growing], wanted: frozenset[str], edges: Sequence[int]) -> list[Sight]:
        named = [each for each in self._named if each.entity.name in wanted]
        sights = [
            patterns.watch(self._staged.of_growing(each, wanted), number, each) for number, each in enumerate(texts)
        ]
        if self._reader is None or not named:
            return sights
        edges = [min(edge, sight.edge) for edge, sight in zip(edges, sights, strict=True)]
        read = sentences.watch(self._reader, named, texts, edges)
        return [one.and_so(other) for one, other in zip(sights, read, strict=True)]

    def _names(self, texts: Sequence[str]) -> dict[str, Sequence[Name]]:
        return {text: _reading(artifacts).names for text, artifacts in self._nlp.process_batch(texts, LANGUAGE)}

    def _formed(self, text: str) -> Sequence[Name]:
        return self._reader.formed(text) if self._reader else ()

    def _analyze(self, text: str, reading: _Reading, asked: list[str], numbers: Sequence[int]) -> Iterator[Finding]:
        """What stands in a text, for each of the segments that it is."""
        for found in self._analyzer.analyze(text, LANGUAGE, asked, score_threshold=0.0, nlp_artifacts=reading):
            by = str(found.recognition_metadata[_NAME_KEY])
            for number in numbers:
                yield Finding(number, found.start, found.end, found.entity_type, found.score, by)


def _recognizer(entity: Entity) -> EntityRecognizer:
    match entity.recognizer:
        case "spacy":
            if entity.name not in model.ENTITIES:
                known = ", ".join(sorted(model.ENTITIES))
                raise SettingsError(f"{entity.source}: the model knows {known} and not {entity.name}; use one of these")
            return _NameRecognizer(entity)
        case "presidio":
            return _PatternRecognizer(stock_patterns(entity))
        case _:
            return _PatternRecognizer(compiled(entity))


def stock_patterns(entity: Entity) -> Patterns:
    """A stock recogniser's patterns and check, in our matcher, with the entity's own scores."""
    made: Iterator[PatternRecognizer] = (getattr(predefined_recognizers, f"{name}Recognizer")() for name in OFFERED)
    known = {recognizer.supported_entities[0]: recognizer for recognizer in made}
    if entity.name not in known:
        names = ", ".join(sorted(known))
        raise SettingsError(f"{entity.source}: Presidio offers {names} and not {entity.name}; use one of these")
    recognizer = known[entity.name]
    rules = [(each["regex"], each["score"]) for each in recognizer.to_dict()["patterns"]]
    context = entity.context or tuple(recognizer.context or ())
    return in_our_matcher(replace(entity, context=context), rules, _stock_check(recognizer))


def _stock_check(recognizer: PatternRecognizer) -> Callable[[str], bool]:
    """What a stock recogniser makes of a value. One that validates must say yes: some say nothing instead of no."""
    validates = type(recognizer).validate_result is not PatternRecognizer.validate_result

    def passes(value: str) -> bool:
        said = recognizer.validate_result(value)
        return (said is True if validates else said is not False) and not recognizer.invalidate_result(value)

    return passes
