"""From visits and tasks to texts: one for each phone and day, merged, within the caps, or why not.

A draft's key is made from what it would say, not from the text: whether anything changed is known
without writing ten thousand texts again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from outreach.households.models import Language
from outreach.notifications.rules import saying
from outreach.notifications.rules.calendar import AT_LEAST_BEFORE
from outreach.notifications.rules.drafts import (
    SOON,
    TASKS,
    VISITS,
    Draft,
    Plan,
    Sent,
    Setting,
    Silence,
    Visit,
    Why,
)
from outreach.notifications.rules.manners import Manner
from outreach.notifications.rules.tasks import Task
from outreach.notifications.texts import digest

#: A phone gets at most one text a day, and this many in any seven days.
MOST_A_WEEK = 3
_WEEK = timedelta(days=7)
_TASKS_AT = 9 * 60
#: How long before a visit the second text goes out, where the commune wants one.
SOON_BEFORE = timedelta(hours=1)


def plan(
    visits: Iterable[Visit],
    tasks: Iterable[Task],
    manners: Mapping[UUID, Manner],
    sent: Sent,
    setting: Setting,
    *,
    now: datetime,
) -> Plan:
    """Decide for every phone. `manners` are by the area of a home."""
    planner = _Planner(manners, sent, setting, now)
    todo: dict[str, list[Task]] = {}
    for task in tasks:
        todo.setdefault(task.phone, []).append(task)
    ordered = sorted(visits, key=attrgetter("phone", "day", "starts_at", "code"))
    for phone, group in groupby(ordered, key=attrgetter("phone")):
        planner.phone(phone, group, todo.pop(phone, []))
    for phone, left in todo.items():
        planner.phone(phone, (), left)
    return Plan(planner.drafts, planner.silences)


class _Planner:
    """Goes from phone to phone; remembers moments and digests that repeat through a ward."""

    def __init__(
        self, manners: Mapping[UUID, Manner], sent: Sent, setting: Setting, now: datetime
    ) -> None:
        self._manners, self._sent, self._setting, self._now = manners, sent, setting, now
        self._today = now.astimezone(setting.zone).date()
        self._moments: dict[tuple[date, int], datetime] = {}
        self._marks: dict[tuple[int, Language, str], str] = {}
        self.drafts: list[Draft] = []
        self.silences: list[Silence] = []

    def phone(self, phone: str, visits: Iterable[Visit], tasks: list[Task]) -> None:
        """One text a day, the earliest first; what is due is told with the first of them."""
        told = self._sent.told.get(phone, frozenset())
        taken = list(self._sent.days.get(phone, ()))
        if tasks:
            tasks = [task for task in tasks if task.turn(self._today) and self._new(task, told)]
        again: list[tuple[Visit, ...]] = []
        for day, group in groupby(visits, key=attrgetter("day")):
            together = tuple(group)
            if told and {visit.told for visit in together} <= told:
                self.silences.append(Silence(phone, day, Why.TOLD, together))
            elif self._reminder(phone, together, tuple(tasks), taken):
                tasks = []
            if self._manners[together[0].area_id].hour_before:
                again.append(together)
        if tasks:
            self._notice(phone, tuple(tasks), taken)
        for together in again:  # last: what was not told at all comes before what is told twice
            self._soon(phone, together, told, taken)

    def _new(self, task: Task, told: AbstractSet[str]) -> bool:
        return task.told(self._today) not in told

    def _reminder(
        self,
        phone: str,
        visits: tuple[Visit, ...],
        tasks: tuple[Task, ...],
        taken: list[date],
    ) -> bool:
        """Draft the reminder of one day; whether it also tells of the tasks."""
        day = visits[0].day
        manner = self._manners[visits[0].area_id]
        after = self._evening(day, manner)
        before = visits[0].starts_at - AT_LEAST_BEFORE
        # what is due may wait for the reminder, but not for long
        along = tasks if after.date() - self._today <= timedelta(days=1) else ()
        moment, why = self._slot(after, before, manner, taken)
        name = saying.template_for(len(visits), along).name
        if why is None and not self._registered(name, visits[0].language):
            why = Why.NOT_REGISTERED
        if why is not None:
            self.silences.append(Silence(phone, day, why, visits))
            return False
        taken.append(moment.date())
        self._draft(VISITS, (phone, day), (moment, before), visits=visits, tasks=along)
        return bool(along)

    def _soon(
        self,
        phone: str,
        visits: tuple[Visit, ...],
        told: AbstractSet[str],
        taken: list[date],
    ) -> None:
        """Once more an hour before the first visit, on a day that has no other text."""
        first, setting = visits[0], self._setting
        manner = self._manners[first.area_id]
        wanted = (first.starts_at - SOON_BEFORE).astimezone(setting.zone)
        moment = setting.calendar.decent(
            max(wanted, self._now.astimezone(setting.zone)), manner.hours
        )
        before = first.starts_at - AT_LEAST_BEFORE
        day = moment.date()
        if moment >= before or day in taken or _crowded(day, taken):
            return
        name = saying.template_for(len(visits), ()).name
        if _soon(first) not in told and self._registered(name, first.language):
            taken.append(day)
            self._draft(SOON, (phone, first.day), (moment, before), visits=visits)

    def _notice(self, phone: str, tasks: tuple[Task, ...], taken: list[date]) -> None:
        manner = self._manners[tasks[0].area_id]
        setting = self._setting
        at = self._now.astimezone(setting.zone)
        at = max(at, at.replace(hour=_TASKS_AT // 60, minute=0, second=0, microsecond=0))
        after = setting.calendar.decent(at, manner.hours)
        end = min(task.last for task in tasks) + timedelta(days=1)
        before = datetime(end.year, end.month, end.day, tzinfo=setting.zone)
        moment, why = self._slot(after, before, manner, taken)
        name = saying.template_for(0, tasks).name
        if why is None and self._registered(name, tasks[0].language):
            taken.append(moment.date())
            self._draft(TASKS, (phone, moment.date()), (moment, before), tasks=tasks)

    def _evening(self, day: date, manner: Manner) -> datetime:
        key = (day, id(manner))
        if key not in self._moments:
            setting = self._setting
            self._moments[key] = setting.calendar.after_evening(
                day, manner.hours, setting.zone, now=self._now
            )
        return self._moments[key]

    def _slot(
        self, after: datetime, before: datetime, manner: Manner, taken: Sequence[date]
    ) -> tuple[datetime, Why | None]:
        """The first decent moment on a day this phone has free, or why there is none in time."""
        why = Why.TOO_LATE
        while after < before:
            if after.date() in taken:
                after, why = self._setting.calendar.next_day(after, manner.hours), Why.DAY_FULL
            elif _crowded(after.date(), taken):
                return after, Why.WEEK_FULL
            else:
                return after, None
        return after, why

    def _registered(self, name: str, language: Language) -> bool:
        known, wordings = self._setting.registered, self._setting.wordings
        return known is None or digest(wordings[name, language], language) in known

    def _draft(
        self,
        purpose: str,
        whom: tuple[str, date],
        moment: tuple[datetime, datetime],
        *,
        visits: tuple[Visit, ...] = (),
        tasks: tuple[Task, ...] = (),
    ) -> None:
        phone, day = whom
        manner = self._manners[(visits or tasks)[0].area_id]
        of_visits = [_soon(v) if purpose == SOON else v.told for v in visits]
        told = tuple(of_visits + [t.told(self._today) for t in tasks])
        name = saying.template_for(len(visits), tasks).name
        mark = self._mark(manner, (visits or tasks)[0].language, name)
        facts = "\n".join([phone, mark, *told, *[visit.code for visit in visits]])
        digested = blake2b(facts.encode(), digest_size=16).hexdigest()
        self.drafts.append(
            Draft(
                f"{purpose}:{day}:{digested}", purpose, phone, day, moment[0], moment[1], manner,
                visits, tasks, told, self._setting,
            )
        )  # fmt: skip

    def _mark(self, manner: Manner, language: Language, name: str) -> str:
        """What the text depends on besides its visits: its words, its sender, ways to answer."""
        key = (id(manner), language, name)
        if key not in self._marks:
            said = digest(self._setting.wordings[name, language], language)
            self._marks[key] = "|".join(
                (said, manner.sender, manner.hotline, manner.reply(language))
            )
        return self._marks[key]


def _soon(visit: Visit) -> str:
    """What the text an hour before has told: apart from what the evening's has."""
    return f"{visit.told} soon"


def _crowded(day: date, taken: Sequence[date]) -> bool:
    """Whether one more text on `day` would make too many in some seven days around it."""
    if len(taken) < MOST_A_WEEK:
        return False
    near = Counter(one for one in taken if abs(one - day) < _WEEK)
    return any(
        sum(near[first + timedelta(days=n)] for n in range(7)) >= MOST_A_WEEK
        for first in (day - timedelta(days=n) for n in range(7))
    )
