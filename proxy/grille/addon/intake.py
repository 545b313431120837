"""From a mitmproxy flow to an `Exchange` and a `Message`, and a judged message back onto the flow.

Only raw bytes are read: `message.content`, `.text` and `.json()` decode the first member of a gzip
stream and forward the rest, so they are never used here. What grille adds to or takes from a head is
all in `prepare`; a message that nobody changed leaves as it came, order and case of its headers included.

This module must not decide anything about words. It refuses only what cannot be described.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from mitmproxy import connection, http
from mitmproxy.net.http import status_codes
from mitmproxy.proxy.mode_specs import ReverseMode, Socks5Mode, TransparentMode

from grille.addon import destination, pinning
from grille.addon.refusal import Refused
from grille.exchange import Direction, Exchange, Identity, Transport
from grille.framing.message import Message

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""A method is written into records, so an invented one may not carry words."""
VERSIONS = frozenset({b"HTTP/1.0", b"HTTP/1.1", b"HTTP/2.0"})
CREDENTIALS = frozenset({b"proxy-authorization", b"x-grille-identity"})
"""For grille alone: taken from every request, whether or not anything checks them."""

_HOP = CREDENTIALS | {b"proxy-connection"}
_OF_PARTS = frozenset({b"range", b"if-range"})
"""With which a client would have a value in two answers, half in each. A server may always send the whole
(RFC 9110 §14.2)."""
_LEFT_OUT = _HOP | _OF_PARTS
_OVERRIDES = frozenset(
    {b"x-http-method-override", b"x-http-method", b"x-method-override", b"x-original-url", b"x-rewrite-url"}
)
"""With which some servers and gateways take a request for one of another method, or to another path. Many read an
underscore in a name as a dash."""
_OVERRIDES_IN_QUERY = _OVERRIDES | {b"_method", b"$httpmethod", b"$httpheaders", b"$req", b"$ct"}
"""Google's servers take method, headers, body and content type from there; frameworks for web pages the method."""
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_SOCKET_KEY = re.compile(r"[A-Za-z0-9+/]{21}[AQgw]==")
_H2C = frozenset({b"upgrade", b"http2-settings"})

type Fields = tuple[tuple[bytes, bytes], ...]


def exchange(flow: http.HTTPFlow, identity: Identity) -> Exchange:
    """Who asks whom for what, from the head of a request; raises `Refused`.

    The flow's host is made canonical on the way: the connection goes to what was judged.
    """
    _check_head(flow.request)
    where = _destination(flow)
    flow.request.data.host = where.host
    path = text(flow.request.data.path).partition("?")[0]
    return Exchange(
        id=flow.id,
        direction=Direction.REQUEST,
        scheme=flow.request.scheme,
        host=where.host,
        port=where.port,
        method=flow.request.method,
        path=path,
        identity=identity,
        transport=transport(flow.client_conn, flow.server_conn),
        session=_session(flow.request.headers),
    )


def answering(asked: Exchange) -> Exchange:
    """The exchange of the answer: the same people over the same connection, the other way."""
    return replace(asked, direction=Direction.RESPONSE)


def transport(client: connection.Client, server: connection.Server, *, live: bool = True) -> Transport:
    """The facts of both legs. With `live`, those of an upstream connection that has ended do not count.

    mitmproxy gives up a handshake whose chain or name does not verify (`ssl_insecure` is refused at the
    start), so an established connection is a verified one.
    """
    established = server.tls_established and (server.connected or not live)
    return Transport(
        tls_version=server.tls_version if established else None,
        cipher=server.cipher if established else None,
        verified=established,
        upstream_loopback=_is_loopback(server.peername),
        client_tls=client.tls_established,
        client_loopback=_is_loopback(client.peername),
        keys=pinning.SHOWN.get(server, ()) if established else (),
    )


def prepare(request: http.Request, signed: frozenset[str] = frozenset()) -> None:
    """Take off what is meant for grille, ask for a whole and uncoded answer, and forget about HTTP/2 cleartext. Where
    the sender `signed` which answers it accepts, those may come coded: they are collected and decoded."""
    fields = tuple(pair for pair in request.headers.fields if pair[0].lower() not in _LEFT_OUT)
    if any(name.lower() == b"upgrade" and value.strip().lower() == b"h2c" for name, value in fields):
        fields = _without_h2c(fields)
    name = b"accept-encoding" if request.is_http2 else b"Accept-Encoding"
    places = [place for place, pair in enumerate(fields) if pair[0].lower() == b"accept-encoding"]
    if "accept-encoding" not in signed:
        others = [(n, b"identity" if at in places else v) for at, (n, v) in enumerate(fields) if at not in places[1:]]
        fields = (*others, *(() if places else ((name, b"identity"),)))
    request.headers.fields = fields


def asks_for_socket(request: http.Request) -> bool:
    """Whether a request opens a WebSocket (RFC 6455 §4.1). Its key is sixteen random bytes: a text in their
    place would be words that nobody judges. One key in a million looks like UTF-8 by chance; in Latin-1 it would be
    one in a hundred."""
    fields = request.headers
    if request.method != "GET" or fields.get_all("upgrade") != ["websocket"]:
        return False
    keys = fields.get_all("sec-websocket-key")
    if fields.get_all("sec-websocket-version") != ["13"] or len(keys) != 1 or not _SOCKET_KEY.fullmatch(keys[0]):
        return False
    try:
        return not base64.b64decode(keys[0]).decode().isprintable()
    except UnicodeDecodeError:
        return True


