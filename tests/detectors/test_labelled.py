from __future__ import annotations

from dataclasses import replace

import pytest

from grille.detectors import build, find_all
from grille.detectors.base import Sight
from grille.detectors.labelled import LabelledNames
from grille.entities import Entity
from grille.exchange import Growing, Kind, Segment, Source
from grille.record import NO_RECORD, Record
from windows import cut
from windows import found as streamed

HERE = Source("pack.yaml", 1, "entities.PERSON")
COMPANIONS = ("iban", "phone", "email", "date of birth")
PERSON = Entity("PERSON", HERE, recognizer="labelled_name", score=0.5, score_with_context=0.9, companions=COMPANIONS)
WANTED = frozenset({"PERSON"})
COMPANY = Entity("ORGANIZATION", HERE, recognizer="spacy", score=0.5, score_with_context=0.9, companions=("industry",))
BOTH = frozenset({"PERSON", "ORGANIZATION"})


def found(text: str, label: str = "", record: Record = NO_RECORD) -> list[str]:
    findings = LabelledNames([PERSON]).find([Segment("/a", Kind.RESULT, text, label, record=record)], WANTED)
    assert all(finding.score == 0.9 and finding.detector == "labelled_name" for finding in findings)
    return [text[finding.start : finding.end] for finding in findings]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Contact: Jane Doe\nID: 7\nFirst Name: Jane\nEmail: jane@example.com", ["Jane Doe", "Jane"]),
        ("First Name: Jane        Last Name: Doe", ["Jane", "Doe"]),
        ("Payee: Jane Doe, Amount: 30", ["Jane Doe"]),
        ("Directors: Jane Doe\n", ["Jane Doe"]),
        ("**Cardholder:** Jane Doe", ["Jane Doe"]),
        ('{"first_name": "Jane", "lastName":"Doe"}', ["Jane", "Doe"]),
        (r"{\"contact\": \"Jane Doe\"}", ["Jane Doe"]),
        ("account_holder=Jane Doe;", ["Jane Doe"]),
        ("payee,amount\nJane Doe,3\n", ["Jane Doe"]),
        ("Name des Kontoinhabers: Jana Doe\n", ["Jana Doe"]),
        ('{"titularDeLaCuenta": "Juana Paz"}', ["Juana Paz"]),
        ("Intestatario del conto = Gianna Doe\n", ["Gianna Doe"]),
        ("Prénom : Jeanne", ["Jeanne"]),
        ('{"owner": "Jane Doe", "createdBy":"John Roe"}', ["Jane Doe", "John Roe"]),
        ('{"tenant_name": "Jane Doe"}', ["Jane Doe"]),
        ('{"applicant_1_name": "Jane Doe", "signatory2": "John Roe"}', ["Jane Doe", "John Roe"]),
        ("employee.name=Jane Doe", ["Jane Doe"]),
        ('{"employees": ["Jane Doe", "John Roe"], "team": ["Ann Poe"]}', ["Jane Doe", "John Roe"]),
        (r"{\"signatories\": [\n  \"Jane Doe\",\n  \"John Roe\"]}".replace("\\n", "\n"), ["Jane Doe", "John Roe"]),
    ],
)
def test_a_label_announces_a_name(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Contact: Ridgeway University",
        "Contact: none",
        "Contact: 12",
        "Contact number: 12",
        '{"employees": ["Full", "Part"]}',
        '{"owner": "Platform Engineering"}',
        "Reviewer: Jane",
        "contact.name = Text",
        "the contact is here",
        "Contact:",
    ],
)
def test_what_is_not_a_name_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"name": "Jane Doe", "iban": "7"}', ["Jane Doe"]),
        ('{"customer": {"name": "Jane Doe", "id": 7}}', ["Jane Doe"]),
        ('{"employees": [{"id": 7}, {"name": "Jane Doe"}]}', ["Jane Doe"]),
        ("id;NAME;phone\n7;Jane Doe;8\n9;John Roe;\n", ["Jane Doe", "John Roe"]),
        ("| display name | Date of birth |\n|---|---|\n| Jane Doe | |\n", ["Jane Doe"]),
        ("Name: Jane Doe\nEmail: none\n", ["Jane Doe"]),
        ("<x><name>Jane Doe</name><phone>7</phone></x>", ["Jane Doe"]),
        ("nombre: Juana Paz\nIBAN: 7\n", ["Juana Paz"]),
        ("<Dbtr><Nm>Jane Doe</Nm></Dbtr>", ["Jane Doe"]),
    ],
)
def test_what_is_called_a_name_is_one_in_the_record_of_a_party(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Jane Doe"}',
        '{"name": "Jane Doe", "price": "7"}',
        '{"name": "Savings Account", "iban": "7"}',
        '{"name": "Support Team", "email": "7"}',
        '{"name": "Sales", "phone": "7"}',
        '{"name": "Hartley Pty Ltd", "phone": "7"}',
        '{"fileName": "Jane Doe", "email": "7"}',
        '{"tools": [{"name": "Jane Doe", "description": "the email: 7"}]}',
        "file name: Jane Doe\nEmail: none\n",
        "id;product name;phone\n7;Jane Doe;8\n",
        "id;name;price\n7;Jane Doe;8\n",
        "<Dbtr><Nm>Hartley Group</Nm></Dbtr>",
        "<Dbtr><Nm>Hartley</Nm></Dbtr>",
        "Account holder: Nordlicht GbR",
    ],
)
def test_things_and_organisations_have_names_too(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"customer": {"first": "Jane"}}', ["Jane"]),
        ('{"people": [{"first": "Jane", "id": 7, "last": "Doe"}]}', ["Jane", "Doe"]),
        ('{"fname": "Jane", "surname": "Doe"}', ["Jane", "Doe"]),
        ("- first: Jane\n  last: Doe\n", ["Jane", "Doe"]),
        ("<x><given>Jane</given><family>Doe</family></x>", ["Jane", "Doe"]),
        ("last,first\nDoe,Jane\n", ["Doe", "Jane"]),
        ("customer_first;customer_last\nJane;Doe\n", ["Jane", "Doe"]),
        ('{"first": "Jane"}', []),
        ('{"range": {"first": "Monday", "last": "Friday"}}', []),
        ('{"first": 1, "last": 20}', []),
        ("first,second\nJane,Doe\n", []),
        ('{"first": "Jane", "last_seen": "Doe"}', []),
    ],
)
def test_first_and_last_are_halves_of_a_name_beside_each_other_or_below_a_person(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_the_record_of_a_half_says_whether_it_is_one() -> None:
    assert found("Jane", "first", Record((), ((("last",),),))) == ["Jane"]
    assert found("Jane", "first", Record(("customer",))) == ["Jane"]
    assert found("Jane", "first", Record((), ((("page",),),))) == []
    body = [Segment("/a/first", Kind.RESULT, "Jane", "first"), Segment("/a/last", Kind.RESULT, "Doe", "last")]
    assert [each.segment for each in find_all(build([PERSON]), body, WANTED)] == [0, 1]


def test_the_record_of_a_value_says_whose_name_it_is() -> None:
    phone, price = Record((), ((("phone",),),)), Record((), ((("price",),),))
    assert found("Jane Doe", "name", phone) == ["Jane Doe"]
    assert found("Jane Doe", "name", price) == []
    assert found("Jane Doe", "name", Record((), ((), (("phone",),)))) == []
    assert found("Jane Doe", "name", Record(("customer",))) == ["Jane Doe"]
    assert found("Jane Doe", "file_name", phone) == []
    assert found("Jane", "name", phone) == []


def named(text: str, label: str = "", record: Record = NO_RECORD) -> list[tuple[str, str]]:
    findings = LabelledNames([PERSON, COMPANY]).find([Segment("/a", Kind.RESULT, text, label, record=record)], BOTH)
    return [(finding.entity, text[finding.start : finding.end]) for finding in findings]


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("Supplier: Lang-Hicks\n", "Lang-Hicks"),
        ("Employer name: Sample, Inc.\n", "Sample, Inc"),
        ('{"vendor": {"name": "Lang-Hicks", "id": 7}}', "Lang-Hicks"),
        ("vendors:\n  - name: Lang-Hicks\n    terms: 7\n", "Lang-Hicks"),
        ('{"previousEmployer": "Lang-Hicks"}', "Lang-Hicks"),
        ('{"vendor_contact": "none", "company": "Blue Mesa"}', "Blue Mesa"),
        ("<Supplier><Name>Lang-Hicks</Name></Supplier>", "Lang-Hicks"),
        ("<x><CompanyName>Lang-Hicks</CompanyName></x>", "Lang-Hicks"),
        ("Company: Rose, Turner and Sample\n", "Rose, Turner and Sample"),
        ("vendor,amount\nLang-Hicks,3\n", "Lang-Hicks"),
        ('vendor,amount\n"Rose, Turner and Sample",3\n', "Rose, Turner and Sample"),
        ("7 INFO merchant=Lang-Hicks amount=7", "Lang-Hicks"),
        ("Fournisseur : Lang-Hicks\n", "Lang-Hicks"),
        ('{"vendors": ["Lang-Hicks"], "tags": ["Blue Mesa"]}', "Lang-Hicks"),
        ('{"companies": [\n  "Rose, Turner and Sample"\n]}', "Rose, Turner and Sample"),
        ('{"owner": "Sample, Inc."}', "Sample, Inc"),
        ("Customer: Kestrel & Finch\n", "Kestrel & Finch"),
        ("Payee: Brightwater Supplies\n", "Brightwater Supplies"),
        ("Vendor - Brightwater Supplies\n", "Brightwater Supplies"),
        ('{"name": "Brightwater Supplies", "industry": "none"}', "Brightwater Supplies"),
        ("<STMTTRN><TRNTYPE>DEBIT<NAME>Brightwater Supplies</STMTTRN>", "Brightwater Supplies"),
    ],
)
def test_a_label_or_a_word_makes_a_company(text: str, company: str) -> None:
    assert named(text) == [("ORGANIZATION", company)]
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    ["Supplier: Maria Keller\n", "vendor,amount\nMaria Keller,3\n", "Customer: Maria Keller\n", "Payee: Keller\n"],
)
def test_a_sole_trader_stays_a_person(text: str) -> None:
    assert [entity for entity, _ in named(text)] == ["PERSON"]


