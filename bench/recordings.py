"""Recorded exchanges from a seed, in every form that `grille scan` reads: what `archives.py` is run over.

Four exchanges in five are a question and its answer, new each time; one is a turn of a conversation that sends
everything again. A third of the questions holds a card, a name and an address, one answer in ten a record of a
customer. This module must not know what is found in them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import IO

from speed_words import person, prose, sensitive

URL = "https://api.openai.com/v1/chat/completions"
_JSON = [{"name": "Content-Type", "value": "application/json"}]
_TURNS = 4


def exchanges(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """The bodies of requests and answers."""
    source = Random(seed)
    talk: list[dict[str, str]] = []
    for number in range(count):
        asked = {"role": "user", "content": _asked(source)}
        said = {"role": "assistant", "content": _answered(source)}
        if number % 5 == 0:
            talk = [] if len(talk) >= 2 * _TURNS else talk
            messages = [*talk, asked]
            talk = [*messages, said]
        else:
            messages = [asked]
        answer = {"id": f"c{number}", "object": "chat.completion", "choices": [{"index": 0, "message": said}]}
        yield json.dumps({"model": "m", "store": False, "messages": messages}), json.dumps(answer)


def _asked(source: Random) -> str:
    begin = sensitive(source) if source.random() < 0.33 else ""
    return begin + prose(source, source.randrange(100, 900))


def _answered(source: Random) -> str:
    said = prose(source, source.randrange(100, 700))
    if source.random() < 0.1:
        said += json.dumps({"customer": person(source), "phone": f"+1 212 555 01{source.randrange(100):02}"})
    return said


def written(folder: Path, count: int, seed: int = 7) -> int:
    """`count` exchanges in four files, as HAR, a flow dump, JSON lines and compressed JSON lines; the bytes of their
    bodies."""
    folder.mkdir(parents=True, exist_ok=True)
    each = [count // 4 + (part < count % 4) for part in range(4)]
    size, made = 0, exchanges(count, seed)
    with (folder / "a.har").open("w", encoding="utf-8") as har:
        har.write('{"log": {"version": "1.2", "creator": {"name": "bench", "version": "1"}, "entries": [\n')
        for number, (asked, said) in enumerate(islice(made, each[0])):
            har.write((",\n" if number else "") + _entry(asked, said))
            size += len(asked) + len(said)
        har.write("\n]}}\n")
    with (folder / "b.flow").open("wb") as dump:
        for asked, said in islice(made, each[1]):
            dump.write(_flow(asked, said))
            size += len(asked) + len(said)
    with (folder / "c.jsonl").open("wb") as lines:
        size += _lines(lines, each[2], made)
    with gzip.open(folder / "d.jsonl.gz", "wb", compresslevel=1) as lines:
        size += _lines(lines, each[3], made)
    return size


def _lines(out: IO[bytes], count: int, made: Iterator[tuple[str, str]]) -> int:
    size = 0
    for asked, said in islice(made, count):
        out.write(_entry(asked, said).encode() + b"\n")
        size += len(asked) + len(said)
    return size


def _entry(asked: str, said: str) -> str:
    request = {"method": "POST", "url": URL, "httpVersion": "HTTP/2", "headers": _JSON}
    response = {"status": 200, "httpVersion": "HTTP/2", "headers": _JSON}
    return json.dumps(
        {
            "startedDateTime": "2026-11-23T12:00:00Z",
            "time": 5,
            "request": {**request, "postData": {"mimeType": "application/json", "text": asked}},
            "response": {**response, "content": {"mimeType": "application/json", "text": said}},
        }
    )


def _flow(asked: str, said: str) -> bytes:
    from mitmproxy import http
    from mitmproxy.io import tnetstring
    from mitmproxy.test import tflow, tutils

    headers = http.Headers(((b"Content-Type", b"application/json"),))
    request = tutils.treq(
        method=b"POST", scheme=b"https", host="api.openai.com", port=443, path=b"/v1/chat/completions",
        headers=headers, content=asked.encode(),
    )  # fmt: skip
    flow = tflow.tflow(req=request, resp=tutils.tresp(headers=headers, content=said.encode()))
    dumped: bytes = tnetstring.dumps(flow.get_state())
    return dumped
