"""`grille.policy.compile`: files to a policy."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from grille.errors import PolicyErrors
from grille.exchange import Action
from grille.policy import Keep, Mode, Reaction, Restore, Scope, load, shipped
from policy_paper import PACK, POLICY, TODAY, VOCABULARY, changed, policy, problems, said


def test_a_policy_is_compiled_whole() -> None:
    small = policy()
    assert small.name == "small"
    assert set(small.entities) == {"CREDIT_CARD", "US_SSN", "PERSON", "API_KEY", "PASSWORD"}
    assert small.groups == {"secrets": ("API_KEY", "PASSWORD")}
    assert small.endpoints["chat"].restore is Restore.TEXT
    assert small.endpoints["vault"].mode is Mode.MONITOR
    assert small.endpoints["ledger"].mode is Mode.ENFORCE
    assert small.otherwise.endpoint is small.otherwise.body is small.otherwise.failure is Reaction.BLOCK
    assert small.otherwise.shadow_ai is Reaction.BLOCK
    assert (small.tokens.scope, small.tokens.keep) == (Scope.CLIENT, Keep.NOTHING)
    assert small.profiles["outside"].rows["PERSON"][0].action is Action.TOKENIZE


def test_sections_that_are_written_replace_the_defaults() -> None:
    small = policy(
        POLICY
        + "otherwise: {endpoint: allow, shadow_ai: log, client: log, body: log}\n"
        + "tokens: {scope: session, keep: redis}\n"
    )
    assert small.otherwise.endpoint is Reaction.ALLOW
    assert small.otherwise.shadow_ai is small.otherwise.client is small.otherwise.body is Reaction.LOG
    assert small.otherwise.sources["client"].name == "otherwise.client"
    assert small.otherwise.sources["client"].line == 33
    assert (small.tokens.scope, small.tokens.keep) == (Scope.SESSION, Keep.REDIS)


def test_every_source_cites_the_file_as_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "small.yaml").write_text(PACK)
    (tmp_path / "p.yaml").write_text(POLICY)
    monkeypatch.chdir(tmp_path)
    small = load("p.yaml", VOCABULARY)
    assert str(small.profiles["outside"].rows["US_SSN"][0].source) == "p.yaml:7 profiles.outside.US_SSN"
    assert str(small.entities["PERSON"].source) == "small.yaml:9 entities.PERSON"
    assert str(small.exemptions[0].source) == "p.yaml:31 exceptions.EX-1"


def test_problems_of_the_policy_and_of_its_packs_are_said_in_one_run() -> None:
    text = changed("provider: acme", "provider: acne").replace("request: inside", "request: insyde", 1)
    pack = changed("check: luhn", "check: lune", PACK)
    files = [Path(each.file).name for each in problems(text + "extra: on\n", pack)]
    assert files == ["p.yaml", "p.yaml", "p.yaml", "p.yaml", "small.yaml"]


def test_a_name_that_is_wrong_in_itself_is_not_reported_where_it_is_used() -> None:
    assert said(changed("PERSON: redact}", "PERSON: redakt}")) == [
        "12:22 `redakt` is not a choice: did you mean `redact`?"
    ]


def test_a_missing_pack_does_not_make_every_entity_unknown() -> None:
    assert said(changed("small.yaml", "smal.yaml")) == [
        "3:7 there is no such file beside the policy or among the shipped packs"
    ]


def test_a_pack_is_used_once() -> None:
    assert said(changed("[small.yaml]", "[small.yaml, small.yaml]")) == [
        "3:19 `small.yaml` is used already: once is enough"
    ]


def test_a_missing_policy_names_the_shipped_ones() -> None:
    with pytest.raises(PolicyErrors, match="cannot be read \\(no such file or directory\\): give a file, or one of"):
        load("nowhere.yaml", VOCABULARY)
    with pytest.raises(PolicyErrors, match="is a directory"):
        load(".", VOCABULARY)


def test_an_unreadable_policy_says_what_the_reader_says() -> None:
    assert said("a: [\n")[0].startswith("2:1 not YAML")
    assert said("- a\n") == ["1:1 this must be a mapping of keys and values"]


def test_a_shipped_policy_is_loaded_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tiny.yaml").write_text("version: 1\npolicy: tiny\nuse: [packs/small.yaml]\n")
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs/small.yaml").write_text(PACK)
    monkeypatch.setattr(shipped, "folder", lambda: tmp_path)
    tiny = load("tiny", VOCABULARY)
    assert tiny.file == "policies/tiny.yaml"
    assert tiny.entities["PERSON"].source.file == "policies/packs/small.yaml"


def test_a_policy_of_ones_own_may_use_shipped_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "small.yaml").write_text(PACK)
    (tmp_path / "p.yaml").write_text(POLICY)
    monkeypatch.setattr(shipped, "folder", lambda: shelf)
    assert load(str(tmp_path / "p.yaml"), VOCABULARY).entities["PERSON"].source.file == "policies/small.yaml"


def test_a_file_wins_over_a_shipped_policy_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "starter").write_text("version: 1\npolicy: own\n")
    monkeypatch.chdir(tmp_path)
    assert load("starter", VOCABULARY).name == "own"


def test_the_digest_changes_with_the_meaning_and_not_with_the_wording() -> None:
    small = policy()
    assert len(small.digest) == 64
    reordered = changed("    US_SSN: block\n", "").replace("  outside:\n", "  outside:\n    US_SSN: block\n")
    assert policy("# a comment\n" + reordered).digest == small.digest
    assert policy(changed("threshold: 0.8", "threshold: 0.81")).digest != small.digest
    assert policy(pack=changed("threshold: 0.6", "threshold: 0.61", PACK)).digest != small.digest


def test_a_policy_may_bring_entities_and_groups_of_its_own() -> None:
    own = "entities:\n  CUSTOMER_ID: {pattern: 'C-[0-9]{8}', examples: [C-00000001]}\n"
    own += "groups: {customer: [CUSTOMER_ID, PERSON]}\n"
    small = policy(changed("  outside:\n", '  outside:\n    "@customer": hash\n') + own)
    assert small.entities["CUSTOMER_ID"].patterns == ("C-[0-9]{8}",)
    assert [row.action for row in small.profiles["outside"].rows["PERSON"]] == [Action.HASH, Action.TOKENIZE]


def test_what_has_ended_is_a_problem_only_on_a_given_day() -> None:
    assert said(POLICY, today=TODAY) == []
    assert said(POLICY, today=date(2027, 1, 31)) == []
    assert said(POLICY, today=date(2027, 2, 1)) == [
        "31:82 `EX-1` ended on 2027-01-31: delete it, or let sec@bank.example renew it"
    ]
    assert said(POLICY) == []


def test_a_policy_can_be_handed_to_another_process() -> None:
    small = policy()
    assert pickle.loads(pickle.dumps(small)) == small


def test_a_policy_names_the_languages_of_names() -> None:
    assert policy().languages == ()
    assert policy(POLICY + "languages: [en, de]\n").languages == ("en", "de")
    (complaint,) = said(POLICY + "languages: [en, dk]\n")
    assert "`dk` is not a choice" in complaint
