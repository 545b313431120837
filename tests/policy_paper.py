"""A small policy on paper for the tests of `grille.policy`: its files, the names it may use, and exchanges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from grille.errors import PolicyErrors, Problem
from grille.exchange import Direction, Exchange, Finding, Identity, Kind, Segment, Touch, Transport
from grille.policy import Policy, Vocabulary, load
from grille.providers import Companion, Control, Provider, Retention, Route, Setting

TODAY = date(2026, 12, 1)

PACK = """\
version: 1
pack: small
entities:
  CREDIT_CARD:
    pattern: '(?:[0-9][ -]?){13,19}'
    check: luhn
    examples: ["4111 1111 1111 1111"]
  US_SSN: {pattern: '[0-9]{3}-[0-9]{2}-[0-9]{4}', examples: ["078-05-1120"]}
  PERSON: {recognizer: spacy, threshold: 0.6, examples: [Jane Doe wrote]}
  API_KEY: {pattern: 'key-[a-z0-9]{16}', examples: [key-abcdefgh01234567]}
  PASSWORD: {pattern: 'pw:[^ ]+', examples: ["pw:swordfish"]}
groups: {secrets: [API_KEY, PASSWORD]}
"""

POLICY = """\
version: 1
policy: small
use: [small.yaml]
profiles:
  outside:
    "@secrets": block
    US_SSN: block
    CREDIT_CARD: {action: tokenize, over: {count: 2, action: block}}
    PERSON: {action: tokenize, threshold: 0.8}
  back: {CREDIT_CARD: {action: mask, keep_last: 4}, "@secrets": redact}
  inside: {CREDIT_CARD: {action: mask, keep_last: 4}, PERSON: log}
  no_names: {PERSON: redact}
endpoints:
  chat:
    provider: acme
    require: {encryption: {tls: "1.3"}, session_only: {missing: block}}
    request: outside
    response: {profile: back, restore: text}
  vault: {provider: contract, request: outside, response: back, mode: monitor}
  ledger:
    dialect: mcp
    hosts: [mcp.ledger.example]
    paths: [/mcp]
    tools: {allow: ["get_*", "list_*"], block: ["get_secret*"]}
    request: inside
    response: inside
clients:
  staff: {match: {jwt: {groups: staff}}, endpoints: [chat, vault]}
  robot: {match: {spiffe: "spiffe://bank.example/ns/batch/*"}, endpoints: [ledger], tighten: no_names}
exceptions:
  - {id: EX-1, reason: A published test card., owner: sec@bank.example, expires: 2027-01-31,
     entity: CREDIT_CARD, values: ["4242 4242 4242 4242"], clients: [staff], endpoints: [chat]}
"""

STORE = Setting("/store", False, True, Companion("/include", "reasoning"))
TWO = (Setting("/provider/zdr", True, False), Setting("header:x-logging", "false", "true"))
ACME = Provider(
    "acme",
    ("api.acme.example", "*.api.acme.example"),
    (
        Route(
            "/v1/chat", "POST", "/v1/chat", "openai_chat", Retention(Control.FLAG, (Setting("/store", False, False),))
        ),
        Route("/v1/responses", "POST", "/v1/responses", "openai_responses", Retention(Control.FLAG, (STORE,))),
        Route("/v1/models", "GET", "/v1/models", "anyjson", Retention(Control.ALWAYS)),
        Route("/v1/files", "*", "/v1/files(/.*)?", "anyjson", Retention(Control.NEVER)),
        Route("/v1/routed", "POST", "/v1/routed", "openai_chat", Retention(Control.FLAG, TWO)),
    ),
    ("Authorization: Bearer",),
    "made up",
    "2026-11-22",
)
CONTRACT = Provider(
    "contract",
    ("api.contract.example",),
    (Route("/v1/messages", "POST", "/v1/messages", "anthropic", Retention(Control.ACCOUNT)),),
    ("Authorization: Bearer",),
    "made up",
    "2026-11-22",
)
VOCABULARY = Vocabulary(
    {"acme": ACME, "contract": CONTRACT},
    frozenset({"openai_chat", "openai_responses", "anthropic", "mcp", "anyjson"}),
    frozenset({"luhn"}),
    frozenset({"spacy", "presidio"}),
)

STAFF = Identity(claims={"groups": ("staff", "all")})
ROBOT = Identity(names=("spiffe://bank.example/ns/batch/sa/x",))
SAFE = Transport("TLSv1.3", "TLS_AES_256_GCM_SHA384", verified=True, client_tls=True)


def policy(text: str = POLICY, pack: str = PACK, today: date | None = None) -> Policy:
    """`text`, compiled, with `pack` beside it as `small.yaml`. Raises `PolicyErrors`."""
    with TemporaryDirectory() as folder:
        Path(folder, "small.yaml").write_text(pack, encoding="utf-8")
        path = Path(folder, "p.yaml")
        path.write_text(text, encoding="utf-8")
        return load(str(path), VOCABULARY, today)


def problems(text: str, pack: str = PACK, today: date | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with `text`."""
    try:
        policy(text, pack, today)
    except PolicyErrors as error:
        return error.problems
    return ()


def said(text: str, pack: str = PACK, today: date | None = None) -> list[str]:
    """Everything that is wrong, as `line:column text`."""
    return [f"{each.line}:{each.column} {each.text}" for each in problems(text, pack, today)]


def changed(old: str, new: str, text: str = POLICY) -> str:
    """The small policy with `old`, which must be in it once, replaced."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def exchange(
    host: str = "api.acme.example",
    path: str = "/v1/responses",
    identity: Identity = STAFF,
    direction: Direction = Direction.REQUEST,
    tool: str | None = None,
    method: str = "POST",
) -> Exchange:
    return Exchange("1", direction, "https", host, 443, method, path, identity, SAFE, tool=tool)


def placed(
    endpoint: str = "chat", clients: tuple[str, ...] = ("staff",), direction: Direction = Direction.REQUEST
) -> Exchange:
    """An exchange that was admitted."""
    return replace(exchange(direction=direction), endpoint=endpoint, clients=clients)


def message(
    *parts: tuple[str, str], touch: Touch = Touch.FREE, score: float = 0.9
) -> tuple[list[Segment], list[Finding]]:
    """Segments and findings for (entity, value) pairs, a segment each."""
    segments = [Segment(f"/{n}", Kind.TEXT, f"<{value}>", touch=touch) for n, (_, value) in enumerate(parts)]
    findings = [Finding(n, 1, 1 + len(value), entity, score, "test") for n, (entity, value) in enumerate(parts)]
    return segments, findings
