"""The names a policy may use: those its own files bring, and those the program brings.

This module must not know what a name stands for; it says whether there is one, and guesses if not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from grille.policy.problems import Page, unknown
from grille.policy.reading import Path
from grille.providers import Provider


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the program brings: providers of the catalogue, dialects, checks and recognisers."""

    providers: Mapping[str, Provider]
    dialects: frozenset[str]
    checks: frozenset[str]
    recognizers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Names:
    """What the files bring, as written: an entry that is wrong in itself still counts, so that one mistake
    is not reported once more wherever its name is used. `attested` are the providers and endpoints that an
    attestation speaks of. `whole` is false when a pack could not be read,
    and then no entity or group is called unknown."""

    entities: frozenset[str]
    groups: frozenset[str]
    profiles: frozenset[str]
    endpoints: frozenset[str]
    clients: frozenset[str]
    attested: frozenset[str]
    vocabulary: Vocabulary
    whole: bool = True

    def knows_entity(self, page: Page, path: Path, name: str) -> bool:
        return not self.whole or known(page, path, "entity", name, self.entities)

    def knows_group(self, page: Page, path: Path, name: str) -> bool:
        return not self.whole or known(page, path, "group", name, self.groups)


def names_of(policy: Page, packs: Iterable[Page], vocabulary: Vocabulary, whole: bool) -> Names:
    pages = (policy, *packs)
    return Names(
        entities=frozenset(name for page in pages for name in page.names("entities")),
        groups=frozenset(name for page in pages for name in page.names("groups")),
        profiles=frozenset(policy.names("profiles")),
        endpoints=frozenset(policy.names("endpoints")),
        clients=frozenset(policy.names("clients")),
        attested=frozenset(_attested(policy)),
        vocabulary=vocabulary,
        whole=whole,
    )


def _attested(policy: Page) -> Iterator[str]:
    items = policy.written.at(("attestations",))
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            yield from (str(item[key]) for key in ("provider", "endpoint") if key in item)


def known(page: Page, path: Path, kind: str, name: str, names: Collection[str]) -> bool:
    """Whether `names` has `name`; if not, that is said of what stands at `path`, or of the key there if
    that is where the name is."""
    if name in names:
        return True
    complain = page.wrong_key if path and str(path[-1]).removeprefix("@") == name else page.wrong
    complain(path, unknown(kind, name, names))
    return False
