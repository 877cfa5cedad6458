"""Lists of the actor's area, and what is in their files."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.confirmation.models import AgencyList
from outreach.core.errors import Conflict, NotFound, Refusal
from outreach.core.i18n import gettext as _
from outreach.households import sheets
from outreach.households.sheets.wording import why_unreadable


def lists(session: orm.Session, *, actor: User, limit: int = 50) -> list[tuple[AgencyList, str]]:
    """The newest lists of the actor's scope, with who uploaded each."""
    rows = session.execute(
        sa.select(AgencyList, User.name)
        .join(User, User.id == AgencyList.uploaded_by_id)
        .where(AgencyList.area_id.in_(scopes.areas(actor)))
        .options(orm.joinedload(AgencyList.area))
        .order_by(AgencyList.uploaded_at.desc())
        .limit(limit)
    )
    return [(row, name) for row, name in rows]


def list_in_scope(session: orm.Session, list_id: UUID, *, actor: User) -> AgencyList:
    """The list, or `NotFound` when its area is none of the actor's business."""
    found = session.scalar(
        sa.select(AgencyList)
        .where(AgencyList.id == list_id, AgencyList.area_id.in_(scopes.areas(actor)))
        .options(orm.joinedload(AgencyList.area))
    )
    if found is None:
        raise NotFound(_("There is no such list, or it is not in your area."))
    return found


def content_of(session: orm.Session, row: AgencyList) -> bytes:
    """The uploaded file; raises Conflict when it is no longer kept."""
    content = session.scalar(sa.select(AgencyList.content).where(AgencyList.id == row.id))
    if content is None:
        raise Conflict(_("The file is no longer here. Please upload it again."))
    return content


def mapping_of(row: AgencyList) -> sheets.Mapping:
    """Column -> field, as stored."""
    columns = row.mapping.get("columns", {})
    return {int(place): sheets.Field(name) for place, name in columns.items()}


def columns(session: orm.Session, row: AgencyList) -> list[sheets.Column]:
    """The columns of the list's sheet."""
    try:
        with sheets.opened(
            content_of(session, row), row.file_name, sheet=row.mapping["sheet"]
        ) as sheet:
            return sheets.table(sheet).columns
    except sheets.Unreadable as unreadable:
        raise Refusal(why_unreadable(unreadable)) from unreadable
