"""Machines that run these tests are shared: no example of hypothesis has a deadline."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("shared", deadline=None)
settings.load_profile("shared")
