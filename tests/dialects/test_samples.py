"""`grille.dialects.samples`: a text carried by the smallest message of each dialect."""

from __future__ import annotations

import pytest
from goldens import LIMIT

from grille.dialects import DIALECTS, read
from grille.dialects.samples import SAMPLES, Sample
from grille.exchange import Direction
from grille.framing.message import Message

TEXT = 'Why was "4111" declined?\n\ud83d\ude00'.encode("utf-16", "surrogatepass").decode("utf-16")


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@pytest.mark.parametrize("direction", list(Direction))
def test_a_text_is_carried_where_its_dialect_reads_it(direction: Direction, dialect: str) -> None:
    sample = SAMPLES[direction][dialect]
    body = sample.carry(TEXT)
    assert sample.carried(body) == TEXT
    reading = read(DIALECTS[dialect], direction, Message((), body), LIMIT)
    assert TEXT in [segment.text for segment in reading.segments]


def test_a_body_of_another_form_is_shown_whole() -> None:
    assert SAMPLES[Direction.REQUEST]["openai_chat"].carried(b'{"error": 1}') == '{"error": 1}'


def test_a_sample_without_its_place_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="/text"):
        Sample("{}", "/text").carry("x")
