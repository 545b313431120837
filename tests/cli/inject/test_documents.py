"""Manifests of all sorts: read for what they mean, and written as they were written."""

from __future__ import annotations

import json

import pytest
import yaml

from grille.cli.inject.documents import Document, Scalar, dumped, plain, split
from grille.errors import CannotInject

STREAM = """\
# of all
kind: Service # with a comment
---
# of the second
kind: Pod
spec: {mode: 0440, on: "yes", on: no, text: 'it''s'}
---
...
---
- a
"""


def one(text: str) -> Document:
    (document,) = split(text)
    return document


@pytest.mark.parametrize(
    "text", [STREAM, "", "# nothing\n", "---\n---\n", "\ufeffkind: Pod\n", "a: 1\r\n---\r\nb: 2", '{"a": 1}']
)
def test_the_documents_together_are_the_text(text: str) -> None:
    assert "".join(document.text for document in split(text)) == text


def test_a_document_that_is_written_anew_keeps_its_head_and_its_scalars() -> None:
    content = 'mode: 0440\nquoted: "yes"\nbare: yes\nsize: 1e3\ndate: 2026-11-26\nblock: |\n  two\n  lines\n'
    _, document = split(f"kind: A\n---\n# about it\n{content}")
    assert document.rewritten() == f"---\n{content}"


def test_a_comment_before_the_first_document_stays() -> None:
    assert one("# about all\n---\nkind: A\n").rewritten() == "# about all\n---\nkind: A\n"


def test_anchors_and_merge_keys_are_written_out() -> None:
    document = one("base: &b {image: x, args: [1]}\nmine: {<<: *b, image: y}\nsame: *b\n")
    assert yaml.safe_load(document.rewritten()) == yaml.safe_load(document.text)
    assert "*" not in document.rewritten()


def test_what_a_scalar_means_and_how_it_is_written_are_two_things() -> None:
    tree = one("mode: 0444\n").tree
    assert isinstance(tree, dict)
    assert tree["mode"] == Scalar("0444", "tag:yaml.org,2002:int", None, 292)
    assert plain(tree["mode"]) == 292
    assert dumped(tree) == "mode: 0444\n"


def test_json_stays_json_with_its_indent() -> None:
    for text in ('{\n    "kind": "A",\n    "n": 1.50\n}\n', '{"kind": "A", "é": [1, null, true]}'):
        document = one(text)
        assert json.loads(document.rewritten()) == json.loads(text)
        assert document.rewritten().count("\n") == text.count("\n")
    assert one('{a: 1, "b": c}').rewritten() == 'a: 1\n"b": c\n'.replace('"b"', "b")


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("a: [", "line 1, column 5", "not YAML"),
        ("a: 1\n---\nb: 1\nc: {b: 1, b: 2}\n", "document 2, line 4", "`b` is written twice"),
        ('{"a": 1, "a": 2}', "document 1", "written twice"),
        ("1: a\n", "document 1, line 1", "not text"),
        ("a: {<<: [b]}\n", "document 1, line 1", "stands for no mapping"),
        ("a: &a [x, x]\nb: &b [*a, *a]\n" + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(1, 8)
        ), "document 1", "too large"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(text: str, where: str, said: str) -> None:
    with pytest.raises(CannotInject, match=said) as caught:
        _ = [document.rewritten() for document in split(text)]
    assert caught.value.where == where
