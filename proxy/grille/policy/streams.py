"""What a policy says of answers that stream. It must not know how a stream is judged or written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Judging(Enum):
    """When a streamed answer is judged: piece by piece while it comes, or collected and whole."""

    PIECES = "pieces"
    COLLECT = "collect"


class Stop(Enum):
    """How a streamed answer ends that may not go on: so that the client's SDK raises, or normally, with the
    provider's own reason for filtered content."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Streams:
    """How streamed answers of an endpoint are treated."""

    judge: Judging = Judging.PIECES
    stop: Stop = Stop.HARD
