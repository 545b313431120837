"""What documents call things: in sentences and forms, and as the keys of records.

Collected from what invoices, remittance advices, payroll runs, onboarding forms, exports and interfaces call
them, not from what any recogniser listens to. A key is given as plain words; a document spells all of its keys
one way. This module must not know any value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Labels:
    """`said` by people, `keys` of machines."""

    said: tuple[str, ...]
    keys: tuple[str, ...]


def _labels(said: str, keys: str) -> Labels:
    return Labels(tuple(said.split("|")), tuple(keys.split("|")))


LABELS: Final[Mapping[str, Labels]] = MappingProxyType(
    {
        "CREDIT_CARD": _labels(
            "card number|Card No.|credit card|Visa card|Mastercard|corporate card|card on file|company AmEx|debit card"
            "|card|payment card|CC #",
            "card number|card|card no|pan|credit card number|payment card|cc number|card pan|debit card",
        ),
        "CARD_VERIFICATION": _labels(
            "CVV|CVC|security code|CVV2|card security code|CID", "cvv|cvc|security code|cvv2|card cvv"
        ),
        "IBAN_CODE": _labels(
            "IBAN|IBAN number|iban|account (IBAN)|IBAN no.|bank account (IBAN)|Beneficiary IBAN",
            "iban|iban number|creditor iban|debtor iban|payee iban|bank iban|account iban",
        ),
        "BIC_CODE": _labels(
            "BIC|SWIFT|SWIFT code|BIC/SWIFT|SWIFT/BIC|BIC code|Swift address|bank identifier code",
            "bic|swift|swift code|bic code|bank bic|swift bic|creditor bic",
        ),
        "US_ABA_ROUTING": _labels(
            "routing number|ABA|ABA number|ABA routing no.|routing #|RTN|ABA/RTN|wire routing number|ACH routing"
            "|transit routing number|Bank routing no",
            "routing number|aba|aba number|bank routing number|routing no|rtn|ach routing|aba routing|routing",
        ),
        "US_BANK_NUMBER": _labels(
            "account number|Acct No.|checking account|account #|acct|bank account|A/C no.|savings account|DDA account"
            "|Beneficiary account",
            "account number|acct no|bank account number|account no|bank account|deposit account|checking account",
        ),
        "UK_SORT_CODE": _labels(
            "sort code|Sort Code|Sort-code|S/C|bank sort code|sortcode",
            "sort code|bank sort code|sortcode|payee sort code",
        ),
        "UK_BANK_ACCOUNT": _labels(
            "account number|Account No.|A/C No|account|Acc no|bank account number|a/c",
            "account number|account no|acc no|bank account number|payee account number",
        ),
        "CA_TRANSIT": _labels(
            "transit number|Transit No.|branch transit|transit and institution no.|Bank transit",
            "transit number|transit no|branch transit|bank transit",
        ),
        "CA_BANK_ACCOUNT": _labels(
            "account number|Account No.|chequing account|account|A/C no.",
            "account number|account no|bank account number|chequing account",
        ),
        "AU_BSB": _labels("BSB|BSB number|BSB no.|Bank BSB|bsb", "bsb|bsb number|bank bsb|bsb no|bsb code"),
        "AU_BANK_ACCOUNT": _labels(
            "account number|Acc|Account No.|ACC NO|account|bank account|A/C",
            "account number|acc no|account no|bank account number",
        ),
        "NZ_BANK_ACCOUNT": _labels(
            "bank account|account number|Bank a/c|direct credit to|Bank account number|NZ bank account",
            "bank account number|bank account|account number|bank account no|payee account",
        ),
        "LEI": _labels(
            "LEI|LEI code|Legal Entity Identifier|legal entity ID (LEI)", "lei|lei code|legal entity identifier"
        ),
        "ISIN": _labels("ISIN|ISIN code|Security ISIN|security (ISIN)", "isin|isin code|security isin|instrument isin"),
        "CRYPTO": _labels(
            "wallet|BTC address|wallet address|ETH wallet|crypto wallet|deposit address|USDC address",
            "wallet address|wallet|deposit address|payout address|crypto address",
        ),
        "US_SSN": _labels(
            "SSN|Social Security number|Social Security No.|soc sec #|SS#|social|Employee SSN",
            "ssn|social security number|employee ssn|social security no|tax id ssn",
        ),
        "US_EIN": _labels(
            "EIN|Federal EIN|employer identification number|FEIN|Federal tax ID|Employer ID No.|Tax ID (EIN)",
            "ein|fein|employer identification number|federal ein|employer id number",
        ),
        "US_ITIN": _labels("ITIN|individual taxpayer ID|ITIN no.|taxpayer ID (ITIN)", "itin|itin number|taxpayer itin"),
        "UK_NINO": _labels(
            "NI number|National Insurance number|NINO|NI No.|Nat. Ins. no|N.I. Number",
            "ni number|nino|national insurance number|ni no|national insurance no",
        ),
        "UK_UTR": _labels(
            "UTR|Unique Taxpayer Reference|UTR number|SA UTR|company UTR|tax reference (UTR)",
            "utr|utr number|unique taxpayer reference|company utr",
        ),
        "AU_TFN": _labels(
            "TFN|Tax File Number|tax file no.|employee TFN", "tfn|tax file number|employee tfn|tax file no"
        ),
        "AU_ABN": _labels(
            "ABN|A.B.N.|Australian Business Number|ABN no", "abn|abn number|supplier abn|business number abn"
        ),
        "AU_ACN": _labels("ACN|A.C.N.|Australian Company Number", "acn|acn number|company acn"),
        "NZ_IRD": _labels(
            "IRD number|IRD no.|IRD|GST/IRD number|Inland Revenue number", "ird number|ird|ird no|employee ird number"
        ),
        "EU_VAT": _labels(
            "VAT number|VAT ID|VAT no.|VAT Reg No|VAT registration number|USt-IdNr.|TVA|Customer VAT|BTW-nr|P.IVA"
            "|EU VAT",
            "vat number|vat id|vat|vat reg no|customer vat|vat registration number|tax number vat",
        ),
        "IN_PAN": _labels(
            "PAN|PAN number|Permanent Account Number|PAN No.|Income tax PAN",
            "pan|pan number|pan no|permanent account number",
        ),
        "UK_NHS": _labels("NHS number|NHS No.|NHS no", "nhs number|nhs no"),
        "UK_COMPANY_NUMBER": _labels(
            "company number|Company No.|Registered in England and Wales no.|Companies House number|Company Reg No",
            "company number|company registration number|registered number|companies house number",
        ),
        "NZ_NZBN": _labels("NZBN|New Zealand Business Number", "nzbn|nzbn number"),
        "CA_SIN": _labels("SIN|Social Insurance Number|S.I.N.", "sin|social insurance number|employee sin"),
        "CA_BN": _labels("Business Number|BN|GST/HST number|CRA business number", "business number|bn|gst hst number"),
        "IN_AADHAAR": _labels("Aadhaar|Aadhaar number|Aadhaar No.|UID", "aadhaar|aadhaar number|aadhaar no"),
        "IN_IFSC": _labels("IFSC|IFSC code|IFS Code", "ifsc|ifsc code|bank ifsc"),
        "IN_BANK_ACCOUNT": _labels(
            "account number|A/c No.|Bank A/C no|account|Current A/c", "account number|account no|bank account number"
        ),
        "DE_TAX_ID": _labels(
            "Steuer-ID|Steuer-IdNr.|tax ID (IdNr)|Steueridentifikationsnummer", "steuer id|tax idnr|steuer idnr"
        ),
        "FR_SIREN": _labels("SIREN|N° SIREN|SIREN number", "siren|siren number|numero siren"),
        "FR_SIRET": _labels("SIRET|N° SIRET|SIRET number", "siret|siret number|numero siret"),
        "FR_NIR": _labels(
            "N° de sécurité sociale|NIR|numéro de sécu|French social security no.", "nir|numero securite sociale"
        ),
        "ES_NIF": _labels("NIF|DNI|NIF/DNI|D.N.I.", "nif|dni|numero nif"),
        "IT_FISCAL_CODE": _labels("Codice fiscale|C.F.|Cod. Fiscale|Italian tax code", "codice fiscale|fiscal code"),
        "NL_BSN": _labels("BSN|burgerservicenummer|BSN-nummer|sofinummer", "bsn|burgerservicenummer|bsn nummer"),
        "IE_PPS": _labels("PPS number|PPSN|PPS No.", "pps number|ppsn|pps no"),
        "BE_NN": _labels("Rijksregisternummer|NISS|INSZ|national number", "rijksregisternummer|niss|insz"),
        "CH_AHV": _labels("AHV-Nr.|AHV number|AVS no.|Sozialversicherungsnummer", "ahv nummer|ahv number|avs number"),
        "PL_PESEL": _labels("PESEL|nr PESEL|PESEL number", "pesel|numer pesel"),
        "SE_PERSONNUMMER": _labels("personnummer|pnr|Swedish personal number", "personnummer|personal number"),
        "CUSIP": _labels("CUSIP|CUSIP No.|cusip number", "cusip|cusip number|security cusip"),
        "SEDOL": _labels("SEDOL|SEDOL code", "sedol|sedol code"),
        "IN_GSTIN": _labels("GSTIN|GST number|GSTIN/UIN|GST No.|GST registration", "gstin|gst number|gst no|gstin uin"),
        "DATE_OF_BIRTH": _labels(
            "date of birth|DOB|D.O.B.|born|born on|Birth date|birthday", "date of birth|dob|birth date|birthdate"
        ),
        "IP_ADDRESS": _labels(
            "IP|IP address|source IP|client IP|remote address|logged in from",
            "ip|ip address|client ip|remote addr|source ip",
        ),
        "PHONE_NUMBER": _labels(
            "phone|Tel.|mobile|Phone no.|cell|telephone|T|call me on|Mob|contact number",
            "phone|mobile|phone number|telephone|contact phone|tel|mobile number",
        ),
        "EMAIL_ADDRESS": _labels("email|e-mail|Email address|E|contact", "email|email address|contact email|mail"),
        "PERSON": _labels(
            "name|contact|account holder|Attn|Employee|Payee|Contact person|Cardholder|prepared by",
            "name|full name|contact name|account holder|employee name|cardholder name|payee name",
        ),
        "ORGANIZATION": _labels(
            "company|Supplier|Customer|Vendor|Bill to|employer",
            "company|supplier name|vendor|customer name|company name",
        ),
        "LOCATION": _labels(
            "address|Registered office|Ship to|home address|Address",
            "address|postal address|street address|billing address",
        ),
    }
)


# -- how a document spells its keys --------------------------------------------------------------------


def _snake(words: str) -> str:
    return words.replace(" ", "_")


def _pascal(words: str) -> str:
    return "".join(word.capitalize() for word in words.split())


def _camel(words: str) -> str:
    joined = _pascal(words)
    return joined[0].lower() + joined[1:]


def _title(words: str) -> str:
    return " ".join(
        word.upper() if len(word) <= 3 and word not in ("no", "tax", "id", "of") else word.capitalize()
        for word in words.split()
    )


type Spelling = Callable[[str], str]

FOR_MACHINES: Final[tuple[Spelling, ...]] = (
    _snake,
    _snake,
    _camel,
    _camel,
    _pascal,
    lambda words: _snake(words).upper(),
    lambda words: words.replace(" ", "-"),
)
FOR_PEOPLE: Final[tuple[Spelling, ...]] = (_title, _title, str.capitalize, str.upper, str.lower)


def key(chance: Random, entity: str, spelling: Spelling) -> str:
    return spelling(chance.choice(LABELS[entity].keys))


def said(chance: Random, entity: str) -> str:
    """As a person writes it, now and then in the wrong case."""
    words = chance.choice(LABELS[entity].said)
    return chance.choice((words, words, words, words, words.lower(), words.upper(), words.capitalize()))
