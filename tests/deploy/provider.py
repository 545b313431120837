"""Look-alike providers that listen on ports 80 and 443 of every address of their network namespace, and write down
what they are sent. Run as `provider.py FOLDER HOST...`: it puts `ca.pem` and `received` there.

It is started by `namespaces.py`, because a socket belongs to the namespace of the process that made it.
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from model_whole import model

from upstream import Authority


class Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True


def main(folder: Path, hosts: list[str]) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            with (folder / "received").open("ab") as received:
                received.write(self.client_address[0].encode() + b" " + body + b"\n")
            self.wfile.write(model(f"POST {self.path} HTTP/1.1\r\n\r\n".encode() + body))

    authority = Authority()
    leaf = folder / "leaf.pem"
    leaf.write_bytes(authority.issue(hosts))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf)
    secure, plain = Server(("::", 443), Handler), Server(("::", 80), Handler)
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    (folder / "ca.pem").write_bytes(authority.pem())
    threading.Thread(target=plain.serve_forever, daemon=True).start()
    secure.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
