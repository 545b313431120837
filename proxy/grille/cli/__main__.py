"""`python -m grille.cli` is `grille`."""

from __future__ import annotations

import sys

from grille.cli import main

sys.exit(main())
