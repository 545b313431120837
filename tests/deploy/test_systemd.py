"""The unit: its commands are ones that this version takes, and systemd takes the rest."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from grille.cli import verbs

UNIT = Path(__file__).parents[2] / "deploy" / "systemd" / "grille.service"
TEXT = UNIT.read_text("utf-8")


@pytest.mark.parametrize("command", re.findall(r"^ExecStart(?:Pre)?=\S+ (.*)$", TEXT, re.MULTILINE))
def test_its_commands_are_of_this_version(command: str) -> None:
    name, *arguments = shlex.split(command)
    verb = next(iter(verbs(name)))
    parser = argparse.ArgumentParser()
    verb.add(parser)
    parser.parse_args(arguments)


def test_it_has_longer_to_stop_than_the_proxy_takes_for_it() -> None:
    drain, stop = re.search(r"--drain (\d+)", TEXT), re.search(r"^TimeoutStopSec=(\d+)$", TEXT, re.MULTILINE)
    assert drain is not None
    assert stop is not None
    assert int(stop[1]) >= int(drain[1]) + 10


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_it_and_calls_it_well_confined() -> None:
    checked = subprocess.run(["systemd-analyze", "verify", UNIT], capture_output=True, text=True, check=False)
    complaints = [line for line in checked.stderr.splitlines() if "is not executable" not in line]
    assert complaints == [], "but for grille not being installed"
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=15", UNIT],
        capture_output=True,
        text=True,
        check=False,
    )
    if "Unknown" in rated.stderr or "unrecognized" in rated.stderr:
        pytest.skip("this systemd-analyze rates no files")
    assert rated.returncode == 0, rated.stdout[-300:]
