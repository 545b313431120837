"""The word lists about people, places and companies that hold in several languages.

A second part of `vocabulary`, split off for its length. Lower case unless case is the evidence. A word is
listed once, for one purpose, and the purpose is written under it. This module must not hold logic.
"""

from __future__ import annotations

from typing import Final

from grille.detectors.words import listed, phrases

FAMILIAR_NAMES: Final = listed(
    """
    James Mary Robert Patricia Michael Jennifer David Linda Ahmed Fatima Wei Ling Priya Raj Carlos Maria Giovanni
    Giulia Pierre Sophie Hans Anna Olga Ivan Yuki Hiroshi Kwame Amara Mehmet Ayse Lars Ingrid Pedro Ana Piotr
    Katarzyna Smith Johnson Nguyen Garcia Müller Rossi Dubois Kowalski Ivanov Tanaka Khan Patel Okafor Jansen
    """
)
"""Names that nobody doubts: a word whose vector lies near theirs may be a name."""

FAMILIAR_PLACES: Final = listed(
    """
    London Paris Berlin Sydney Toronto Auckland Texas Ohio France Germany Spain Italy Poland Brazil India Japan Kenya
    Egypt Chicago Boston Dublin Madrid Melbourne Ontario Queensland Scotland Manchester Vienna Prague Lagos Delhi Tokyo
    """
)
"""Places that nobody doubts, for the same purpose."""

KINDS_OF_THINGS: Final = phrases(
    """
    agency|album|app|application|association|band|bank|blog|book|brand|bureau|charity|club|company|conference|firm
    |corporation|drug|film|foundation|framework|game|group|hotel|label|library|magazine|movie|musical|newspaper|novel
    |opera|orchestra|organisation|organization|platform|play|podcast|product|programme|project|publication|restaurant
    |series|service|show|sitcom|software|song|start-up|startup|store|studio|supermarket|system|tool|university|website
    """
)
"""What nobody is: `Northwind is a company`. A person may well be a supplier, a vendor, an operator."""

ELSEWHERE: Final = listed(
    """
    a about after against among an and as at before behind beside but by during for from her his in inside into its
    like my near of off on onto or our outside over than that the their this through to toward towards under until upon
    via what when where which who whom whose why with within without your
    """
)
"""Words behind which something else is named: a partner at a firm is no firm."""

INSTITUTIONS: Final = listed(
    """
    association bank church college council court foundation hospital institute ministry parliament school senate
    society trust university
    """
)
"""What stands at the end of a name that is made of ordinary words and is one nevertheless: `Chase Bank`."""

TITLES: Final = phrases(
    """
    Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Dame|Lady|Lord|Rev|Judge|Professor|Doctor|Herr|Herrn|Frau|Monsieur|Madame
    |Mademoiselle|Mme|Mlle|Señor|Señora|Don|Doña|Signor|Signora|Sig|Dott|Dottoressa|Mevrouw|Mevr|Dhr|Meneer|Senhor
    |Senhora
    """
)
"""Words before which stands nothing but a name."""

