"""`grille.policy.reading`: strict YAML."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.policy.reading import MAX_BYTES, MAX_DEPTH, Mark, Plain, Written, read


def refused(text: str) -> list[str]:
    _, problems = read(text.encode(), "p.yaml")
    return [f"{problem.line}:{problem.column} {problem.text}" for problem in problems]


def written(text: str) -> Written:
    found, problems = read(text.encode(), "p.yaml")
    assert found is not None
    assert problems == []
    return found


def test_plain_data_is_read_as_it_stands() -> None:
    text = "a: [1, -2, 0.5, true, false, null, ~]\nb: {c: text, 'd': \"quoted\"}\ne: |\n  two\n  lines\n"
    assert written(text).data == {
        "a": [1, -2, 0.5, True, False, None, None],
        "b": {"c": "text", "d": "quoted"},
        "e": "two\nlines\n",
    }


@pytest.mark.parametrize(
    "text", ["2027-01-31", "0x1f", "0777", "12:30:45", "1_000", ".5", ".inf", "1e5", "4.1e15", "=", "9" * 5000]
)
def test_what_yaml_makes_something_else_of_stays_text(text: str) -> None:
    assert written(f"a: {text}\n").data == {"a": text}


@pytest.mark.parametrize("word", ["yes", "No", "on", "OFF", "True", "FALSE"])
def test_a_word_that_some_read_as_a_truth_is_refused(word: str) -> None:
    assert refused(f"a: {word}\n") == [
        f"1:4 `{word}` is text to some and a truth to others: write true or false, or quote it"
    ]
    assert refused(f"{word}: a\n")
    assert written(f"a: '{word}'\n").data == {"a": word}


def test_a_key_written_twice_is_refused_and_the_first_counts() -> None:
    found, problems = read(b"a: 1\nb: 2\na: {c: 3}\n", "p.yaml")
    assert found is not None
    assert found.data == {"a": 1, "b": 2}
    assert [p.text for p in problems] == ["`a` is written twice, first in line 1: keep one of the two"]
    assert (problems[0].line, problems[0].column) == (3, 1)


def test_all_refusals_of_a_file_are_said_in_one_run() -> None:
    text = "a: &x {b: 1}\nc: *x\nd: !!str 5\ne: {<<: {f: 1}}\n1: g\nyes: h\n? {i: j}\n: k\n"
    assert [line.partition(" ")[0] for line in refused(text)] == ["1:4", "2:4", "3:4", "4:5", "5:1", "6:1", "7:3"]


def test_an_alias_reads_as_null_however_often_it_repeats() -> None:
    bomb = "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a]\n" for n in range(50))
    found, problems = read(bomb.encode(), "p.yaml")
    assert found is not None
    assert len(problems) == 1 + 50 * 4


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"a: \xff\n", "1:4 this byte is not UTF-8"),
        ("a: b\n".encode("utf-16"), "1:1 this byte is not UTF-8"),
        (b"a: b\nc: \x07\n", "2:4 a control character"),
        (b"", "1:1 the file is empty"),
        (b"# nothing\n", "1:1 the file is empty"),
        (b"a: 1\n---\nb: 2\n", "2:1 a second document"),
        (b"a: [1\nb: 2\n", "2:2 not YAML"),
        (b"a: '\n", "2:1 not YAML"),
        (b'a:\n- ["b]\n- ["c"]\n', "3:5 not YAML (expected ',' or ']', but got '<scalar>' in what begins in line 2)"),
        (b"a: 1\nb\nc: 1\n", "3:1 not YAML (could not find expected ':' in what begins in line 2): check the indent"),
        (b"a:\n\tb: 1\n", "2:1 a tab: indent with blanks"),
        (b"a" * (MAX_BYTES + 1), "1:1 the file is larger"),
    ],
)
def test_what_is_no_policy_file_is_refused(raw: bytes, place: str) -> None:
    found, problems = read(raw, "p.yaml")
    assert found is None
    assert f"{problems[-1].line}:{problems[-1].column} {problems[-1].text}".startswith(place)


def test_half_a_character_is_refused() -> None:
    assert refused('a: "\\ud800\\udc00"\n') == ["1:4 half a character (a lone surrogate): write the character itself"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused_without_running_out_of_stack(opening: str) -> None:
    assert "nested deeper" in refused(opening * 3000)[-1]
    assert not [line for line in refused("[" * MAX_DEPTH + "]" * MAX_DEPTH) if "nested" in line]


def test_a_problem_shows_the_line_and_a_caret() -> None:
    _, problems = read(b"a: 1\n'\t': on\n", "dir/p.yaml")
    assert str(problems[0]).splitlines()[1:] == ["    ' ': on", "         ^"]
    assert str(problems[0]).startswith("dir/p.yaml:2:6: `on`")


def test_a_very_long_line_is_not_shown() -> None:
    _, problems = read(b"a: [" + b"x, " * 200 + b"on]\n", "p.yaml")
    assert problems[0].source_line == ""


def test_marks_point_at_scalars_and_at_the_keys_of_anything_larger() -> None:
    page = written("a:\n  b: text\n  c: [1, 2]\n")
    assert page.mark(("a", "b")) == Mark(2, 6)
    assert page.mark(("a", "c")) == Mark(3, 3)
    assert page.mark(("a", "c", 1)) == Mark(3, 10)
    assert page.mark(("a",)) == Mark(1, 1)


def test_a_path_that_leads_nowhere_is_marked_where_it_ends() -> None:
    page = written("a:\n  b: text\n  c: [x, y]\n")
    assert page.mark(("a", "missing")) == Mark(1, 1)
    assert page.mark(("a", "b", "inside")) == Mark(2, 6)
    assert page.mark(("a", "c", "y", "field")) == Mark(3, 10)
    assert page.mark(("a", "c", 7)) == Mark(3, 3)


def test_a_source_cites_the_line_of_the_key() -> None:
    page = written("a:\n  b:\n    c: 1\n")
    assert str(page.source(("a", "b"))) == "p.yaml:2 a.b"
    assert str(page.source(("z",), "elsewhere")) == "p.yaml:1 elsewhere"


def test_leaving_entries_out_keeps_the_marks_of_the_others() -> None:
    page = written("a: [x, y, z]\nb: {c: 1, d: 2}\n").without(frozenset({("a", 0), ("b", "c")}))
    assert page.data == {"a": ["y", "z"], "b": {"d": 2}}
    assert page.mark(("a", 1)) == Mark(1, 11)
    assert page.mark(("b", "d")) == Mark(2, 14)


def _json(depth: int = 3) -> st.SearchStrategy[Plain]:
    text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=8)
    scalars = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | text
    return st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3))


@given(_json())
def test_json_means_in_a_policy_what_it_means_elsewhere(data: Plain) -> None:
    found, problems = read(json.dumps(data, ensure_ascii=False).encode(), "p.yaml")
    assert problems == []
    assert found is not None
    assert found.data == data


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_never_raises(text: str) -> None:
    found, problems = read(text.encode("utf-8", "surrogatepass"), "p.yaml")
    assert found is not None or problems
    for problem in problems:
        assert problem.line >= 1
        assert problem.column >= 1
