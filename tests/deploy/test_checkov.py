"""checkov's rules over everything that is rendered, where checkov is installed: it is large, and no test dependency."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from rendering import KUBERNETES

LACKING = [tool for tool in ("checkov", "helm", "kubectl") if shutil.which(tool) is None]


@pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)}")
def test_it_has_nothing_to_say_but_what_is_argued() -> None:
    done = subprocess.run([KUBERNETES / "checkov.sh"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "nothing more to say" in done.stdout
