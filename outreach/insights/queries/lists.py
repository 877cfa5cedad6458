"""The rows behind every number of the overview, in the order they are shown and exported."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance.models import Case, Evidence, Step
from outreach.households.models import Household, Resident
from outreach.insights.queries import Rows, ladder, overview
from outreach.insights.rules import Period
from outreach.places.models import Area
from outreach.visits.models import Outcome, Report


def visits(area: Area, period: Period, *, outcome: str = "") -> Rows:
    """Reports of the period, newest first; `outcome` narrows to one."""
    home = Area.__table__.alias("home")
    found = (
        sa.select(
            Report.id,
            Report.happened_at,
            Report.outcome,
            Household.id.label("household_id"),
            Household.address,
            Household.head_name,
            sa.func.trim(home.c.kind + " " + home.c.name).label("area"),
            User.name.label("volunteer"),
        )
        .join(Report.household)
        .join(Report.volunteer)
        .join(home, home.c.id == Household.area_id)
        .where(*overview.reports(area, period))
        .order_by(Report.happened_at.desc(), Report.id)
    )
    return found.where(Report.outcome == Outcome(outcome)) if outcome else found


def homes(area: Area, period: Period) -> Rows:
    """Homes where somebody was met, each once, with how often and when last."""
    met = (
        sa.select(
            Report.household_id,
            sa.func.count(Report.id).label("contacts"),
            sa.func.max(Report.happened_at).label("last_at"),
        )
        .join(Report.household)
        .where(*overview.reports(area, period), Report.outcome == Outcome.MET)
        .group_by(Report.household_id)
        .subquery("met")
    )
    home = Area.__table__.alias("home")
    return (
        sa.select(
            Household.id.label("household_id"),
            Household.address,
            Household.head_name,
            sa.func.trim(home.c.kind + " " + home.c.name).label("area"),
            met.c.contacts,
            met.c.last_at,
        )
        .join(met, met.c.household_id == Household.id)
        .join(home, home.c.id == Household.area_id)
        .order_by(home.c.sort_key, Household.sort_key, Household.id)
    )


def people(area: Area, period: Period) -> Rows:
    """Residents helped in the period, each once, with the number of steps."""
    helped = (
        sa.select(
            Case.resident_id,
            sa.func.count(Step.id).label("steps"),
            sa.func.max(Step.happened_at).label("last_at"),
        )
        .select_from(Step)
        .join(Step.case)
        .join(Case.household)
        .where(*overview.steps(area, period), Case.resident_id.is_not(None))
        .group_by(Case.resident_id)
        .subquery("helped")
    )
    home = Area.__table__.alias("home")
    return (
        sa.select(
            Resident.id.label("resident_id"),
            Resident.name,
            Resident.birth_year,
            Household.id.label("household_id"),
            Household.address,
            sa.func.trim(home.c.kind + " " + home.c.name).label("area"),
            helped.c.steps,
            helped.c.last_at,
        )
        .join(helped, helped.c.resident_id == Resident.id)
        .join(Resident.household)
        .join(home, home.c.id == Household.area_id)
        .order_by(Resident.sort_key, Resident.id)
    )


def steps(
    area: Area, period: Period, *, programme: str = "", state: str = "", evidence: str = ""
) -> Rows:
    """Steps of the period, newest first, narrowed to one cell of the funnel.

    A case that reached the state twice on the same evidence is one case: its last step is listed.
    """
    once = [Step.case_id, Step.to_state, Step.evidence]
    newest = (Step.happened_at.desc(), Step.id)
    numbered = (
        sa.select(
            Step.id, sa.func.row_number().over(partition_by=once, order_by=newest).label("nth")
        )
        .join(Step.case)
        .join(Case.household)
        .where(*overview.steps(area, period))
        .subquery("numbered")
    )
    home, by = Area.__table__.alias("home"), orm.aliased(User)
    found = (
        sa.select(
            Step.id,
            Step.happened_at,
            Case.programme,
            Step.to_state,
            Step.evidence,
            Resident.name.label("resident"),
            Household.id.label("household_id"),
            Household.address,
            sa.func.trim(home.c.kind + " " + home.c.name).label("area"),
            by.name.label("actor"),
        )
        .select_from(Step)
        .join(numbered, sa.and_(numbered.c.id == Step.id, numbered.c.nth == 1))
        .join(Step.case)
        .join(Case.household)
        .join(home, home.c.id == Household.area_id)
        .outerjoin(Case.resident)
        .outerjoin(by, by.id == Step.actor_id)
        .order_by(Step.happened_at.desc(), Step.id)
    )
    if programme:
        found = found.where(Case.programme == programme)
    if state:
        found = found.where(Step.to_state == state)
    return found.where(Step.evidence == Evidence(evidence)) if evidence else found


def alone(area: Area, period: Period) -> Rows:
    """Residents who did something alone for the first time in the period, newest first."""
    first = ladder.first_alone(area, period).subquery("first")
    home, by = Area.__table__.alias("home"), orm.aliased(User)
    return (
        sa.select(
            Step.id,
            Step.happened_at,
            Case.programme,
            Step.evidence,
            Resident.name.label("resident"),
            Household.id.label("household_id"),
            Household.address,
            sa.func.trim(home.c.kind + " " + home.c.name).label("area"),
            by.name.label("actor"),
        )
        .select_from(Step)
        .join(first, first.c.id == Step.id)
        .join(Step.case)
        .join(Case.household)
        .join(Case.resident)
        .join(home, home.c.id == Household.area_id)
        .outerjoin(by, by.id == Step.actor_id)
        .order_by(Step.happened_at.desc(), Step.id)
    )


def count(session: orm.Session, chosen: Rows) -> int:
    """How many rows a list has in all."""
    rows = chosen.order_by(None).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


def page(session: orm.Session, chosen: Rows, number: int, size: int) -> list[sa.Row[Any]]:
    """One page of a list, from 1."""
    return list(session.execute(chosen.limit(size).offset((number - 1) * size)))
