"""The word lists of this room, in one place where they can be read, argued with and extended.

English, lower case. A word is listed once, for one purpose, and the purpose is written above it. This
module must not hold logic.
"""

from __future__ import annotations

from typing import Final


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


GENERIC_LABELS: Final = _listed("code id ref reference")
"""Words that name something else, unless the word before them says what: "sort code", "tax reference"."""

OTHER_LABELS: Final = GENERIC_LABELS | _listed(
    """
    amount balance batch booking build byte case centre center checksum claim commit count digest docket
    duration ean etag fingerprint hash sha
    elapsed epoch error gl index inv invoice isbn issn item job journal ledger line lot model offset
    order page part period pid po point port price product qty quantity receipt reconciliation revision room row serial
    shipment size sku step task ticket timestamp total trace tracking ts unit upc uptime uuid version
    volume
    """
)
"""What numbers are called that are nobody's secret, in the singular: a number beside one is not ours."""

BARE_LABELS: Final = _listed("acc account acct no nr num number")
"""Labels that say a number is one of those that stand beside it: `{"bsb": …, "number": …}`."""

LIST_WORDS: Final = _listed("and or")
"""Words between numbers that stand in a list under one label."""

NAME_LABELS: Final = (
    *("first name", "middle name", "last name", "given name", "family name", "forename", "surname"),
    *("full name", "legal name", "maiden name", "preferred name", "next of kin"),
    *("contact", "contact name", "contact person", "primary contact", "billing contact"),
    *("payee", "payee name", "payer name", "beneficiary", "beneficiary name", "remitter"),
    *("recipient name", "sender name", "cardholder", "cardholder name", "card holder", "card holder name"),
    *("name on card", "holder", "account holder", "account holder name", "bank account name", "customer name"),
    *("client name", "employee", "employee name", "owner name", "director", "signatory", "applicant"),
    *("applicant name", "attention", "attention to", "attn"),
)
"""Labels whose value is a person's name, or an organisation's where the value says so."""

PLACE_LABELS: Final = _listed("address city country county location region street suburb town")
"""Words of labels whose value is a place."""

PLACE_SUFFIXES: Final = _listed("line name")
"""Words after a place word that do not make it something else."""

ORGANISATION_WORDS: Final = _listed(
    """
    ag agency association authority bank bv capital club co college company corp corporation council
    department finance foundation fund gmbh group holdings inc incorporated institute insurance limited
    llc llp logistics ltd ministry nv office partners partnership plc pty sa school services society
    solutions studio supplies systems trust university
    """
)
"""Words that no person has in a name, and organisations have."""

NOT_NAMES: Final = _listed(
    """
    aba abn account acct address amount api aud balance bank bic bsb card cc code company confirmed
    contact csv customer cvv date dear debit director dob due ein email employee entry eth eur euro false fwd
    gbp gl hello hi iban id ifsc inc inv invoice ird isbn isin iso itin je journal json ledger lei ltd memo mobile na
    name ni nil nino no non none note notes null number nzd ok order owner pan password payee payer payment
    pdf phone po ref reference regards required routing rtn sincerely sku sort sql ssn statement status string
    subject swift tax tel test tfn thanks ticket tin token total true unknown url usd user usdt utc utr
    uuid vat visa void xml yes
    """
)
"""Labels, acronyms and greetings that models take for names. A guess made of these alone is dropped."""

NAME_PARTICLES: Final = _listed(
    "al ap bin da das de del della den der di do dos du e el ibn la le san st ten ter van von y zu"
)
"""Words of names that are written without a capital."""

COMMON_WORDS: Final = _listed(
    """
    amber april art august autumn banks bill bond brook chance chase chip christian church cook crystal
    dale dawn dean drew english faith fields forest frank french friday gene german grace grant green
    gray hall hope hunter iris ivy jack jade jewel joy june king lane law long major march mark mason
    melody mercy miles miller monday moss penny pierce porter price prince reed rich robin rock rose ruby
    sage sandy saturday stone summer sunday sunny taylor thursday tuesday wednesday west white will winter
    wood young
    """
)
"""Names of four letters or more that are words as well: found where they were found, not everywhere."""

PLACEHOLDERS: Final = _listed(
    """
    changeme default empty example expired false forgotten hidden incorrect invalid masked missing n/a
    needed nil none null optional password placeholder redacted removed required reset secret string text
    true undefined unknown value wrong xxxx your
    """
)
"""What stands where a password would, and is none."""

FILE_ENDINGS: Final = _listed("bmp css gif html ico jpeg jpg js json md pdf png svg ts txt webp xml yaml yml")
"""Endings that make `icon@2x.png` a file and not an e-mail address."""
