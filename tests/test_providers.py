"""`grille.providers`: which route of a provider is meant."""

from __future__ import annotations

import pytest

from grille.providers import Control, Retention, Route, route_for

ROUTES = [
    Route(name, method, path, "anyjson", Retention(Control.ALWAYS))
    for name, method, path in (("models", "GET", "/v1/models"), ("chat", "POST", "/v1/.*"), ("any", "*", "/v1/[a-z]+"))
]


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v1/models", "models"),
        ("post", "/v1/models", "chat"),
        ("DELETE", "/v1/models", "any"),
        ("DELETE", "/v1/models/2", None),
        ("GET", "/v1/models\n", None),
    ],
)
def test_the_first_that_fits_method_and_whole_path_is_meant(method: str, path: str, name: str | None) -> None:
    found = route_for(ROUTES, method, path)
    assert (found.name if found else None) == name
