"""The benches are commands, not a package: their folder is put behind everything else that can be imported."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "bench"))
