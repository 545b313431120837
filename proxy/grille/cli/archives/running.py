"""A run over archives: sources into chunks into a pool; lines to a file or stdout, counts to the state file.

What is told of a chunk is written before the state file says that it is done. This module must not judge, or know
what is in a line.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from grille import __version__
from grille.cli.archives import pools
from grille.cli.archives.chunks import Chunk, chunks
from grille.cli.archives.judging import Judged, Plan
from grille.cli.archives.progress import Shown
from grille.cli.archives.results import Results
from grille.cli.archives.resume import Progress
from grille.cli.archives.sources import STDIN, Source, found
from grille.cli.archives.tally import Tally
from grille.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Asked:
    """How to run over `names`: in so many `processes`, or on the cluster at `dask`; `column` is that of Parquet files,
    `out` where lines go (None: stdout), `resume` the state file."""

    names: Sequence[str]
    processes: int = 1
    dask: str = ""
    column: str = ""
    out: Path | None = None
    resume: Path | None = None


def run(plan: Plan, asked: Asked) -> Tally:
    """Judge everything; the counts. Raises `GrilleError` or `OSError`."""
    files = found(asked.names)
    if asked.resume and any(each.name == STDIN for each in files):
        raise SettingsError("--resume needs files: what came from stdin cannot be read again")
    if asked.resume and not asked.out:
        raise SettingsError("--resume needs --out: what was printed cannot be gone on with")
    with Progress(asked.resume, _about(plan, asked)) as done:
        left = [each for each in files if done.start(each) is not None]
        if done.finished and not left:
            return done.total()
        plan = replace(plan, today=date.fromisoformat(done.kept("day", plan.today.isoformat())))
        with _results(asked.out, done.length) as results:
            total = _run(pickle.dumps(plan), asked, files, left, done, results)
        done.finish()
        return total


def _run(
    plan: bytes, asked: Asked, files: Sequence[Source], left: Sequence[Source], done: Progress, results: Results | None
) -> Tally:
    total, size = done.total(), sum(each.size for each in files)
    finished = size - sum(each.size for each in left)
    work = chunks(left, done.start, asked.column)
    with ExitStack() as ends:
        shown = ends.enter_context(Shown(size, finished, total.verdicts.total()))
        judging = _pool(plan, asked, work)
        ends.callback(judging.close)
        for chunk, judged in judging:
            for problem in judged.problems:
                shown.name(problem)
            done.did(chunk, judged.tally, _told(results, judged))
            total.add(judged.tally)
            finished += sum(each.source.size for each in chunk.reached if each.place is None)
            last = chunk.reached[-1]
            shown.reached(finished + (last.used if last.place else 0), total.verdicts.total())
    return total


def _told(results: Results | None, judged: Judged) -> int:
    if results is not None:
        return results.write(judged.lines)
    for line in judged.lines:
        print(line)
    return 0


def _pool(plan: bytes, asked: Asked, work: Iterator[Chunk]) -> pools.Judging:
    if asked.dask:
        return pools.on_dask(plan, work, asked.dask)
    return pools.in_processes(plan, work, asked.processes)


def _results(out: Path | None, kept: int) -> AbstractContextManager[Results | None]:
    return Results(out, kept) if out else nullcontext()


def _about(plan: Plan, asked: Asked) -> Mapping[str, str]:
    """What has to be the same for a run that goes on."""
    return {
        "version": __version__,
        "policy": plan.policy.digest,
        "policy to compare with": plan.against.digest if plan.against else "",
        "endpoint, client or direction": f"{plan.aim.endpoint} {plan.aim.client} {plan.aim.direction.value}",
        "verb or way of telling": f"{plan.replays} {plan.telling.name} {plan.sent}",
        "column": asked.column,
        "--out": str(asked.out),
    }
