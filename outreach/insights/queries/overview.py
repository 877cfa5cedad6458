"""An area's figures for a period: contacts, people and households are three different counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.assistance.models import Case, Evidence, Step
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household, Resident
from outreach.insights.queries import Rows
from outreach.insights.rules import Period
from outreach.places.models import Area
from outreach.teams.models import Team
from outreach.visits.models import Outcome, Report


@dataclass(frozen=True, slots=True)
class Figures:
    """What an area comes to. Each count says in its name what is counted once."""

    #: Every report made at a door, met or not.
    visits: int
    #: Reports where somebody was met; the same home twice is two contacts.
    contacts: int
    #: Homes where somebody was met, each once.
    homes_met: int
    #: Residents helped at least one step, each once.
    people_helped: int
    #: Homes and residents on the register now.
    homes: int
    people: int
    outcomes: dict[Outcome, int]


@dataclass(frozen=True, slots=True)
class Part:
    """The same for one area directly below; `area` is None for homes placed no deeper."""

    area: Area | None
    contacts: int
    homes_met: int
    people_helped: int
    homes: int


@dataclass(frozen=True, slots=True)
class Reached:
    """How many cases reached a state in the period, on which evidence."""

    programme: str
    state: str
    evidence: Evidence
    cases: int


def reports(area: Area, period: Period) -> list[sa.ColumnElement[bool]]:
    """Conditions on `Report` joined to `Household`: stands, in the period, in the area."""
    return [
        Report.undone_at.is_(None),
        Report.happened_at >= period.begins,
        Report.happened_at < period.ends,
        Household.area_id.in_(_inside(area)),
    ]


def steps(area: Area, period: Period) -> list[sa.ColumnElement[bool]]:
    """Conditions on `Step` joined to `Case` and `Household`."""
    return [
        Step.undone_at.is_(None),
        Step.happened_at >= period.begins,
        Step.happened_at < period.ends,
        Household.area_id.in_(_inside(area)),
    ]


def _inside(area: Area) -> sa.Select[UUID]:
    return sa.select(Area.id).where(scopes.below(area))


def figures(session: orm.Session, area: Area, period: Period) -> Figures:
    """The totals of the area: four queries however many homes there are."""
    rows = session.execute(
        sa.select(Report.outcome, sa.func.count(Report.id))
        .join(Report.household)
        .where(*reports(area, period))
        .group_by(Report.outcome)
    )
    outcomes = dict.fromkeys(Outcome, 0) | {row[0]: row[1] for row in rows}
    met = session.scalar(
        sa.select(sa.func.count(Report.household_id.distinct()))
        .join(Report.household)
        .where(*reports(area, period), Report.outcome == Outcome.MET)
    )
    helped = session.scalar(
        sa.select(sa.func.count(Case.resident_id.distinct()))
        .select_from(Step)
        .join(Step.case)
        .join(Case.household)
        .where(*steps(area, period))
    )
    homes, people = _register(session, area)
    return Figures(
        visits=sum(outcomes.values()),
        contacts=outcomes[Outcome.MET],
        homes_met=met or 0,
        people_helped=helped or 0,
        homes=homes,
        people=people,
        outcomes=outcomes,
    )


def _register(session: orm.Session, area: Area) -> tuple[int, int]:
    living = sa.and_(Resident.household_id == Household.id, Resident.left_at.is_(None))
    row = session.execute(
        sa.select(sa.func.count(Household.id.distinct()), sa.func.count(Resident.id))
        .outerjoin(Resident, living)
        .where(Household.archived_at.is_(None), Household.area_id.in_(_inside(area)))
    ).one()
    return row[0], row[1]


def parts(session: orm.Session, area: Area, period: Period) -> list[Part]:
    """The area's units, each with its own subtree, and last what lies in none of them.

    The parts add up to the area's contacts, homes and homes met; a person counts once in each.
    """
    children = session.scalars(
        sa.select(Area).where(Area.parent_id == area.id).order_by(Area.sort_key, Area.id)
    ).all()
    met = _by_child(
        session,
        area,
        sa.select(sa.func.count(Report.id), sa.func.count(Report.household_id.distinct()))
        .select_from(Report)
        .join(Report.household),
        [*reports(area, period), Report.outcome == Outcome.MET],
    )
    helped = _by_child(
        session,
        area,
        sa.select(sa.func.count(Case.resident_id.distinct()))
        .select_from(Step)
        .join(Step.case)
        .join(Case.household),
        steps(area, period),
    )
    homes = _by_child(
        session,
        area,
        sa.select(sa.func.count(Household.id)).select_from(Household),
        [Household.archived_at.is_(None), Household.area_id.in_(_inside(area))],
    )
    shown: list[Area | None] = [*children, None]
    found = [_part(child, met, helped, homes) for child in shown]
    return [part for part in found if part.area is not None or part.homes or part.contacts]


def _by_child(
    session: orm.Session,
    area: Area,
    counted: Rows,
    conditions: Sequence[sa.ColumnElement[bool]],
) -> dict[UUID | None, Sequence[Any]]:
    """Counts by the unit directly below `area`; key None for homes at the area itself."""
    home, child = orm.aliased(Area), orm.aliased(Area)
    below = sa.and_(
        child.parent_id == area.id, home.path >= child.path, home.path < child.path + "~"
    )
    rows = session.execute(
        counted.join(home, home.id == Household.area_id)
        .outerjoin(child, below)
        .add_columns(child.id)
        .where(*conditions)
        .group_by(child.id)
    )
    return {row[-1]: row[:-1] for row in rows}


def _part(
    child: Area | None,
    met: dict[UUID | None, Sequence[Any]],
    helped: dict[UUID | None, Sequence[Any]],
    homes: dict[UUID | None, Sequence[Any]],
) -> Part:
    key = child.id if child else None
    contacts, homes_met = met.get(key, (0, 0))
    return Part(
        area=child,
        contacts=contacts,
        homes_met=homes_met,
        people_helped=helped.get(key, (0,))[0],
        homes=homes.get(key, (0,))[0],
    )


def funnel(session: orm.Session, area: Area, period: Period) -> list[Reached]:
    """Cases that reached each state in the period, by the evidence of the step that did it."""
    rows = session.execute(
        sa.select(
            Case.programme,
            Step.to_state,
            Step.evidence,
            sa.func.count(Step.case_id.distinct()),
        )
        .select_from(Step)
        .join(Step.case)
        .join(Case.household)
        .where(*steps(area, period))
        .group_by(Case.programme, Step.to_state, Step.evidence)
        .order_by(Case.programme, Step.to_state)
    )
    return [Reached(*row) for row in rows]


def start(session: orm.Session, actor: User) -> Area:
    """Where an overview begins: the actor's own area, or the least that holds every team.

    Raises NotFound while there is no area at all.
    """
    if actor.area is not None:
        return actor.area
    held = sa.select(Team.area_id)
    first, last = session.execute(
        sa.select(sa.func.min(Area.path), sa.func.max(Area.path)).where(Area.id.in_(held))
    ).one()
    common = _common(first or "", last or "")
    chosen = sa.select(Area).order_by(Area.path != common, Area.level == "cell", Area.sort_key)
    found = session.scalars(chosen.limit(1)).first()
    if found is None:
        raise NotFound(_("There are no areas yet."))
    return found


def _common(one: str, other: str) -> str:
    shared = [a for a, b in zip(one.split("/"), other.split("/"), strict=False) if a == b and a]
    return "".join(f"{part}/" for part in shared)


def way(session: orm.Session, area: Area, actor: User) -> list[Area]:
    """From the top of the actor's scope down to the area, for the trail."""
    ids = [UUID(part) for part in area.path.split("/") if part]
    above = session.scalars(sa.select(Area).where(Area.id.in_(ids)).order_by(Area.path))
    return [one for one in above if scopes.covers(actor, one)]
