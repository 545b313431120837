"""From entities and groups as written to those that are looked for.

An entity must bring its own proof: examples that it finds. Whether it finds them is shown by the
detectors, which this room does not know; here the patterns need only compile, with the same library
that the detectors use.
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

from grille.entities import LONGEST_NAME, RESERVED, Entity
from grille.policy.names import Names, Vocabulary, known
from grille.policy.policy_form import EntityForm, PackForm, PolicyForm
from grille.policy.problems import Page
from grille.policy.reading import Path

type Holder = tuple[PackForm | PolicyForm, Page]
"""Whatever brings entities and groups: a pack, or the policy itself."""


def compile_entities(holders: Iterable[Holder], vocabulary: Vocabulary) -> dict[str, Entity]:
    entities: dict[str, Entity] = {}
    for form, page in holders:
        for name, entity in form.entities.items():
            path = ("entities", name)
            if name in entities:
                first = entities[name].source
                page.wrong_key(
                    path, f"`{name}` is there already, in {first.file}:{first.line}: name one of the two anew"
                )
                continue
            if name == RESERVED or len(name) > LONGEST_NAME:
                page.wrong_key(
                    path, f"choose another name: `{RESERVED}` is reserved, and {LONGEST_NAME} letters are enough"
                )
            _check(name, entity, page, vocabulary)
            entities[name] = Entity(
                name=name,
                source=page.source(path),
                description=entity.description,
                patterns=tuple([entity.pattern] if entity.pattern else entity.patterns),
                recognizer=entity.recognizer,
                check=entity.check,
                context=tuple(entity.context),
                companions=tuple(entity.companions),
                score=entity.score,
                score_with_context=entity.score_with_context,
                threshold=entity.threshold,
                examples=tuple(entity.examples),
                near_misses=tuple(entity.near_misses),
                lines=tuple(page.source((*path, *step)).line for step in _steps(entity)),
            )
    return entities


def compile_groups(holders: Iterable[Holder], names: Names) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for form, page in holders:
        for name, members in form.groups.items():
            path = ("groups", name)
            if name in groups:
                page.wrong_key(path, f"the group `{name}` is there already: put its entities into one group")
                continue
            for number, member in enumerate(members):
                if member.startswith("@"):
                    page.wrong((*path, number), "a group holds entities, not groups: write its entities out")
                else:
                    names.knows_entity(page, (*path, number), member)
            groups[name] = tuple(dict.fromkeys(members))
    return groups


def _steps(entity: EntityForm) -> list[Path]:
    """Where the patterns of an entity are written, below it."""
    return [("pattern",)] if entity.pattern else [("patterns", number) for number in range(len(entity.patterns))]


def _check(name: str, entity: EntityForm, page: Page, vocabulary: Vocabulary) -> None:
    path = ("entities", name)
    ways = [way for way in (entity.pattern, entity.patterns, entity.recognizer) if way]
    if len(ways) != 1:
        page.wrong_key(path, f"`{name}` needs one of `pattern`, `patterns` and `recognizer`, and only one")
    for number, pattern in enumerate(entity.patterns):
        _check_pattern(pattern, page, (*path, "patterns", number))
    if entity.pattern:
        _check_pattern(entity.pattern, page, (*path, "pattern"))
    if entity.check:
        known(page, (*path, "check"), "check", entity.check, vocabulary.checks)
    if entity.recognizer:
        known(page, (*path, "recognizer"), "recognizer", entity.recognizer, vocabulary.recognizers)
    if not entity.examples:
        page.wrong_key(path, f"`{name}` has no proof: add `examples`, and `near_misses` that look like one")
    if entity.score > entity.score_with_context:
        page.wrong((*path, "score_with_context"), "context raises a score: `score_with_context` is at least `score`")
    if entity.threshold > entity.score_with_context and not entity.recognizer:
        page.wrong((*path, "threshold"), "no score reaches this threshold: lower it, or raise `score_with_context`")


def _check_pattern(pattern: str, page: Page, path: tuple[str | int, ...]) -> None:
    try:
        compiled = regex.compile(pattern, regex.MULTILINE)
    except regex.error as error:
        page.wrong(path, f"not a regular expression: {error.msg}")
        return
    if compiled.match(""):
        page.wrong(path, "this pattern matches the empty text: something in it must be there")
