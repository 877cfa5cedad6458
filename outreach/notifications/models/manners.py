"""How residents of a commune answer, and when their phones may ring: apart from what goes out."""

from __future__ import annotations

import enum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core.db import Id, Model
from outreach.places.models import Area


class ReplyWay(enum.StrEnum):
    """Where an answer goes. A sender's name cannot be replied to in Vietnam, so it is not that."""

    HOTLINE = "hotline"
    SIM = "sim"
    SHORT_CODE = "short_code"
    MISSED_CALL = "missed_call"
    COUNTER = "counter"
    PAGE = "page"
    SENDER = "sender"


class CommuneManner(Model):
    """A commune's own manners. One that said nothing has those of the installation."""

    __tablename__ = "commune_manner"

    id: orm.Mapped[Id]
    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), unique=True)
    reply_way: orm.Mapped[ReplyWay] = orm.mapped_column(default=ReplyWay.HOTLINE)
    #: The SIM, short code or line that is answered to.
    reply_number: orm.Mapped[str] = orm.mapped_column(sa.String(20), default="")
    #: What a short code wants before the answer: "DIAN 1".
    reply_keyword: orm.Mapped[str] = orm.mapped_column(sa.String(8), default="")
    #: Phones may ring between these minutes of the day…
    opens: orm.Mapped[int]
    closes: orm.Mapped[int]
    #: …but not in the siesta; none where both are the same.
    siesta_from: orm.Mapped[int]
    siesta_until: orm.Mapped[int]
    #: Whether phones may ring on Saturdays and Sundays.
    weekends: orm.Mapped[bool] = orm.mapped_column(default=True)
    #: Whether visits are told of once more an hour before: a second text to pay for.
    hour_before: orm.Mapped[bool] = orm.mapped_column(default=False)

    area: orm.Mapped[Area] = orm.relationship()
