"""`bench/detecting/tongues.py`: names are labelled, whole and as they are written, and a seed says all."""

from __future__ import annotations

from random import Random

import pytest
from detecting.marking import bare, finished
from detecting.tongues import FRAMES, post, sentence

from grille.detectors.languages import KNOWN


@pytest.mark.parametrize("locale", FRAMES)
def test_every_sentence_names_somebody_in_a_language_that_is_read(locale: str) -> None:
    assert locale[:2] in KNOWN
    written = [sentence(Random(seed), locale) for seed in range(20)]
    texts = [finished(each, "sentence", locale[:2]) for each in written]
    assert all(each.spans and each.lang == locale[:2] for each in texts)
    assert all({span.entity for span in each.spans} == {"PERSON"} for each in texts)
    assert written == [sentence(Random(seed), locale) for seed in range(20)]


def test_some_posts_are_in_haste_and_some_name_nobody() -> None:
    posts = [finished(post(Random(seed)), "post") for seed in range(120)]
    names = [each.text[span.start : span.end] for each in posts for span in each.spans]
    assert any(name.islower() for name in names)
    assert any(not name.islower() for name in names)
    assert any(not each.spans for each in posts)
    assert not any("{" in bare(each.text) for each in posts)
