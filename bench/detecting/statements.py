"""What banks and their customers send each other: records whose places, not words, say what a value is.

MT940 (SWIFT), camt.053 (ISO 20022), OFX 1.6, NACHA, and BAI2, each with the lines that a statement or a batch
has. Only accounts, banks and names are marked: references and amounts are what these records are full of.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from detecting.decoys import amount
from detecting.drawing import filled
from detecting.marking import bare, marked
from detecting.parties import Parties
from detecting.values import MAKERS


def _made(chance: Random, entity: str) -> str:
    return marked(entity, MAKERS[entity](chance))


def _iban(chance: Random) -> str:
    return marked("IBAN_CODE", MAKERS["IBAN_CODE"](chance).replace(" ", "").replace("-", ""))


def _comma(chance: Random) -> str:
    return amount(chance).replace(",", "").replace(".", ",")


def mt940(chance: Random, parties: Parties) -> str:
    lines = [
        f":20:STMT{filled(chance, 'nnnnnn')}", f":25:{_iban(chance)}", f":28C:{chance.randint(1, 365):05d}/001",
        f":60F:C260101EUR{_comma(chance)}",
    ]  # fmt: skip
    for _ in range(chance.randint(1, 3)):
        party = parties.next()
        lines += [
            f":61:2601{chance.randint(10, 28)}01{chance.randint(10, 28)}D{_comma(chance)}NTRFNONREF"
            f"//{filled(chance, 'nnnnnnnn')}",
            f":86:166?00SEPA?20SVWZ+INV {filled(chance, 'nnnnn')}?30{_made(chance, 'BIC_CODE')}?31{_iban(chance)}"
            f"?32{marked('ORGANIZATION', party.company)}",
        ]
    return "\n".join([*lines, f":62F:C260131EUR{_comma(chance)}", "-"])


def camt053(chance: Random, parties: Parties) -> str:
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">{amount(chance).replace(",", "")}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{filled(chance, 'nnnnnnnnnn')}</EndToEndId></Refs><RltdPties><Dbtr>"
        f"<Nm>{marked('PERSON', parties.next().person)}</Nm></Dbtr><DbtrAcct><Id><IBAN>{_iban(chance)}</IBAN></Id>"
        f"</DbtrAcct></RltdPties><RltdAgts><DbtrAgt><FinInstnId><BICFI>{_made(chance, 'BIC_CODE')}</BICFI>"
        "</FinInstnId></DbtrAgt></RltdAgts></TxDtls></NtryDtls></Ntry>"
        for _ in range(chance.randint(1, 2))
    )
    return (
        f"<Stmt><Id>{filled(chance, 'nnnnnnnn')}</Id><ElctrncSeqNb>{chance.randint(1, 300)}</ElctrncSeqNb><Acct><Id>"
        f"<IBAN>{_iban(chance)}</IBAN></Id><Ccy>EUR</Ccy></Acct>{entries}</Stmt>"
    )


def ofx(chance: Random, parties: Parties) -> str:
    moves = "\n".join(
        f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>2026{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}120000"
        f"<TRNAMT>-{amount(chance).replace(',', '')}<FITID>{filled(chance, 'nnnnnnnnnnnn')}"
        f"<NAME>{marked('ORGANIZATION', parties.next().company)}</STMTTRN>"
        for _ in range(chance.randint(1, 3))
    )
    return (
        f"<BANKACCTFROM><BANKID>{_made(chance, 'US_ABA_ROUTING')}<ACCTID>{_made(chance, 'US_BANK_NUMBER')}"
        f"<ACCTTYPE>CHECKING</BANKACCTFROM>\n<BANKTRANLIST>\n{moves}\n</BANKTRANLIST>"
    )


def nacha(chance: Random, parties: Parties) -> str:
    """Entry detail records (type 6): routing number at 4-12, account at 13-29, name at 55-76, 94 in all."""
    odfi = MAKERS["US_ABA_ROUTING"](chance)
    lines = [
        f"5200{'PAYROLL':<36}1{filled(chance, 'nnnnnnnnn')}PPDSALARY    260115260116   1{odfi[:8]}0000001"[:94],
    ]
    for number in range(chance.randint(2, 4)):
        account = MAKERS["US_BANK_NUMBER"](chance)
        person = parties.next().person[:22]
        lines.append(
            f"622{_made(chance, 'US_ABA_ROUTING')}{marked('US_BANK_NUMBER', account)}{' ' * (17 - len(account))}"
            f"{chance.randrange(10_000, 999_999):010d}{filled(chance, 'nnnnn'):<15}{marked('PERSON', person)}"
            f"{' ' * (22 - len(person))}  0{odfi[:8]}{number + 1:07d}"
        )
    assert all(len(bare(line)) == 94 for line in lines[1:])
    return "\n".join(lines)


def bai2(chance: Random, parties: Parties) -> str:
    """The sender of a file (record 01) is the bank, by its routing number."""
    lines = [f"01,{_made(chance, 'US_ABA_ROUTING')},CUSTOMER,260115,0410,1,80,1,2/"]
    for _ in range(chance.randint(1, 3)):
        lines += [
            f"03,{_made(chance, 'US_BANK_NUMBER')},USD,010,{filled(chance, 'nnnnnnn')},,,"
            f"015,{filled(chance, 'nnnnnnn')},,/",
            f"16,475,{filled(chance, 'nnnnnn')},,{filled(chance, 'nnnnnnnn')},CHECK PAID/",
        ]
    return "\n".join([*lines, f"49,{filled(chance, 'nnnnnnnn')},{len(lines)}/"])


_KINDS: Final[tuple[Callable[[Random, Parties], str], ...]] = (mt940, camt053, ofx, nacha, bai2)


def statements(chance: Random, parties: Parties) -> str:
    return chance.choice(_KINDS)(chance, parties)
