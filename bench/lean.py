"""What mitmproxy costs for a request, and what of it can go: CPU against stock mitmdump, in the same rounds.

    python bench/lean.py [--rounds 6]

Every step is mitmproxy alone, without an addon that judges, and with one thing less than the step before it. The last
needs uvloop, and is left out where it is not installed. docs/decisions/0019 says what was made of it.

This module must not judge a message, and changes nothing outside of the processes that it starts.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import repeat
from pathlib import Path
from random import Random
from typing import Any

import speed_upstream
from loopback import end_on_sigterm, listening, mitmdump, upstream
from showing import amount, percentile, spread, table
from speed_client import HTTP1, Client
from speed_variants import BARE, Variant
from speed_words import SEEN, chat

SECONDS = 0.8
"""For which a step is asked at a time."""
STEPS: Mapping[str, str] = {
    "mitmproxy as a library, with three addons": "",
    "… and a table of who has which hook": "table",
    "… and messages without a check of their types": "table types",
    "… and grille's own layers": "table types layers",
    "… and uvloop, without grille's layers": "table types uvloop",
}


def serve(parts: str, folder: str, ca_file: str, port: str) -> None:
    """Be a proxy of these parts, in a process of its own."""
    from mitmproxy.addons.next_layer import NextLayer
    from mitmproxy.addons.proxyserver import Proxyserver
    from mitmproxy.addons.tlsconfig import TlsConfig
    from mitmproxy.master import Master
    from mitmproxy.options import Options

    from grille.addon import layers, lean

    async def proxy() -> None:
        master = Master(Options(confdir=folder))
        if "table" in parts:
            master.addons = lean.Addons(master)
        master.addons.add(Proxyserver(), NextLayer(), TlsConfig())
        where = f"regular@127.0.0.1:{port}"
        master.options.update(mode=[where], ssl_verify_upstream_trusted_ca=ca_file)
        await master.run()

    if "types" in parts:
        lean.install()
    if "layers" in parts:
        layers.install()
    loop = _uvloop() if "uvloop" in parts else None
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(proxy())


def _uvloop() -> type[asyncio.AbstractEventLoop]:
    """uvloop hands its task factory an argument that mitmproxy's does not take."""
    import uvloop

    class Loop(uvloop.Loop):
        def set_task_factory(self, factory: Any) -> None:
            super().set_task_factory(lambda loop, coro, eager_start=None, **more: factory(loop, coro, **more))

    return Loop


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=6, help="(default: %(default)s)")
    parser.add_argument("--serve", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(*options.serve)
        return
    end_on_sigterm()
    has_uvloop = importlib.util.find_spec("uvloop") is not None
    steps = {name: parts for name, parts in STEPS.items() if has_uvloop or "uvloop" not in parts}
    with ExitStack() as ends:
        runner = ends.enter_context(asyncio.Runner())
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="grille-bench-")))
        there = ends.enter_context(upstream(folder, ["localhost"], speed_upstream.serve))
        proxies = {BARE: ends.enter_context(mitmdump(folder / "bare", there.ca_file))}
        for name, parts in steps.items():
            command = [sys.executable, str(Path(__file__)), "--serve", parts, str(folder), str(there.ca_file)]
            proxies[name] = ends.enter_context(listening(command, folder / f"{name[:12]}.log"))
        variants = [Variant(name, "localhost", there.port, proxy, "cn") for name, proxy in proxies.items()]
        client, body = Client(runner), chat(Random(1), 2, SEEN)
        cpu: dict[str, list[float]] = {variant.name: [] for variant in variants}
        for number in range(options.rounds + 1):
            for variant in variants:
                load = client.load(variant, HTTP1, 1, repeat(body), SECONDS)
                if load.failed:
                    raise SystemExit(f"{variant.name}: {load.failed} requests failed")
                if number:  # the first round warms up
                    cpu[variant.name].append(load.cpu)
        client.close()
    rows = [
        [name, amount(percentile(each, 50)), spread([one / bare for one, bare in zip(each, cpu[BARE], strict=True)])]
        for name, each in cpu.items()
    ]
    print(table(("proxy", "CPU ms", "÷ mitmdump"), rows))


if __name__ == "__main__":
    main()
