"""JSON patches (RFC 6902) applied, as an API server does it; of their operations those that are needed here."""

from __future__ import annotations

import copy
from typing import Any


def patched(there: Any, operations: list[Any]) -> Any:
    """What a patch makes of a document."""
    made = copy.deepcopy(there)
    for each in operations:
        *path, last = each["path"].removeprefix("/").split("/")
        parent = made
        for step in path:
            parent = parent[int(step) if isinstance(parent, list) else step.replace("~1", "/").replace("~0", "~")]
        if not isinstance(parent, list):
            assert each["op"] == "add" or last in parent
            parent[last] = each["value"]
        elif each["op"] == "add":
            parent.insert(int(last), each["value"])
        else:
            parent[int(last)] = each["value"]
    return made
