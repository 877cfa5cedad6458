"""One neighbourhood to search, and what a phase of the search keeps to."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.routing.encoding import Task


@dataclass(frozen=True, slots=True)
class Piece:
    """One neighbourhood to search: its teams, what is asked, and the seed."""

    group: list[int]
    task: Task
    seed: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What one phase keeps to."""

    #: Share of all time at which it ends.
    share: float
    until: Sequence[int]
    #: What a stop among strangers costs; 0 leaves territories as they come.
    stranger_minutes: float = 0.0
    wake_minutes: float = 0.0
