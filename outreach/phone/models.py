"""Forms that a phone sent besides visit reports, and homes that volunteers found."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model
from outreach.households.models import Household


class Kind(enum.StrEnum):
    """What a form was for."""

    HOME = "home"
    PERSON = "person"
    NEW_HOME = "new_home"
    NEW_PERSON = "new_person"
    NOBODY_HOME = "nobody_home"
    SWAP = "swap"


class Submission(Model):
    """One form of a phone's that was stored. The same id again is the same form."""

    __tablename__ = "phone_form"
    __audited__ = False  # what it changed is audited

    id: orm.Mapped[Id]
    kind: orm.Mapped[Kind]
    volunteer_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    #: SHA-256 of all its fields: the same id with another content is a conflict.
    fingerprint: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    form_version: orm.Mapped[int]
    #: The phone's own time, however wrong.
    made_at: orm.Mapped[datetime]
    received_at: orm.Mapped[datetime] = orm.mapped_column(index=True)


class FoundHome(Model):
    """A home that a volunteer entered on the spot: a leader looks at it once."""

    __tablename__ = "found_home"

    #: The home itself.
    id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("household.id"), primary_key=True)
    found_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    at: orm.Mapped[datetime]
    #: A home in the register that it may be.
    perhaps_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("household.id"))
    reviewed_at: orm.Mapped[datetime | None]

    household: orm.Mapped[Household] = orm.relationship(foreign_keys=lambda: FoundHome.id)
    perhaps: orm.Mapped[Household | None] = orm.relationship(
        foreign_keys=lambda: FoundHome.perhaps_id
    )
    found_by: orm.Mapped[User] = orm.relationship()
