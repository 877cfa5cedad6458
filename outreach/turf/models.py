"""A team's territories: the homes in each, whose they are, and cuts that wait to be accepted."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.db import Id, Model
from outreach.households.models import Household
from outreach.teams.models import Team


class Kind(enum.StrEnum):
    """How a cut came about."""

    #: Evened out from the one before, with as few moves as it takes.
    EVENED = "evened"
    #: Cut anew.
    FRESH = "fresh"
    #: Drawn elsewhere and imported.
    DRAWN = "drawn"


class CutState(enum.StrEnum):
    """asked → proposed → accepted, or discarded (also by the next proposal)."""

    #: Waits to be worked out beside the pages.
    ASKED = "asked"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DISCARDED = "discarded"


class Turf(Model):
    """One territory. It stays the same one over cuts while most of its homes stay."""

    __tablename__ = "turf"

    id: orm.Mapped[Id]
    team_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("team.id"), index=True)
    #: Order in the team, and its colour on the map.
    number: orm.Mapped[int]
    #: What people call it; empty: by its number.
    name: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")
    #: GeoJSON geometry where it was drawn; empty where it was cut.
    outline: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(sa.JSON(none_as_null=True))
    #: Work left in it when last counted, in minutes.
    service_minutes: orm.Mapped[int] = orm.mapped_column(default=0)
    walking_minutes: orm.Mapped[int] = orm.mapped_column(default=0)
    #: Homes with something left to do when last counted.
    open_homes: orm.Mapped[int] = orm.mapped_column(default=0)
    counted_at: orm.Mapped[datetime]
    #: When a cut did without it.
    ended_at: orm.Mapped[datetime | None]

    team: orm.Mapped[Team] = orm.relationship()
    holders: orm.Mapped[list[TurfHolder]] = orm.relationship(
        order_by=lambda: (TurfHolder.since, TurfHolder.user_id)
    )

    @property
    def minutes(self) -> int:
        return self.service_minutes + self.walking_minutes


class TurfHome(Model):
    """That a home is in a territory: in one of each team's, never in two."""

    __tablename__ = "turf_home"
    __audited__ = False  # written with the acceptance of a cut, which is audited

    team_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("team.id"), primary_key=True)
    household_id: orm.Mapped[UUID] = orm.mapped_column(
        sa.ForeignKey("household.id"), primary_key=True, index=True
    )
    turf_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("turf.id"), index=True)

    household: orm.Mapped[Household] = orm.relationship()


class TurfHolder(Model):
    """Whose territory it is; two of them walk as a pair."""

    __tablename__ = "turf_holder"

    turf_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("turf.id"), primary_key=True)
    user_id: orm.Mapped[UUID] = orm.mapped_column(
        sa.ForeignKey("user.id"), primary_key=True, index=True
    )
    since: orm.Mapped[datetime]

    user: orm.Mapped[User] = orm.relationship()


class TurfCut(Model):
    """A way to cut a team's homes, shown with its numbers before anything changes."""

    __tablename__ = "turf_cut"

    id: orm.Mapped[Id]
    team_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("team.id"), index=True)
    kind: orm.Mapped[Kind]
    state: orm.Mapped[CutState] = orm.mapped_column(default=CutState.PROPOSED)
    #: The neighbourhoods it covers, as ids: homes elsewhere stay as they are.
    area_ids: orm.Mapped[list[str]]
    #: Under "turfs": for each its old id or none, name, outline, minutes and homes' ids.
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(deferred=True)
    #: Homes moved and new, most over mean, homes without a point, and the like.
    figures: orm.Mapped[dict[str, Any]]
    made_by_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("user.id"))
    made_at: orm.Mapped[datetime]
    settled_at: orm.Mapped[datetime | None]
    #: Why it came to nothing (`tasks.Trouble`).
    failure: orm.Mapped[str | None] = orm.mapped_column(sa.String(40))

    team: orm.Mapped[Team] = orm.relationship()


class Cutting(Model):
    """That a cut is to be worked out beside the pages. Whoever holds the lease works on it.

    An expired lease is anyone's; the row is gone when there is a proposal, or there will be none.
    """

    __tablename__ = "turf_cutting"
    __audited__ = False  # bookkeeping; asking and what came of it are audited on the cut

    cut_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("turf_cut.id"), primary_key=True)
    #: Number of territories, whether they cross borders, and shapes that were drawn.
    wish: orm.Mapped[dict[str, Any]]
    asked_at: orm.Mapped[datetime]
    leased_by: orm.Mapped[str | None] = orm.mapped_column(sa.String(60))
    leased_until: orm.Mapped[datetime | None]
    #: How often it was begun.
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)

    cut: orm.Mapped[TurfCut] = orm.relationship()


class WalkingFactor(Model):
    """What walks between logged visits taught about an area's alleys: a neighbourhood or more."""

    __tablename__ = "walking_factor"
    __audited__ = False  # a figure, learned again every night

    area_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("area.id"), primary_key=True)
    #: Straight lines × this is how long people walk; empty while too few walks are known.
    factor: orm.Mapped[float | None]
    #: How many walks were believed.
    walks: orm.Mapped[int]
    learned_at: orm.Mapped[datetime]
