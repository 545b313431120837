"""People in sentences of five other languages, and in posts as they are written on social media.

Everybody is drawn by Faker for the language's country; posts are English, in haste, and their people come from
everywhere. The words around the names were written without a look at what any engine knows. This module must not
label anything but people.
"""

from __future__ import annotations

from random import Random
from types import MappingProxyType
from typing import Final

from faker import Faker

from detecting.marking import marked

FRAMES: Final = MappingProxyType(
    {
        "de_DE": (
            "Gestern hat {n} die Rechnung bezahlt, aber {l} wartet noch auf die Bestätigung.",
            "Können Sie bitte {n} anrufen und nach dem Vertrag fragen?",
            "Der Geschäftsführer {n} sagte, dass die Zahlen im dritten Quartal gestiegen sind.",
            "{n} aus der Buchhaltung hat die Unterlagen an den Steuerberater geschickt.",
            "Im Protokoll steht, dass {f} und {n} für den Jahresabschluss zuständig sind.",
            "Frau {l} bittet um Rückruf wegen der offenen Posten.",
            "Ich habe mit {n} gesprochen; morgen kommt die Überweisung.",
            "Laut {l} ist die Lieferung schon am Montag angekommen.",
            "Die Wohnung von {n} in der Nähe des Bahnhofs wurde verkauft.",
            "Hallo {f}, hast du die Mail von {n} gesehen?",
            "Wer vertritt {f}, solange {n} im Urlaub ist?",
            "Teilnehmer waren {n}, {n} und {l}; entschuldigt fehlte {f}.",
            "Das Konto läuft auf {n}, die Vollmacht hat {n}.",
            "Ohne {l} wäre die Prüfung nie fertig geworden, meint {f}.",
        ),
        "fr_FR": (
            "Hier, {n} a payé la facture, mais {l} attend encore la confirmation.",
            "Pouvez-vous appeler {n} et demander où en est le contrat ?",
            "Le directeur {n} a déclaré que les chiffres ont augmenté au troisième trimestre.",
            "{n}, de la comptabilité, a envoyé les documents à l'expert-comptable.",
            "Selon le procès-verbal, {f} et {n} sont responsables des comptes annuels.",
            "Madame {l} demande qu'on la rappelle au sujet des factures impayées.",
            "J'ai parlé avec {n} ; le virement part demain.",
            "D'après {l}, la livraison est arrivée lundi.",
            "L'appartement de {n} près de la gare a été vendu.",
            "Salut {f}, tu as vu le mail de {n} ?",
            "Qui remplace {f} pendant les congés de {n} ?",
            "Étaient présents {n}, {n} et {l} ; {f} était excusée.",
            "Le compte est au nom de {n}, la procuration au nom de {n}.",
            "Sans {l}, l'audit ne serait jamais terminé, dit {f}.",
        ),
        "es_ES": (
            "Ayer {n} pagó la factura, pero {l} todavía espera la confirmación.",
            "¿Puede llamar a {n} y preguntar por el contrato?",
            "El director {n} dijo que las cifras subieron en el tercer trimestre.",
            "{n}, de contabilidad, envió los documentos al asesor fiscal.",
            "Según el acta, {f} y {n} son responsables de las cuentas anuales.",
            "La señora {l} pide que la llamen por las facturas pendientes.",
            "Hablé con {n}; la transferencia sale mañana.",
            "Según {l}, el envío llegó el lunes.",
            "El piso de {n} cerca de la estación se vendió.",
            "Hola {f}, ¿has visto el correo de {n}?",
            "¿Quién sustituye a {f} mientras {n} está de vacaciones?",
            "Asistieron {n}, {n} y {l}; se excusó {f}.",
            "La cuenta está a nombre de {n} y el poder lo tiene {n}.",
            "Sin {l} la auditoría no habría terminado nunca, dice {f}.",
        ),
        "nl_NL": (
            "Gisteren heeft {n} de factuur betaald, maar {l} wacht nog op de bevestiging.",
            "Kunt u {n} bellen en naar het contract vragen?",
            "Directeur {n} zei dat de cijfers in het derde kwartaal zijn gestegen.",
            "{n} van de boekhouding heeft de stukken naar de accountant gestuurd.",
            "Volgens de notulen zijn {f} en {n} verantwoordelijk voor de jaarrekening.",
            "Mevrouw {l} vraagt om terug te bellen over de openstaande posten.",
            "Ik heb met {n} gesproken; het bedrag komt morgen.",
            "Volgens {l} is de levering maandag aangekomen.",
            "Het appartement van {n} bij het station is verkocht.",
            "Hoi {f}, heb je de mail van {n} gezien?",
            "Wie vervangt {f} zolang {n} op vakantie is?",
            "Aanwezig waren {n}, {n} en {l}; afwezig met bericht {f}.",
            "De rekening staat op naam van {n}, de volmacht heeft {n}.",
            "Zonder {l} was de controle nooit klaar geweest, zegt {f}.",
        ),
        "it_IT": (
            "Ieri {n} ha pagato la fattura, ma {l} aspetta ancora la conferma.",
            "Può chiamare {n} e chiedere del contratto?",
            "Il direttore {n} ha detto che i numeri sono cresciuti nel terzo trimestre.",
            "{n} della contabilità ha inviato i documenti al commercialista.",
            "Secondo il verbale, {f} e {n} sono responsabili del bilancio.",
            "La signora {l} chiede di essere richiamata per le fatture aperte.",
            "Ho parlato con {n}; il bonifico parte domani.",
            "Secondo {l} la consegna è arrivata lunedì.",
            "L'appartamento di {n} vicino alla stazione è stato venduto.",
            "Ciao {f}, hai visto la mail di {n}?",
            "Chi sostituisce {f} mentre {n} è in ferie?",
            "Presenti {n}, {n} e {l}; assente giustificata {f}.",
            "Il conto è intestato a {n}, la delega ce l'ha {n}.",
            "Senza {l} la revisione non sarebbe mai finita, dice {f}.",
        ),
    }
)
"""`{n}` is a whole name, `{f}` a given name, `{l}` a surname."""

