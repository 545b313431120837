from __future__ import annotations

import pytest

from grille.detectors.companies import companies


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pay Hartley & Sons Pty Ltd and Nordlicht GmbH.", ["Hartley & Sons Pty Ltd", "Nordlicht GmbH"]),
        ("From Example Inc. we got", ["Example Inc."]),
        ("Fornitore: Esempio Prova S.p.A., Milano", ["Esempio Prova S.p.A."]),
        ("We met in Stockholm. Although Beispiel AB paid", ["Beispiel AB"]),
        ("the books of J.P. Beispiel Holdings", ["J.P. Beispiel Holdings"]),
    ],
)
def test_a_legal_form_ends_a_companys_name(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in companies(text)] == found


@pytest.mark.parametrize(
    "text", ["The Ltd is a form", "we limited the amount", "a kind of SA", "Corporation Tax is due"]
)
def test_a_form_without_a_name_is_no_company(text: str) -> None:
    assert list(companies(text)) == []
