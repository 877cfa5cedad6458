"""How long a planner may still think: CPU seconds of the thread that thinks, and a way to stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from outreach.routing.plan import Plan


@dataclass(frozen=True)
class Progress:
    """What a watcher is told now and then: how far, how good, and the plan itself on request."""

    fraction: float
    visits: int
    _make: Callable[[], Plan] = field(repr=False)

    def plan(self) -> Plan:
        """The best plan so far, whole and checked (some milliseconds of work)."""
        return self._make()


class Budget:
    """CPU seconds from now, shared by all steps of one plan.

    Thread time, so that a busy server does not shorten a plan; a watcher that answers False ends
    the thinking at the next step of the search, which is never longer than a few milliseconds.
    """

    #: Watchers are told at most this often, in CPU seconds.
    _EVERY = 0.2

    def __init__(
        self,
        seconds: float,
        watch: Callable[[float], bool] | None = None,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self.seconds = seconds
        self.stopped = False
        self._clock = clock
        self._began = clock()
        self._watch = watch
        self._told = -1.0

    def spent(self) -> float:
        """CPU seconds used so far."""
        return self._clock() - self._began

    def left(self) -> float:
        """CPU seconds still to use; never below zero."""
        return 0.0 if self.stopped else max(0.0, self.seconds - self.spent())

    def until(self, spent: float) -> Callable[[], bool]:
        """A question to ask at each step: go on? No when `spent` CPU seconds are used."""

        def go_on() -> bool:
            used = self.spent()
            if self._watch is not None and used - self._told >= self._EVERY:
                self._told = used
                self.stopped = self.stopped or not self._watch(
                    min(1.0, used / max(self.seconds, 1e-9))
                )
            return not self.stopped and used < min(spent, self.seconds)

        return go_on
