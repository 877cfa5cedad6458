"""Reads of procedures: the office's list, one of them, and what a resident's link shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.assistance.models import Case
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household
from outreach.places.models import Area, Level
from outreach.procedures import rules
from outreach.procedures.models import Procedure
from outreach.procedures.rules import PROGRAMME, Turn

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which procedures the office wants to see."""

    state: str = ""
    turn: Turn | None = None
    #: Only those whose day has passed.
    late: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """One procedure with what the list says of it."""

    case: Case
    procedure: Procedure | None
    due: date | None
    late: bool

    @property
    def turn(self) -> Turn:
        return rules.turn(self.case.state)

    @property
    def missing(self) -> list[str]:
        """Papers nobody has seen yet, while they are gathered."""
        gathered = self.procedure and self.case.state in rules.GATHERING
        papers = self.procedure.papers if self.procedure and gathered else []
        return [str(one["name"]) for one in papers if not one.get("got")]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list."""

    rows: Sequence[Shown]
    total: int
    page: int
    pages: int


def _due() -> sa.ColumnElement[str]:
    found: sa.ColumnElement[str] = Case.typed["due_at"].as_string()
    return found


def _mine(actor: User) -> sa.Select[Case]:
    return (
        sa.select(Case)
        .join(Case.household)
        .where(
            Case.programme == PROGRAMME,
            Case.state.is_not(None),
            Household.area_id.in_(scopes.areas(actor)),
        )
    )


def procedures(session: orm.Session, wanted: Wanted, *, actor: User, today: date) -> Page:
    """Those that go on (or stand in the wanted state), the soonest due first. Three queries."""
    chosen = _mine(actor)
    if wanted.state:
        chosen = chosen.where(Case.state == wanted.state)
    else:
        chosen = chosen.where(Case.closed_at.is_(None))
    if wanted.turn is not None:
        chosen = chosen.where(Case.state.in_(rules.states_of(wanted.turn)))
    if wanted.late:
        chosen = chosen.where(Case.state.in_(rules.AWAITED), _due() < today.isoformat())
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    home = orm.contains_eager(Case.household).joinedload(Household.area)
    cases = list(
        session.scalars(
            chosen.options(home, orm.joinedload(Case.resident))
            # no date sorts last on both engines
            .order_by(sa.func.coalesce(_due(), "9999"), Case.moved_at, Case.id)
            .limit(PAGE_SIZE)
            .offset((page - 1) * PAGE_SIZE)
        )
    )
    known = _procedures_of(session, [case.id for case in cases])
    return Page([shown(one, known.get(one.id), today) for one in cases], total, page, pages)


def shown(case: Case, procedure: Procedure | None, today: date) -> Shown:
    """A case with its due date read from what was typed."""
    due = rules.due(case.typed)
    return Shown(case, procedure, due, rules.is_late(case.state, due, today))


def _procedures_of(session: orm.Session, case_ids: Sequence[UUID]) -> dict[UUID, Procedure]:
    found = session.scalars(sa.select(Procedure).where(Procedure.case_id.in_(case_ids)))
    return {one.case_id: one for one in found}


def counts(session: orm.Session, *, actor: User) -> dict[str, int]:
    """Procedures that go on, by state."""
    going = _mine(actor).where(Case.closed_at.is_(None)).subquery()
    rows = session.execute(sa.select(going.c.state, sa.func.count()).group_by(going.c.state))
    return {str(state): count for state, count in rows}


def one(session: orm.Session, case_id: UUID, *, actor: User, today: date) -> Shown:
    """One procedure, or `NotFound` when it is none or none of the actor's business."""
    home = orm.contains_eager(Case.household).joinedload(Household.area)
    case = session.scalar(
        _mine(actor).where(Case.id == case_id).options(home, orm.joinedload(Case.resident))
    )
    if case is None:
        raise NotFound(_("There is no such procedure, or it is not yours."))
    return shown(case, _procedures_of(session, [case.id]).get(case.id), today)


def of_resident(session: orm.Session, resident_id: UUID) -> list[Case]:
    """Somebody's procedures, the newest first."""
    found = session.scalars(
        sa.select(Case)
        .where(Case.programme == PROGRAMME, Case.resident_id == resident_id)
        .order_by(Case.dossier.desc())
    )
    return list(found)


def by_link(session: orm.Session, link: UUID, *, today: date) -> tuple[Shown, str | None] | None:
    """What a resident's link shows, and the commune's hotline; None for a link that is dead."""
    home = orm.joinedload(Procedure.case).joinedload(Case.household).joinedload(Household.area)
    found = session.scalar(sa.select(Procedure).where(Procedure.link == link).options(home))
    if found is None or found.case.state is None:
        return None
    return shown(found.case, found, today), _hotline(session, found.case.household.area)


def _hotline(session: orm.Session, area: Area) -> str | None:
    ids = [UUID(part) for part in area.path.split("/") if part]
    above = sa.select(Area.hotline).where(Area.id.in_(ids), Area.level == Level.COMMUNE)
    return session.scalar(above.limit(1))
