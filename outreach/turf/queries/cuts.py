"""Reads of cuts: those that wait for an answer or for a worker, and what the last one covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.places.models import Area
from outreach.teams.models import Team
from outreach.turf.models import CutState, Cutting, TurfCut


def cut_in_scope(session: orm.Session, team: Team, cut_id: UUID) -> TurfCut:
    """A proposal of the team's that waits to be accepted, with its content."""
    found = session.scalar(
        sa.select(TurfCut)
        .where(TurfCut.id == cut_id, TurfCut.team_id == team.id, TurfCut.state == CutState.PROPOSED)
        .options(orm.undefer(TurfCut.content))
    )
    if found is None:
        raise NotFound(_("This proposal was accepted or discarded already."))
    return found


def cut_asked(session: orm.Session, team: Team, cut_id: UUID) -> TurfCut | None:
    """A cut of the team's that is being worked out, or that came to nothing."""
    undone = sa.or_(TurfCut.state == CutState.ASKED, TurfCut.failure.is_not(None))
    return session.scalar(
        sa.select(TurfCut).where(TurfCut.id == cut_id, TurfCut.team_id == team.id, undone)
    )


def is_waiting(now: datetime) -> sa.ColumnElement[bool]:
    """Cuts that nobody works on."""
    return sa.or_(Cutting.leased_until.is_(None), Cutting.leased_until < now)


def is_cut_due(session: orm.Session, *, now: datetime) -> bool:
    """Whether some cut waits for a worker."""
    return session.scalar(sa.select(Cutting.cut_id).where(is_waiting(now)).limit(1)) is not None


def is_being_cut(session: orm.Session, cut: TurfCut) -> bool:
    """Whether somebody works on it."""
    row = session.get(Cutting, cut.id)
    return row is not None and row.leased_by is not None


def open_cut(session: orm.Session, team: Team) -> TurfCut | None:
    """The proposal that waits for an answer or is being worked out, if any."""
    return session.scalar(
        sa.select(TurfCut)
        .where(TurfCut.team_id == team.id, TurfCut.state.in_([CutState.ASKED, CutState.PROPOSED]))
        .order_by(TurfCut.made_at.desc())
        .limit(1)
    )


def last_figures(session: orm.Session, team: Team) -> dict[str, Any]:
    """The figures of the cut that stands."""
    figures = session.scalar(
        sa.select(TurfCut.figures)
        .where(TurfCut.team_id == team.id, TurfCut.state == CutState.ACCEPTED)
        .order_by(TurfCut.settled_at.desc())
        .limit(1)
    )
    return figures or {}


def areas_of(session: orm.Session, cut: TurfCut) -> Sequence[Area]:
    """The neighbourhoods that a cut covers."""
    ids = [UUID(id_) for id_ in cut.area_ids]
    return session.scalars(sa.select(Area).where(Area.id.in_(ids))).all()


def areas_cut(session: orm.Session, team: Team) -> set[str]:
    """Ids of the neighbourhoods that accepted cuts covered."""
    found = session.scalars(
        sa.select(TurfCut.area_ids).where(
            TurfCut.team_id == team.id, TurfCut.state == CutState.ACCEPTED
        )
    )
    return {id_ for ids in found for id_ in ids}
