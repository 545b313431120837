"""The JSON Schemas (2020-12) of the three documents, for editors; `policies/schema/` holds the same.

A schema knows the shape of a document and not its names; `grille check` knows both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from grille.policy.case_form import CasesForm
from grille.policy.document import Form, schema_of
from grille.policy.policy_form import PackForm, PolicyForm

SCHEMAS: Final[Mapping[str, type[Form]]] = {"policy": PolicyForm, "pack": PackForm, "tests": CasesForm}
"""The documents by the name of their schema: `policies/schema/policy.json` and so on."""


def of(name: str) -> dict[str, Any]:
    """The schema called `name`, one of `SCHEMAS`."""
    return schema_of(SCHEMAS[name])


def text_of(name: str) -> str:
    """The schema as its file holds it."""
    return json.dumps(of(name), indent=2) + "\n"
