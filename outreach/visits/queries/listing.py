"""Reports as lists: a home's history, and what stands behind every number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.assistance import queries as assistance
from outreach.assistance.models import Case, Step
from outreach.core import text
from outreach.households.models import Household
from outreach.rounds.models import Round, Stop
from outreach.visits.models import Outcome, Report

PAGE_SIZE = 50
HISTORY = 10


@dataclass(frozen=True, slots=True)
class Told:
    """One report with the help it told of."""

    report: Report
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports a list should show."""

    begins: datetime | None = None
    ends: datetime | None = None
    team_id: UUID | None = None
    volunteer_id: UUID | None = None
    outcome: Outcome | None = None
    programme: str = ""
    #: Only homes with more than one report on the same stop.
    parallel: bool = False
    undone: bool = False
    words: str = ""
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether it leaves out some of a volunteer's reports of its days."""
        return bool(self.team_id or self.outcome or self.programme or self.parallel or self.words)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of reports."""

    rows: Sequence[Told]
    total: int
    page: int
    pages: int


def history(session: orm.Session, household_id: UUID, *, limit: int = HISTORY) -> list[Told]:
    """What was reported of a home, the newest first, without what was taken back: two queries."""
    reports = session.scalars(
        sa.select(Report)
        .where(Report.household_id == household_id, Report.undone_at.is_(None))
        .options(orm.joinedload(Report.volunteer))
        .order_by(Report.happened_at.desc(), Report.received_at.desc())
        .limit(limit)
    ).all()
    return _told(session, reports)


def histories(
    session: orm.Session, household_ids: Collection[UUID], *, limit: int = HISTORY
) -> dict[UUID, list[Told]]:
    """The same for many homes: two queries for 1 or for 35."""
    newest = (
        sa.func.row_number()
        .over(
            partition_by=Report.household_id,
            order_by=(Report.happened_at.desc(), Report.received_at.desc()),
        )
        .label("place")
    )
    counted = sa.select(Report.id, newest).where(
        Report.household_id.in_(household_ids), Report.undone_at.is_(None)
    )
    ranked = counted.subquery()
    reports = session.scalars(
        sa.select(Report)
        .join(ranked, ranked.c.id == Report.id)
        .where(ranked.c.place <= limit)
        .options(orm.joinedload(Report.volunteer))
        .order_by(Report.happened_at.desc(), Report.received_at.desc())
    ).all()
    found: dict[UUID, list[Told]] = {}
    for told in _told(session, reports):
        found.setdefault(told.report.household_id, []).append(told)
    return found


def listed(session: orm.Session, wanted: Wanted, *, actor: User) -> Page:
    """Reports on homes in the actor's area, the newest first: three queries."""
    chosen = _chosen(wanted, actor)
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    reports = session.scalars(
        chosen.options(
            orm.contains_eager(Report.household).joinedload(Household.area),
            orm.joinedload(Report.volunteer),
        )
        .order_by(Report.happened_at.desc(), Report.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(_told(session, reports), total, page, pages)


def _told(session: orm.Session, reports: Sequence[Report]) -> list[Told]:
    steps = assistance.steps_of_reports(session, [one.id for one in reports])
    return [Told(one, steps.get(one.id, ())) for one in reports]


def _chosen(wanted: Wanted, actor: User) -> sa.Select[Report]:
    given: list[tuple[object, Callable[[Any], sa.ColumnElement[bool]]]] = [
        (wanted.begins, lambda at: Report.happened_at >= at),
        (wanted.ends, lambda at: Report.happened_at < at),
        (wanted.volunteer_id, lambda id_: Report.volunteer_id == id_),
        (wanted.outcome, lambda outcome: Report.outcome == outcome),
        (wanted.team_id, lambda id_: Report.stop_id.in_(_of_team(id_))),
        (wanted.programme, lambda code: Report.id.in_(_with_programme(code))),
        (wanted.parallel, lambda _: Report.stop_id.in_(_told_twice())),
    ]
    return (
        sa.select(Report)
        .join(Report.household)
        .where(
            Household.area_id.in_(scopes.areas(actor)),
            Report.undone_at.is_not(None) if wanted.undone else Report.undone_at.is_(None),
            *(condition(value) for value, condition in given if value),
            *(
                Household.search_key.contains(word, autoescape=True)
                for word in text.fold(wanted.words).split()
            ),
        )
    )


def _of_team(team_id: UUID) -> sa.Select[UUID]:
    return sa.select(Stop.id).join(Round).where(Round.team_id == team_id)


def _with_programme(code: str) -> sa.Select[UUID | None]:
    return (
        sa.select(Step.report_id)
        .join(Step.case)
        .where(Case.programme == code, Step.undone_at.is_(None), Step.report_id.is_not(None))
    )


def _told_twice() -> sa.Select[UUID | None]:
    return (
        sa.select(Report.stop_id)
        .where(Report.undone_at.is_(None), Report.stop_id.is_not(None))
        .group_by(Report.stop_id)
        .having(sa.func.count() > 1)
    )


def told(session: orm.Session, report_id: UUID, *, actor: User) -> Report | None:
    """The actor's own report with its home, for the offer to take it back."""
    return session.scalar(
        sa.select(Report)
        .where(Report.id == report_id, Report.volunteer_id == actor.id)
        .options(orm.joinedload(Report.household))
    )
