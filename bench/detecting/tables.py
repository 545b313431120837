"""Results as Markdown: a set's figures, what was found in texts that hold nothing, spellings, times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from showing import table

from detecting.names import EVERYDAY
from detecting.running import Result, Run
from detecting.sampling import MEASURES, Figure
from detecting.spelt import ALL, ALL_NESTED, ENTITIES, Sighted


def shown(figure: Figure, interval: bool = True) -> str:
    """`.93 [.91, .95]`; a dash where there was nothing to be right or wrong about."""
    if figure.value is None:
        return "-"
    value = share(figure.value)
    return f"{value} [{share(figure.low)}, {share(figure.high)}]" if interval else value


def share(value: float) -> str:
    """A share with as many digits as tell it from all and nothing."""
    digits = 2 if 0.005 <= value < 0.995 else 3
    text = f"{value:.{digits}f}"
    return f"{value:.0f}" if float(text) in (0, 1) else text.removeprefix("0")


def of_set(result: Result) -> Iterator[str]:
    """The tables of one set."""
    texts = result.texts
    yield f"## {texts.name}: {len(texts.texts)} texts, {texts.size / 1000:.0f} kB, {result.labels} labels\n"
    if result.labels:
        heads = ("", "engine", *MEASURES)
        yield table(heads, _lines("all", {run.column: result.overall(run) for run in result.runs})) + "\n"
        lines: list[list[str]] = []
        for entity in result.entities:
            lines += _lines(entity, {run.column: result.of(run, entity) for run in result.runs})
        yield table(heads, lines) + "\n"
    yield found_in_nothing(result) + "\n"


def _lines(label: str, columns: Mapping[str, Mapping[str, Figure]]) -> list[list[str]]:
    return [
        ["" if number else label, engine, *(shown(figures[name]) for name in MEASURES)]
        for number, (engine, figures) in enumerate(columns.items())
    ]


def found_in_nothing(result: Result) -> str:
    """False finds; of a set without labels also how many of its texts were flagged."""
    heads = ["engine", "false identifiers per 100 kB", "false names per 100 kB", "CPU ms/kB"]
    if not result.labels:
        heads.insert(1, "texts flagged")
    lines: list[list[str]] = []
    for run in result.runs:
        line = [
            run.column,
            f"{result.false_finds(run, EVERYDAY, others=True):.1f}",
            f"{result.false_finds(run, EVERYDAY, others=False):.1f}",
            f"{milliseconds([result], run.column):.1f}",
        ]
        if not result.labels:
            line.insert(1, shown(result.flagged(run)))
        lines.append(line)
    return table(heads, lines)


def milliseconds(results: Sequence[Result], column: str) -> float:
    """CPU time per 1,000 characters over all sets."""
    runs: list[Run] = [result.run(column) for result in results]
    return 1e6 * sum(run.seconds for run in runs) / sum(result.texts.size for result in results)


def times(results: Sequence[Result]) -> str:
    columns = [run.column for run in results[0].runs]
    spent = {column: milliseconds(results, column) for column in columns}
    least = min(spent.values())
    return table(
        ("engine", "CPU ms/kB, all sets", "÷ fastest"),
        [[column, f"{ms:.1f}", f"{ms / least:.1f}"] for column, ms in spent.items()],
    )


def spellings(seen: Sequence[Sighted]) -> str:
    return table(
        (
            "engine",
            *(f"{entity}, of {ALL}" for entity in ENTITIES),
            *(f"depth {d}, of {n}" for d, n in ALL_NESTED.items()),
        ),
        [
            [each.column, *(str(each.found[entity]) for entity in ENTITIES), *(str(each.nested[d]) for d in ALL_NESTED)]
            for each in seen
        ],
    )
