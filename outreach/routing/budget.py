"""How long a planner may still think, and ways to stop it.

The budget is counted in *work*: an estimate, from what was done, of the CPU seconds it takes on the
machine it was fitted on (`engine.Cost`). Work is the same wherever and however often a plan is
made, so the same seed gives the same plan, whatever else the machine is doing. CPU time is watched
besides: a slower machine stops a little after the seconds asked for, with what it has, and one that
is clearly faster does half as much again in them. So a seed gives one plan on machines of one kind,
not on all.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from outreach.routing.plan import Plan

_Found = TypeVar("_Found")

#: Work for each second asked for, and CPU seconds at which thinking ends over those, unless told
#: otherwise. One processor drifts between 0.70 and 0.98 CPU seconds for one of work: all of that is
#: one kind of machine, which does all of its work.
WORK, CEILING = 1.17, 1.15

#: A machine is clearly faster at so many CPU seconds for one of work, and does so much more; it is
#: looked at once, when so much work is done. The fast ones that were measured needed 0.5.
_FAST, _MORE, _SEEN = 0.61, 1.5, 1.0


@dataclass(frozen=True)
class Progress:
    """What a watcher is told now and then: how far, how good, and the plan itself on request."""

    fraction: float
    visits: int
    _make: Callable[[], Plan] = field(repr=False)

    def plan(self) -> Plan:
        """The best plan so far, whole and checked (some milliseconds of work)."""
        return self._make()


def never() -> bool:
    """Nobody asks it to stop."""
    return False


class Budget:
    """Work from now, shared by all steps of one plan, in whichever thread they are done.

    A watcher that answers False, or `stop` answering True, ends the thinking at the next step of
    the search, which is never longer than some milliseconds.
    """

    #: Watchers are told at most this often, in work.
    _EVERY = 0.2

    def __init__(
        self,
        seconds: float,
        watch: Callable[[float], bool] | None = None,
        stop: Callable[[], bool] = never,
        most_cpu: float | None = None,
    ) -> None:
        #: Work to do.
        self.seconds = seconds
        #: CPU seconds at which thinking ends however little work was done.
        self.ceiling = CEILING * seconds if most_cpu is None else most_cpu
        self._stop, self._watch = stop, watch
        self._ended = False
        self._told = -1.0
        self._fraction = 0.0
        self._looked = False
        self._work = 0.0
        self._began = time.thread_time()
        #: CPU seconds of other threads.
        self.elsewhere = 0.0

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it to stop."""
        self._ended = self._ended or self._stop()
        return self._ended

    def charge(self, work: float, elsewhere: float = 0.0) -> None:
        """Counts work that was done, and CPU seconds it took in another thread."""
        self._work += work
        self.elsewhere += elsewhere

    def spent(self) -> float:
        """Work done so far."""
        return self._work

    def cpu(self) -> float:
        """CPU seconds used so far."""
        return time.thread_time() - self._began + self.elsewhere

    def left(self) -> float:
        """Work still to do; 0 when stopped or when the CPU seconds are used up."""
        if self.stopped or self.cpu() >= self.ceiling:
            return 0.0
        return max(0.0, self.seconds - self._work)

    def going(self) -> bool:
        """Whether to go on; tells the watcher when it is time."""
        self._tell(self._work)
        return self.left() > 0.0

    def _tell(self, work: float) -> None:
        if self._watch is not None and work - self._told >= self._EVERY:
            self._told = work
            self._fraction = max(self._fraction, min(1.0, work / max(self.seconds, 1e-9)))
            if not self._watch(self._fraction):
                self._ended = True

    def look(self) -> None:
        """Gives a clearly faster machine more work for its seconds; call it between searches."""
        if not self._looked and self._work >= _SEEN:
            self._looked = True
            if self.cpu() <= _FAST * self._work:
                self.seconds *= _MORE

    def lane(self, until: float, share: int = 1, *, tells: bool = True) -> "Lane":
        """An equal share of the work until so much is spent, for one of `share` threads."""
        return Lane(self, (min(until, self.seconds) - self._work) / share, share, tells=tells)


class Lane:
    """Work of one search in one thread; `close` counts it into the budget."""

    #: Steps between looks at the CPU clock.
    _LOOK = 16
    #: Work of a step that is looked after at once.
    _LONG = 0.02

    def __init__(self, budget: Budget, work: float, share: int, *, tells: bool) -> None:
        self._budget, self._most, self._share, self._tells = budget, work, share, tells
        self._base = budget.spent()
        self._cpu = budget.ceiling - budget.cpu()
        self._began: float | None = None
        self._steps = 0
        self._over = False
        self.work = 0.0
        #: CPU seconds of a job that has ended (`run`).
        self.cpu = 0.0

    def go_on(self, work: float) -> bool:
        """Counts the work of a step, and says whether there may be another."""
        if self._began is None:
            self._began = time.thread_time()
        self.work += work
        self._steps += 1
        self._over = self._over or self.work >= self._most or self._budget.stopped
        if self._over:
            return False
        if self._tells:
            self._budget._tell(self._base + self.work * self._share)  # noqa: SLF001 - one module
        if self._steps % self._LOOK == 0 or work >= self._LONG:
            self._over = (time.thread_time() - self._began) * self._share >= self._cpu
        return not self._over

    def close(self, *, elsewhere: bool = False) -> None:
        """Counts this lane's work; call it in the budget's own thread."""
        self._budget.charge(self.work, self.cpu if elsewhere else 0.0)

    def run(self, job: Callable[["Lane"], _Found]) -> _Found:
        """What a job finds that counts its work into this lane; in any thread."""
        self._began = time.thread_time()
        found = job(self)
        self.cpu = time.thread_time() - self._began
        return found


class Crew:
    """Jobs side by side: on two processors where there are two.

    Where there is one they are done in turn, and find the same: how much work each may do does not
    depend on the others.
    """

    #: How many jobs at a time are meant to be given to it.
    SIZE = 2

    def __init__(self, budget: Budget, threads: ThreadPoolExecutor) -> None:
        """`threads` has one thread less than there are jobs at a time: the first is done here."""
        self.budget, self._threads = budget, threads

    def run(
        self, jobs: Sequence[Callable[[Lane], _Found]], until: float, others: float | None = None
    ) -> list[_Found]:
        """What each job finds, in order; each may do an equal share of the work until then.

        With `others`, all but the first have a share of the work until that much is spent.
        """
        count = len(jobs)
        untils = [until, *[until if others is None else others] * (count - 1)]
        lanes = [self.budget.lane(each, count, tells=seq == 0) for seq, each in enumerate(untils)]
        beside = [
            self._threads.submit(lane.run, job)
            for job, lane in zip(jobs[1:], lanes[1:], strict=True)
        ]
        found = [lanes[0].run(jobs[0]), *(other.result() for other in beside)]
        for seq, lane in enumerate(lanes):
            lane.close(elsewhere=seq > 0)
        return found
