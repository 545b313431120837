from __future__ import annotations

import time

import pytest

from grille.detectors.addresses import addresses, countries, grown


def whole(text: str) -> list[str]:
    return [text[start:end] for start, end in grown(text, [*addresses(text), *countries(text)])]


@pytest.mark.parametrize(
    "address",
    [
        "12 Elm Street, Apt. 4, Springfield, IL 62704",
        "10 Example Road, London SW1A 1AA",
        "Level 3, 45 George St, Sydney NSW 2000",
        "PO Box 123, Wellington 6140, New Zealand",
        "Hauptstraße 5, 10115",
        "Keizersgracht 123, 1015",
        "12 rue de la Paix, 75002",
        "Via Roma 74, 00184",
        "Calle de Alcalá 48, 28014",
        "Unit 5599 Box 3418\nDPO AA 11483",
        "42 Costanera 9293, Apt. 609",
        "35 Example Road\nBudel, NB 26538",
        "1455 rue Exemplaire Ouest, app. 6\nLaval (Québec) H3G 1L2\nCanada",
        "Calle de Alcalá 48, 2o izq, 28014",
        "3-14-7 Kita-Aoyama, Minato-ku, Tokyo 107-0062",
        "41 example street, se1 3ld",
        "16 Via Esempio Prova 74\n Suite 016\n Bisegna\n Liberia 12345",
    ],
)
def test_an_address_is_found_whole(address: str) -> None:
    assert whole(f"It went to {address}.") == [address]


@pytest.mark.parametrize(
    "data",
    [
        '{"address": "WHERE", "id": 7}',
        '{"billing_address":"WHERE"}',
        '{"streetAddressLine1": "WHERE"}',
        r"{\"ADDRESS\": \"WHERE\"}",
        'id=7 postal_address="WHERE"',
        '{"Dirección": "WHERE"}',
        "<Party><StreetAddress>WHERE</StreetAddress><Id>7</Id></Party>",
    ],
)
def test_a_key_announces_an_address_of_any_form(data: str) -> None:
    address = "Studio 7, Marcus Mountain, Careyfort, ulica Prova"
    assert whole(data.replace("WHERE", address)) == [address]


@pytest.mark.parametrize(
    "data",
    [
        '{"city": "WHERE", "id": 7}',
        '{"billingTown":"WHERE", "id": 7}',
        r"{\"id\": 7, \"city_name\": \"WHERE\"}",
        "<PstlAdr><BldgNb>7</BldgNb><TwnNm>WHERE</TwnNm></PstlAdr>",
    ],
)
def test_a_key_announces_a_town_of_any_name(data: str) -> None:
    assert whole(data.replace("WHERE", "Little Careyfort")) == ["Little Careyfort"]
    assert whole(data.replace("WHERE", "unknown")) == []


def test_records_of_health_and_banks_have_places_for_addresses() -> None:
    assert whole("|||12 Elm Court^^Springfield^IL^62704||") == ["12 Elm Court^^Springfield^IL^62704"]
    assert whole("N3*12 ELM CT~\nN4*SPRINGFIELD*IL*62704~") == ["12 ELM CT", "SPRINGFIELD*IL*62704"]
    assert whole("<StrtNm>Elmweg 7</StrtNm><PstCd>1234</PstCd>") == ["Elmweg 7", "1234"]
    assert whole("|||not told 7^^^^||N4*SEE ABOVE~") == []


@pytest.mark.parametrize(
    "data",
    [
        '{"city_code": "Careyfort", "town_hall": "Careyfort", "id": 7}',
        '{"ip_address": "192.0.2.17"}',
        '{"email_address": "Jane Doe 7 <jane@example.com>"}',
        '{"wallet_address": "0x52908400098527886E0F7030069857D2E4169EE7"}',
        '{"addressee": "Studio 7, Marcus Mountain"}',
        '{"address": "To be Confirmed, later"}',
    ],
)
def test_addresses_of_other_things_are_none(data: str) -> None:
    assert whole(data) == []


@pytest.mark.parametrize(
    "text",
    [
        "Paid 12 invoices in May at Court Road",
        "The invoice of 12 March is for 3 units",
        "GL 4000 Street Works 12,300.00",
        "version 3.14 Place",
        "rue 5",
    ],
)
def test_numbers_beside_words_are_no_address(text: str) -> None:
    assert whole(text) == []


@pytest.mark.parametrize(
    "data", ['{"zip": "WHERE", "id": 7}', "<PstlAdr><PstCd>WHERE</PstCd></PstlAdr>", '"plz":"WHERE"']
)
@pytest.mark.parametrize("code", ["90210", "EX1 2AB", "341093", "12345-6789"])
def test_a_key_announces_a_postcode(data: str, code: str) -> None:
    assert whole(data.replace("WHERE", code)) == [code]
    assert whole(data.replace("WHERE", "archive")) == []


def test_in_a_row_of_a_table_each_cell_is_for_itself() -> None:
    row = 'Doe,"12 Elm Street, Apt. 4",Springfield,95639,47000,Brazil,1002\n1003,Roe'
    assert whole(row) == ["12 Elm Street, Apt. 4", "Brazil"]
    place = row.index("Springfield"), row.index(",47000")
    assert [row[start:end] for start, end in grown(row, [place])] == ["Springfield", "95639"]
    across = row.index("47000"), row.index(",1002")
    assert [row[start:end] for start, end in grown(row, [across])] == ["Brazil"]


def test_countries_have_capitals() -> None:
    text = "from New Zealand to Österreich, not turkey"
    assert [text[start:end] for start, end in countries(text)] == ["New Zealand", "Österreich"]


def test_in_a_text_without_capitals_countries_have_none_either() -> None:
    text = "she moved from new zealand to chad"
    assert [text[start:end] for start, end in countries(text)] == ["new zealand"]


def test_a_postcode_is_one_where_it_says_so() -> None:
    text = "My zip code is 62704 and my order is 62705"
    assert [text[start:end] for start, end in addresses(text)] == ["62704"]


def test_a_place_without_a_number_does_not_grow() -> None:
    text = "in Berlin 20 people"
    assert grown(text, [(3, 9)]) == [(3, 9)]


def test_two_places_far_apart_stay_two() -> None:
    text = "12 Elm Street and, as far as anybody could tell us, 14 Oak Lane"
    assert whole(text) == ["12 Elm Street", "14 Oak Lane"]


@pytest.mark.parametrize(
    "part", ["12 Elm ", "12 Elm Street, ", "Rue de ", "A", "A ", "1 ", "Apt. 1\n", "New Zealand, "]
)
def test_repetition_does_not_take_long(part: str) -> None:
    began = time.process_time()
    whole(part * (50_000 // len(part)))
    assert time.process_time() - began < 3
