"""What a proxy adds to a streamed answer: time to the first event and between events, characters held back, CPU.

    python bench/streams.py [--rounds 6] [--events 200] [--gap-ms 5]

One upstream speaks the chat completions of OpenAI, one keep-alive client reads them, in every round through
every variant in turn: what disturbs the machine disturbs all of them. Each event carries the time at which it
was sent, where OpenAI puts its padding. `bench/README.md` says how to read the table.

This module must not judge what it measures: it prints, and fails only when an answer was not what was sent.
"""

from __future__ import annotations

import argparse
import json
import ssl
import tempfile
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPSConnection
from itertools import accumulate, cycle, islice
from pathlib import Path

from loopback import Proxy, answering, connection, end_on_sigterm, grille, mitmdump, upstream
from processes import cpu_seconds
from showing import amount, percentile, table

TEXT = (
    "The morning was grey and the harbour was quiet. Nothing had moved since the tide went out, and the boats lay on "
    "their sides in the mud like sleeping animals. She put the kettle on the stove, opened the window a little and "
    "listened. Somewhere a bell was ringing, slowly, as if whoever rang it had all day. It is hard to say how long a "
    "piece of work like this will take, because most of it cannot be seen from outside; the best thing to do is to "
    "begin with the part that is understood and to go on from there. When the water had boiled she made the tea, sat "
    "down at the table and wrote three lines. The first said what had to be done. The second said why nobody had done "
    "it yet. The third was crossed out again. "
)
"""Without a name, a number or a secret: what is measured is looking for them."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
SHORT = 5
"""Events of the answers that only the first event is measured with; there are as many of them in a round. A
variant that buffers is not asked: there, the first event depends on the last."""
PACED, BURST, FIRST = "paced", "burst", "first"

STREAMING = """\
def responseheaders(flow):
    if flow.response.headers.get("content-type", "").startswith("text/event-stream"):
        flow.response.stream = True
"""
POLICY = """\
version: 1
policy: bench
use: [entities/payment.yaml, entities/identity.yaml, entities/secrets.yaml]
profiles:
  nothing: {}
  back: {"@secrets": redact, CREDIT_CARD: {action: mask, keep_last: 4}}
  names: {PERSON: redact, LOCATION: redact}
endpoints:
  tokens: {provider: openai, hosts: [tokens.example], request: nothing, response: {profile: nothing, restore: text}}
  back: {provider: openai, hosts: [back.example], request: nothing, response: {profile: back, restore: text}}
  names: {provider: openai, hosts: [names.example], request: nothing, response: {profile: names, restore: text}}
  collect:
    provider: openai
    hosts: [collect.example]
    request: nothing
    response: {profile: back, restore: text}
    stream: collect
clients:
  everybody: {match: anyone, endpoints: [tokens, back, names, collect]}
"""
GRILLE = {
    "grille, tokens only": "tokens.example",
    "grille, patterns": "back.example",
    "grille, names": "names.example",
    "grille, stream: collect": "collect.example",
}
DIRECT, BARE, STOCK = "direct", "mitmdump, stream=True", "mitmdump, stock: buffers"


# -- the upstream --------------------------------------------------------------------------------------


def words(count: int) -> list[str]:
    """The pieces of `count` events: nothing with the first, then ordinary English, a word a piece."""
    said = [f" {word}" for word in TEXT.split()]
    return ["", *islice(cycle(said), count - 1)]


def tell(events: int, gap: float, client: ssl.SSLSocket, body: bytes) -> None:
    """Answer a request in the manner that its `model` names."""
    manner = json.loads(body)["model"]
    said = words(SHORT if manner == FIRST else events)
    if manner == BURST:
        client.sendall(b"".join([HEAD, *(_event(word) for word in said), _chunk(b"data: [DONE]\n\n"), b"0\r\n\r\n"]))
        return
    client.sendall(HEAD)
    start = time.monotonic()
    for number, word in enumerate(said):
        time.sleep(max(0.0, start + number * gap - time.monotonic()))
        client.sendall(_event(word))
    client.sendall(_chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")


def _event(word: str) -> bytes:
    delta = {"content": word} if word else {"role": "assistant", "content": "", "refusal": None}
    event = {
        "id": "chatcmpl-CqQ2xJ5yqHnL8eWm", "object": "chat.completion.chunk", "created": 1770000000, "model": "gpt",
        "service_tier": "default", "system_fingerprint": None,
        "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}],
        "obfuscation": f"{time.monotonic():.7f}",
    }  # fmt: skip
    return _chunk(b"data: %b\n\n" % json.dumps(event, separators=(",", ":")).encode())


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


# -- the client ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One event: when it was sent, when it came, how many characters."""

    sent: float
    came: float
    size: int


def ask(client: HTTPSConnection, manner: str, count: int) -> tuple[float, list[Told]]:
    """When the request was sent, and the events of the answer."""
    request = {"model": manner, "stream": True, "messages": [{"role": "user", "content": "Go on."}]}
    headers = {"Content-Type": "application/json", "Authorization": "Bearer bench"}
    start = time.monotonic()
    client.request("POST", "/v1/chat/completions", json.dumps(request), headers)
    answer = client.getresponse()
    came: list[tuple[float, bytes]] = []
    while data := answer.read1():
        came.append((time.monotonic(), data))
    events, said = _events(came)
    if said != "".join(words(count)):
        raise SystemExit(f"the answer is not what was sent ({answer.status}): {said or came}")
    return start, events


