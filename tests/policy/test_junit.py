"""`grille.policy.junit`: the report for CI systems."""

from __future__ import annotations

from xml.etree import ElementTree

from grille.exchange import Source
from grille.policy import Report, Result, junit


def test_a_report_becomes_one_testcase_a_case() -> None:
    where = Source("p.test.yaml", 7, "x")
    report = Report((Result("fine", where, ()), Result("not <fine>", where, ("a & b", "c\x00"))), ())
    root = ElementTree.fromstring(junit(report, "small"))
    assert root.attrib == {"name": "small", "tests": "2", "failures": "1"}
    fine, broken = root.findall("testcase")
    assert fine.find("failure") is None
    assert (broken.get("name"), broken.get("file"), broken.get("line")) == ("not <fine>", "p.test.yaml", "7")
    failure = broken.find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == ("a & b", "a & b\nc?")
