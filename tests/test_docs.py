"""What the documents promise is there: links, commands, verbs, files."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from grille import __version__
from grille.cli import main, verbs

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("policies/*.md"), *ROOT.glob("deploy/*.md")],
    key=lambda path: str(path),
)
README = (ROOT / "README.md").read_text("utf-8")
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
_FENCE = re.compile(r"```[a-z]*\n(.*?)```", re.DOTALL)
TEST_COMMAND = "uv run --no-project --with-requirements requirements/dev.txt --with-editable . pytest -n 2"
DEMO_COMMAND = "uv run --no-project --with-requirements requirements/run.txt --with-editable . grille demo"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in _LINK.findall(document.read_text("utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


def test_the_two_commands_of_the_readme_are_the_ones_that_ci_runs() -> None:
    assert f"pip install uv && {TEST_COMMAND}" in README
    assert f"pip install uv && {DEMO_COMMAND}" in README
    assert TEST_COMMAND in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_verb_of_the_readme_exists_and_every_verb_is_told_somewhere() -> None:
    fences = "\n".join(_FENCE.findall(README))
    told = set(re.findall(r"(?:^|[|(] ?|\. )grille ([a-z]+)\b", fences.replace("(grille policy", ""), re.MULTILINE))
    known = {verb.name for verb in verbs()}
    assert told <= known
    everywhere = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)
    assert known == {name for name in known if f"grille {name}" in everywhere}


@pytest.mark.parametrize("verb", verbs(), ids=lambda verb: verb.name)
def test_every_option_in_the_examples_of_the_readme_exists(verb: object) -> None:
    from grille.cli.verb import Verb

    assert isinstance(verb, Verb)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        main([verb.name, "--help"])
    for line in re.findall(rf"grille {verb.name} ([^\n`|]*)", README):
        for option in re.findall(r"(?<!\S)--[a-z-]+", line.partition("#")[0]):
            assert option in said.getvalue(), f"{verb.name} {option}"


def test_every_file_that_the_walk_names_exists() -> None:
    for name in re.findall(r"`([a-z_]+/[a-z_/]+\.py)`", README):
        assert (ROOT / "proxy" / "grille" / name).exists(), name


def test_the_changelog_speaks_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in changelog or f"## [{__version__}]" in changelog


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_requirements_are_pinned_with_hashes_and_name_no_index() -> None:
    for name in ("run", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
        assert "://" not in text
        pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert pinned
        assert all("==" in line and line.endswith("\\") for line in pinned)
