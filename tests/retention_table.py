"""The generated parts of `docs/retention.md`, from the catalogue. `python tests/retention_table.py` writes them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from grille.dialects import DIALECTS, providers
from grille.providers import Control, Route

PAGE = Path(__file__).parent.parent / "docs" / "retention.md"
_PART = re.compile(r"(<!-- ([a-z]+): generated -->\n).*?(?=<!-- end -->)", re.DOTALL)


def controls() -> str:
    lines = ["| provider | routes | session-only by | without it |", "|---|---|---|---|"]
    for provider in providers().values():
        shown: dict[tuple[str, str], list[str]] = {}
        for route in provider.routes:
            shown.setdefault(_control(route), []).append(f"`{route.name}`")
        for (by, without), routes in shown.items():
            lines.append(f"| {provider.name} | {' '.join(routes)} | {by} | {without} |")
    return "\n".join(lines) + "\n"


def _control(route: Route) -> tuple[str, str]:
    flags = [f"`{setting.where}` = `{json.dumps(setting.equals)}`" for setting in route.retention.settings]
    absent = [
        "fine: that is the default" if setting.default == setting.equals else f"`{json.dumps(setting.default)}`"
        for setting in route.retention.settings
    ]
    match route.retention.control:
        case Control.NEVER:
            return "nothing: never", "refused"
        case Control.ALWAYS:
            return "itself: it has no store", "fine"
        case Control.ACCOUNT:
            return " and ".join(["a contract (attestation)", *flags]), "; ".join([*absent, "unknown: refused"])
        case Control.FLAG:
            return " and ".join(flags), "; ".join(absent)


def stateful() -> str:
    facts = tomllib.loads(files("grille.dialects").joinpath("retention.toml").read_text("utf-8"))
    lines = ["| dialect or list | place | why it is refused |", "|---|---|---|"]
    for name, rows in facts["stateful"].items():
        lines += list(_rows(f"{name}" if name in DIALECTS else f"*{name}*", rows))
    for name, rows in facts["paths"].items():
        for row in rows:
            words = " ".join(f"`{word}`" for word in row["values"])
            lines.append(f"| {name} | the path: {words} | {row['why']}; {row['instead']} may stand there |")
    for name, rows in facts["headers"].items():
        for row in rows:
            words = " ".join(f"`{word}`" for word in row["values"])
            lines.append(f"| {name} | header `{row['name']}`: {words} | {row['why']} |")
    return "\n".join(lines) + "\n"


def _rows(name: str, rows: list[dict[str, object]]) -> Iterator[str]:
    for row in rows:
        if "like" in row:
            yield f"| {name} | everything of *{row['like']}* | |"
            continue
        values = row.get("values")
        only = f": {' '.join(f'`{value}`' for value in values)}" if isinstance(values, list) else ""
        where = str(row["where"]).replace("|", "\\|")
        unless = row.get("unless")
        only += f', unless `{unless[0]}` is `["{unless[1]}"]`' if isinstance(unless, list) else ""
        fine = " (over a WebSocket it is fine)" if "in_socket" in row else ""
        instead = f"; {row['instead']} may stand there" if "instead" in row else ""
        yield f"| {name} | `{where}`{only} | {row['why']}{instead}{fine} |"


PARTS = {"controls": controls, "stateful": stateful}


def page() -> str:
    """The page as it should be."""
    return _PART.sub(lambda found: found[1] + PARTS[found[2]](), PAGE.read_text("utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
