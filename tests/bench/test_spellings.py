"""`bench/detecting/spellings.py`: each spelling says its value, and the label covers all of it."""

from __future__ import annotations

import base64

from detecting.spellings import SPELLINGS, VALUES, nested, spelled


def test_there_are_twenty_nine_of_each_value() -> None:
    assert len(SPELLINGS) == 29
    assert len(list(spelled())) == 29 * len(VALUES)


def test_the_label_is_the_run_that_says_the_value() -> None:
    said = {name: text.text[text.spans[0].start : text.spans[0].end] for name, text in spelled() if "jane" in text.text}
    assert said["plain"] == said["between words"] == said["between letters"] == "jane.doe01@example.com"
    assert said["dots"] == "jane..doe.01@e.xamp.le.c.om"
    coded = next(text for name, text in spelled() if name == "Base64")
    assert base64.b64decode(coded.text[coded.spans[0].start : coded.spans[0].end]) == b"5105105105105100"


def test_codings_stand_in_one_another_up_to_three_deep() -> None:
    depths = [depth for depth, _ in nested()]
    assert {depth: depths.count(depth) for depth in set(depths)} == {1: 40, 2: 40, 3: 40}
