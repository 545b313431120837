"""The demonstration on a terminal: what was sent, received, got and decided, side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from grille.cli.demo.stage import Scene

_STYLES = {"allow": "green", "rewrite": "yellow", "block": "red", "error": "red"}
_PICTURE_WIDTH = 132


def show(scenes: Sequence[Scene], picture: Path | None) -> bool:
    """Print every scene; returns whether every check held. `picture` is where an SVG goes."""
    console = Console(record=picture is not None, width=_PICTURE_WIDTH if picture else None)
    for number, scene in enumerate(scenes, 1):
        console.print(Rule(f"{number}. {scene.title}", align="left"), _columns(scene), _decision(scene))
    good = all(held for scene in scenes for _, held in scene.checks)
    verdict = "Every scene went as the policy says." if good else "Something did not go as the policy says."
    console.print(Text(verdict, style="bold green" if good else "bold red"))
    if picture:
        # The template asks a stranger's server for its font; a picture asks nobody for anything.
        svg = re.sub(r"@font-face\s*{[^}]*}", "", console.export_svg(title="grille demo"))
        picture.write_text(svg, "utf-8")
    return good


def _columns(scene: Scene) -> RenderableType:
    table = Table.grid(expand=True)
    for _ in range(3):
        table.add_column(ratio=1)
    received = scene.received if scene.received is not None else Text("(nothing)", style="dim")
    table.add_row(
        Panel(Text(scene.sent), title="the app sent", title_align="left"),
        Panel(received, title=scene.received_title, title_align="left"),
        Panel(Text(scene.got), title="the app got back", title_align="left"),
    )
    return table


def _decision(scene: Scene) -> RenderableType:
    lines: list[Text] = []
    verdict = Text("verdict  ").append(scene.verdict, style=f"bold {_STYLES.get(scene.verdict, 'red')}")
    for number, because in enumerate(scene.because):
        lines.append(verdict if number == 0 else Text("         "))
        lines[-1].append(f"  {because}", style="cyan")
    lines = lines or [verdict]
    for text, held in scene.checks:
        lines.append(
            Text("  ✓ " if held else "  ✗ ", style="green" if held else "bold red").append(text, style="default")
        )
    return Group(*lines, Text())