@pytest.mark.parametrize(
    "text",
    [
        "Supplier: pending\n",
        "company: None,",
        "Vendor - Onboarding\n",
        "Customer: Lang-Hicks\n",
        "const company = merchants.find(each)",
        "supplier: SupplierKind.Wholesale }",
        "company = Hartley(name)",
        "vendor: Annotated[str, 7]",
        "<NAME>Lang-Hicks</NAME>",
        '{"name": "Brightwater Supplies", "price": 7}',
    ],
)
def test_states_code_and_what_no_word_tells_are_no_company(text: str) -> None:
    assert named(text) == []


def test_the_key_of_a_value_announces_a_company() -> None:
    assert named("Lang-Hicks", "employerName") == [("ORGANIZATION", "Lang-Hicks")]
    assert named("Lang-Hicks", "name", Record(("supplier",))) == [("ORGANIZATION", "Lang-Hicks")]
    assert named("Maria Keller", "vendor") == [("PERSON", "Maria Keller")]


def test_an_aside_is_no_part_of_a_name() -> None:
    assert named("Contact: Jane Doe - ring after five\n") == [("PERSON", "Jane Doe")]


def test_without_companions_a_name_is_nobodys() -> None:
    plain = replace(PERSON, companions=())
    text = '{"name": "Jane Doe", "iban": "7"}'
    assert LabelledNames([plain]).find([Segment("/a", Kind.TEXT, text)], WANTED) == []


