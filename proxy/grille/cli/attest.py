"""`grille attest`: is an account really set to what an attestation states of it?

Two providers tell: OpenAI (of an organisation and its projects) and Bedrock (of an account, in each region). This is
the only verb that calls anybody by itself, and only when it is run. It must not take a key as an argument, where every
process could read it, and it changes nothing: what a provider says here is no evidence in a record of the proxy.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from grille.cli.asking import Question
from grille.cli.verb import FAILED, GOOD, UNUSABLE, Verb, add_json
from grille.engine import load_policy
from grille.errors import SettingsError
from grille.policy import Attestation, Policy

CONFIRMED, CONTRADICTED, UNKNOWN = "confirmed", "contradicted", "not known"
_EXIT: Mapping[str, int] = {CONFIRMED: GOOD, CONTRADICTED: FAILED, UNKNOWN: UNUSABLE}
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}")
_PROJECT = re.compile(r"[A-Za-z0-9_-]{1,100}")

_SAYS: Mapping[str, Mapping[str, str]] = {
    "openai": {
        "zero_data_retention": CONFIRMED,
        "enhanced_zero_data_retention": CONFIRMED,
        # Abuse monitoring is restricted, but what a request does not forbid is stored.
        "modified_abuse_monitoring": CONTRADICTED,
        "enhanced_modified_abuse_monitoring": CONTRADICTED,
        "none": CONTRADICTED,
    },
    "bedrock": {
        "none": CONFIRMED,
        "default": CONTRADICTED,
        "aws_review": CONTRADICTED,
        "provider_data_share": CONTRADICTED,
        # Nothing is set for the account, so it is as good as the default.
        "inherit": CONTRADICTED,
    },
}
"""What each word of a provider says of an attestation that states `session_only`; any other is not known."""
_ORGANISATION, _ITS_DEFAULT = "organization", "organization_default"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of `where`, and what that makes of the attestation `id`."""

    id: str
    provider: str
    where: str
    says: str
    result: str


def answers(policy: Policy, provider: str, questions: Mapping[str, Question]) -> list[Answer]:
    """Ask each of `questions` once, and hold what is said against every attestation of `provider`. The first is about
    the organisation, whose setting a project without one of its own has."""
    said: dict[str, tuple[str, str]] = {}
    for where, question in questions.items():
        word, result = _asked(provider, question)
        said[where] = (
            (word, said[_ORGANISATION][1]) if word == _ITS_DEFAULT and _ORGANISATION in said else (word, result)
        )
    return [
        Answer(each.id, provider, where, *words) for each in about(policy, provider) for where, words in said.items()
    ]


def about(policy: Policy, provider: str) -> list[Attestation]:
    """The attestations that speak of `provider`, or of an endpoint that is there."""
    return [each for each in policy.attestations if provider in _providers(policy, each)]


def _providers(policy: Policy, attestation: Attestation) -> set[str]:
    endpoint = policy.endpoints.get(attestation.endpoint)
    return {attestation.provider, endpoint.provider if endpoint else ""} - {""}


def _asked(provider: str, question: Question) -> tuple[str, str]:
    try:
        word = question.ask()
    except SettingsError as error:
        return str(error), UNKNOWN
    return word, _SAYS[provider].get(word, UNKNOWN)


def _questions(provider: str, arguments: argparse.Namespace, key: str) -> Iterator[tuple[str, Question]]:
    at: str | None = arguments.endpoint_url
    if provider == "bedrock":
        for region in _known(arguments.region, _REGION, "a region such as eu-west-1"):
            base = at or f"https://bedrock.{region}.amazonaws.com"
            yield region, Question(f"{base}/data-retention", "mode", key)
        return
    base = at or "https://api.openai.com"
    yield _ORGANISATION, Question(f"{base}/v1/organization/data_retention", "type", key)
    for project in _known(arguments.project, _PROJECT, "the id of a project"):
        yield project, Question(f"{base}/v1/organization/projects/{project}/data_retention", "type", key)


def _known(values: Sequence[str], form: re.Pattern[str], what: str) -> Sequence[str]:
    for value in values:
        if not form.fullmatch(value):
            raise SettingsError(f"{value!r} is not {what}")
    return values


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy", metavar="FILE", help="a policy file whose attestations are to be checked")
    parser.add_argument("--provider", choices=sorted(_SAYS), help="whom to ask (default: the one that is attested)")
    parser.add_argument("--key-env", required=True, metavar="NAME", help="the variable that holds the key to ask with")
    parser.add_argument("--region", action="append", default=[], help="a region of Bedrock; may be given again")
    parser.add_argument("--project", action="append", default=[], help="a project of OpenAI; may be given again")
    parser.add_argument("--endpoint-url", metavar="URL", help="ask there instead, such as https://eu.api.openai.com")
    add_json(parser)


def _run(arguments: argparse.Namespace) -> int:
    policy = load_policy(arguments.policy, datetime.now(UTC).date())
    provider = _provider(policy, arguments.provider)
    key = os.environ.get(arguments.key_env, "")
    if not key:
        raise SettingsError(f"the variable {arguments.key_env} is not set: --key-env names the one that holds the key")
    if provider == "bedrock" and not arguments.region:
        raise SettingsError("Bedrock's setting is of a region: name each that is used with --region")
    found = answers(policy, provider, dict(_questions(provider, arguments, key)))
    if arguments.format == "json":
        print(json.dumps([asdict(each) for each in found], indent=2))
    else:
        for each in found:
            print(f"{each.id:<12} {each.provider:<8} {each.where:<24} {each.result:<13} {each.says}")
    results = {each.result for each in found}
    return next(_EXIT[result] for result in (CONTRADICTED, UNKNOWN, CONFIRMED) if result in results)


def _provider(policy: Policy, wanted: str | None) -> str:
    attested = [provider for provider in sorted(_SAYS) if about(policy, provider)]
    if wanted is not None and wanted not in attested:
        raise SettingsError(f"no attestation of the policy speaks of {wanted}")
    if wanted is None and len(attested) > 1:
        raise SettingsError(f"several can be asked, and each needs its own key: --provider {' or '.join(attested)}")
    if not attested:
        raise SettingsError(f"no attestation of the policy speaks of a provider that tells: {', '.join(sorted(_SAYS))}")
    return wanted or attested[0]


VERB = Verb(
    "attest",
    "ask OpenAI or Bedrock whether an account is set to what an attestation states",
    "grille attest my.yaml --provider openai --key-env OPENAI_ADMIN_KEY",
    _add,
    _run,
)
