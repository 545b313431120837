"""`bench/detecting/texts.py`: a line that cannot be read is told, with its place and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from detecting.texts import BadLine, Span, read

GOOD = '{"text": "to DE1", "spans": [[3, 6, "IBAN"]], "carrier": "cue", "lang": "de"}'


def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text(f'{GOOD}\n\n{{"text": "nothing", "spans": []}}\n', "utf-8")
    texts = read(path)
    assert (texts.name, len(texts.texts), texts.size) == ("ledger", 2, 13)
    assert texts.texts[0].spans == (Span(3, 6, "IBAN"),)
    assert (texts.texts[0].carrier, texts.texts[0].lang, texts.texts[1].lang) == ("cue", "de", "en")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "is not JSON"),
        ("[]", "is not an object"),
        ('{"spans": []}', "`text` must be a string"),
        ('{"text": "a"}', "`spans` must be a list"),
        ('{"text": "a", "spans": [[0, 2, "X"]]}', r"span 1 is \[0, 2\) of a text of 1 characters"),
        ('{"text": "abc", "spans": [[0, 1, "X"], [2, 2, "X"]]}', "span 2 is"),
        ('{"text": "abc", "spans": [[-1, 2, "X"]]}', "span 1 is"),
        ('{"text": "abc", "spans": [{"start": 0}]}', "span 1 must be"),
        ('{"text": "abc", "spans": [[false, true, "X"]]}', "span 1 must be"),
        ('{"text": "abc", "spans": [], "lang": 7}', "`carrier` and `lang`"),
    ],
)
def test_a_bad_line_is_told_with_its_number(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(f"{GOOD}\n{line}\n", "utf-8")
    with pytest.raises(BadLine, match=rf"bad\.jsonl:2: {problem}"):
        read(path)


def test_a_file_that_is_not_there_is_empty_or_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    (tmp_path / "latin.jsonl").write_bytes(b'{"text": "\xe9"')
    for name, problem in (("none", "no such file"), ("empty", "holds no texts"), ("latin", "is not UTF-8 at byte 10")):
        with pytest.raises(BadLine, match=problem):
            read(tmp_path / f"{name}.jsonl")
