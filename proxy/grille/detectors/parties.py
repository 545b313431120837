"""Where records of banks name the parties of a payment: ISO 20022, SWIFT, OFX, QIF, NACHA; and people in records of
health, in calendars and on visiting cards.

    <Dbtr><Nm>Jane Doe</Nm>   :59:/12345678⏎JANE DOE   ?32JANE DOE   /NAME/J. DOE/REMI/   <PAYEE><NAME>Jane Doe
    PID|1||7||DOE^JANE   NM1*IL*1*DOE*JANE

There the place is the label. An agent's name is a bank's and is not read, nor is a shop's where a card paid; a
subfield that is broken over two lines is an accepted miss, and so are the free texts of BAI2. Whether a name is a
person's its words say, which is `names`' affair: this module must not judge a value.
"""

from __future__ import annotations

from typing import Final

_NS: Final = r"(?:\w{1,12}:)?"
_BLANK: Final = r"\s{0,60}"
_TEXT: Final = r"[^<>\n\r?/;|\"{}]"
_PARTY: Final = (
    r"(?:Dbtr|Cdtr|UltmtDbtr|UltmtCdtr|InitgPty|Ownr|OrgnlDbtr|OrgnlCdtr|TradgPty|Invcr|Invcee|Payer|Payee|CtctDtls)"
)
"""The elements of ISO 20022 that hold a party or whom to ask there, not an agent (`DbtrAgt`)."""

_NAME: Final = r"\p{L}[\p{L}\p{M} .'’-]{0,34}"

PEOPLE: Final = (
    # HL7: a patient, the kin, who pays, family name first; X12: an entity of type 1 is a person
    rf"(?<![A-Z0-9])(?:PID\|(?:[^|\r\n]{{0,120}}\|){{4}}|(?:NK1|GT1)\|(?:[^|\r\n]{{0,80}}\|){{1,2}})"
    rf"(?P<value>{_NAME})\^(?P<value>{_NAME})?(?=[\^|\r\n])",
    rf"(?m:^)N(?:;[^:\n]{{0,60}})?:(?P<value>{_NAME});(?P<value>{_NAME})?(?=;)",
    rf"(?<![A-Z0-9])NM1\*[0-9A-Z]{{2,3}}\*1\*(?P<value>{_NAME})\*(?P<value>{_NAME})?(?=[*~\r\n])",
)
"""Patterns in which each `value` is a half of somebody's name."""

PLACES: Final = (
    # whom a calendar or a visiting card names
    rf"(?m:^)(?:FN(?:;[^:\n]{{0,60}})?:|(?:ATTENDEE|ORGANIZER)(?:;[^:;\n]{{0,60}}){{0,6}};CN=\"?)(?P<value>{_TEXT}{{2,60}}?)"
    r"(?=[\":;\r\n])",
    rf"<{_NS}{_PARTY}>{_BLANK}(?:<{_NS}Pty>{_BLANK})?(?:<{_NS}NmPrfx>\w{{1,8}}</{_NS}NmPrfx>{_BLANK})?"
    rf"<{_NS}Nm>{_BLANK}(?P<value>{_TEXT}{{2,80}})<",
    # who pays and who is paid: with an account on the line before, or without; 50A and 59A hold a bank's code
    rf"(?m:^):(?:50[FK]|59F?):(?:/[^\n]{{1,36}}\n)?(?:1/)?(?P<value>{_TEXT}{{2,35}})(?=[\r\n])",
    rf"\?[0-3][0-9][^?\n]{{0,65}}\?32(?P<value>{_TEXT}{{2,35}})",
    rf"/NAME/(?P<value>{_TEXT}{{2,70}})(?=[/\r\n])",
    # QIF, below the amount
    rf"(?m:^)T-?[0-9,.]{{1,14}}\n(?:[A-Z][^\n]{{0,60}}\n){{0,3}}P(?P<value>{_TEXT}{{2,60}})(?=[\r\n])",
    # not of purchases with a card, which name a shop
    r"<TRNTYPE>(?:XFER|CHECK|PAYMENT|REPEATPMT|DIRECTDEP|DIRECTDEBIT)(?:</TRNTYPE>)?\s{0,8}"
    rf"(?:<[A-Z]{{3,12}}>[^<\n]{{0,60}}(?:</[A-Z]{{3,12}}>)?\s{{0,8}}){{0,8}}<NAME>(?P<value>{_TEXT}{{2,32}})(?=[<\r\n])",
    rf"<PAYEE>\s{{0,8}}<NAME>(?P<value>{_TEXT}{{2,32}})(?=[<\r\n])",
    # the 22 characters that begin at the 55th of an entry of 94
    r"(?m:^)6[2-5][0-9]{10}[0-9A-Za-z -]{17}[0-9]{10}[^\n]{15}(?P<value>[\p{L}\p{M}.,'’ -]{22})[^\n]{2}[01][0-9]{15}",
)
"""Patterns, each with a name as its group `value`."""

SHOPS: Final = rf"<NAME>(?P<value>{_TEXT}{{2,32}})(?=[<\r\n])"
"""The other side of any booking in OFX, which often is a shop."""
