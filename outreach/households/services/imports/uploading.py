"""Keeps an uploaded list with what its columns hold, until somebody confirms it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core import audit, text
from outreach.core.errors import Conflict, Refusal
from outreach.core.i18n import gettext as _
from outreach.households import sheets
from outreach.households.models import Import
from outreach.households.queries.imports import import_in_scope
from outreach.households.sheets.kinds import REPEATABLE
from outreach.households.sheets.wording import why_unreadable
from outreach.places.services import by_hand

_KEPT = timedelta(days=1)
_LONGEST_NAME = 200


def upload(
    session: orm.Session,
    area_id: UUID,
    file_name: str,
    content: bytes,
    *,
    actor: User,
    now: datetime,
    sheet: str = "",
) -> Import:
    """Keep a file that can be read, with a guess of its columns. Raises Refusal in one sentence."""
    area = scopes.area_in_scope(session, area_id, actor=actor)
    if by_hand.level_below(area) is None and not by_hand.may_edit(area):
        raise Refusal(_("Choose a commune or a neighbourhood to import into."))
    name = text.clean(PurePath(file_name.replace("\\", "/")).name)[-_LONGEST_NAME:]
    mapping = _guessed(content, name, sheet)
    _forget_old(session, now)
    row = Import(
        area_id=area.id,
        file_name=name,
        content=content,
        mapping=mapping,
        uploaded_by_id=actor.id,
        uploaded_at=now,
        result={},
    )
    session.add(row)
    audit.record(session, actor=actor, action="import.uploaded", subject=row, now=now, area=area.id)
    return row


def _guessed(content: bytes, name: str, sheet: str) -> dict[str, Any]:
    try:
        with sheets.opened(content, name, sheet=sheet) as opened:
            mapping = sheets.guess(sheets.table(opened))
            return _stored(opened.name, mapping)
    except sheets.Unreadable as unreadable:
        raise Refusal(why_unreadable(unreadable)) from unreadable


def _stored(sheet: str, mapping: sheets.Mapping) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "columns": {str(place): field.value for place, field in mapping.items()},
    }


def _forget_old(session: orm.Session, now: datetime) -> None:
    """Files hold personal data: what was not confirmed within a day is not kept."""
    session.execute(
        sa.update(Import)
        .where(Import.content.is_not(None), Import.uploaded_at < now - _KEPT)
        .values(content=None)
        .execution_options(synchronize_session=False)
    )


def choose_sheet(
    session: orm.Session, import_id: UUID, sheet: str, *, actor: User, now: datetime
) -> Import:
    """Read another sheet of the file, with its columns guessed anew."""
    row = open_import(session, import_id, actor)
    content = row.content
    assert content is not None
    row.mapping = _guessed(content, row.file_name, sheet)
    audit.record(session, actor=actor, action="import.mapped", subject=row, now=now)
    return row


def set_mapping(
    session: orm.Session, import_id: UUID, mapping: sheets.Mapping, *, actor: User, now: datetime
) -> Import:
    """What each column holds, as somebody corrected it. Raises Refusal when two hold the same."""
    row = open_import(session, import_id, actor)
    single = [field for field in mapping.values() if field not in REPEATABLE]
    if len(single) != len(set(single)):
        raise Refusal(_("Two columns cannot hold the same; only phones and notes may repeat."))
    row.mapping = _stored(row.mapping["sheet"], mapping)
    audit.record(session, actor=actor, action="import.mapped", subject=row, now=now)
    return row


def open_import(session: orm.Session, import_id: UUID, actor: User) -> Import:
    """The import while it waits to be confirmed; Conflict afterwards."""
    row = import_in_scope(session, import_id, actor=actor)
    if row.confirmed_at is not None:
        raise Conflict(_("This list was imported already."))
    if row.content is None:
        raise Conflict(_("The file is no longer here. Please upload it again."))
    return row
