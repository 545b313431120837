"""`grille.policy.policy_form`: what holds when a key is not written, and that every mapping says what it is."""

from __future__ import annotations

import pytest

from grille.exchange import Action
from grille.policy import Keep, Missing, Mode, Reaction, Restore, Scope, schema
from grille.policy.policy_form import PolicyForm

LEAST = PolicyForm.model_validate({"version": 1, "policy": "p"})


def test_what_is_not_written_is_blocked_and_nothing_is_kept() -> None:
    assert set(LEAST.otherwise.model_dump().values()) == {"block"}
    assert LEAST.tokens.keep == "nothing"
    assert LEAST.mode == "enforce"
    assert [LEAST.endpoints, LEAST.clients] == [{}, {}]


def test_two_documents_do_not_share_their_defaults() -> None:
    other = PolicyForm.model_validate({"version": 1, "policy": "q"})
    assert LEAST.use is not other.use


@pytest.mark.parametrize("name", ["policy", "pack"])
def test_every_mapping_says_what_it_is(name: str) -> None:
    document = schema.of(name)
    described = [each["anyOf"][1] if "anyOf" in each else each for each in document["$defs"].values()]
    assert [each["title"] for each in described if not each.get("description", "").endswith(".")] == []


@pytest.mark.parametrize(
    ("form", "key", "kind"),
    [
        ("RowForm", "action", Action),
        ("OtherwiseForm", "endpoint", Reaction),
        ("TokensForm", "scope", Scope),
        ("TokensForm", "keep", Keep),
        ("SessionOnlyForm", "missing", Missing),
        ("ResponseForm", "restore", Restore),
        ("PolicyForm", "mode", Mode),
    ],
)
def test_a_choice_has_a_word_for_every_member(form: str, key: str, kind: type[Action | Reaction]) -> None:
    document = schema.of("policy")
    definition = document["$defs"].get(form, document)
    properties = (definition["anyOf"][1] if "anyOf" in definition else definition)["properties"]
    assert set(properties[key]["enum"]) == {member.name.lower() for member in kind}


@pytest.mark.parametrize("version", [True, 1.0, "1", 2, None])
def test_the_version_is_the_number_one(version: object) -> None:
    with pytest.raises(ValueError, match="version"):
        PolicyForm.model_validate({"version": version, "policy": "p"})


@pytest.mark.parametrize("anyone", [1, False, "yes", None])
def test_anyone_is_said_plainly(anyone: object) -> None:
    written = {"version": 1, "policy": "p", "clients": {"c": {"match": {"anyone": anyone}, "endpoints": []}}}
    if anyone is None:
        assert PolicyForm.model_validate(written).clients["c"].match.anyone is None
    else:
        with pytest.raises(ValueError, match="this can only be `true`"):
            PolicyForm.model_validate(written)
