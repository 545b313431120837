"""From profiles as written to rows by entity. A group's row becomes a row of each of its entities.

There is no order: an entity that has a row of its own and one of a group has both, and the strictest
wins when it is decided. This module must not decide that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from grille.exchange import Action
from grille.policy.names import Names
from grille.policy.policy import Over, Profile, Row
from grille.policy.policy_form import PolicyForm, RowForm
from grille.policy.problems import Page
from grille.policy.reading import Path

_UNITS = {"m": 60, "h": 3600, "d": 86_400}


def compile_profiles(
    form: PolicyForm, page: Page, names: Names, groups: Mapping[str, tuple[str, ...]]
) -> dict[str, Profile]:
    profiles: dict[str, Profile] = {}
    for name, written in form.profiles.items():
        rows: defaultdict[str, list[Row]] = defaultdict(list)
        for target, row in written.items():
            path = ("profiles", name, target)
            for entity in _entities(target, page, path, names, groups):
                rows[entity].append(_row(row, page, path))
        profiles[name] = Profile(name, {entity: tuple(bearing) for entity, bearing in rows.items()})
    return profiles


def _seconds(written: str | None) -> int:
    return int(written[:-1]) * _UNITS[written[-1]] if written else 0


def action(name: str) -> Action:
    """The action a document names."""
    return Action[name.upper()]


def _entities(
    target: str, page: Page, path: Path, names: Names, groups: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    if target.startswith("@"):
        return groups.get(target[1:], ()) if names.knows_group(page, path, target[1:]) else ()
    return (target,) if names.knows_entity(page, path, target) else ()


def _row(row: RowForm, page: Page, path: Path) -> Row:
    over = Over(row.over.count, action(row.over.action), _seconds(row.over.within)) if row.over else None
    does = action(row.action)
    if over and over.action <= does:
        page.wrong((*path, "over", "action"), f"`over` must be stricter than `{row.action}`, which holds anyway")
    if "keep_last" in row.model_fields_set and Action.MASK not in (does, over and over.action):
        page.wrong((*path, "keep_last"), "`keep_last` goes with the action `mask` and with no other")
    return Row(does, page.source(path), row.threshold, over, row.keep_last)
