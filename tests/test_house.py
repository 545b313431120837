"""The house rules that a machine can check: floors, one file per outside library, sizes, mirrors, words."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "proxy" / "grille"
FILES = sorted(path for path in SOURCE.rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
ONE_FILE_EACH = {
    "presidio_analyzer": "detectors/presidio.py",
    "presidio_anonymizer": "actions/operators.py",
    "pypdf": "documents/pdf.py",
    "pydantic": "policy/document.py",
}
DOORS_OF_YAML = ["cli/inject/documents.py", "policy/reading.py"]
"""Two: policies are read strictly, manifests of others as they come."""
TESTED_TOGETHER = {
    "cli/verb.py", "cli/__main__.py", "cli/demo/app.py", "cli/demo/certificates.py", "cli/demo/show.py",
    "cli/demo/stage.py", "cli/demo/upstream.py",
}  # fmt: skip
"""Files that a test of their neighbours drives as a whole: the demo is played by tests/cli/test_demo.py."""


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_imports_go_down_the_floors_only() -> None:
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("library", "home"), ONE_FILE_EACH.items())
def test_an_outside_library_has_one_door(library: str, home: str) -> None:
    assert [name_of(path) for path in FILES if library in imported(path)] == [home]


def test_yaml_has_a_door_for_policies_and_one_for_manifests() -> None:
    assert [name_of(path) for path in FILES if "yaml" in imported(path)] == DOORS_OF_YAML


def test_only_the_addon_room_imports_mitmproxy() -> None:
    outside = [name_of(path) for path in FILES if "mitmproxy" in imported(path)]
    assert all(name.startswith("addon/") for name in outside), outside


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= LONGEST_FILE
    assert ast.get_docstring(tree) or not tree.body, "a module says what it is and what it must not do"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", [path for path in FILES if path.name != "__init__.py"], ids=name_of)
def test_tests_mirror_files(path: Path) -> None:
    name = name_of(path)
    does_something = any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    if name in TESTED_TOGETHER or not does_something:
        return
    mirror = ROOT / "tests" / Path(name).parent / f"test_{path.name}"
    assert mirror.exists(), f"there is no {mirror.relative_to(ROOT)}"


def test_no_room_is_called_after_nothing() -> None:
    nothing = {"utils", "util", "common", "helpers", "helper", "manager", "service", "services", "misc", "core"}
    assert not [name_of(path) for path in FILES if nothing & {path.stem, *path.relative_to(SOURCE).parts[:-1]}]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_is_left_for_later(path: Path) -> None:
    unfinished = re.compile(r"TODO|FIXME|XXX|NotImplementedError|pragma: no cover")
    assert not unfinished.findall(path.read_text("utf-8"))


def test_only_the_guard_catches_everything() -> None:
    broad = re.compile(r"except( \(?(Base)?Exception\)?( as \w+)?)?:")
    assert [name_of(path) for path in FILES if broad.search(path.read_text("utf-8"))] == ["addon/guard.py"]


def test_types_hold() -> None:
    done = run("mypy")
    assert done.returncode == 0, done.stdout


def test_style_holds() -> None:
    check, form = run("ruff", "check"), run("ruff", "format", "--check")
    assert check.returncode == 0, check.stdout
    assert form.returncode == 0, form.stdout


def test_no_file_names_a_machine_or_an_index() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wrong = re.compile(
        r"(index-url|registry|resolved)[\"= :]+https?://|https?://[^ \"]+/simple/|(?<![\w.])/(work|farm|root)/"
    )
    for name in filter(None, tracked.split("\0")):
        path = ROOT / name
        if path.is_file() and path != Path(__file__) and not is_binary(path):
            assert not wrong.search(path.read_text("utf-8")), name


def is_binary(path: Path) -> bool:
    return b"\0" in path.read_bytes()[:4096]
