"""`grille.policy.names`: which names there are."""

from __future__ import annotations

from grille.errors import PolicyErrors
from grille.policy.names import known, names_of
from grille.policy.problems import Complaints, Page
from grille.policy.reading import read
from policy_paper import VOCABULARY


def page(text: str) -> Page:
    written, _ = read(text.encode(), "p.yaml")
    assert written is not None
    return Page(written, Complaints())


def told(page: Page) -> list[str]:
    errors = page.complaints.errors()
    assert isinstance(errors, PolicyErrors)
    return [f"{p.line}:{p.column} {p.text}" for p in errors.problems]


def test_names_of_entries_that_are_wrong_still_count() -> None:
    policy = page("profiles: {a: 3}\nclients: {c: }\nattestations: [{provider: acme}, {endpoint: x}, 5]\n")
    names = names_of(policy, [page("entities: {PERSON: wrong}\ngroups: {g: []}\n")], VOCABULARY, whole=True)
    assert (names.profiles, names.clients, names.entities, names.groups) == (
        frozenset({"a"}),
        frozenset({"c"}),
        frozenset({"PERSON"}),
        frozenset({"g"}),
    )
    assert names.attested == {"acme", "x"}


def test_no_entity_is_unknown_while_a_pack_is_missing() -> None:
    policy = page("a: PERSON\n")
    part = names_of(policy, [], VOCABULARY, whole=False)
    assert part.knows_entity(policy, ("a",), "PERSON")
    assert part.knows_group(policy, ("a",), "secrets")
    whole = names_of(policy, [], VOCABULARY, whole=True)
    assert not whole.knows_entity(policy, ("a",), "PERSON")
    assert not whole.knows_group(policy, ("a",), "secrets")


def test_an_unknown_name_is_pointed_at_where_it_stands() -> None:
    sheet = page("list: [one]\nrows: {two: 2}\n")
    assert not known(sheet, ("list", 0), "thing", "one", {"ones"})
    assert not known(sheet, ("rows", "two"), "thing", "two", {"ones"})
    assert told(sheet) == [
        "1:8 unknown thing `one`: did you mean `ones`?",
        "2:8 unknown thing `two`: known here: `ones`",
    ]
