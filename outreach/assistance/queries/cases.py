"""Reads of one case and of steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.assistance import rules
from outreach.assistance.models import Case, Step
from outreach.assistance.queries.homes import ProgrammeHelp
from outreach.assistance.queries.needs import going_on
from outreach.assistance.rules import Standing
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import Household


def case_in_scope(session: orm.Session, case_id: UUID, *, actor: User) -> Case:
    """A case with its home and resident, or `NotFound`."""
    found = session.get(Case, case_id, options=[_home_of(), orm.joinedload(Case.resident)])
    if found is None or not scopes.covers(actor, found.household.area):
        raise NotFound(_("There is no such help, or it is not yours."))
    return found


def case_of(
    session: orm.Session,
    household_id: UUID,
    programme: str,
    resident_id: UUID | None,
    dossier: int | None = None,
) -> Case | None:
    """Somebody's (or the home's) case in a programme, if it ever began.

    Of a programme that repeats: the one with this number, or the last that is still open.
    """
    which = going_on() if dossier is None else Case.dossier == dossier
    return session.scalar(
        sa.select(Case)
        .where(
            Case.household_id == household_id,
            Case.programme == programme,
            Case.resident_id.is_(None) if resident_id is None else Case.resident_id == resident_id,
            which,
        )
        .order_by(Case.dossier.desc())
        .limit(1)
    )


def of_case(one: ProgrammeHelp, case: Case, *, on: date) -> ProgrammeHelp:
    """The same help where this very case stands, for a programme that repeats."""
    if not one.programme.repeats:
        return one
    standing = Standing(
        case.programme, case.state, case.evidence, case.variant, case.stop_reason is not None
    )
    born = case.resident.birth_year if case.resident else None
    moves = rules.moves(one.programme, standing, birth_year=born, on=on)
    return replace(one, standing=standing, moves=moves)


def step_in_scope(session: orm.Session, step_id: UUID, *, actor: User) -> Step:
    """A step with its case, or `NotFound`."""
    loaded = orm.joinedload(Step.case).joinedload(Case.household).joinedload(Household.area)
    found = session.get(Step, step_id, options=[loaded])
    if found is None or not scopes.covers(actor, found.case.household.area):
        raise NotFound(_("There is no such help, or it is not yours."))
    return found


def _home_of() -> orm.interfaces.LoaderOption:
    return orm.joinedload(Case.household).joinedload(Household.area)


def steps_of(session: orm.Session, case: Case) -> list[Step]:
    """Every step of a case with who made it, the newest first, taken back or not."""
    found = session.scalars(
        sa.select(Step)
        .where(Step.case_id == case.id)
        .options(orm.joinedload(Step.actor))
        .order_by(Step.number.desc())
    )
    return list(found)


def steps_of_reports(session: orm.Session, report_ids: Collection[UUID]) -> dict[UUID, list[Step]]:
    """The steps that came with these reports, with case and resident: one query."""
    found: dict[UUID, list[Step]] = defaultdict(list)
    if not report_ids:
        return found
    rows = session.scalars(
        sa.select(Step)
        .where(Step.report_id.in_(report_ids), Step.undone_at.is_(None))
        .options(orm.joinedload(Step.case).joinedload(Case.resident))
        .order_by(Step.recorded_at, Step.case_id, Step.number)
    )
    for step in rows:
        if step.report_id:
            found[step.report_id].append(step)
    return found
