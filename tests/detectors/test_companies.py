from __future__ import annotations

import pytest

from grille.detectors.companies import (
    companies,
    in_blocks,
    is_called_like_people,
    trading,
    trading_abroad,
    with_trade,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pay Hartley & Sons Pty Ltd and Nordlicht GmbH.", ["Hartley & Sons Pty Ltd", "Nordlicht GmbH"]),
        ("From Example Inc. we got", ["Example Inc."]),
        ("Fornitore: Esempio Prova S.p.A., Milano", ["Esempio Prova S.p.A."]),
        ("We met in Stockholm. Although Beispiel AB paid", ["Beispiel AB"]),
        ("the books of J.P. Beispiel Holdings", ["J.P. Beispiel Holdings"]),
        ("Pay Consultoría Prueba y asociados S.L.L. today", ["Consultoría Prueba y asociados S.L.L."]),
        ("Prova e figli s.r.l. hat", ["Prova e figli s.r.l."]),
        ("PAY BRACKENFELL JOINERY LTD, NORDLICHT GMBH", ["BRACKENFELL JOINERY LTD", "NORDLICHT GMBH"]),
    ],
)
def test_a_legal_form_ends_a_companys_name(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in companies(text)] == found


@pytest.mark.parametrize(
    "text", ["The Ltd is a form", "we limited the amount", "a kind of SA", "Corporation Tax is due"]
)
def test_a_form_without_a_name_is_no_company(text: str) -> None:
    assert list(companies(text)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("La société Boulangerie Exemplaire a payé", ["Boulangerie Exemplaire"]),
        ("de Talleres de la Prueba y", ["Talleres de la Prueba"]),
        ("une boulangerie Exemplaire; Boulangerie 7", []),
    ],
)
def test_abroad_a_trade_begins_the_name_of_a_company(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in trading_abroad(text)] == found


@pytest.mark.parametrize(
    ("name", "company"),
    [("Morgan Stanley", True), ("Kestrel & Finch", True), ("Daniel & Emma", False), ("Jane Doe", False)],
)
def test_some_companies_are_called_like_people(name: str, company: bool) -> None:
    assert is_called_like_people(name) is company


def traded(text: str) -> list[str]:
    ordinary = {"garden", "office", "paying", "blue", "python"}
    spans = trading(text, lambda words: all(word.lower() in ordinary for word in words.split()))
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a deposit from Larchmont Interiors and", ["Larchmont Interiors"]),
        ("Paying Larchmont Interiors", ["Larchmont Interiors"]),
        ("We use Blue Larchmont Plumbing.", ["Blue Larchmont Plumbing"]),
        ("the Okonkwo Freight Services invoice", ["Okonkwo Freight Services"]),
        ("Larch & Mont Builders", ["Larch & Mont Builders"]),
        ("from Bunnings and Larchmont Tiles", ["Larchmont Tiles"]),
    ],
)
def test_a_trade_ends_the_name_of_a_company(text: str, found: list[str]) -> None:
    assert traded(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Office Supplies",
        "the Garden Kitchens",
        "Larchmont interiors",
        "Larchmont Interiors_id",
        "Plumbing",
        "Jane Doe Engineering Manager",
        "a/Python Roofing",
    ],
)
def test_a_trade_without_a_name_is_no_company(text: str) -> None:
    assert traded(text) == []


@pytest.mark.parametrize(
    ("text", "name", "whole"),
    [
        ("at Stanton Concrete now", "Stanton Concrete", "Stanton Concrete"),
        ("at Gainsborough Estates now", "Gainsborough", "Gainsborough Estates"),
        ("at Concrete now", "Concrete", None),
        ("die Bäckerei Hofmann hat", "Hofmann", "Bäckerei Hofmann"),
        ("die Bäckerei Hofmann hat", "Bäckerei Hofmann", "Bäckerei Hofmann"),
        ("die Bäckerei, Hofmann hat", "Hofmann", None),
        ("ask Jane Doe now", "Jane Doe", None),
        ("ask Jane Doe Engineering Manager", "Jane Doe", None),
        ("the UK Shipping rates", "UK", None),
    ],
)
def test_a_trade_makes_a_name_that_of_a_company(text: str, name: str, whole: str | None) -> None:
    start = text.index(name)
    span = with_trade(text, start, start + len(name))
    assert (text[slice(*span)] if span else None) == whole


def block(text: str, person: str, address: str) -> list[str]:
    spans = [(text.index(each), text.index(each) + len(each)) for each in (person, address)]
    return [text[start:end] for start, end in in_blocks(text, spans[:1], spans[1:])]


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe\nRose, Turner and Sample\n12 Elm Street",
        "> Jane Doe\n> Benefits manager\n> Rose, Turner and Sample\n> 12 Elm Street",
    ],
)
def test_a_line_under_a_person_and_above_an_address_is_a_company(text: str) -> None:
    assert block(text, "Jane Doe", "12 Elm Street") == ["Rose, Turner and Sample"]


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe\nSales Manager\n12 Elm Street",
        "Jane Doe\nand what we owe\n12 Elm Street",
        "Jane Doe\nSee: the list\n12 Elm Street",
        "Jane Doe\n12 Elm Street",
        "Jane Doe\nfirst\nsecond\nBlotter\n12 Elm Street",
    ],
)
def test_a_post_a_sentence_and_a_line_far_from_a_person_are_none(text: str) -> None:
    assert block(text, "Jane Doe", "12 Elm Street") == []


def test_who_lives_at_an_address_is_no_company() -> None:
    text = "> Jane Doe\n> Acme\n> John Roe\n> 12 Elm Street"
    people = [(text.index(each), text.index(each) + 8) for each in ("Jane Doe", "John Roe")]
    assert list(in_blocks(text, people, [(text.index("12"), len(text))])) == []
    neighbours = text.replace("> Acme\n", "")
    people = [(neighbours.index(each), neighbours.index(each) + 8) for each in ("Jane Doe", "John Roe")]
    assert list(in_blocks(neighbours, people, [(neighbours.index("12"), len(neighbours))])) == people[1:]


def test_a_person_between_two_others_is_no_post() -> None:
    text = "> Jane Doe\n> Max Banker\n> John Roe\n> 12 Elm Street"
    names = ("Jane Doe", "Max Banker", "John Roe")
    people = [(text.index(each), text.index(each) + len(each)) for each in names]
    address = [(text.index("12"), len(text))]
    assert list(in_blocks(text, people, address)) == []
    assert list(in_blocks(text, [people[0], people[2]], address)) == people[2:]
