from __future__ import annotations

import pytest

from grille.detectors.identifiers import is_nobody, is_of_a_program

_NAMES = {"jane", "smith"}


def _knows(word: str) -> bool:
    return word.lower() in _NAMES


@pytest.mark.parametrize(
    "words",
    ["npmFetch", "NotRequired", "DWARFSectionKind", "StarMath", "npmFetch(uri", "this.user", "jane_smith", "a::B"],
)
def test_nobody_is_called_like_something_in_a_program(words: str) -> None:
    assert is_nobody(words, _knows)


@pytest.mark.parametrize(
    "words",
    ["Jane Smith", "Jane", "McKay", "DeVito", "MacIntyre", "FitzRoy", "JaneSmith", "O'Neill", "Smith-Jones",
     "J.R. Smith", "de la Cruz", "JANE SMITH", "LeRoy Smith"],
)  # fmt: skip
def test_people_are_called_so(words: str) -> None:
    assert not is_nobody(words, _knows)


@pytest.mark.parametrize(
    "line",
    ["  const uint64_t «NumCounts»;", "class «ScalarizerPass» : public Pass {", "cache = await «this.#npxCache»()",
     "if (len >= «maxLen &&» i < n) {", "Results(const «TargetLibraryInfo &TLI», int n)", "return fs.rm(«npxCache», {}",
     "@«PayPal»", "from pay import «PayPal»", "| «Yes | Name» |"],
)  # fmt: skip
def test_no_company_is_called_like_something_in_a_line_of_code(line: str) -> None:
    assert is_of_a_program(*_marked(f"// PayPal pays\n{line}\n"))


@pytest.mark.parametrize(
    "line",
    ["We were paid by «PayPal» on Monday.", "«AT&T» pays", "«Ben & Jerry's» pays;", "«Example (UK) Holdings» pays;"],
)
def test_companies_are_called_so(line: str) -> None:
    assert not is_of_a_program(*_marked(line))


def test_a_line_without_an_end_is_read_in_part() -> None:
    text = "x" * 100_000 + " PayPal " + "y;" * 50_000
    start = text.index("PayPal")
    assert not is_of_a_program(text, start, start + len("PayPal"))


def _marked(line: str) -> tuple[str, int, int]:
    before, rest = line.split("«")
    name, after = rest.split("»")
    return before + name + after, len(before), len(before) + len(name)
