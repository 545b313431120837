"""Detection without a network: what a worker of grille does, beside Presidio's own recognisers and its engine.

Ours is what `grille.addon.finding` gives a worker; every text is new to it. Times are ms of CPU of a process
of its own, with one thread. This module must not import anything heavy in the process of the bench.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from showing import percentile, spread
from speed_goals import Effort, Goal, Reached, Report
from speed_naive import MD, SM, analyzer, model_name, one_thread
from speed_variants import POLICY, Stage
from speed_words import clean, of_each_kind, prose

if TYPE_CHECKING:
    from grille.addon.nursery import Finder
    from grille.policy import Policy

_CLEAN, _PROSE = 10_000, 2_000
"""Characters of a text without anything to find, and of one with names."""
_TEXTS = 20
"""Clean ones a round: of so few microseconds that the first, after all that Presidio has read, would say more of the
processor's caches than of us."""
_PERSON = frozenset({"PERSON"})


def alone[**P, T](work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work` returns in a fresh process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), one_thread) as pool:
        return pool.submit(work, *args, **kwargs).result()


def measured(effort: Effort, stage: Stage) -> Report:
    """Patterns on clean text, and names in new prose."""
    patterns, names, kinds = alone(_patterns, effort), alone(_names, effort), alone(_kinds, effort)
    ratios = [stock / ours for ours, _, stock in patterns]
    told = ("ours, patterns of the packs", "ours, patterns and credentials", "Presidio's pattern recognisers")
    rows = [
        [
            name,
            "10 kB, clean",
            spread([each[at] for each in patterns]),
            spread([each[at] / each[2] for each in patterns]),
        ]
        for at, name in enumerate(told)
    ]
    for kind, times in kinds.items():
        ratio = spread([ours / stock for ours, stock in times])
        rows.append(["ours, patterns and credentials", f"1 kB of {kind}", spread([ours for ours, _ in times]), ratio])
    told = ("ours, names", "ours, patterns + names", "Presidio sm, analyze", "Presidio md, analyze")
    for at, name in enumerate(told):
        if times := [each[at] for each in names if each[at]]:
            of = [each[at] / (each[2] or each[3]) for each in names]
            rows.append([name, "1 kB of prose", spread(times), spread(of)])
    reached = {Goal.PATTERNS: Reached(spread(ratios), percentile(ratios, 50) >= 100)}
    note = (
        "ms of CPU for new text, one process and no network, after 100 kB of other text, from which RE2 has learned. "
        f"`÷`: against the recognisers, and against {model_name()}."
    )
    return Report("Detection alone", note, ("what", "text", "ms", "÷ Presidio"), rows, reached)


# -- in a process of their own -------------------------------------------------------------------------


def _patterns(effort: Effort) -> list[tuple[float, float, float]]:
    """Round by round: ours from the packs, with what else needs no model, and Presidio's."""
    from presidio_analyzer import PatternRecognizer

    policy = _policy()
    wanted = _wanted(policy, "patterns")
    written = frozenset(name for name in wanted if policy.entities[name].patterns)
    finder = _finder(policy, wanted)
    registry = analyzer(model_name()).registry
    stock = [each for each in registry.recognizers if isinstance(each, PatternRecognizer)]
    source, found = Random(1), []
    for each in stock:
        each.analyze("Once, so that what is compiled late is compiled.", each.supported_entities)
    _spent(lambda text: _find(finder, text, wanted), [clean(source, _CLEAN) for _ in range(10)])
    for _ in effort.each_round():
        texts = [clean(source, _CLEAN) for _ in range(_TEXTS)]
        more = [clean(source, _CLEAN) for _ in range(_TEXTS)]
        found.append(
            (
                _spent(lambda text: _find(finder, text, written), texts),
                _spent(lambda text: _find(finder, text, wanted), more),
                _spent(lambda text: [each.analyze(text, each.supported_entities) for each in stock], texts),
            )
        )
    return found


def _kinds(effort: Effort) -> dict[str, list[tuple[float, float]]]:
    """Round by round, for a kilobyte of each kind of text: ours, and Presidio's recognisers."""
    from presidio_analyzer import PatternRecognizer

    policy = _policy()
    wanted = _wanted(policy, "patterns")
    finder = _finder(policy, wanted)
    stock = [each for each in analyzer(model_name()).registry.recognizers if isinstance(each, PatternRecognizer)]
    source = Random(3)
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in effort.each_round():
        for kind, texts in of_each_kind(source).items():
            a_kilobyte = 1000 * len(texts) / sum(map(len, texts))
            ours = _spent(lambda text: _find(finder, text, wanted), texts)
            naive = _spent(lambda text: [each.analyze(text, each.supported_entities) for each in stock], texts)
            found.setdefault(kind, []).append((ours * a_kilobyte, naive * a_kilobyte))
    return found


def _names(effort: Effort) -> list[tuple[float, float, float, float]]:
    """Round by round, for a kilobyte: ours, ours with patterns, Presidio with either model; 0 without it."""
    policy = _policy()
    wanted = _wanted(policy, "names")
    finder = _finder(policy, wanted)
    small, medium = analyzer(SM) if model_name() == SM else None, analyzer(MD)
    for each in filter(None, (small, medium)):
        each.analyze("Once, so that what is compiled late is compiled.", language="en")
    source, found = Random(2), []
    for _ in effort.each_round():
        texts = [prose(source, _PROSE) for _ in range(6)]
        more = [prose(source, _PROSE) for _ in range(6)]
        times = (
            _spent(lambda text: _find(finder, text, _PERSON), texts),
            _spent(lambda text: _find(finder, text, wanted), more),
            _spent(lambda text: small.analyze(text, language="en"), texts[:2]) if small else 0.0,
            _spent(lambda text: medium.analyze(text, language="en"), texts[:2]),
        )
        ours, both, sm, md = (each * 1000 / _PROSE for each in times)
        found.append((ours, both, sm, md))
    return found


def turns(bodies: Sequence[bytes]) -> tuple[list[float], list[float]]:
    """What the texts cost that each turn adds: to us, and to stock Presidio message by message."""
    import json

    from grille.dialects import DIALECTS, read
    from grille.exchange import Direction
    from grille.framing.message import Message

    policy = _policy()
    wanted = _wanted(policy, "names")
    finder, stock = _finder(policy, wanted), analyzer(model_name())
    ours, naive = [], []
    seen: set[str] = set()
    told = 0
    for body in bodies:
        message = Message((("Content-Type", "application/json"),), body, "/v1/chat/completions")
        reading = read(DIALECTS["openai_chat"], Direction.REQUEST, message, 1 << 24)
        new = [each for each in reading.segments if each.text not in seen]
        seen |= {each.text for each in new}
        ours.append(_spent(lambda segments: finder.find(segments, wanted), [new]))
        messages = json.loads(body)["messages"]
        naive.append(
            sum(_spent(lambda text: stock.analyze(text, language="en"), [each["content"]]) for each in messages[told:])
        )
        told = len(messages)
    return ours, naive


def _policy() -> Policy:
    from grille.engine import load_policy

    with tempfile.TemporaryDirectory(prefix="grille-bench-") as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(POLICY, "utf-8")
        return load_policy(str(path), None)


def _wanted(policy: Policy, profile: str) -> frozenset[str]:
    return frozenset(policy.profiles[profile].rows)


def _finder(policy: Policy, wanted: frozenset[str]) -> Finder:
    from grille.addon.finding import finder

    return finder(tuple(entity for name, entity in policy.entities.items() if name in wanted))


def _find(finder: Finder, text: str, wanted: frozenset[str]) -> object:
    from grille.exchange import Kind, Segment

    return finder.find([Segment("/messages/0/content", Kind.TEXT, text)], wanted)


def _spent[T](work: Callable[[T], object], items: Sequence[T]) -> float:
    """ms of CPU for each."""
    start = time.process_time()
    for each in items:
        work(each)
    return 1000 * (time.process_time() - start) / len(items)