ACCOUNTING_WORDS: Final = listed(
    """
    accepted account accounts accrual accruals accrued accumulated acquisition activity actual actuals adjustment
    adjustments administration advance advertising advice aged allocation allowance amortisation amortization amount
    annual applied approval approved asset assets audit authorised authorized awaiting bad balance balances bank base
    batch bill billing bills board book books brought budget building buildings capital carrying cash centre center
    charge charges chart claim claims cleared closing code codes commission committee compensation computer concern
    consolidated consolidation consumables contract contractor contribution control corporate cost costs credit
    creditor creditors currency current customer customers date days debit debt debtor debtors deduction deductions
    deferred deposit deposits depreciation desk direct discount discounts dividend dividends document draft drawings due
    duty earnings effective employee employees employer entertainment entry entries equipment equity estimate exchange
    expenditure expense expenses external federal fee feed fees file finance financial fittings fixed fixtures foreign
    forward freight fringe fuel fund furniture gain general going goods goodwill gross group hedge hire holiday hours
    impairment import imported in income input insurance intangible intercompany interest internal inventory investment
    investments invoice invoices inwards item items job journal journals land lease leasehold leases leave ledger legal
    letter liabilities liability licence license limit line lines loan loans long loss losses machinery maintenance
    management margin marketing master matched material materiality materials meals medical memo mileage minority
    miscellaneous misstatement month monthly mortgage motor net non note notes number obligation off office open opening
    operating order orders other outstanding outwards over overdraft overdue overhead overheads overtime owed owing paid
    partially payable payables payment payments payroll pending pension per performance period petty plan plant policy
    posted postage prepaid prepayment prepayments present price printing prior profit programme project property
    provision provisions publish purchase purchases quarter quarterly rate ratio receipt receipts receivable receivables
    received recognised recognized reconciled reconciliation record refund refunds region register regular
    reimbursement remittance rent rental repairs report reporting requisition reserve reserves retained return returns
    reversal reverse revenue revenues review rule rules run salaries salary sale sales save savings schedule section
    securities segment select service services settings settlement share shareholder shares short single sold staff
    standard standing statement statements stationery status stock sub submitted subscription subscriptions subsequent
    subsistence summary superannuation supplier suppliers supplies suspense tax taxation taxes telephone term terms
    the time tools total touch tracking trade training transaction transactions transfer transfers translation travel
    treasury trial type unit units unpaid use utilities valuation value vehicle vehicles vendor vendors voided voucher
    wage wages warranty withheld withholding work workers working write written year yield
    """
)
"""Words of accounts, reports and statuses, which have capitals there: a guess of these alone is no name."""

LOW_TITLES: Final = phrases(
    """
    mr|mrs|dr|prof|herr|herrn|frau|monsieur|madame|señor|señora|signor|signora|signore|dottor|meneer|mevrouw|heer
    |senhor|senhora
    """
)
"""Those that are no other word when they stand in lower case."""

GREETINGS: Final = phrases(
    """
    Dear|Hi|Hello|Hey|Hallo|Liebe|Lieber|Bonjour|Cher|Chère|Hola|Ciao|Caro|Cara|Beste|Estimado|Estimada|Querido
    |Querida|Gentile|Geachte
    """
)
"""Words that begin a letter and address somebody, at the beginning of a line."""

GATHERINGS: Final = phrases(
    """
    founders|co-founders|cofounders|attendees|attending|in attendance|participants|apologies|invitees|signatories
    |children|kids|siblings|heirs|dependants|dependents|bridesmaids|pallbearers
    """
)
"""Words before a list in which nothing but people stands."""

RELATIONS: Final = phrases(
    """
    wife|husband|spouse|fiancé|fiancée|boyfriend|girlfriend|son|daughter|brother|sister|mother|father|mum|dad|uncle|aunt
    |cousin|nephew|niece|grandson|granddaughter|grandmother|grandfather|son-in-law|daughter-in-law|mother-in-law
    |father-in-law|colleague|co-worker|boss|accountant|bookkeeper|lawyer|solicitor|barrister|secretary|neighbour
    |neighbor|friend|flatmate|roommate|landlord|landlady
    """
)
"""Words after `my` or `her`, before which and after which stands nobody but a person."""

CLOSINGS: Final = phrases(
    """
    regards|kind regards|best regards|warm regards|many thanks|thanks|thank you|cheers|best|best wishes|all the best
    |sincerely|sincerely yours|yours sincerely|yours faithfully|yours truly|respectfully|cordially|signed
    |mit freundlichen grüßen|mit freundlichem gruß|viele grüße|beste grüße|liebe grüße
    |cordialement|bien cordialement|bien à vous|saludos|un saludo|saludos cordiales|atentamente
    |cordiali saluti|distinti saluti|un saluto|met vriendelijke groet|met vriendelijke groeten|vriendelijke groeten
    |groeten|atenciosamente|cumprimentos
    """
)
"""Lines after which somebody writes their name."""

