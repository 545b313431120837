"""The report of a test run as JUnit XML, which CI systems read."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from grille.policy.cases import Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report, suite: str) -> str:
    """One `testcase` a case, one `failure` for all that did not hold in it."""
    failed = sum(1 for result in report.results if result.failures)
    root = ElementTree.Element("testsuite", name=suite, tests=str(len(report.results)), failures=str(failed))
    for result in report.results:
        case = ElementTree.SubElement(
            root,
            "testcase",
            name=_NOT_XML.sub("?", result.name),
            classname=suite,
            file=result.source.file,
            line=str(result.source.line),
        )
        if result.failures:
            said = ElementTree.SubElement(case, "failure", message=_NOT_XML.sub("?", result.failures[0]))
            said.text = _NOT_XML.sub("?", "\n".join(result.failures))
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