def message(part: http.Request | http.Response) -> Message:
    """What was received; raises `Refused` for trailers, which nothing here can judge or carry on."""
    if part.trailers:
        raise Refused("trailers", "This was not forwarded: fields after the body are not supported.", 400)
    body = part.raw_content or b""
    if isinstance(part, http.Request):
        return replace(head(part), body=body)
    return Message(_fields(part), body, status=part.status_code)


def head(request: http.Request) -> Message:
    """What is known of a request before its body has come."""
    return Message(_fields(request), b"", target=text(request.data.path))


def write(judged: Message, former: Message, part: http.Request | http.Response) -> None:
    """Make `part` say exactly `judged`; `former` is what `message` read from it."""
    if isinstance(part, http.Response):
        # The reason phrase is words that nobody judged, and nothing depends on it (RFC 9112 §4).
        part.data.reason = status_codes.RESPONSES.get(part.status_code, "").encode()
    if judged == former:
        return
    known = dict(zip(former.headers, part.headers.fields, strict=True))
    fields = tuple(known.get(pair) or (_new_name(pair[0], part), pair[1].encode()) for pair in judged.headers)
    if judged.body != former.body:
        # The body now has a length of its own; both framings at once are a way to smuggle.
        fields = tuple(pair for pair in fields if pair[0].lower() != b"transfer-encoding")
    part.headers.fields = fields
    part.raw_content = judged.body
    if isinstance(part, http.Request) and judged.target != former.target:
        part.data.path = judged.target.encode()


def text(raw: bytes) -> str:
    """UTF-8, else Latin-1 (RFC 9110 §5.5 calls it obsolete): every byte string is some text."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _fields(part: http.Request | http.Response) -> tuple[tuple[str, str], ...]:
    return tuple((text(name), text(value)) for name, value in part.headers.fields)


def _new_name(name: str, part: http.Message) -> bytes:
    return (name.lower() if part.is_http2 else name).encode()


def _check_head(request: http.Request) -> None:
    if request.method not in METHODS:
        raise Refused("method", "This was not sent: the HTTP method is not one that is known here.", 405)
    if request.data.http_version not in VERSIONS:
        raise Refused("http_version", "This was not sent: only HTTP/1 and HTTP/2 are supported.", 400)
    if any(_CONTROL.search(name) or _CONTROL.search(value) for name, value in request.headers.fields):
        raise Refused("control_character", "This was not sent: a header holds a control character.", 400)
    if any(name.lower().replace(b"_", b"-") in _OVERRIDES for name, _ in request.headers.fields):
        raise _another("a header")
    if any(name.lower().strip() in _OVERRIDES_IN_QUERY for name in _query_names(request.data.path)):
        raise _another("a name in its query")
    upgrades = [value.strip().lower() for value in request.headers.get_all("upgrade")]
    if any(value != "h2c" for value in upgrades) and not asks_for_socket(request):
        text = "This was not sent: grille reads no upgraded connections but WebSockets (RFC 6455)."
        raise Refused("upgrade", text)


def _query_names(target: bytes) -> Iterator[bytes]:
    pairs = re.split(rb"[&;]", target.partition(b"?")[2])
    return (unquote_to_bytes(pair.partition(b"=")[0].replace(b"+", b" ")) for pair in pairs)


def _another(what: str) -> Refused:
    text = f"This was not sent: {what} would have the server take it for another request. Send that one instead."
    return Refused("override", text, 400)


def is_redirected(client: connection.Client, server: connection.Server) -> bool:
    """Whether the client named an address and no host: it was redirected here, or looked the name up itself."""
    redirected = isinstance(client.proxy_mode, TransparentMode | Socks5Mode)
    return redirected and server.address is not None and destination.is_address(server.address[0])


def _destination(flow: http.HTTPFlow) -> destination.Destination:
    request, server, client = flow.request, flow.server_conn, flow.client_conn
    hosts = request.headers.get_all("host")
    if len(hosts) > 1:
        raise destination.mismatch("the request has more than one Host")
    authorities = [*hosts, *filter(None, [request.authority])]
    if server.address is not None and server.address[1] != request.port:
        raise destination.mismatch("the request names one port and goes to another")
    if request.scheme == "http" and authorities and is_redirected(client, server):
        # Nothing but Host says where it goes, and there it goes; with TLS it is the name in the handshake.
        return destination.agreed("http", destination.host_of(authorities[0]), request.port, authorities, ())
    names = [server.address[0]] if server.address is not None else []
    # Toward a reverse proxy the name in the handshake is grille's own; inside CONNECT it is the server's.
    inside = request.scheme == "https" and not isinstance(client.proxy_mode, ReverseMode)
    return destination.agreed(
        request.scheme, request.host, request.port, authorities, [*names, client.sni if inside else None]
    )


def _session(headers: http.Headers) -> str:
    """A digest of the MCP session's id: enough to tell sessions apart, and no secret in a record."""
    session = headers.get("mcp-session-id", "")
    return hashlib.sha256(session.encode("utf-8", "surrogateescape")).hexdigest()[:16] if session else ""


def _is_loopback(peer: tuple[str, int] | None) -> bool:
    try:
        address = ipaddress.ip_address(peer[0] if peer else "")
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _without_h2c(fields: Fields) -> Fields:
    kept = [(name, value) for name, value in fields if name.lower() not in _H2C]
    return tuple((name, _other_options(value) if name.lower() == b"connection" else value) for name, value in kept)


def _other_options(value: bytes) -> bytes:
    options = (option.strip() for option in value.split(b","))
    return b", ".join(option for option in options if option.lower() not in _H2C)
