from __future__ import annotations

import pytest
import regex

from grille.detectors.parties import PEOPLE, PLACES


def named(text: str) -> list[str]:
    return [match["value"].strip() for place in PLACES for match in regex.compile(place).finditer(text)]


ENTRY = "622021000021000123456789     0000012500EMP001         JANE DOE                0021000020000001"


@pytest.mark.parametrize(
    "text",
    [
        "<Dbtr><Nm>JANE DOE</Nm></Dbtr>",
        "<ns2:UltmtCdtr>\n  <ns2:Pty>\n    <ns2:Nm>JANE DOE</ns2:Nm>",
        "<InitgPty><Nm>JANE DOE</Nm><Id>7</Id></InitgPty>",
        "<Ownr><Nm>JANE DOE</Nm></Ownr>",
        ":20:1\n:50K:/12345678\nJANE DOE\n1 ROAD\n",
        ":59F:/12345678\n1/JANE DOE\n2/1 ROAD\n",
        ":59:JANE DOE\r\n",
        ":86:166?00SEPA?20SVWZ+INV 7?30DEUTDEFF?31DE89370400440532013000?32JANE DOE?34997",
        ":86:/IBAN/DE89370400440532013000/NAME/JANE DOE/REMI/INV 7",
        "<STMTTRN><TRNTYPE>XFER<DTPOSTED>20250304<TRNAMT>-5.00<FITID>7<NAME>JANE DOE</STMTTRN>",
        "<TRNTYPE>CHECK</TRNTYPE>\n<FITID>7</FITID>\n<NAME>JANE DOE</NAME>\n",
        "<PAYEE><NAME>JANE DOE<ADDR1>1 ROAD",
        "D02/28/2026\nT-450.00\nCX\nN1042\nPJANE DOE\nMRent\n^",
        "FN;CHARSET=utf-8:JANE DOE\n",
        "ATTENDEE;ROLE=CHAIR;CN=JANE DOE;RSVP=TRUE:mailto:jane@example.com",
        'ORGANIZER;CN="JANE DOE":mailto:jane@example.com',
        f"5200X\n{ENTRY}\n",
    ],
)
def test_the_place_in_a_record_of_a_bank_names_a_party(text: str) -> None:
    assert named(text) == ["JANE DOE"]


@pytest.mark.parametrize(
    "text",
    [
        "<DbtrAgt><FinInstnId><Nm>FIRST BANK</Nm></FinInstnId></DbtrAgt>",
        "<Acct><Nm>CURRENT ACCOUNT</Nm></Acct>",
        ":52A:DEUTDEFF\n",
        "is this it?32 of them",
        "<TRNTYPE>POS<FITID>7<NAME>CORNER SHOP</STMTTRN>",
        "<product><name>BLUE PEN</name>",
        ENTRY[:60],
        "/home/NAME/x.txt",
        "T-450.00\n\nPrice of it\n",
    ],
)
def test_other_places_do_not(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("PID|1||7^^^EX^MR||DOE^JANE^M||19871223", ["DOE", "JANE"]),
        ("PID|1||7||DOE^^||19871223", ["DOE"]),
        ("MSH|7\rNK1|1|DOE^JANE|SPO", ["DOE", "JANE"]),
        ("~NM1*IL*1*DOE*JANE*M***MI*W1~", ["DOE", "JANE"]),
        ("NM1*IL*2*BLUE MESA*****PI*7~", []),
        ("N:Doe;Jane;;Dr.;", ["Doe", "Jane"]),
        ("OBX|1|NM|2345-7^GLUCOSE||98|mg/dL", []),
        ("RAPID|1||7||DOE^JANE", []),
    ],
)
def test_records_of_health_and_visiting_cards_name_people_in_halves(text: str, halves: list[str]) -> None:
    found = (match for place in PEOPLE for match in regex.compile(place).finditer(text))
    assert [text[start:end] for match in found for start, end in match.spans("value")] == halves
