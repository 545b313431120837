"""Bytes to frames and back, incremental where the wire is, and without any meaning.

Nothing in this room knows what a message, a model or a policy is; nothing here does I/O.
"""
