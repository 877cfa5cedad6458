"""The ladder in figures: who reached which rung, and which team gets the credit for independence.

A team is credited when one of its members recorded that somebody did it alone for the first time.
Members of several teams are counted for the one whose area holds the home, the smallest first,
else for the one they joined first; an officer's or a former member's word is nobody's credit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.assistance import ladder
from outreach.assistance.catalogue import programmes
from outreach.assistance.clocks import FOLLOW_UPS
from outreach.assistance.definitions import Rung
from outreach.assistance.models import Case, Step
from outreach.households.models import Household
from outreach.insights.queries import Rows, overview
from outreach.insights.rules import Period
from outreach.places.models import Area
from outreach.teams.models import Member, Team


@dataclass(frozen=True, slots=True)
class Reached:
    """One rung in a period: three counts that must never be mixed."""

    rung: Rung
    #: Every time it was recorded.
    contacts: int
    people: int
    homes: int


@dataclass(slots=True)
class Credit:
    """One team and whom it brought to do it alone; without a team: recorded by the office."""

    team: Team | None
    contacts: int = 0
    people: set[UUID] = field(default_factory=set)
    homes: set[UUID] = field(default_factory=set)
    #: Days -> (how many were due to be asked again, how many were found still doing it alone).
    asked: dict[int, tuple[int, int]] = field(
        default_factory=lambda: dict.fromkeys((days for days, _grace in FOLLOW_UPS), (0, 0))
    )


def reaches(rung: Rung) -> sa.ColumnElement[bool]:
    """A step that reaches a rung."""
    states = ladder.states_of(rung)
    held = [
        sa.and_(Case.programme == one.code, Case.variant.in_(ladder.held_back(one)))
        for one in programmes().values()
        if ladder.held_back(one)
    ]
    kept_back = sa.func.coalesce(sa.or_(sa.false(), *held), sa.false())
    return sa.and_(sa.tuple_(Case.programme, Step.to_state).in_(states), sa.not_(kept_back))


def reached(session: orm.Session, area: Area, period: Period) -> list[Reached]:
    """Each rung of the ladder, from the lowest: one query."""
    rung = sa.case(*((reaches(one), one.value) for one in Rung)).label("rung")
    rows = session.execute(
        sa.select(
            rung,
            sa.func.count(Step.id),
            sa.func.count(Case.resident_id.distinct()),
            sa.func.count(Case.household_id.distinct()),
        )
        .select_from(Step)
        .join(Step.case)
        .join(Case.household)
        .where(*overview.steps(area, period))
        .group_by(rung)
    )
    found = {row[0]: row[1:] for row in rows}
    return [Reached(one, *found.get(one.value, (0, 0, 0))) for one in Rung]


def first_alone(area: Area, period: Period) -> Rows:
    """Steps by which a resident did something alone for the first time, any programme."""
    earlier, its = orm.aliased(Step), orm.aliased(Case)
    before = (
        sa.select(earlier.id)
        .join(its, its.id == earlier.case_id)
        .where(
            its.resident_id == Case.resident_id,
            sa.tuple_(its.programme, earlier.to_state).in_(ladder.states_of(Rung.ALONE)),
            earlier.undone_at.is_(None),
            sa.or_(
                earlier.happened_at < Step.happened_at,
                sa.and_(earlier.happened_at == Step.happened_at, earlier.id < Step.id),
            ),
        )
    )
    home = orm.aliased(Area)
    return (
        sa.select(
            Step.id, Step.case_id, Step.actor_id, Step.happened_at, Case.resident_id,
            Case.household_id, home.path,
        )
        .select_from(Step)
        .join(Step.case)
        .join(Case.household)
        .join(home, home.id == Household.area_id)
        .where(
            *overview.steps(area, period),
            reaches(Rung.ALONE),
            Case.resident_id.is_not(None),
            ~before.exists(),
        )
    )  # fmt: skip


def credits_of(session: orm.Session, area: Area, period: Period, *, today: date) -> list[Credit]:
    """Every team with whom it brought to do it alone, the most first: three queries."""
    climbs = session.execute(first_alone(area, period)).all()
    places = _places(session, {row.actor_id for row in climbs if row.actor_id})
    later = _later(session, [row.case_id for row in climbs])
    found: dict[UUID | None, Credit] = {}
    for row in climbs:
        day = row.happened_at.astimezone(period.zone).date()
        team = _team(places.get(row.actor_id, ()), row.path, day)
        credit = found.setdefault(team.id if team else None, Credit(team))
        steps = [(at, state) for at, state in later.get(row.case_id, ()) if at >= row.happened_at]
        alone = [at for at, state in steps if state]
        credit.contacts += len(alone)
        credit.people.add(row.resident_id)
        credit.homes.add(row.household_id)
        for days, grace in FOLLOW_UPS:
            due, still = credit.asked[days]
            if today >= day + timedelta(days=days):
                asked = row.happened_at + timedelta(days=days - grace)
                credit.asked[days] = due + 1, still + any(at >= asked for at in alone)
    return sorted(found.values(), key=lambda one: (one.team is None, -len(one.people)))


def _places(session: orm.Session, users: Iterable[UUID]) -> Mapping[UUID, Sequence[Member]]:
    """Every place in a team these people ever had, the first joined first."""
    found: dict[UUID, list[Member]] = defaultdict(list)
    rows = session.scalars(
        sa.select(Member)
        .where(Member.user_id.in_(list(users)))
        .options(orm.joinedload(Member.team).joinedload(Team.area))
        .order_by(Member.joined_on, Member.id)
    )
    for member in rows:
        found[member.user_id].append(member)
    return found


def _team(places: Sequence[Member], path: str, day: date) -> Team | None:
    then = [
        one.team
        for one in places
        if one.joined_on <= day and (not one.left_on or day < one.left_on)
    ]
    around = [team for team in then if path.startswith(team.area.path)]
    return max(around, key=lambda team: len(team.area.path)) if around else next(iter(then), None)


def _later(
    session: orm.Session, case_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[tuple[datetime, bool]]]:
    """When each case had a step that stands, and whether it said "alone"."""
    alone = set(ladder.states_of(Rung.ALONE))
    found: dict[UUID, list[tuple[datetime, bool]]] = defaultdict(list)
    rows: Any = session.execute(
        sa.select(Step.case_id, Step.happened_at, Case.programme, Step.to_state)
        .join(Step.case)
        .where(Step.case_id.in_(case_ids), Step.undone_at.is_(None))
    )
    for case_id, at, programme, state in rows:
        found[case_id].append((at, (programme, state) in alone))
    return found
