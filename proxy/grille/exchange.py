"""What flows through grille: the types, in the order in which they are born.

    Exchange -> Segments -> Findings -> Rulings -> Verdict -> Edits

An exchange is who speaks to whom; a segment is a stretch of words with an address; a finding says where in it something
of what kind stands; a ruling what becomes of it and which line says so; a verdict is the sum; an edit is written.

This module must not know bytes, JSON, YAML, HTTP or mitmproxy, and nothing here computes anything that could fail.
`Segment`, `Edit` and `TokenMap` carry values, and none shows them in its `repr`: the rest can be logged as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum, StrEnum
from typing import NamedTuple

from grille.record import NO_RECORD, Record

type Scalar = str | int | float | bool | None
"""A JSON scalar, as a policy writes it and as a declared field of a body holds it."""


class Direction(Enum):
    """Which way a message goes: toward the provider, or back from it."""

    REQUEST = "request"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Source:
    """A place where something is written: every decision can say where.

    `file` is as the operator named it, `line` is 1-based (0: the whole file), `name` is the dotted path of the row."""

    file: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.name}"


# -- who, where, how ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known, and was verified, of the one who speaks; a policy's `clients` match on it.

    `claims` are those of a JWT whose signature was checked (a scalar is one entry); `names` are the URI and DNS names
    of a verified client certificate (SPIFFE IDs among them)."""

    address: str | None = None
    proxy_user: str | None = None
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transport:
    """Facts of the two legs, as negotiated; a claim in a body is never put here.

    `tls_version` and `cipher` are the upstream leg's, in OpenSSL's spelling (`TLSv1.3`, `TLS_AES_256_GCM_SHA384`),
    None while there is none. `verified` says that the upstream's chain and name were checked, `keys` are the pins
    (`policy/pins.py`) of that chain's certificates, and the two `loopback` flags that a leg never leaves the host."""

    tls_version: str | None = None
    cipher: str | None = None
    verified: bool = False
    upstream_loopback: bool = False
    client_tls: bool = False
    client_loopback: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """A field that a body declares about itself, such as `/store` or `/context_window`.

    `present` is false when the field is missing. `null` says that JSON's null stands there: without it, a present
    `value` of None is an object or an array. `elsewhere` holds the addresses of fields of the same name at other
    places: a flag in the wrong place is a mistake or a trick."""

    field: str
    present: bool
    value: Scalar = None
    elsewhere: tuple[str, ...] = ()
    null: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """Who speaks to whom, which way, over what; no bytes.

    `host` is the name that the bytes really go to (lower case, no trailing dot), `path` has no query. `clients` and
    `endpoint` are names in the policy, empty until `admit` fills them. `session` is the conversation's own key when the
    caller has one; `tool` the MCP tool called."""

    id: str
    direction: Direction
    scheme: str
    host: str
    port: int
    method: str
    path: str
    identity: Identity = Identity()
    transport: Transport = Transport()
    session: str = ""
    clients: tuple[str, ...] = ()
    endpoint: str = ""
    tool: str | None = None


# -- the words ------------------------------------------------------------------------------------

type Hits = tuple[tuple[int, int, str, float, str], ...]
"""What was found in one text: its findings without its number."""


class Kind(StrEnum):
    """What sort of words a segment holds. NAME covers keys, ids, enumerations, header values and
    whatever else has a grammar: no natural language is looked for there."""

    TEXT = "text"
    ARGUMENTS = "tool arguments"
    RESULT = "tool result"
    SYSTEM = "system"
    NAME = "name"
    CREDENTIAL = "credential"
    OPAQUE = "opaque"


class Touch(StrEnum):
    """What may be done to a segment.

    FREE may be rewritten. FIXED has a grammar or a meaning that a rewrite would break (ids, paths, enumerations): it is
    judged, and a ruling that would hide something there blocks instead. SEALED was signed by the provider (thinking
    blocks): it is judged, only a ruling to block acts on it, and whatever else is found there is recorded, because a
    changed byte ends the conversation."""

    FREE = "free"
    FIXED = "fixed"
    SEALED = "sealed"


