"""The bench's own texts, from a seed: documents with labelled values, and texts that hold nothing.

How many are made is said once, in documents a carrier. The same seed gives the same texts on every machine
with the same version of Faker. This module must not know any engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from detecting import business, carriers, secretive, sentences, statements, tongues
from detecting.decoys import lookalike
from detecting.marking import finished
from detecting.names import NAMES
from detecting.parties import BUNDLES, ENTITIES, Parties
from detecting.texts import Text, TextSet

DOCUMENTS: Final = 48
"""Of each carrier, unless `--docs` says otherwise; everything else grows with it."""
NOTHING_ALONE: Final = frozenset({"CARD_VERIFICATION", "DATE_OF_BIRTH", "ORGANIZATION", "LOCATION", "PERSON"})
"""Without a word beside it no one can say what it is; names are counted in documents."""

_CARRIERS: Final[dict[str, Callable[[Random, Parties], str]]] = {
    "letter": sentences.letters,
    "chat": sentences.chats,
    **carriers.CARRIERS,
    "statement": statements.statements,
}


def sets(seed: int, documents: int = DOCUMENTS) -> Iterator[TextSet]:
    """Everything that is made, each set from a source of chance of its own."""
    yield TextSet("documents", tuple(labelled(Random(f"{seed} documents"), documents)))
    yield TextSet("values alone", tuple(bare_values(Random(f"{seed} alone"), max(1, documents // 4))))
    chance = Random(f"{seed} lookalikes")
    yield TextSet("look-alikes", tuple(Text(lookalike(chance), carrier="decoy") for _ in range(documents * 12)))
    chance = Random(f"{seed} business")
    made = (Text((business.code if number % 3 == 0 else business.prose)(chance)) for number in range(documents * 6))
    yield TextSet("business text", tuple(made), judged=NAMES)
    for locale in tongues.FRAMES:
        chance = Random(f"{seed} {locale}")
        made = (finished(tongues.sentence(chance, locale), "sentence", locale[:2]) for _ in range(documents * 2))
        yield TextSet(f"names, {locale[:2]}", tuple(made))
    chance = Random(f"{seed} posts")
    yield TextSet("posts", tuple(finished(tongues.post(chance), "post") for _ in range(documents * 6)))
    yield TextSet("secrets", tuple(secrets(Random(f"{seed} secrets"), documents * 3)))


def labelled(chance: Random, documents: int) -> Iterator[Text]:
    """Documents of every carrier."""
    parties = Parties(chance)
    for carrier, write in _CARRIERS.items():
        for _ in range(documents):
            yield finished(write(chance, parties), carrier)


def bare_values(chance: Random, each: int) -> Iterator[Text]:
    """Values that nothing announces, as many of each entity."""
    parties = Parties(chance)
    homes = {entity: locale for locale, bundles in BUNDLES.items() for bundle in bundles for entity in bundle}
    for entity in ENTITIES:
        if entity not in NOTHING_ALONE:
            for number in range(each):
                locale = homes.get(entity) or tuple(BUNDLES)[number % len(BUNDLES)]
                value = parties.of(locale, [entity]).fields[0].value
                yield finished(sentences.alone(chance, value), "nocue")


def secrets(chance: Random, lines: int) -> Iterator[Text]:
    """One line with a secret for each that only looks like one."""
    for _ in range(lines):
        yield finished(secretive.kept(chance), "secret")
        yield Text(secretive.harmless(chance), carrier="decoy")
