"""What OpenAI's client really sends for a request with files: the witness for `formdata.py`.

A client's method is the one of the root's name, and what it wants beside the types stands in the path. It reaches no
network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import Any

import httpx
import openai

from vendors.formdata import Received, Upload, parts
from vendors.root import Root

_IN_THE_PATH = {"uploads.parts.create": "upload_1", "containers.files.create": "cntr_1"}


def sent(root: Root, documents: Iterable[dict[str, Any]]) -> Iterator[tuple[Received, ...]]:
    """The parts of what goes out for each of `documents`."""
    name = root.name.removeprefix("openai.")
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        client = openai.OpenAI(api_key="x", max_retries=0, http_client=http)
        call: Callable[..., object] = reduce(getattr, name.split("."), client)  # type: ignore[arg-type]
        for document in documents:
            call(*([_IN_THE_PATH[name]] if name in _IN_THE_PATH else []), **_as_arguments(document))
            request = seen.pop()
            yield parts(request.headers["content-type"], request.read())


def _as_arguments(value: Any) -> Any:
    match value:
        case dict():
            return {name: _as_arguments(below) for name, below in value.items()}
        case list():
            return [_as_arguments(item) for item in value]
        case Upload(content, name, kind, headers):
            return name, content, kind, dict(headers)
        case _:
            return value
