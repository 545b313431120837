"""`grille.errors`: the tree, and what its members say."""

from __future__ import annotations

import re

import pytest

from grille import errors
from grille.errors import DetectionFailed, GrilleError, Malformed, PolicyErrors, Problem

TREE = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, GrilleError)]


@pytest.mark.parametrize("error", TREE, ids=lambda error: error.__name__)
def test_every_error_is_in_the_tree_that_the_module_draws(error: type[GrilleError]) -> None:
    assert re.search(rf"\b{error.__name__}\b", errors.__doc__ or "")


def test_a_problem_points_at_its_place() -> None:
    problem = Problem("p.yaml", 3, 9, "unknown key", "  treshold: 1")
    assert str(problem) == "p.yaml:3:9: unknown key\n      treshold: 1\n            ^"
    assert str(Problem("p.yaml", 1, 1, "cannot be read")) == "p.yaml:1:1: cannot be read"


def test_all_problems_are_said_at_once() -> None:
    both = PolicyErrors((Problem("a", 1, 1, "one"), Problem("b", 2, 2, "two")))
    assert str(both) == "a:1:1: one\nb:2:2: two"


def test_a_malformed_body_says_where_and_a_failed_detector_who() -> None:
    assert str(Malformed("not JSON", "character 4")) == "not JSON at character 4"
    assert str(Malformed("not JSON")) == "not JSON"
    assert str(DetectionFailed("spacy", "was late")) == "spacy: was late"
