"""What a procedure needs besides its case: its name, its papers, and the resident's link."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.assistance.models import Case
from outreach.core.db import Id, Model


class Procedure(Model):
    """One dossier of one resident."""

    __tablename__ = "procedure"

    id: orm.Mapped[Id]
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("assistance_case.id"), unique=True)
    #: What it is: "Đăng ký khai tử".
    title: orm.Mapped[str] = orm.mapped_column(sa.String(160))
    #: Papers in order: `{"name": …, "got": true}`.
    papers: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(sa.JSON, default=list)
    #: The secret of the resident's link, a random number; a new one ends the old link.
    link: orm.Mapped[UUID] = orm.mapped_column(unique=True)
    created_at: orm.Mapped[datetime]

    case: orm.Mapped[Case] = orm.relationship()