WORDS_AS_NAMES: Final = listed(
    """
    amber angel art bill bob carol christian cliff crystal daisy dale dawn dean drew faith frank gene ginger glen grace
    grant guy hazel heather holly hope iris ivy jack jade jasmine joy lily mark max melody mercy miles nick olive pat
    pearl penny ray rich rob robin rose ruby sandy sue summer victor violet wade will
    """
)
"""Given names that are words as well, and that models take for these at the beginning of a sentence."""

ADDRESSED: Final = listed(
    """
    accounts accounting admin all both buyer client colleague colleagues customer everybody everyone finance folks
    friend friends guys hiring hr it ladies madam madame member members messieurs mesdames manager monsieur partner
    payroll sales shareholder sir sirs support supplier team there user valued vendor world you
    """
)
"""Whom letters address that is no person: Dear Customer, Hi team."""

STREET_WORDS: Final = phrases(
    """
    street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|place|pl|way|boulevard|blvd|terrace|tce|crescent|cres|close
    |square|sq|highway|hwy|parkway|pkwy|circle|cir|trail|parade|pde|grove|mews|quay|esplanade|alley|turnpike|gardens
    |row|hill|walk|rise|route|loop|wharf|broadway|plaza
    """
)
"""The last word of a street's name, in English."""

STREET_BEGINNINGS: Final = phrases(
    """
    rue|avenue|boulevard|allée|impasse|chemin|quai|place|cours|route|passage|calle|avenida|avda|av|plaza|paseo|carrer
    |camino|carretera|ronda|travesía|travessa|via|viale|piazza|corso|vicolo|largo|strada|rua|praça|estrada|alameda|rúa
    |am|im|an der|auf der|zum|zur|ulica|ul
    """
)
"""The first word of a street's name, in French, Spanish, Italian, Portuguese and German."""

STREET_ENDINGS: Final = phrases(
    """
    straße|strasse|str|gasse|weg|platz|allee|ufer|steig|damm|straat|laan|gracht|plein|kade|dijk|singel|steeg
    |vägen|gatan|gata|vej|gade|veien|vegen|gaten|katu|tie|kuja
    """
)
"""How a street's name ends where it is one word: Hauptstraße, Keizersgracht."""

UNIT_WORDS: Final = phrases(
    "apt|apartment|suite|ste|unit|flat|floor|level|building|bldg|apto|app|appt|bât|piso|interno"
)
"""Parts of a house, before a number."""

BOX_WORDS: Final = phrases("po box|p.o. box|p o box|postfach|apartado|casella postale|postbus|boîte postale")
"""Where post lies that is called for, before a number."""

OTHER_WORDS: Final = listed("chad china georgia guinea jordan mali niger turkey")
"""Countries that are a name or a thing as well when they stand in lower case."""

US_STATES: Final = phrases(
    """
    AL|AK|AZ|AR|CA|CO|CT|DC|DE|FL|GA|HI|IA|ID|IL|IN|KS|KY|LA|MA|MD|ME|MI|MN|MO|MS|MT|NC|ND|NE|NH|NJ|NM|NV|NY|OH|OK|OR
    |PA|PR|RI|SC|SD|TN|TX|UT|VA|VT|WA|WI|WV|WY|AA|AE|AP
    """
)
"""States of the United States, with the postal ones of its forces."""

AU_STATES: Final = phrases("ACT|NSW|NT|QLD|SA|TAS|VIC|WA")
"""States of Australia."""

OPENERS: Final = phrases(
    """
    According|After|Although|And|As|At|Before|But|By|Consequently|Finally|For|From|Further|Furthermore|He|Her|His|However
    |If|In|It|Its|Meanwhile|Moreover|On|She|Since|Subsequently|That|The|Their|Then|There|These|They|This|Thus|When|Which
    |While|With
    """
)
"""Words that begin the sentence after one that ended with initials, and are nobody's surname: `Mr J.S. However, …`"""