_POSTS: Final = (
    "omg {f} just texted me lol im dying", "RT @somebody: {n} is performing tonight at the arena!! #hyped",
    "cant believe {n} said that on live tv smh", "happy bday {f}!! miss u so much xx",
    "watching the game w/ {f} and {f} rn", "{n} 4 president lol", "just met {n} at the airport!! so nice irl",
    "Who else thinks {l} should resign?", "new pic w {n} on my insta", "lmaooo {f} stop it 😂😂",
    "good morning to everyone except {n}", "{f} u coming to the party 2nite or nah", "{n}'s new album is fire 🔥",
    "so apparently {n} is dating {n}?? wow", "shoutout to {f} for the free coffee today",
    "RIP {n}, gone too soon 💔", "{l} with the goal!!!! what a match", "ugh {f} from accounting again...",
    "im not saying {f} did it but {f} definitely did it", "Interview w/ {n} drops friday, link in bio",
    "if {l} wins this i will eat my hat", "tbh {n} >>> {n}", "Somebody tell {f} to answer the phone pls",
    "#np {n} on repeat all day", "nothing to see here just tired", "why is the wifi always down on mondays",
    "new phone who dis 📱", "best pizza in town no debate", "Sale ends tonight!! 50% off everything",
)  # fmt: skip
_HASTE: Final = 0.3
"""Share of posts in lower case."""
_EVERYWHERE: Final = ("en_US", "en_GB", "en_IN", "es_ES", "fr_FR", "it_IT", "pl_PL", "tr_TR")


def sentence(chance: Random, locale: str) -> str:
    """A sentence in the language of that country."""
    return _filled(chance, chance.choice(FRAMES[locale]), (locale,), hasty=False)


def post(chance: Random) -> str:
    """A post, some without anybody in it."""
    return _filled(chance, chance.choice(_POSTS), _EVERYWHERE, hasty=chance.random() < _HASTE)


def _filled(chance: Random, frame: str, locales: tuple[str, ...], *, hasty: bool) -> str:
    head, *pieces = frame.split("{")
    written = [head]
    for piece in pieces:
        hole, rest = piece.split("}", 1)
        name = _name(chance, hole, chance.choice(locales))
        written += marked("PERSON", name.lower() if hasty else name), rest
    return "".join(written)


def _name(chance: Random, hole: str, locale: str) -> str:
    faker = Faker(locale)
    faker.seed_instance(chance.getrandbits(64))
    given, family = faker.first_name(), faker.last_name()
    return {"n": f"{given} {family}", "f": given, "l": family}[hole]
