"""Stores each kept form once: the same again gives the same receipt, another content a conflict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite

from outreach.accounts.models import User
from outreach.core.i18n import gettext as _
from outreach.phone.models import Kind, Submission
from outreach.visits.rules import fingerprint
from outreach.visits.services import Receipt, Reused


@dataclass(frozen=True, slots=True)
class Sent:
    """What every kept form says of itself; `content` is everything it says, in any order."""

    id: UUID
    made_at: datetime
    form_version: int
    content: Sequence[tuple[str, Sequence[str]]]


def once(session: orm.Session, sent: Sent, kind: Kind, *, actor: User, now: datetime) -> Receipt:
    """Note that the form is stored, before what it changes, in the same transaction.

    A receipt that says `again` means that nothing is left to do. Raises `Reused`.
    """
    connection = session.connection()
    row = {
        "id": sent.id,
        "kind": kind,
        "volunteer_id": actor.id,
        "fingerprint": fingerprint({"kind": kind, "content": sent.content}),
        "form_version": sent.form_version,
        "made_at": sent.made_at,
        "received_at": now,
    }
    if connection.execute(_INSERT[connection.dialect.name], row).rowcount == 1:
        return Receipt(sent.id, now)
    known = session.get_one(Submission, sent.id)
    if known.fingerprint != row["fingerprint"] or known.volunteer_id != actor.id:
        raise Reused(_("This form was already used for something else, so nothing was stored."))
    return Receipt(known.id, known.received_at, again=True)


_TABLE = cast("sa.Table", Submission.__table__)
_INSERT = {
    name: dialect.insert(_TABLE).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
