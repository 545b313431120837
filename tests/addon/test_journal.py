"""Nothing that mitmproxy logs comes out in its own words."""

from __future__ import annotations

import logging
import sys

import pytest
from mitmproxy.addons.errorcheck import ErrorCheck
from mitmproxy.addons.termlog import TermLog

from grille.addon import journal

CANARY = "4111 1111 1111 1111"


@pytest.fixture
def notes() -> object:
    root = logging.getLogger()
    before = list(root.handlers)
    made = journal.install()
    yield made
    journal.uninstall(made)
    root.handlers[:] = before


def test_an_error_is_a_place_and_no_words(notes: journal.Journal, capfd: pytest.CaptureFixture[str]) -> None:
    notes.starting = False
    log = logging.getLogger("mitmproxy.proxy.server")
    try:
        raise ValueError(CANARY)
    except ValueError:
        log.error("Addon error: %s", CANARY, exc_info=True)
    said = capfd.readouterr()
    assert CANARY not in said.out + said.err
    assert "test_journal.py" in said.err
    assert said.err.count("\n") == 1


def test_an_error_that_comes_again_is_said_once(notes: journal.Journal, capfd: pytest.CaptureFixture[str]) -> None:
    notes.starting = False
    for _ in range(100):
        logging.error("again")
    assert capfd.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING])
def test_less_than_an_error_is_not_said(notes: journal.Journal, level: int, capfd: pytest.CaptureFixture[str]) -> None:
    notes.starting = False
    logging.getLogger("mitmproxy").log(level, CANARY)
    assert capfd.readouterr() == ("", "")


def test_at_the_start_an_error_says_what_it_is(notes: journal.Journal, capfd: pytest.CaptureFixture[str]) -> None:
    try:
        raise OSError("address already in use")
    except OSError:
        logging.getLogger("mitmproxy").exception("cannot listen")
    assert "cannot listen: address already in use" in capfd.readouterr().err


def test_mitmproxys_own_terminal_is_silenced_and_its_check_for_errors_is_not() -> None:
    root = logging.getLogger()
    before = list(root.handlers)
    terminal, check = TermLog(sys.stdout), ErrorCheck()
    made = journal.install()
    try:
        assert terminal.logger not in root.handlers
        assert check.logger in root.handlers
    finally:
        journal.uninstall(made)
        check.finish()
        root.handlers[:] = before
