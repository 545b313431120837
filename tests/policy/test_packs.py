"""`grille.policy.packs`: entities and groups."""

from __future__ import annotations

import pytest

from policy_paper import PACK, POLICY, changed, policy, problems, said


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("check: luhn", "check: lun", "unknown check `lun`: did you mean `luhn`?"),
        ("recognizer: spacy", "recognizer: spaci", "unknown recognizer `spaci`: did you mean `spacy`?"),
        ("{recognizer: spacy, ", "{", "`PERSON` needs one of `pattern`, `patterns` and `recognizer`, and only one"),
        ("recognizer: spacy", "recognizer: spacy, pattern: a", "`PERSON` needs one of `pattern`, `patterns`"),
        ("'pw:[^ ]+'", "'pw:[^ +'", "not a regular expression: unterminated character set"),
        ("'pw:[^ ]+'", "'(pw:[^ ]+)?'", "this pattern matches the empty text: something in it must be there"),
        ("pattern: 'pw:[^ ]+'", "patterns: ['pw:.+', '(']", "not a regular expression: missing )"),
        (', examples: ["pw:swordfish"]', "", "`PASSWORD` has no proof: add `examples`"),
        ("'pw:[^ ]+'", "'pw:[^ ]+', score: 0.9", "context raises a score"),
        ("'pw:[^ ]+'", "'pw:[^ ]+', threshold: 0.9", "no score reaches this threshold"),
        ("'pw:[^ ]+'", "'pw:[^ ]+', threshold: 0", "this must be greater than 0"),
        ("[API_KEY, PASSWORD]", "[API_KEY, PASSWORT]", "unknown entity `PASSWORT`: did you mean `PASSWORD`?"),
        ("  PASSWORD: {", "  LIT: {", "choose another name: `LIT` is reserved"),
        ("  PASSWORD: {", f"  {'X' * 48}: {{", "choose another name: `LIT` is reserved, and 47 letters are enough"),
        ("[API_KEY, PASSWORD]", '[API_KEY, "@other"]', "a group holds entities, not groups: write its entities out"),
    ],
)
def test_a_pack_that_cannot_hold_is_refused(old: str, new: str, text: str) -> None:
    found = problems(POLICY, changed(old, new, PACK))
    assert [each for each in found if each.text.startswith(text)], said(POLICY, changed(old, new, PACK))
    assert {each.file.rpartition("/")[2] for each in found} == {"small.yaml"}


def test_an_entity_is_defined_once() -> None:
    found = said(POLICY + "entities: {PERSON: {recognizer: spacy, examples: [Jane Doe]}}\n")
    assert len(found) == 1
    assert "`PERSON` is there already, in " in found[0]
    assert "small.yaml:9: name one of the two anew" in found[0]


def test_a_group_is_defined_once() -> None:
    assert "the group `secrets` is there already" in said(POLICY + "groups: {secrets: [PERSON]}\n")[0]


def test_an_entity_that_is_twice_in_a_group_counts_once() -> None:
    assert policy(pack=changed("[API_KEY, PASSWORD]", "[API_KEY, API_KEY]", PACK)).groups["secrets"] == ("API_KEY",)


def test_everything_of_an_entity_is_kept() -> None:
    text = "{description: d, patterns: ['a', 'b'], check: luhn, context: [c], score: 0.4, score_with_context: 0.9, "
    text += "threshold: 0.6, examples: [e], near_misses: [n]}"
    entity = policy(POLICY + f"entities: {{NEW: {text}}}\n").entities["NEW"]
    assert (entity.patterns, entity.check, entity.context) == (("a", "b"), "luhn", ("c",))
    assert (entity.score, entity.score_with_context, entity.threshold) == (0.4, 0.9, 0.6)
    assert (entity.description, entity.examples, entity.near_misses) == ("d", ("e",), ("n",))


def test_the_lines_of_patterns_are_known() -> None:
    pin = (
        "  PIN:\n    patterns:\n      - 'pin [0-9]{4}'\n      # x\n      - 'code [0-9]{4}'\n    examples: [pin 1234]\n"
    )
    entities = policy(pack=changed("groups:", f"{pin}groups:", PACK)).entities
    first = entities["PIN"].source.line
    assert entities["PIN"].lines == (first + 2, first + 4)
    assert entities["US_SSN"].lines == (entities["US_SSN"].source.line,)
    assert entities["PERSON"].lines == ()
