"""Business text without a name or a number worth hiding: accounting prose and code. Whatever is found is false.

The sentences use what accounting is made of, words that look like names among them (Bill, Mark-up, Grant
income, Trade Debtors); the code has keys, hashes and constants. This module must not name a person, a place
or a company: what it holds can then be counted without a label.
"""

from __future__ import annotations

from random import Random
from typing import Final

from detecting.decoys import amount, date
from detecting.drawing import filled

_PROSE: Final = (
    "Revenue for the quarter was {a}, up {p} on the year before, mostly from recurring licences.",
    "Accruals at {d} include audit fees of {a} and holiday pay of {a}.",
    "Please post the depreciation journal before the period is locked; the reversing entry goes into the next one.",
    "Trade Debtors stood at {a}, of which {p} was more than 90 days overdue.",
    "The Bill is matched to the purchase order and the goods receipt; a Mark-up of {p} is applied on delivery.",
    "Grant Income is deferred until the conditions are met, and released over {n} months.",
    "Our auditors asked for a breakdown of Other Operating Expenses by cost centre and by month.",
    "VAT on the import is reclaimed in box 4; the reverse charge makes boxes 1 and 4 equal.",
    "Net 30 terms apply, with a discount of {p} for payment within {n} days.",
    "Deferred tax was measured at {p}, the rate enacted at the balance sheet date.",
    "To be frank, the rate of interest in the Model is a placeholder and has no effect on the Result.",
    "Cash at bank was {a}; the overdraft facility of {a} was not drawn.",
    "Under IFRS 16 the lease liability is {a}, discounted at {p} over {n} years.",
    "Petty Cash was counted on {d} and agreed to the book without a difference.",
    "Cost of Sales includes freight inwards, customs duty and the movement in stock.",
    "A provision of {a} was made for the dilapidations, the only judgement in this note.",
    "Invoice INV-{i} was credited in full, and raised again as INV-{i} with the right rate.",
    "Suspense account 9999 must be nil at month end; {n} items from {d} are still there.",
    "The budget assumes {n} new starters from the second quarter and a pay rise of {p}.",
    "Write off the balance of {a} against the allowance, code 8100, and tell credit control.",
    "Gross margin fell from {p} to {p} because of the mix, not because of prices.",
    "Stock was counted by location; {n} lines differed, worth {a} in total.",
    "If the payment run fails, release batch {i} again and keep the first file.",
    "The consolidation eliminates the intercompany loan and the interest on it.",
    "Dividends of {a} were declared after the year end and are not a liability at that date.",
    "Retained Earnings brought forward agree to the signed accounts.",
    "Check that the exchange rate table was loaded on {d}: {r} for the dollar, {r} for the yen.",
    "Payroll for the month: gross {a}, deductions {a}, net {a}; the control account clears to zero.",
    "Will the Chase list be ready by Friday? {n} reminders went out, {n} are on hold.",
    "Prudence is not a reason to carry a reserve that nobody can explain.",
    "Fixed asset register: {n} additions, {n} disposals, carrying amount {a}.",
    "Statement line {i} has no match: amount {a}, reference 'STANDING ORDER {i}'.",
    "Please reconcile ledger 2100 with the aged creditors report as at {d}; the difference is {a}.",
    "The Summer promotion code MAY25 gave {p} off, and the Autumn one {p}.",
    "Rates are paid in ten instalments, April to January, of {a} each.",
    "Journal JE-{i} debits Prepayments and credits Insurance, {a}, over {n} months.",
    "EBITDA before exceptional items came to {a}, and the covenant asks for {a}.",
    "The March close took {n} days; the June one should take {n}.",
    "Q3 forecast v{n}.2: revenue {a}, headcount {n}, capex {a}, runway {n} months.",
    "Rev. rec. follows delivery; what was billed in advance sits in Contract Liabilities.",
    "Expense claims over {a} need two approvals, and a receipt that shows the tax.",
    "Please do not change account code 6201: reports, budgets and the tax return refer to it.",
    "Turnover is reported net of rebates, which came to {p} of it.",
    "The bank feed stopped on {d}, and {n} days of statements were imported by hand.",
)
_SOURCES: Final = """\
def reconcile(lines, ledger, tolerance=Decimal("0.01")):
    '''Match statement lines to ledger entries.'''
    return [line for line in lines if abs(line.amount - ledger.get(line.ref, 0)) > tolerance]
%%
SELECT account_code, SUM(debit) - SUM(credit) AS balance
FROM journal_lines WHERE posted_at >= '{d}' AND batch_id = {i}
GROUP BY account_code HAVING COUNT(*) > {n};
%%
export const VAT_RATES = {{ standard: 0.20, reduced: 0.05, zero: 0 }};
export const PAGE_SIZE = {n};
const cutoff = new Date('{d}').getTime();
%%
{{
  "name": "ledger-sync",
  "version": "{n}.{n}.3",
  "dependencies": {{"decimal.js": "^10.4.3", "zod": "~3.22.4"}},
  "integrity": "sha512-{b}=="
}}
%%
services:
  worker:
    image: ledger/worker:{n}.{n}.0@sha256:{h}{h}
    environment:
      BATCH_SIZE: {i}
      TIMEOUT_MS: 30000
      CURRENCY: EUR
%%
func (p *Posting) Hash() string {{
	return fmt.Sprintf("%s:%d", p.AccountCode, p.Cents)
}}
// revision {h}, reviewed {d}
%%
diff --git a/posting.py b/posting.py
index {s}..{s} 100644
--- a/posting.py
+++ b/posting.py
@@ -{n},7 +{n},9 @@ def post(batch):
-    limit = 1000
+    limit = 5000
%%
Traceback (most recent call last):
  File "/srv/app/posting.py", line {n}, in post
    raise PeriodLocked(period)
PeriodLocked: period 2026-0{e} was locked at {d}
%%
[{d}] INFO posting.run batch={i} lines={n} debit={a} credit={a} elapsed={n}.{n}s
%%
for i in range({n}):
    total += round(rates[i] * 1_000_000 / 365, 6)  # day count 30/360
assert total == 1234567.89
%%
<table><tr><td class="num">{a}</td><td>{p}</td></tr></table>
<!-- report {i} v1.{n}, generated {d} -->
%%
import {{ parseCsv }} from './csv.js';

const rows = parseCsv(text, {{ delimiter: ';', header: true }});
if (rows.length !== {n}) throw new Error(`expected {n}, got ${{rows.length}}`);
%%
UPDATE invoices SET status = 'PAID', paid_at = TIMESTAMP '{d} 10:00:00' WHERE id IN ({i}, {i}, {i});
%%
# Makefile
VERSION := {n}.{n}.{n}
build: ; docker build --build-arg REV={s} -t posting:$(VERSION) .
%%
const PALETTE = ['#1a2b3c', '#{c}', '#{c}'];
const UUID_NIL = '00000000-0000-0000-0000-000000000000';
export const EPOCH = 1{i}{e}00;
%%
test('rounds half to even', () => {{
  expect(round(2.675, 2)).toBe(2.68);
  expect(round({n}.125, 2)).toBe({n}.12);
}});
"""
"""Pieces of source, between lines of `%%`."""


