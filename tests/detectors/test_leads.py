from __future__ import annotations

from pathlib import Path

import pytest
import regex
import yaml
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.leads import led

_FOLDER = Path(__file__).parents[2] / "policies" / "entities"
_ENTITIES = [
    entity for path in _FOLDER.glob("*.yaml") for entity in yaml.safe_load(path.read_text("utf-8"))["entities"].values()
]
_LED = [
    pattern
    for entity in _ENTITIES
    for pattern in entity.get("patterns", [entity.get("pattern", "")])
    if led(pattern) != pattern
]


@pytest.mark.parametrize(
    ("pattern", "lead"),
    [
        ("[0-9]{8}|[0-9]-", "0123456789"),
        (r"\(?[1-3]", "(123"),
        (r"(?i)(?<![0-9])(?:1[ ]|[7-9])x", "1789"),
        (r"(?=[a-z0-9])(?:[78]|9a)", "789"),
    ],
)
def test_a_pattern_that_begins_with_a_choice_has_a_lead(pattern: str, lead: str) -> None:
    found = regex.match(r"(?:\(\?i\))?\(\?=\[(?P<lead>.*?)\]\)\(\?:", led(pattern))
    assert found is not None
    assert regex.sub(r"\\x(..)", lambda code: chr(int(code[1], 16)), found["lead"]) == lead


@pytest.mark.parametrize("pattern", ["[0-9]+x", "(?<!a)(?:[0-9]|[0-9]{2})?", "(?:a|1)2", "(?:é|1)", "1?2?"])
def test_others_have_none(pattern: str) -> None:
    assert led(pattern) == pattern


@given(text=st.text(st.sampled_from("0123456789()+.-/ ,aZé\n"), max_size=60))
def test_a_lead_changes_no_match(text: str) -> None:
    assert len(_LED) > 10
    for pattern in _LED:
        plain, fast = (regex.compile(each, regex.MULTILINE) for each in (pattern, led(pattern)))
        spans = [(match.span(), match.groupdict()) for match in plain.finditer(text, overlapped=True)]
        assert [(match.span(), match.groupdict()) for match in fast.finditer(text, overlapped=True)] == spans
