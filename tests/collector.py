"""A collector: takes OTLP over HTTP on loopback and keeps what it was sent, the bytes too."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collector:
    """Answers with `statuses` in turn, and then with 200 and `answer`."""

    def __init__(self, statuses: Sequence[int] = (), answer: bytes = b"", retry_after: str = "") -> None:
        self.logs: list[Any] = []
        self.spans: list[Any] = []
        self.resources: list[dict[str, Any]] = []
        self.raw = b""
        self.headers: list[dict[str, str]] = []
        self._statuses, self._answer, self._retry_after = list(statuses), answer, retry_after

    def __enter__(self) -> Collector:
        ours = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = ours._statuses.pop(0) if ours._statuses else 200
                ours.headers.append(dict(self.headers))
                ours.raw += self.requestline.encode() + str(self.headers).encode() + body
                if status == 200:
                    ours._take(self.path, body)
                self.send_response(status)
                if ours._retry_after:
                    self.send_header("Retry-After", ours._retry_after)
                self.send_header("Content-Length", str(len(ours._answer)))
                self.end_headers()
                self.wfile.write(ours._answer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, path: str, body: bytes) -> None:
        if path == "/v1/logs":
            for several in ExportLogsServiceRequest.FromString(body).resource_logs:
                self.resources.append(said(several.resource))
                self.logs += [each for scope in several.scope_logs for each in scope.log_records]
        elif path == "/v1/traces":
            for several in ExportTraceServiceRequest.FromString(body).resource_spans:
                self.resources.append(said(several.resource))
                self.spans += [each for scope in several.scope_spans for each in scope.spans]


def said(thing: Any) -> dict[str, Any]:
    """The attributes of a record, a span or a resource."""
    return {each.key: _value(each.value) for each in thing.attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    return [_value(each) for each in value.array_value.values] if kind == "array_value" else getattr(value, kind)
