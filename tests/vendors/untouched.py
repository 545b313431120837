"""`python -m vendors.untouched` (in `tests/`): write down what is not looked at, or only in part, and why.

The list is for people to read when it changes. It must not be where a place is excused: the table says the reason.
"""

from __future__ import annotations

from pathlib import Path

from grille.dialects.fields import Care
from vendors.treatments import PAIRS, placed

FILE = Path(__file__).parent / "untouched.txt"
_LISTED = {
    Care.NEVER: "never touched",
    Care.ECHO: "emptied when anything is rewritten",
    Care.SEALED: "only blocking acts",
}


def untouched() -> str:
    """A line for each place, under its dialect and way."""
    lines: list[str] = []
    for dialect, way in PAIRS:
        found = {(each.where, each.care, each.why) for each in placed(dialect, way) if each.care in _LISTED}
        if found:
            lines += [f"{dialect} {way.value}"]
            lines += sorted(f"  {where}  {_LISTED[care]}: {why}" for where, care, why in found)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(untouched(), "utf-8")
