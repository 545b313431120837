"""What stands in the same record as a text of a message, as far as it says what the text is.

`detectors/records.py` reads it off the addresses; a segment carries it, because who judges the segment may not be
given the others. This module must not judge.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Record(NamedTuple):
    """`above` is the key of the object around a segment, `members` what stands beside it, its own object
    first; each word by word and written backwards, as `detectors/context.py` compares words."""

    above: tuple[str, ...] = ()
    members: tuple[tuple[tuple[str, ...], ...], ...] = ()


NO_RECORD: Final = Record()
