"""YAML to decisions: what may happen, to whom, where, and which line says so.

Read it in this order:

    reading.py      strict YAML, with a mark for every path            the only one that knows yaml
    document.py     how a document is read and what is said of faults  the only one that knows pydantic
    policy_form.py  case_form.py     the documents, key by key
    compile.py      opens the files; packs, profiles, endpoints, clients and exceptions compile a section each
    policy.py       the compiled policy: who matches, what is meant, which rows bear; promises.py streams.py
    keeping.py      tokens: who shares them, and what outlives an exchange
    pins.py         how a key of an upstream is written
    decide.py       admit, forbidden_tool, decide; quotas.py, what is counted over time; server_side.py: egress
    flags.py        the promises of an exchange: session_only.py encryption.py, and met.py, what they show
    cases.py        the tests beside a policy; casebook.py reads them, junit.py writes the report
    schema.py shipped.py places.py values.py names.py problems.py faults.py

This room imports floor 0 and nothing else of grille. It must not look for words, change them, open a
connection, or know the clock: days, keys and facts are handed in.
"""

from __future__ import annotations

from grille.policy import schema, shipped
from grille.policy.casebook import example_address, pins_of, read_cases, someone
from grille.policy.cases import Case, CaseMessage, Expected, Judge, Judged, Report, Result, run
from grille.policy.compile import load
from grille.policy.decide import admit, decide, forbidden_tool, unspoken
from grille.policy.flags import fields_needed, require
from grille.policy.junit import junit
from grille.policy.keeping import Keep, Scope, Tokens
from grille.policy.met import Met
from grille.policy.names import Vocabulary
from grille.policy.pins import pin_of
from grille.policy.places import HostPattern, host_pattern
from grille.policy.policy import (
    Client,
    Endpoint,
    Exemption,
    Match,
    Mode,
    Otherwise,
    Over,
    Policy,
    Profile,
    Quota,
    Reaction,
    Restore,
    Row,
    Tools,
)
from grille.policy.promises import Attestation, Encryption, Missing, Requirements, SessionOnly
from grille.policy.quotas import counts_over_time, quotas
from grille.policy.server_side import egress
from grille.policy.streams import Judging, Stop, Streams
from grille.policy.values import fingerprint

__all__ = [
    "Attestation",
    "Case",
    "CaseMessage",
    "Client",
    "Encryption",
    "Endpoint",
    "Exemption",
    "Expected",
    "HostPattern",
    "Judge",
    "Judged",
    "Judging",
    "Keep",
    "Match",
    "Met",
    "Missing",
    "Mode",
    "Otherwise",
    "Over",
    "Policy",
    "Profile",
    "Quota",
    "Reaction",
    "Report",
    "Requirements",
    "Restore",
    "Result",
    "Row",
    "Scope",
    "SessionOnly",
    "Stop",
    "Streams",
    "Tokens",
    "Tools",
    "Vocabulary",
    "admit",
    "counts_over_time",
    "decide",
    "egress",
    "example_address",
    "fields_needed",
    "fingerprint",
    "forbidden_tool",
    "host_pattern",
    "junit",
    "load",
    "pin_of",
    "pins_of",
    "quotas",
    "read_cases",
    "require",
    "run",
    "schema",
    "shipped",
    "someone",
    "unspoken",
]
