"""People who sign in, their invitations, their signed-in devices, and attempts to guess."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import Id, Model, SortKey
from outreach.places.models import Area


class Role(enum.StrEnum):
    """From most to least; a role says what, `User.area` says where."""

    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    LEADER = "leader"
    VOLUNTEER = "volunteer"
    #: A clerk of a bank, a carrier or another partner: sees only who was handed to them.
    PARTNER = "partner"


class User(Model):
    """Somebody who may sign in. Signs in by phone number and password."""

    __tablename__ = "user"
    __table_args__ = (
        sa.CheckConstraint(
            "role = 'administrator' OR area_id IS NOT NULL", name="scoped_unless_administrator"
        ),
    )

    id: orm.Mapped[Id]
    #: Family, middle and given name in one field.
    name: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    search_key: orm.Mapped[SortKey]
    sort_key: orm.Mapped[SortKey]
    #: E.164; what they sign in with.
    phone: orm.Mapped[str] = orm.mapped_column(sa.String(20), unique=True)
    role: orm.Mapped[Role]
    #: The subtree within which the role holds; none for an administrator: everywhere.
    area_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("area.id"), index=True)
    #: argon2id; empty until an invitation is accepted.
    password_hash: orm.Mapped[str | None] = orm.mapped_column(sa.String(200))
    #: `vi` or `en`.
    language: orm.Mapped[str] = orm.mapped_column(sa.String(8), default="vi")
    created_at: orm.Mapped[datetime]
    #: Set when they may no longer sign in; the person stays in history.
    deactivated_at: orm.Mapped[datetime | None]

    area: orm.Mapped[Area | None] = orm.relationship()

    @property
    def given_name(self) -> str:
        """The last word: how one is addressed."""
        return self.name.split()[-1] if self.name.split() else self.name


class Invitation(Model):
    """A link (or QR) that with its six-digit PIN lets one person set a password once."""

    __tablename__ = "invitation"

    id: orm.Mapped[Id]
    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    #: SHA-256 of the token in the link.
    token_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    #: argon2id of the PIN, told apart from the link.
    pin_hash: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    created_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))
    created_at: orm.Mapped[datetime]
    expires_at: orm.Mapped[datetime]
    #: Wrong PINs so far; it dies at a limit.
    failures: orm.Mapped[int] = orm.mapped_column(default=0)
    used_at: orm.Mapped[datetime | None]

    user: orm.Mapped[User] = orm.relationship(foreign_keys=lambda: Invitation.user_id)


class Device(Model):
    """One signed-in browser. The cookie holds a token whose hash is here; revoking ends it."""

    __tablename__ = "device"

    id: orm.Mapped[Id]
    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"), index=True)
    #: SHA-256 of the token in the cookie.
    token_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    #: What it is, from its user agent: "Android · Chrome".
    label: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    created_at: orm.Mapped[datetime]
    #: Last request that could write, to the nearest few minutes.
    last_seen_at: orm.Mapped[datetime]
    expires_at: orm.Mapped[datetime]
    revoked_at: orm.Mapped[datetime | None]
    revoked_by_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("user.id"))
    #: How many reports it last said it still holds; empty when it never said.
    held: orm.Mapped[int | None]
    #: Since when it has held any without a break; empty when it holds none.
    held_since: orm.Mapped[datetime | None]

    user: orm.Mapped[User] = orm.relationship(foreign_keys=lambda: Device.user_id)


class SignInAttempt(Model):
    """One failed try, for throttling by account and by address together."""

    __tablename__ = "sign_in_attempt"
    __audited__ = False
    __table_args__ = (sa.Index("ix_sign_in_attempt_subject", "subject", "at"),)

    id: orm.Mapped[Id]
    #: Keyed hash of what was tried (a phone number, an invitation), or of an address.
    subject: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    at: orm.Mapped[datetime]
