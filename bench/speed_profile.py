"""Where the CPU of a request goes: a flame graph of the proxy and its workers under a warm load of 2 kB bodies.

py-spy looks at the processes from outside. This module must not change what it looks at.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from itertools import repeat
from pathlib import Path
from random import Random

from speed_client import HTTP1, Client
from speed_variants import Stage
from speed_words import SEEN, chat

_SECONDS, _RATE = 12, 250


def record(path: Path, name: str) -> None:
    """Write the flame graph of a variant to `path`: SVG, or with the suffix `.txt` the stacks it is drawn from."""
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if spy is None:
        raise SystemExit("a profile needs py-spy: pip install py-spy (Linux asks for root, or for CAP_SYS_PTRACE)")
    with Stage() as stage, asyncio.Runner() as runner:
        (variant,) = stage.variants(name)
        assert variant.proxy is not None
        client, body = Client(runner), chat(Random(1), 2, SEEN)
        client.load(variant, HTTP1, 4, repeat(body), 2)
        command = [spy, "record", "--pid", str(variant.proxy.pid), "--subprocesses", "--output", str(path)]
        command += ["--format", "raw" if path.suffix == ".txt" else "flamegraph"]
        command += ["--duration", str(_SECONDS), "--rate", str(_RATE)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as spying:
            load = client.load(variant, HTTP1, 4, repeat(body), _SECONDS + 2)
            said, _ = spying.communicate(timeout=60)
        client.close()
    if spying.returncode or not path.exists():
        raise SystemExit(f"py-spy could not look at the proxy: {said.strip()}")
    print(f"{path}: {name}, {len(load.latencies)} requests of 2 kB, warm, {load.cpu:.2f} ms of CPU each")
