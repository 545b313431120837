"""A look-alike provider that listens on ports 80 and 443 of every address of its network namespace, and writes down
what it is sent. Run as `provider.py FOLDER`: it puts `ca.pem` and `received` there.

It is started by `namespaces.py`, because a socket belongs to the namespace of the process that made it.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from upstream import Authority

REPLY = json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]}).encode()


class Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True


def main(folder: Path) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            with (folder / "received").open("ab") as received:
                received.write(self.client_address[0].encode() + b" " + body + b"\n")
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(REPLY)))
            self.end_headers()
            self.wfile.write(REPLY)

    authority = Authority()
    leaf = folder / "leaf.pem"
    leaf.write_bytes(authority.issue(["api.openai.com"]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf)
    secure, plain = Server(("::", 443), Handler), Server(("::", 80), Handler)
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    (folder / "ca.pem").write_bytes(authority.pem())
    threading.Thread(target=plain.serve_forever, daemon=True).start()
    secure.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
