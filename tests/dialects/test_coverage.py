"""`grille.dialects.coverage`: what the tables say, as rows."""

from __future__ import annotations

import pytest

from grille.dialects import DIALECTS, providers
from grille.dialects.coverage import Row, Treatment, Way, endpoints, rows, table, treatment
from grille.dialects.fields import Care


@pytest.mark.parametrize("care", Care)
def test_every_care_is_said_in_words(care: Care) -> None:
    kind, how = treatment(care)
    assert isinstance(kind, Treatment)
    assert how


def test_only_what_nobody_judges_is_called_never_touched() -> None:
    assert {care for care in Care if treatment(care)[0] is Treatment.NEVER} == {Care.NEVER, Care.ECHO}


def test_of_two_fields_for_one_place_the_last_is_told() -> None:
    found = [row for row in rows(DIALECTS["openai_responses"]) if row.way is Way.EVENT and row.place == "delta"]
    assert [row.treatment for row in found] == [Treatment.JUDGED]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_every_place_of_a_table_has_one_row_and_every_other_place_one_together(dialect: object) -> None:
    from grille.dialects import Dialect

    assert isinstance(dialect, Dialect)
    found: list[Row] = list(rows(dialect))
    for way in Way:
        named = {field.where for field in table(dialect, way).fields}
        told = [row.place for row in found if row.way is way]
        assert len(told) == len(set(told))
        assert set(told) == named | (set() if "**" in named else {"anything else"})


def test_every_route_of_the_catalogue_is_an_endpoint_that_says_what_is_kept() -> None:
    for provider in providers().values():
        found = list(endpoints(provider, DIALECTS))
        assert len(found) == len(provider.routes)
        assert all(endpoint.retention and endpoint.framing for endpoint in found)


def test_a_flag_is_told_as_it_has_to_be_written() -> None:
    told = {endpoint.route: endpoint.retention for endpoint in endpoints(providers()["openai"], DIALECTS)}
    assert told["POST /v1/chat/completions"].startswith("/store = false")
