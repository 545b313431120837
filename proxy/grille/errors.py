"""What can go wrong, as one small tree. No message may hold a value found in an exchange.

GrilleError
├── Malformed          the bytes are not what they claim to be: refused, `otherwise.body`
│   ├── Undecodable        content coding
│   ├── Unscannable        well formed, but there is no way to read the words in it
│   └── TooLarge           over a limit
├── CannotRewrite      a ruling asks for a change that the place does not allow
│   └── SignedBody         its sender signed the message, so nothing in it may change
├── StoreFailed        the store of tokens and counts that a policy asks for did not answer
├── DetectionFailed    a recogniser was skipped, failed, or ran out of time: refused
├── PolicyErrors       every problem of a policy, each with file, line, column and caret
├── SettingsError      the program was asked to run in a way that is not safe or not possible
├── CannotInject       a manifest cannot be read, or has what is in the way of a sidecar
└── AuditFailed        a record could not be written: nothing is forwarded without one
"""

from __future__ import annotations

from dataclasses import dataclass


class GrilleError(Exception):
    """The root. Its text may be shown to people."""


class Malformed(GrilleError):
    """The bytes are not what they claim to be. `where` is an offset or an address, never a value."""

    def __init__(self, problem: str, where: str = "") -> None:
        super().__init__(f"{problem} at {where}" if where else problem)
        self.problem = problem
        self.where = where


class Undecodable(Malformed):
    """A content coding that is unknown, stacked too deep, truncated or followed by other bytes."""


class Unscannable(Malformed):
    """The message is well formed, but there is no way to read the words in it."""


class TooLarge(Malformed):
    """A limit on size, depth or count was passed; the limit is in the text."""


class CannotRewrite(GrilleError):
    """A ruling asks for a change that the place does not allow (two keys would become one)."""


class SignedBody(CannotRewrite):
    """The sender signed the message over its body: it can go on as it came, or not at all."""


class DetectionFailed(GrilleError):
    """A recogniser was skipped, failed or ran out of time. `detector` says which."""

    def __init__(self, detector: str, problem: str) -> None:
        super().__init__(f"{detector}: {problem}")
        self.detector = detector
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a policy: `line` and `column` are 1-based, `text` says what to do."""

    file: str
    line: int
    column: int
    text: str
    source_line: str = ""

    def __str__(self) -> str:
        head = f"{self.file}:{self.line}:{self.column}: {self.text}"
        if not self.source_line:
            return head
        return f"{head}\n    {self.source_line}\n    {' ' * (self.column - 1)}^"


class StoreFailed(GrilleError):
    """The store did not answer, or not in time. The text is a class of exception, never what it said."""


class PolicyErrors(GrilleError):
    """Every problem found in one run, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class SettingsError(GrilleError):
    """The program was asked to run in a way that is not safe or not possible."""


class CannotInject(GrilleError):
    """A manifest cannot be read, or has what is in the way of a sidecar. `where` is the document and its field."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


class AuditFailed(GrilleError):
    """An audit record could not be written; nothing is forwarded without one."""