class Segment(NamedTuple):
    """A stretch of words with an address.

    `address` is a JSON pointer (RFC 6901) into the body, `header:NAME`, `query:NAME` or `path`; a `#` ending a step
    (in a key `~2`) starts a pointer into a JSON document that stands inside a string, a trailing `~` means the key and
    not the value. `label` is the nearest key or header name, `record` what else its object says. `closed`: what is left
    of a JSON document that was not taken apart; its offsets are not those of its place. Before it come its leaves in
    which something stands or may stand: what is `known` of them is not None."""

    address: str
    kind: Kind
    text: str
    label: str = ""
    touch: Touch = Touch.FREE
    closed: bool = False
    record: Record = NO_RECORD
    known: Hits | None = None

    def __repr__(self) -> str:
        return f"Segment({self.address!r}, {self.kind}, {len(self.text)} characters)"


# -- what was found, and what becomes of it -------------------------------------------------------


class Finding(NamedTuple):
    """`entity` stands at [start, end) of segment number `segment`, in characters; `score` is in [0, 1]. No value."""

    segment: int
    start: int
    end: int
    entity: str
    score: float
    detector: str


@dataclass(frozen=True, slots=True)
class Growing:
    """A text that comes in pieces. `segment` holds its last stretch: what waits, and enough of what went before to
    judge that (`detectors.keep_from`). Before the offset `settled` all is judged and gone. A `closed` text gets
    no more words."""

    segment: Segment
    settled: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A value that was found earlier in the same stream: it is found again wherever it stands."""

    text: str = field(repr=False)
    entity: str
    score: float


@dataclass(frozen=True, slots=True)
class Watched:
    """What was found in growing texts (`Finding.segment` is the text's number), and for each the offset, its
    edge, before which that will not change. Every finding lies between `settled` and the edge."""

    findings: tuple[Finding, ...]
    edges: tuple[int, ...]


class Action(IntEnum):
    """What becomes of a finding, ordered by how little the far side learns: the strictest wins."""

    ALLOW = 0
    LOG = 1
    MASK = 2
    HASH = 3
    TOKENIZE = 4
    REDACT = 5
    BLOCK = 6

    @property
    def hides(self) -> bool:
        """Whether the bytes change: everything between LOG and BLOCK."""
        return Action.LOG < self < Action.BLOCK


class Ruling(NamedTuple):
    """A finding, what becomes of it, and the line that says so. `bore` lists every row that had a say, the
    deciding one (`because`) among them; `keep_last` is the number of characters a mask leaves."""

    finding: Finding
    action: Action
    because: Source
    bore: tuple[Source, ...] = ()
    keep_last: int = 0


class Outcome(Enum):
    """What becomes of the message as a whole."""

    ALLOW = "allow"
    REWRITE = "rewrite"
    BLOCK = "block"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an exchange is not let through, for three readers.

    `code` is stable and for machines (`session_only_missing`); `text` is one sentence for the caller that says what to
    do next and never holds a value; `because` is for the operator."""

    code: str
    text: str
    because: Source


@dataclass(frozen=True, slots=True)
class Verdict:
    """The sum of the rulings on one message; in monitor mode the same with `enforced` false. `evidence` states what was
    seen for each promise the policy asks for (`session_only: /store is false on the wire`)."""

    outcome: Outcome
    rulings: tuple[Ruling, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    enforced: bool = True
    evidence: tuple[str, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether the message must not be forwarded. An error stops it in every mode."""
        return self.outcome is Outcome.ERROR or (self.enforced and self.outcome is Outcome.BLOCK)


class Edit(NamedTuple):
    """Write `text` in place of [start, end) of segment number `segment`'s text."""

    segment: int
    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        return f"Edit({self.segment}, {self.start}, {self.end}, {len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class TokenMap:
    """Token to value, for the life of one exchange. Handed in and out, never an attribute of the
    engine: there is no vault. What is restored is looked up here and nowhere else."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.values)
