"""A policy and an entity pack as they are written: one class for every mapping, one line for every key.

`compile.py` makes a `Policy` of them. Nothing here looks a name up. The docstrings go into the JSON
Schema, so they are written for whoever edits a policy.
"""

# ruff: noqa: RUF012  pydantic gives every document its own copy of a default

from __future__ import annotations

from typing import Any, Literal

from grille.policy.document import (
    Count,
    Day,
    EntityName,
    Fingerprint,
    Form,
    GroupName,
    Id,
    Kept,
    Name,
    OnlyBlock,
    OnlyTrue,
    Pin,
    Pointer,
    RowName,
    Said,
    SaidOften,
    Short,
    Texts,
    Threshold,
    Unit,
    Value,
    Version,
    While,
)

ActionName = Literal["allow", "log", "mask", "hash", "tokenize", "redact", "block"]
LanguageName = Literal["de", "en", "es", "fr", "it", "nl", "pt"]
ModeName = Literal["enforce", "monitor"]


class EntityForm(Form):
    """One kind of thing to be found, with its own proof."""

    description: str = ""
    pattern: str = ""
    patterns: list[Said] = []
    recognizer: str = ""
    check: str = ""
    context: list[Said] = []
    companions: list[Said] = []
    score: Unit = 0.5
    score_with_context: Unit = 0.85
    threshold: Threshold = 0.5
    examples: list[Said] = []
    near_misses: list[Said] = []


class PackForm(Form):
    """A pack of entities."""

    version: Version
    pack: Name
    description: str = ""
    entities: dict[EntityName, EntityForm]
    groups: dict[GroupName, SaidOften] = {}


class OverForm(Form):
    """More than `count` different values of the entity in one message, or of one client `within` a while: then this
    action."""

    count: Count
    within: While | None = None
    action: ActionName


class RowForm(Short):
    """What becomes of an entity: an action, or a mapping with the key `action`."""

    short = "action"
    action: ActionName
    threshold: Threshold | None = None
    over: OverForm | None = None
    keep_last: Kept = 0


class OtherwiseForm(Form):
    """What becomes of all that the policy does not speak of."""

    endpoint: Literal["block", "log", "allow"] = "block"
    shadow_ai: Literal["block", "log"] = "block"
    client: Literal["block", "log"] = "block"
    body: Literal["block", "log"] = "block"
    failure: OnlyBlock = "block"
    store: Literal["block", "log"] = "block"


class TokensForm(Form):
    """Who shares a token for a value, and what of the map outlives an exchange."""

    scope: Literal["client", "session"] = "client"
    keep: Literal["nothing", "memory", "redis"] = "nothing"


class SessionOnlyForm(Form):
    """Nothing of the exchange outlives the session."""

    missing: Literal["block", "set", "log"] = "block"
    field: Pointer | None = None
    equals: Value = None
    attested: bool = False


class EncryptionForm(Form):
    """Both legs encrypted, the upstream verified, a declared field true to the letter."""

    tls: Literal["1.2", "1.3"] = "1.2"
    ciphers: list[Said] = []
    pins: list[Pin] = []
    field: Pointer | None = None
    one_of: list[Value] = []


class RequireForm(Form):
    """The promises an exchange must keep: a list of names, or a mapping with their details."""

    encryption: EncryptionForm | None = None
    session_only: SessionOnlyForm | None = None

    @classmethod
    def lengthen(cls, written: object) -> object:
        return {str(name): {} for name in written} if isinstance(written, list) else written

    @classmethod
    def short_schema(cls, schema: dict[str, Any]) -> dict[str, Any]:
        return {"type": "array", "items": {"enum": list(schema["properties"])}, "uniqueItems": True}


class RequestForm(Short):
    """The profile for what is sent."""

    short = "profile"
    profile: str


class ResponseForm(Short):
    """The profile for what comes back, and how far tokens are turned back into values in it."""

    short = "profile"
    profile: str
    restore: Literal["never", "text", "all"] = "never"


class ToolsForm(Form):
    """Globs on the names of MCP tools; `block` wins, and with `allow` no other tool may be called."""

    allow: list[Said] | None = None
    block: list[Said] = []


class ServerSideForm(Form):
    """What the provider may reach by itself: hosts and buckets, and tools that run there. Without it, nothing."""

    allow: list[Said] = []
    tools: list[Said] = []


class StreamForm(Short):
    """How streamed answers are judged: in `pieces`, while they come, or `collect`ed and whole; and how one is
    stopped: `hard`, so that the client raises, or `soft`, so that it ends as filtered content does."""

    short = "judge"
    judge: Literal["pieces", "collect"] = "pieces"
    stop: Literal["hard", "soft"] = "hard"


class EndpointForm(Form):
    """Where requests may go, and what holds there."""

    provider: str | None = None
    dialect: str | None = None
    hosts: SaidOften | None = None
    paths: SaidOften | None = None
    mode: ModeName | None = None
    require: RequireForm = RequireForm()
    request: RequestForm
    response: ResponseForm
    tools: ToolsForm | None = None
    server_side: ServerSideForm = ServerSideForm()
    stream: StreamForm = StreamForm()
    unscannable: Literal["block", "log", "allow"] = "block"


class AttestationForm(Form):
    """What no request can show: a contract or an account setting."""

    id: Id
    provider: str | None = None
    endpoint: str | None = None
    states: Literal["session_only"]
    reference: Said
    owner: Said
    expires: Day


class MatchForm(Form):
    """Who is meant: `anyone`, or a mapping all of whose keys must hold."""

    anyone: OnlyTrue | None = None
    network: Texts = []
    proxy_user: Texts = []
    jwt: dict[str, Texts] = {}
    spiffe: Texts = []

    @classmethod
    def lengthen(cls, written: object) -> object:
        if written == "anyone":
            return {"anyone": True}
        if isinstance(written, dict) and written:
            return written
        raise ValueError("write `anyone`, or a mapping with `network`, `proxy_user`, `jwt` or `spiffe`")

    @classmethod
    def short_schema(cls, schema: dict[str, Any]) -> dict[str, Any]:
        return {"const": "anyone"}


class ClientForm(Form):
    """Who may speak, and to which endpoints."""

    match: MatchForm
    endpoints: list[str]
    tighten: str | None = None


class ExceptionForm(Form):
    """The only thing that loosens, and only until a day."""

    id: Id
    reason: Said
    owner: Said
    expires: Day
    entity: EntityName
    values: list[Said] = []
    fingerprints: list[Fingerprint] = []
    clients: SaidOften | None = None
    endpoints: SaidOften | None = None
    action: ActionName = "allow"


class PolicyForm(Form):
    """A policy."""

    version: Version
    policy: Name
    description: str = ""
    mode: ModeName = "enforce"
    use: list[Said] = []
    languages: list[LanguageName] = []
    otherwise: OtherwiseForm = OtherwiseForm()
    tokens: TokensForm = TokensForm()
    entities: dict[EntityName, EntityForm] = {}
    groups: dict[GroupName, SaidOften] = {}
    profiles: dict[Name, dict[RowName, RowForm]] = {}
    endpoints: dict[Name, EndpointForm] = {}
    attestations: list[AttestationForm] = []
    clients: dict[Name, ClientForm] = {}
    exceptions: list[ExceptionForm] = []
