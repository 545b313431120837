"""`grille scan` over an archive: throughput, memory over time, and a run that is killed and goes on.

    python bench/archives.py [--exchanges 100000] [--names 4000] [--processes 2] [--presidio 200] [--folder DIR]

The archive is made from a seed (`recordings.py`): HAR, a flow dump, JSON lines, and JSON lines compressed. It is
scanned with the patterns of all packs, and a smaller one with names as well, each by the command itself; then again
with a state file, killed with SIGKILL halfway and started once more: totals and results must be those of the run
before, byte by byte. Stock Presidio reads a sample of the same texts in the same run, in a process of its own.
Exits with 1 when the resumed run differs, a process is left behind, or memory grows.

CPU is that of all processes of a scan, starting included. This module must not tune what it measures.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from processes import cpu_seconds, pss, tree
from recordings import exchanges, written
from showing import amount, table
from speed_detection import alone
from speed_naive import analyzer, model_name, one_thread

MOST_GROWTH = 1.1
"""Of the memory in the second half of a run, to that in the first, in which processes start."""
_EVERY = 0.5
_ROWS = {"patterns": "", "patterns + names": "PERSON: tokenize"}
POLICY = """\
version: 1
policy: archives
use: [entities/payment.yaml, entities/identity.yaml, entities/secrets.yaml]
profiles:
  out:
    "@secrets": redact
    "@payment": tokenize
    EMAIL_ADDRESS: hash
    PHONE_NUMBER: {{action: mask, keep_last: 2}}
    US_SSN: redact
    {row}
endpoints:
  openai: {{provider: openai, request: out, response: out}}
clients:
  everybody: {{match: anyone, endpoints: [openai]}}
"""


@dataclass(slots=True)
class Scan:
    """What a run of the command cost. `memory` are MB of all its processes, every half second."""

    seconds: float = 0.0
    cpu: float = 0.0
    memory: list[float] = field(default_factory=list)
    said: str = ""
    killed: bool = False
    left: int = 0

    @property
    def quarters(self) -> list[float]:
        """The most in each quarter of the run."""
        size = max(1, len(self.memory) // 4)
        return [max(self.memory[at * size : (at + 1) * size or None], default=0.0) for at in range(4)]


def scan(folder: Path, policy: Path, out: Path, processes: int, *, state: Path | None = None, kill_at: int = 0) -> Scan:
    """Run the command; with `kill_at`, kill it when `out` has so many bytes."""
    command = [sys.executable, "-m", "grille.cli", "scan", str(folder), "--policy", str(policy), "--out", str(out)]
    command += ["--processes", str(processes)] + (["--resume", str(state)] if state else [])
    run, start = Scan(), time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        known: set[int] = set()
        while process.poll() is None:
            with suppress(OSError, StopIteration):
                known |= set(tree(process.pid))
                run.cpu = max(run.cpu, cpu_seconds(process.pid))
                run.memory.append(pss(process.pid) / 1e6)
            if kill_at and out.exists() and out.stat().st_size >= kill_at:
                process.kill()
                run.killed = True
            time.sleep(_EVERY)
        run.said = process.stdout.read() if process.stdout else ""
    run.seconds = time.monotonic() - start
    time.sleep(2)
    run.left = sum(_is_there(pid) for pid in known)
    return run


def _is_there(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return False


def stock(texts: list[str]) -> float:
    """Seconds of CPU that stock Presidio takes for `texts`, after one that does not count."""
    engine = analyzer(model_name())
    engine.analyze("Once, so that what is compiled late is compiled.", language="en")
    start = time.process_time()
    for text in texts:
        engine.analyze(text, language="en")
    return time.process_time() - start


def sample(count: int, of: int) -> list[str]:
    """Texts of the archive of `of` exchanges, spread over it."""
    import json

    bodies = islice(exchanges(of, 7), 0, None, max(1, of // count))
    return [json.loads(asked)["messages"][-1]["content"] for asked, _ in bodies][:count]


def main() -> int:
    parser = argparse.ArgumentParser(description="grille scan over an archive")
    parser.add_argument("--exchanges", type=int, default=100_000)
    parser.add_argument("--names", type=int, default=4000, help="exchanges that are scanned with names, too")
    parser.add_argument("--processes", type=int, default=os.process_cpu_count() or 1)
    parser.add_argument("--presidio", type=int, default=200, help="texts that stock Presidio reads")
    parser.add_argument("--folder", type=Path, help="where archives are made, and left (default: made and removed)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grille-bench-") as made:
        good = all([*_parts(asked, asked.folder or Path(made))])
    return 0 if good else 1


def _parts(asked: argparse.Namespace, folder: Path) -> Iterator[bool]:
    texts = sample(asked.presidio, asked.exchanges)
    characters = sum(map(len, texts))
    presidio = characters / alone(stock, texts)
    rows, memory, wholes = [], [], {}
    for name, count in zip(_ROWS, (asked.exchanges, asked.names), strict=True):
        archive, policy = folder / f"of {count}", folder / f"{len(rows)}.yaml"
        policy.write_text(POLICY.format(row=_ROWS[name]), "utf-8")
        size = written(archive, count)
        wholes[name] = whole = scan(archive, policy, folder / f"{len(rows)}.jsonl", asked.processes)
        figures = (size / 1e6, whole.seconds, count / whole.seconds, count / whole.cpu, size / whole.cpu / 1000)
        rows.append([name, f"{count:,}", *(f"{each:.0f}" for each in figures), amount(size / whole.cpu / presidio)])
        memory.append([name, *(f"{each:.0f}" for each in whole.quarters)])
    rows.append([f"stock Presidio ({model_name()}), {len(texts)} texts", *["-"] * 5, f"{presidio / 1000:.1f}", "1"])
    columns = (
        "what",
        "exchanges",
        "MB of bodies",
        "s",
        "exchanges/s",
        "exchanges/s of CPU",
        "kB/s of CPU",
        "÷ Presidio",
    )
    print(f"\n{asked.processes} processes\n\n{table(columns, rows)}\n")
    print(table(("most MB in each quarter, all processes", "1st", "2nd", "3rd", "4th"), memory), "\n")
    yield from (max(run.quarters[2:]) <= MOST_GROWTH * max(run.quarters[:2]) for run in wholes.values())
    yield _resumes(folder, folder / f"of {asked.exchanges}", wholes["patterns"], asked.processes)


def _resumes(folder: Path, archive: Path, whole: Scan, processes: int) -> bool:
    out, expected = folder / "again.jsonl", (folder / "0.jsonl").read_bytes()
    options = {"state": folder / "state"}
    killed = scan(archive, folder / "0.yaml", out, processes, kill_at=len(expected) // 2, **options)
    half = out.stat().st_size
    resumed = scan(archive, folder / "0.yaml", out, processes, **options)
    same = out.read_bytes() == expected and resumed.said == whole.said
    print(
        f"killed after {killed.seconds:.0f} s with {half:,} of {len(expected):,} bytes of results, "
        f"{killed.left} processes left behind; resumed in {resumed.seconds:.0f} s: "
        f"{'results and totals are the same' if same else 'THE RESULT IS ANOTHER'}\n\n{resumed.said}"
    )
    return same and killed.killed and not killed.left


if __name__ == "__main__":
    one_thread()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
