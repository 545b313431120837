"""What a dry run reads: records of many forms become exchanges and messages, one after the other.

A text or a bare body has no destination of its own and takes the one that was asked for; a recorded exchange
brings its own. A line of JSON lines is, whichever fits first:

    a JSON string, or an object with a `text` and nothing that a body has     a text
    an object whose `request` has a `url`                                     an entry as in a HAR file
    any other JSON                                                            a body
    what is no JSON                                                           a text

Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from grille.addon.recorded import Recorded, from_entry, from_flow
from grille.cli.archives.cuts import Form, Raw, cut
from grille.cli.archives.sources import found, opened
from grille.cli.dry import DryRun
from grille.errors import Malformed, SettingsError
from grille.exchange import Direction, Exchange, Identity
from grille.framing.json_parser import decode, parse
from grille.framing.json_spans import Object, String
from grille.framing.message import Message
from grille.policy import Policy, example_address, someone

_JSON = (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Record:
    """`name` says where it came from: file, and line or number within it."""

    name: str
    exchange: Exchange
    message: Message


@dataclass(frozen=True, slots=True)
class Aim:
    """Where bare words are taken to go: the names of an endpoint and a client, and the direction."""

    endpoint: str
    client: str
    direction: Direction


def aim(policy: Policy, to: str | None, client: str | None, direction: str) -> Aim:
    """The endpoint and client that were asked for, else the policy's first ones; raises SettingsError."""
    for what, name, known in (("endpoint", to, policy.endpoints), ("client", client, policy.clients)):
        if name is not None and name not in known:
            raise SettingsError(f"the policy {policy.name} has no {what} {name}: it has {', '.join(known)}")
    if not policy.endpoints or not policy.clients:
        raise SettingsError(f"the policy {policy.name} names no endpoint or no client: nothing may go anywhere")
    first_client = next((each.name for each in policy.clients.values() if each.endpoints), next(iter(policy.clients)))
    chosen = client or first_client
    endpoint = to or next((name for name in policy.endpoints if name in policy.clients[chosen].endpoints), None)
    return Aim(endpoint or next(iter(policy.endpoints)), chosen, Direction(direction))


def read(path: str, run: DryRun, at: Aim) -> Iterator[Record]:
    """Every message in the file at `path` (`-` is stdin). Raises `SettingsError` for what cannot be read."""
    for source in found([path]):
        with opened(source) as file:
            for raw, _ in cut(file):
                try:
                    yield from (Record(raw.name, *message) for message in messages(raw, run, at))
                except Malformed as error:
                    raise SettingsError(f"{raw.name}: {error}") from None


def messages(raw: Raw, run: DryRun, at: Aim) -> Recorded:
    """The messages of a record: one, or a recorded request and its answer. Raises `Malformed`."""
    if raw.problem:
        raise Malformed(raw.problem)
    if raw.form is Form.FLOW:
        recorded = from_flow(raw.data)
    elif raw.form is Form.ENTRY or (raw.form is Form.LINE and _is_entry(raw.data)):
        recorded = from_entry(raw.data)
    else:
        return (_bare(raw.data, run, at),)
    return tuple((_recorded_exchange(exchange, run, at), message) for exchange, message in recorded)


def _is_entry(raw: bytes) -> bool:
    if b'"request"' not in raw:
        return False
    try:
        root = parse(decode(raw)).root
    except Malformed:
        return False
    asked = root.get("request") if isinstance(root, Object) else None
    return isinstance(asked, Object) and isinstance(asked.get("url"), String)


def _recorded_exchange(exchange: Exchange, run: DryRun, at: Aim) -> Exchange:
    """As recorded; where the recording does not say who it was or how it was encrypted, as asked for."""
    if not run.policy.clients_for(exchange.identity):
        exchange = replace(exchange, identity=_identity(run, at))
    if exchange.transport.tls_version is None and exchange.scheme == "https":
        exchange = replace(exchange, transport=run.perfect)
    return exchange


def _bare(raw: bytes, run: DryRun, at: Aim) -> tuple[Exchange, Message]:
    """A body if it is a JSON object or array; a text if it is a JSON string, an object that has only a
    `text`, or anything else."""
    exchange = exchange_to(run, at)
    try:
        text = decode(raw)
    except Malformed:
        raise Malformed("this is neither text nor a HAR file or flow dump (.har, .flow)") from None
    try:
        root = parse(text).root
    except Malformed:
        return exchange, run.message(exchange, text)
    match root:
        case String(text=words):
            return exchange, run.message(exchange, words)
        case Object() if isinstance(labelled := root.get("text"), String) and not _is_body(root):
            return exchange, run.message(exchange, labelled.text)
        case _:
            return exchange, Message(_JSON, raw, exchange.path)


def _is_body(root: Object) -> bool:
    return any(root.get(key) is not None for key in ("messages", "input", "jsonrpc", "choices", "output", "content"))


def exchange_to(run: DryRun, at: Aim) -> Exchange:
    """An exchange of that client with that endpoint, over the best of connections."""
    host, port, method, path = example_address(run.policy.endpoints[at.endpoint])
    return Exchange(
        id="dry-run",
        direction=at.direction,
        scheme="https",
        host=host,
        port=port,
        method=method,
        path=path,
        identity=_identity(run, at),
        transport=run.perfect,
    )


def _identity(run: DryRun, at: Aim) -> Identity:
    return someone(run.policy.clients[at.client].match)
