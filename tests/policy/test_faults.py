"""`grille.policy.faults`: what an author is told about the shape of a document."""

from __future__ import annotations

import pytest

from policy_paper import POLICY, changed, problems, said


@pytest.mark.parametrize(
    ("old", "new", "pointed_at", "text"),
    [
        ("policy: small", "policy: Small", "Small", "a name is small letters, digits, `-` and `_`, beginning"),
        ("policy: small", "policy: [small]", "policy: [", "this must be one text, and no list or mapping"),
        ("policy: small", "policie: small", "version", "`policy` is missing here: add it"),
        ("policy: small", "policie: small", "policie", "unknown key `policie`: did you mean `policy`?"),
        ("policy: small", "policy: small\nmode: enforced", "enforced", "not a choice: did you mean `enforce`?"),
        ("policy: small", "policy: small\nmode: quiet", "quiet", "not a choice: choose from: `enforce`, `monitor`"),
        ("use: [small.yaml]", "use: small.yaml", "small.yaml", "this must be a list"),
        ("use: [small.yaml]", "use:", "use", "nothing is written here: write a value, or take it away"),
        ("threshold: 0.8", "threshold: 80", "80", "this must be less than or equal to 1"),
        ("threshold: 0.8", "threshold: 0", "0", "this must be greater than 0"),
        ("threshold: 0.8", 'threshold: "0.8"', '"0.8"', "this must be a number"),
        ("threshold: 0.8", "treshold: 0.8", "treshold", "unknown key `treshold`: did you mean `threshold`?"),
        ('keep_last: 4}, "@', 'keep_last: 4.5}, "@', "4.5", "this must be a whole number"),
        ("count: 2", "count: 0", "0,", "this must be greater than or equal to 1"),
        ("US_SSN: block", "us_ssn: block", "us_ssn", "a row is named by an entity (CREDIT_CARD) or a group in quotes"),
        ('tls: "1.3"', "tls: 1.3", "1.3", 'put it in quotes: "1.3"'),
        ('tls: "1.3"', "tls: [1.3]", "tls", "this must be one of 1.2, 1.3"),
        ("session_only: {missing: block}", "session_only: {field: store}", "store", "a field is a JSON pointer, like"),
        ("hosts: [mcp.ledger.example]", "hosts: []", "hosts", "this must not be empty"),
        ("restore: text", "restore: true", "true", "this must be one of never, text, all"),
        ("id: EX-1", "id: EX 1", "EX 1", "an id is letters, digits, `.`, `-` and `_`, like EX-14"),
        ('["4242 4242 4242 4242"]', "[4242424242424242]", "4242", "this must be text: put it in quotes"),
        ("entity: CREDIT_CARD, values", "entity: Card, values", "Card", "an entity is named in capitals"),
        ("clients: [staff], endpoints: [chat]}", "fingerprints: [abc]}", "abc", "a fingerprint is 64 hexadecimal"),
        ("tighten: no_names", "tighten: 3", "3", "this must be text: put it in quotes"),
        ("match: {jwt: {groups: staff}}", "match: {}", "match", "write `anyone`, or a mapping with"),
        ("match: {jwt: {groups: staff}}", "match: {jwt: staff}", "staff", "this must be a mapping of keys and values"),
        ("endpoints: [ledger], ", "", "robot", "`endpoints` is missing here: add it"),
        ('allow: ["get_*", "list_*"]', 'allow: [""]', '""', "this must not be empty"),
        ("policy: small", "policy: small\ngroups: {Big: [US_SSN]}", "Big", "a group is named in small letters"),
    ],
)
def test_a_fault_is_told_with_its_place_and_its_cure(old: str, new: str, pointed_at: str, text: str) -> None:
    found = [each for each in problems(changed(old, new)) if text in each.text]
    assert len(found) == 1, said(changed(old, new))
    assert found[0].source_line[found[0].column - 1 :].startswith(pointed_at)


def test_unknown_keys_are_listed_when_nothing_is_like_them() -> None:
    found = said(changed("restore: text", "zzz: text"))
    assert found == ["18:31 unknown key `zzz`: known here: `profile`, `restore`"]


def test_two_faults_at_one_place_are_both_told() -> None:
    text = changed("  vault: {provider: contract, request: outside, response: back, mode: monitor}", "  vault: {}")
    assert [line for line in said(text) if line.startswith("19:")] == [
        "19:3 `request` is missing here: add it",
        "19:3 `response` is missing here: add it",
    ]


def test_a_misspelt_short_requirement_is_pointed_at() -> None:
    text = changed('require: {encryption: {tls: "1.3"}, session_only: {missing: block}}', "require: [encription]")
    assert said(text) == ["16:15 unknown key `encription`: did you mean `encryption`?"]


def test_the_small_policy_has_no_fault() -> None:
    assert said(POLICY) == []


def test_a_wrong_requirement_does_not_hide_what_else_is_wrong_with_its_endpoint() -> None:
    text = changed('{encryption: {tls: "1.3"}, session_only: {missing: block}}', "[encription]")
    found = said(
        text.replace("request: outside\n    response: {profile: back", "request: x\n    response: {profile: y")
    )
    assert [line.partition(" ")[0] for line in found] == ["16:15", "17:14", "18:25"]