def test_the_key_of_a_value_announces_it() -> None:
    assert found("Jane", "firstName") == ["Jane"]
    assert found("Jane", "status") == []
    assert found("Ridgeway University", "contact") == []


@pytest.mark.parametrize("key", ["FirstName", "LastName", "PrimaryContact", "Payee", "SupplierName", "Owner"])
def test_a_key_does_not_announce_itself(key: str) -> None:
    """It is a segment like its value, under the same label."""
    both = LabelledNames([PERSON, COMPANY]).find([Segment("/a~", Kind.NAME, key, key)], BOTH)
    assert both == []


def test_only_wanted_entities_are_looked_for() -> None:
    assert LabelledNames([PERSON]).find([Segment("/a", Kind.TEXT, "Contact: Jane Doe")], frozenset()) == []


def test_it_serves_people_and_companies_that_a_model_looks_for_as_well() -> None:
    place = Entity("LOCATION", HERE, recognizer="spacy")
    person = Entity("PERSON", HERE, recognizer="spacy")
    company = Entity("ORGANIZATION", HERE, recognizer="spacy")
    assert LabelledNames([place, person, company]).entities == BOTH


def test_below_the_threshold_nothing_is_reported() -> None:
    strict = Entity("PERSON", HERE, recognizer="labelled_name", score_with_context=0.8, threshold=0.9)
    assert LabelledNames([strict]).find([Segment("/a", Kind.TEXT, "Contact: Jane Doe")], WANTED) == []