def prose(chance: Random) -> str:
    """A paragraph of a report or a message."""
    return " ".join(_filled(chance, chance.choice(_PROSE)) for _ in range(chance.randint(3, 6)))


def code(chance: Random) -> str:
    """A piece of a source file, a configuration or a log."""
    sources = _SOURCES.split("%%\n")
    return "".join(_filled(chance, chance.choice(sources)) for _ in range(chance.randint(1, 3)))


def _filled(chance: Random, frame: str) -> str:
    return frame.format_map(_Holes(chance))


class _Holes(dict[str, str]):
    """Amount, percentage, date, number, identifier, rate, hash (long, short), Base64, colour, digit."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self._chance = chance

    def __missing__(self, hole: str) -> str:
        chance = self._chance
        match hole:
            case "a":
                return chance.choice(("£", "$", "€", "", "USD ")) + amount(chance)
            case "p":
                return f"{chance.randrange(1, 400) / 10}%"
            case "d":
                return date(chance)
            case "r":
                return f"{chance.randrange(5000, 20000) / 10000}"
            case "h":
                return chance.randbytes(16).hex()
            case "s":
                return chance.randbytes(4).hex()[:7]
            case "c":
                return chance.randbytes(3).hex()
            case "b":
                return filled(chance, "nacnaccnac" * 8).swapcase()
            case "i":
                return filled(chance, "nnnnnn")
            case "e":
                return filled(chance, "n")
            case _:
                return str(chance.randrange(2, 90))
