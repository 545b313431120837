"""Verdict to record: what can be shown afterwards, and never a value.

Nothing here decides or changes a message; a record that cannot be written is an error, not a warning.
"""