def held(text: str, label: str = "", *, closed: bool = False) -> str:
    growing = Growing(Segment("/a", Kind.TEXT, text, label), 0, closed)
    (sight,) = LabelledNames([PERSON]).watch([growing], WANTED, [len(text)])
    assert all(each.end <= sight.edge for each in sight.findings)
    return text[sight.edge :]


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("Contact: Ja", "Contact: Ja"),
        ("Contact: Jane Doe\nEmail", ""),
        ("Contact: Jane Doe, Email", ""),
        ("Please conta", "conta"),
        ("Please contact ", "contact "),
        ("Please contact us", ""),
        ("A line of prose that says nothing at all", ""),
        ("payee,amount\nJane Doe,3", "Jane Doe,3"),
        ("payee,amount\nJane Doe,3\n", ""),
        ("colour,amount\nred,3", ""),
        ("Contact: Jane" + " and" * 30, ""),
        ('{"name": "Jane Doe", "pri', '"name": "Jane Doe", "pri'.removeprefix('"')),
        ('{"name": "Jane Doe", "iban": ', ""),
        ('{"name": "Jane Doe"}, ', ""),
        ('{"name": "blue pen", "qua', ""),
        ("Name: Jane Doe\nPrice: 7", "Name: Jane Doe\nPrice: 7"),
        ("Name: Jane Doe\n\n", ""),
        ("name;phone\nJane Doe;7", "Jane Doe;7"),
        ("name;price\nJane Doe;7", ""),
        ("<Dbtr><Nm>Jane", "<Dbtr><Nm>Jane"),
        ("<Dbtr><Id>Jane", ""),
        ("Supplier: Lang-Hi", "Supplier: Lang-Hi"),
        ('"vendors": ["Lang-Hicks", "Blue', 'vendors": ["Lang-Hicks", "Blue'),
        ('"vendors": ["Lang-Hicks", "Blue Mesa"]', ""),
        ('{"first": "Jane", "id', 'first": "Jane", "id'),
        ('{"first": "Jane", "last": "Doe"}', ""),
        ('{"first": "Jane"}, ', ""),
        ("Company: Rose, Turner an", "Company: Rose, Turner an"),
        ("Company: Rose, and", ""),
        ("vendor,amount\nLang-Hicks,3", "Lang-Hicks,3"),
        ("<Supplier>Lang", "<Supplier>Lang"),
    ],
)
def test_a_label_waits_for_its_value_and_prose_for_nothing(text: str, waits: str) -> None:
    assert held(text) == waits
    assert held(text, closed=True) == ""


