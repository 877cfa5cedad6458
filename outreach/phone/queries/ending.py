"""What a day amounted to for the person who walked it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Case, Evidence, Step
from outreach.core.days import day_bounds
from outreach.households.models import Resident
from outreach.phone.rules import masked
from outreach.visits.models import Outcome, Report


@dataclass(frozen=True, slots=True)
class Result:
    """Something reached today, and for how many people or homes."""

    programme: str
    state: str
    variant: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Thanks:
    """One thing that somebody has today and had not this morning; their name is masked."""

    who: str
    programme: str
    state: str
    variant: str | None


@dataclass(frozen=True, slots=True)
class Ending:
    """A volunteer's day in figures, from the reports that stand."""

    reports: int
    homes: int
    met: int
    #: From the first report to the last; None before there are two.
    minutes: int | None
    results: Sequence[Result]
    thanks: Thanks | None


def ending(session: orm.Session, user: User, day: date, zone: ZoneInfo) -> Ending:
    """Two queries."""
    begins, ends = day_bounds(day, zone)
    mine = sa.and_(
        Report.volunteer_id == user.id,
        Report.undone_at.is_(None),
        Report.happened_at >= begins,
        Report.happened_at < ends,
    )
    rows = session.execute(
        sa.select(Report.household_id, Report.outcome, Report.happened_at).where(mine)
    ).all()
    met: set[UUID] = {home for home, outcome, _at in rows if outcome is Outcome.MET}
    moments = [at for _home, _outcome, at in rows]
    spent = (max(moments) - min(moments)).total_seconds() if len(moments) > 1 else None
    steps = session.execute(
        sa.select(Case.programme, Step.to_state, Step.variant, Step.evidence, Resident)
        .join(Step.case)
        .join(Report, Report.id == Step.report_id)
        .outerjoin(Resident, Resident.id == Case.resident_id)
        .where(mine, Step.undone_at.is_(None), Step.stop_reason.is_(None))
        .order_by(Step.happened_at.desc(), Step.id)
    ).all()
    counted = Counter((row.programme, row.to_state, row.variant) for row in steps)
    return Ending(
        reports=len(rows),
        homes=len({home for home, _outcome, _at in rows}),
        met=len(met),
        minutes=None if spent is None else round(spent / 60),
        results=[Result(*what, count) for what, count in counted.most_common()],
        thanks=_thanks(steps),
    )


def _thanks(steps: Iterable[Any]) -> Thanks | None:
    """Rather a goal than a step on the way, rather seen than told, the newest first."""
    named = [row for row in steps if row.Resident is not None]
    if not named:
        return None
    best = min(named, key=_distance)
    person: Resident = best.Resident
    return Thanks(
        masked(person.name, person.salutation and person.salutation.value),
        best.programme,
        best.to_state,
        best.variant,
    )


def _distance(row: Any) -> tuple[bool, bool]:
    return not _is_goal(row.programme, row.to_state), row.evidence is Evidence.DECLARED


def _is_goal(programme: str, state: str) -> bool:
    found = programmes().get(programme)
    return found is not None and state in found.goals
