"""`grille run` begins what takes longest before it imports the rest."""

from __future__ import annotations

import subprocess
import sys


def test_options_are_read_without_the_proxys_stack() -> None:
    said = "import sys, grille.cli; grille.cli.verbs('run'); print('mitmproxy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
