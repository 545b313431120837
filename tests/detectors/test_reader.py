"""`grille.detectors.reader`: both models and the rules together."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest

from grille.detectors import build, find_all, model, reader
from grille.detectors.languages import KNOWN
from grille.entities import Entity
from grille.errors import SettingsError
from grille.exchange import Kind, Segment
from grille.policy.policy_form import LanguageName


def read(text: str, *languages: str) -> set[tuple[str, str]]:
    (names,) = reader.load(languages).names([text])
    return {(each.entity, text[each.start : each.end]) for each in names}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "My colleague Jane Doe flew from Berlin to London.",
            {("PERSON", "Jane Doe"), ("LOCATION", "Berlin"), ("LOCATION", "London")},
        ),
        ("please send it to maria fernandez today", {("PERSON", "maria fernandez")}),
        ("Herr Hans Beispiel hat die Rechnung nicht bezahlt.", {("PERSON", "Hans Beispiel")}),
        ("La factura de María Fernández no está pagada y el plazo ha terminado.", {("PERSON", "María Fernández")}),
        (
            "Il pilota ha superato Gino Bassi. La regista Lina Bruni era assente.",
            {("PERSON", "Gino Bassi"), ("PERSON", "Lina Bruni")},
        ),
        (
            "De koning Albert XX benoemde Elio De Roo tot voorzitter.",
            {("PERSON", "Albert XX"), ("PERSON", "Elio De Roo")},
        ),
        ("Die Karten von Hans Beispiel waren nach drei Tagen verkauft.", {("PERSON", "Hans Beispiel")}),
        ("L'appartement de Julie Beaulieu a été vendu par son frère.", {("PERSON", "Julie Beaulieu")}),
        ("Our founders: Leehy, Perkins and Copeland.", {("PERSON", "Leehy"), ("PERSON", "Copeland")}),
        ("He sued his son, J.P., before the court.", {("PERSON", "J.P.")}),
        (
            "cheque 000417 payable to Chase Whitcombe cleared after year end. "
            "Per Whitcombe, it relates to PO 4500017723.",
            {("PERSON", "Chase Whitcombe"), ("PERSON", "Whitcombe")},
        ),
        ("La société Boulangerie Duvernay a fourni l'attestation du mois.", {("ORGANIZATION", "Boulangerie Duvernay")}),
        (
            "Marisela: did the wire go out\nOkon: not yet\nMarisela: why",
            {("PERSON", "Marisela"), ("PERSON", "Okon")},
        ),
        ("We asked Morgan Stanley and Ernst & Young.", {("ORGANIZATION", "Morgan Stanley")}),
        ("Hartley & Sons Pty Ltd paid.", {("ORGANIZATION", "Hartley & Sons Pty Ltd")}),
        ("We met at Brightwater Supplies.", {("ORGANIZATION", "Brightwater Supplies")}),
        ("Ship to 12 Elm Street, Springfield, IL 62704.", {("LOCATION", "12 Elm Street, Springfield, IL 62704")}),
    ],
)
def test_names_are_read(text: str, names: set[tuple[str, str]]) -> None:
    assert names <= read(text)


@pytest.mark.parametrize(
    "text",
    [
        "The Trial Balance, the Aged Receivables and the Profit and Loss are reviewed.",
        "Goodwill is tested for Impairment every December.",
        "Invoice INV-20417 is Overdue and Credit Note CN-118 was Applied.",
        "Attendees: Finance, Legal and Payroll",
        'Status: "Paid in full"',
        "Hostname: db one\nOkon: blue one\nHostname: db two",
        "Kubernetes: up again\nGrafana: down again\nKubernetes: still up",
        "Berlin: sales went up\nParis: sales went down\nBerlin: a new office",
        "Anlage II enthält die Preise, Anlage III die Muster der Formulare.",
        "Maandag begint de telling, en Bijlage III bevat de lijst.",
        "La calle Bassi y el liceo Moro están cerca de la plaza.",
        "def read(self, delim): return len(delim)",
        "const npmFetch = require('npm-registry-fetch')\n\nif (!dryRun) { await npxLs() }",
        "from typing import NotRequired, TypedDict\n\nclass Turn(TypedDict):\n    start: NotRequired[float]\n",
    ],
)
def test_words_of_the_trade_are_no_people(text: str) -> None:
    assert "PERSON" not in {entity for entity, _ in read(text)}


@pytest.mark.parametrize(
    "company", ["Tamworth Tiles", "Stanton Concrete", "Finch Hatton Accountants", "Gainsborough Estates"]
)
def test_what_ends_with_a_trade_is_nobody_and_no_place(company: str) -> None:
    assert read(f"Looks like fraud to me. {company} has banked with us for ten years.") == {("ORGANIZATION", company)}


@pytest.mark.parametrize(
    "text",
    [
        "He called on 6 June about his self assessment (SA100 and SA103F); UTR 12345, he says HMRC is wrong.",
        "Schedular rate 20%, form IR330C, 26 pay periods, ACC levy 1.67.",
    ],
)
def test_codes_are_no_places(text: str) -> None:
    assert "LOCATION" not in {entity for entity, _ in read(text)}


def test_a_word_between_two_pieces_of_a_name_belongs_to_it() -> None:
    text = "Nguyễn Thị Thanh Hằng, DOB 1979-12-02, passport no. C4729815, residing at 88 Lê Lợi Street, District 1"
    assert ("PERSON", "Nguyễn Thị Thanh Hằng") in read(f"Subject: {text}")


def test_forms_alone_tell_addresses_and_companies() -> None:
    text = '{"a":{"b":"12 Elm Street, Springfield, IL 62704"},"c":["Nordlicht GmbH","Jane Doe","Berlin"]}'
    names = {(each.entity, text[each.start : each.end]) for each in reader.load().formed(text)}
    assert names == {("LOCATION", "12 Elm Street, Springfield, IL 62704"), ("ORGANIZATION", "Nordlicht GmbH")}


def test_what_begins_with_a_trade_is_nobody() -> None:
    assert read("Die Rechnung der Bäckerei Hofmann ist noch nicht bezahlt.") == {("ORGANIZATION", "Bäckerei Hofmann")}
    assert ("ORGANIZATION", "Padaria Ribeira") in read("O fornecedor é a Padaria Ribeira e não foi pago.")


def test_a_place_before_a_trade_is_a_part_of_a_company() -> None:
    assert ("ORGANIZATION", "Jordan Textiles") in read("Goods from Jordan Textiles arrived.")
    assert ("LOCATION", "UK") in read("The UK Shipping rates are new.")


@pytest.mark.parametrize(
    "text",
    [
        "Please call _Jane Doe_ about the loan.",
        "**Customer:** Jane Doe",
        "1. **Jane Doe** - owes 40",
        "[Jane Doe](https://crm.example.com/42) wrote again.",
        "<table><tr><td>Jane Doe</td><td>12345678</td></tr></table>",
        '<p style="margin:0;color:#111">Dear Mr Doe,</p><p>Yours,<br>Jane Doe</p>',
    ],
)
def test_names_are_found_in_markdown_and_html(text: str, shipped: dict[str, Entity]) -> None:
    person = build([shipped["PERSON"]])
    found = find_all(person, [Segment("/text", Kind.TEXT, text)], frozenset({"PERSON"}))
    assert "Jane Doe" in {text[each.start : each.end] for each in found}


def test_what_is_said_in_xml_is_read_and_the_rest_told_by_its_form() -> None:
    text = "<Ntry><Cd>Paris</Cd><Co>Careyfort Ltd</Co><Ustrd>the rent that Jane Doe owes Roe Ltd</Ustrd></Ntry>"
    assert read(text) == {("PERSON", "Jane Doe"), ("ORGANIZATION", "Careyfort Ltd"), ("ORGANIZATION", "Roe Ltd")}


def test_a_country_in_somebodys_name_is_no_place() -> None:
    assert read("Ask Jordan Whitfield about the invoice.") == {("PERSON", "Jordan Whitfield")}
    assert ("LOCATION", "Jordan") in read("Goods from Jordan arrived.")


def test_a_language_that_is_not_named_is_not_read() -> None:
    text = "Die Rechnung von Hans Beispiel ist nicht bezahlt und wird gemahnt."
    assert read(text, "de") == {("PERSON", "Hans Beispiel")}
    assert read(text, "en") == set()


def test_names_of_one_kind_do_not_overlap() -> None:
    text = "Dear Jane Doe,\nMr Jane Doe Senior of 12 Elm Street, Springfield met Jane."
    (names,) = reader.load().names([text])
    for entity in {each.entity for each in names}:
        places = sorted((each.start, each.end) for each in names if each.entity == entity)
        assert all(first[1] <= second[0] for first, second in pairwise(places))


def test_a_language_without_a_model_is_an_error() -> None:
    with pytest.raises(SettingsError, match="'xx'"):
        reader.load(("xx",))


def test_a_named_language_whose_model_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(model.PACKAGES, "fr", "no_such_model_package")
    model.load.cache_clear()
    with pytest.raises(SettingsError, match="pip install no-such-model-package"):
        reader.load.__wrapped__(("en", "fr"))
    assert "fr" not in reader.load.__wrapped__().first


def test_a_policy_may_name_every_language_that_is_read_and_no_other() -> None:
    assert set(get_args(LanguageName)) == KNOWN