def test_a_text_under_a_name_label_waits_until_it_is_too_long_for_a_name() -> None:
    assert held("Jane", "firstName") == "Jane"
    assert held("Jane " * 20, "firstName") == ""


def test_a_name_and_what_announces_it_belong_together() -> None:
    text = "Contact: Jane Doe\npayee,amount\nJohn Roe,3\n"
    (sight,) = LabelledNames([PERSON]).watch([Growing(Segment("/a", Kind.TEXT, text))], WANTED, [len(text)])
    assert [text[start:end] for start, end in sight.whole] == ["Contact: Jane Doe", "John Roe"]
    assert [text[each.start : each.end] for each in sight.findings] == ["Jane Doe", "John Roe"]


def test_what_is_settled_is_not_looked_at() -> None:
    text = "Contact: Jane Doe\nPayee: John Roe\n"
    (sight,) = LabelledNames([PERSON]).watch([Growing(Segment("/a", Kind.TEXT, text), 18)], WANTED, [len(text)])
    assert [text[each.start : each.end] for each in sight.findings] == ["John Roe"]


def test_nothing_wanted_holds_nothing() -> None:
    (sight,) = LabelledNames([PERSON]).watch([Growing(Segment("/a", Kind.TEXT, "Contact: J"))], frozenset(), [10])
    assert sight == Sight((), 10)


RECORDS = [
    '[{"name": "Jane Doe", "price": 7, "iban": ""}, {"name": "Blue Pen", "price": 7}, {"name": "John Roe"}]',
    "Name: Jane Doe\nStatus: paid\nPhone: 7\n\nName: Blue Pen\nPrice: 7\n",
    "id;name;phone\n7;Jane Doe;8\n",
    "<x><name>Jane Doe</name><a>7</a><email>7</email></x><x><name>Blue Pen</name></x>",
    '7 name="Jane Doe" phone=7\n7 name="Blue Pen" x=7\nemail=8',
    "<Cdtr>\n<Nm>Jane Doe</Nm></Cdtr><Cdtr><Nm>Blue Group</Nm></Cdtr>",
    ":59:/7777\nJane Doe\n1 Road\n:86:166?00SEPA?31DE89?32John Roe?34997\n",
    "Supplier: Lang-Hicks\nCompany: Rose, Turner and Sample\nVendor - Brightwater Supplies - paid\nBank: none\n",
    '{"supplier": {"name": "Lang-Hicks"}, "employer": "Sample, Inc.", "vendor": "Maria Keller"}',
    '{"people": [{"first": "Jane", "last": "Doe"}, {"first": "Blue"}], "vendors": ["Lang-Hicks", "Blue Mesa"]}',
    "last,first\nDoe,Jane\n",
    "INSERT INTO t (id, payee) VALUES (1, 'Jane Doe'), (2, 'Roe, John');\nInsert into t (payee) values ('Li Poe')",
    "MSH|7\nPID|1||7||DOE^JANE^M||8\nNK1|1|ROE^JOHN|SPO\n",
    "NM1*IL*1*DOE*JANE*M~NM1*PR*2*BLUE MESA~",
    "!Type:Bank\nD02/28/2026\nT-450.00\nN1042\nPJane Doe\nMRent\n^\n",
    "<Supplier><Name>Lang-Hicks</Name></Supplier><NAME>Brightwater Supplies\n",
]


@pytest.mark.parametrize("text", RECORDS)
def test_a_stream_finds_the_same_wherever_it_is_cut(text: str) -> None:
    company = replace(COMPANY, recognizer="labelled_name")
    detectors = build([PERSON, company])
    whole = [(each.start, each.end) for each in find_all(detectors, [Segment("/a", Kind.TEXT, text)], BOTH)]
    assert whole
    for place in range(1, len(text)):
        for pieces in (cut(text, [place]), cut(text, [place, place + 1]), cut(text, range(place, len(text), 7))):
            assert [each[:2] for each in streamed(detectors, pieces, BOTH)] == whole
    assert [each[:2] for each in streamed(detectors, list(text), BOTH)] == whole
