from __future__ import annotations

import pytest

from grille.detectors.languages import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The payment to Jane Doe is due on Friday.", "en"),
        ("She met John Roe in Berlin!", "en"),
        ("Bitte überweisen Sie den Betrag auf das Konto von Jana Beispiel.", "de"),
        ("Le client a payé la facture et il attend votre réponse.", "fr"),
        ("El cliente pagó la factura y no ha recibido el recibo.", "es"),
        ("Il cliente non ha pagato la fattura del mese di marzo.", "it"),
        ("De klant heeft het bedrag niet betaald en wij wachten op een antwoord.", "nl"),
        ("Laut Doe ist die Lieferung schon da.", "de"),
        ("Sans Doe, la réunion ne serait jamais terminée.", "fr"),
        ("Quién sustituye a Doe mientras no está?", "es"),
        ("Wie vervangt Doe zolang Roe op vakantie is?", "nl"),
        ("Marco e Anna sono in ferie.", "it"),
        ("L'attrice incontrò Jane Doe a Bari.", "it"),
        ("Jane Doe enseigne à l'École d'art.", "fr"),
        ("Jane Doe nació en Vigo.", "es"),
        ("Jane Doe gründete 1923 die Bank.", "de"),
        ("Jan Roe werd derde achter Jane Doe.", "nl"),
        ("O cliente não pagou a fatura do mês de março.", "pt"),
    ],
)
def test_small_words_tell_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "", "Jane Doe", "D'Arcy O'Roe, café L'Étoile, déjà-vu", "rock 'n' roll y'all",
        "INV-641535 2025-01-13", "Kontakt: Jana Beispiel", "trace_id=a3e97o246e1i327e8 span=6e4a3y0d",
        "Name,Street,City\nJoana da Silva,Rua das Flores 5,Braga\nJohn Roe,Elm Street 5,Reading\nLi Wei,Oak Lane,Bath",
    ],
)  # fmt: skip
def test_without_small_words_a_text_is_taken_for_english(text: str) -> None:
    assert language_of(text) == "en"