def _events(came: Sequence[tuple[float, bytes]]) -> tuple[list[Told], str]:
    events: list[Told] = []
    said, rest = "", b""
    for at, data in came:
        *whole, rest = (rest + data).split(b"\n\n")
        for each in whole:
            if each.startswith(b"data: {"):
                event = json.loads(each[6:])
                word = event["choices"][0]["delta"]["content"]
                said += word
                events.append(Told(float(event["obfuscation"]), at, len(word)))
    return events, said


def held_back(events: Sequence[Told]) -> Iterator[int]:
    """Whenever an event is sent: characters of those before it that have not come yet."""
    came = [event.came for event in events]
    sizes = [0, *accumulate(event.size for event in events)]
    for number, event in enumerate(events[1:], 1):
        yield max(0, sizes[number] - sizes[bisect_left(came, event.sent)])


# -- rounds --------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Measured:
    """Of one variant and manner, over all rounds. Times are in ms, `cpu` is µs per event and round."""

    first: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    client: HTTPSConnection
    proxy: Proxy | None


@contextmanager
def variants(events: int, gap: float) -> Iterator[list[Variant]]:
    """Everything that is measured, started and warm."""
    with ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="grille-bench-")))
        serve = answering(partial(tell, events, gap))
        there = ends.enter_context(upstream(folder, list(GRILLE.values()), serve))
        bare = ends.enter_context(mitmdump(folder / "bare", there.ca_file, STREAMING))
        stock = ends.enter_context(mitmdump(folder / "stock", there.ca_file))
        ours = ends.enter_context(grille(folder / "grille", POLICY, list(GRILLE.values()), there))
        found = [Variant(DIRECT, connection("localhost", there.port, None), None)]
        found += [Variant(n, connection("localhost", there.port, p), p) for n, p in ((BARE, bare), (STOCK, stock))]
        found += [Variant(name, connection(host, 443, ours), ours) for name, host in GRILLE.items()]
        for variant in found:
            ends.callback(variant.client.close)
            for manner in (FIRST, BURST):
                ask(variant.client, manner, SHORT if manner == FIRST else events)
        yield found


def measure(variant: Variant, manner: str, events: int, into: Measured) -> None:
    """One answer of each kind that `manner` needs."""
    used = cpu_seconds(variant.proxy.pid) if variant.proxy else 0.0
    start, told = ask(variant.client, manner, events)
    if variant.proxy:
        into.cpu.append(1e6 * (cpu_seconds(variant.proxy.pid) - used) / events)
    into.late += [1000 * (event.came - event.sent) for event in told]
    into.whole.append(1000 * (told[-1].came - start))
    into.first.append(1000 * (told[0].came - start))
    into.words.append(1000 * (told[1].came - start))
    if manner == PACED:
        into.held += held_back(told)
        for _ in range(SHORT if told[0].came < told[-1].sent else 0):
            start, told = ask(variant.client, FIRST, SHORT)
            into.first.append(1000 * (told[0].came - start))


def rows(measured: Mapping[tuple[str, str], Measured]) -> Iterator[list[str]]:
    for (name, manner), each in measured.items():
        direct, bare = measured[DIRECT, manner], measured[BARE, manner]
        ratios = [one / other for one, other in zip(each.cpu, bare.cpu, strict=False)]
        yield [
            name, manner,
            *(amount(percentile(each.first, part)) for part in (50, 99)),
            amount(percentile(each.first, 50) - percentile(direct.first, 50)),
            amount(percentile(each.words, 50)),
            *(amount(percentile(each.late, part)) for part in (50, 99)),
            *((f"{percentile(each.held, part):.0f}" for part in (50, 95, 100)) if each.held else "---"),
            amount(percentile(each.whole, 50)),
            f"{percentile(each.cpu, 50):.0f}" if each.cpu else "-",
            f"{percentile(ratios, 50):.2f}" if ratios else "-",
        ]  # fmt: skip


COLUMNS = (
    "variant", "sent", "first event", "p99", "+ direct", "first words", "late", "p99", "held", "p95", "max", "whole",
    "CPU µs/event", "÷ mitmdump",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--events", type=int, default=200, help="of an answer")
    parser.add_argument("--gap-ms", type=float, default=5.0, help="between the events of a paced answer")
    options = parser.parse_args()
    end_on_sigterm()
    measured: dict[tuple[str, str], Measured] = defaultdict(Measured)
    with variants(options.events, options.gap_ms / 1000) as found:
        for _ in range(options.rounds):
            for manner in (PACED, BURST):
                for variant in found:
                    measure(variant, manner, options.events, measured[variant.name, manner])
    print(f"{options.rounds} rounds, {options.events} events, {options.gap_ms:g} ms between paced ones; times in ms\n")
    ordered = dict(sorted(measured.items(), key=lambda pair: pair[0][1] == BURST))
    print(table(COLUMNS, list(rows(ordered))))


if __name__ == "__main__":
    main()
