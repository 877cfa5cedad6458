"""Reads about money and channels: what messages cost, budgets, and how channels fare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.messaging.communes import communes_of
from outreach.messaging.models import (
    ChannelMinute,
    ChannelState,
    CommuneSms,
    Message,
    Spending,
    Status,
)
from outreach.places.models import Area
from outreach.teams.models import Team

ARRIVED = (Status.DELIVERED,)
FAILED = (Status.UNDELIVERED, Status.FAILED)


@dataclass(frozen=True, slots=True)
class Asked:
    """Messages handed over on these local days (both included)."""

    begins: date
    ends: date
    channel: str = ""
    commune_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What one commune sent by one channel."""

    commune: Area | None
    channel: str
    messages: int
    segments: int
    arrived: int
    failed: int
    #: đồng, as budgets reckon; and what the provider told, where it told in đồng.
    cost: int
    asked: int


def lines(session: orm.Session, asked: Asked, *, actor: User) -> list[Line]:
    """By commune and channel, the dearest first."""
    counted = (
        sa.select(
            Message.commune_id,
            Message.channel,
            sa.func.count().label("messages"),
            sa.func.sum(Message.segments).label("segments"),
            _count(ARRIVED).label("arrived"),
            _count(FAILED).label("failed"),
            sa.func.sum(COST).label("cost"),
            sa.func.sum(sa.case((Message.currency == "VND", Message.price), else_=0)).label(
                "asked"
            ),
        )
        .where(_chosen(asked, actor))
        .group_by(Message.commune_id, Message.channel)
    )
    rows = session.execute(counted.order_by(sa.desc("cost"), sa.desc("messages"))).all()
    wanted = {row.commune_id for row in rows if row.commune_id}
    known = {area.id: area for area in session.scalars(_areas(wanted))} if wanted else {}
    return [
        Line(
            known.get(row.commune_id),
            row.channel or "",
            row.messages,
            int(row.segments or 0),
            int(row.arrived or 0),
            int(row.failed or 0),
            int(row.cost or 0),
            int(row.asked or 0),
        )
        for row in rows
    ]


def single(session: orm.Session, asked: Asked, *, actor: User, limit: int) -> Sequence[Message]:
    """The messages behind those figures, oldest first."""
    return session.scalars(
        sa.select(Message)
        .where(_chosen(asked, actor))
        .options(orm.joinedload(Message.area))
        .order_by(Message.sent_on, Message.tried_at, Message.id)
        .limit(limit)
    ).all()


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """How one commune writes, and what it has spent this month."""

    area: Area
    habits: CommuneSms | None
    spent: int

    @property
    def trial(self) -> bool:
        return self.habits is None or self.habits.trial


def communes(session: orm.Session, *, actor: User, today: date) -> list[CommuneRow]:
    """The actor's own commune, and those of theirs that have teams or settings, by name."""
    mine = scopes.areas(actor)
    working = session.scalars(
        sa.select(Team.area_id).where(Team.area_id.in_(mine), Team.dissolved_on.is_(None))
    ).all()
    set_up = session.scalars(
        sa.select(CommuneSms.area_id).where(CommuneSms.area_id.in_(mine))
    ).all()
    own = [actor.area_id] if actor.area_id else []
    wanted = {*communes_of(session, [*working, *own]).values(), *set_up}
    if not wanted:
        return []
    return _rows(session, wanted, today=today)


def commune(session: orm.Session, commune_id: UUID, *, today: date) -> CommuneRow:
    """One commune's."""
    return _rows(session, {commune_id}, today=today)[0]


def _rows(session: orm.Session, commune_ids: set[UUID], *, today: date) -> list[CommuneRow]:
    rows = session.execute(
        sa.select(Area, CommuneSms, Spending.spent)
        .outerjoin(CommuneSms, CommuneSms.area_id == Area.id)
        .outerjoin(
            Spending,
            sa.and_(Spending.commune_id == Area.id, Spending.month == today.replace(day=1)),
        )
        .where(Area.id.in_(commune_ids))
        .order_by(Area.sort_key, Area.id)
    )
    return [CommuneRow(area, habits, spent or 0) for area, habits, spent in rows]


@dataclass(frozen=True, slots=True)
class Health:
    """How one channel fares: its state, and its attempts in the last hour and day."""

    name: str
    state: ChannelState | None
    hour: tuple[int, int, int]
    day: tuple[int, int, int]


def health(session: orm.Session, names: Sequence[str], *, now: datetime) -> list[Health]:
    """Of these channels, in their order."""
    states = {
        row.name: row
        for row in session.scalars(sa.select(ChannelState).where(ChannelState.name.in_(names)))
    }
    hour, day = (_attempts(session, now - timedelta(hours=h)) for h in (1, 24))
    none = (0, 0, 0)
    return [Health(n, states.get(n), hour.get(n, none), day.get(n, none)) for n in names]


def _attempts(session: orm.Session, since: datetime) -> dict[str, tuple[int, int, int]]:
    rows = session.execute(
        sa.select(
            ChannelMinute.channel,
            sa.func.sum(ChannelMinute.good),
            sa.func.sum(ChannelMinute.bad),
            sa.func.sum(ChannelMinute.slowed),
        )
        .where(ChannelMinute.minute >= since)
        .group_by(ChannelMinute.channel)
    )
    return {name: (int(good), int(bad), int(slowed)) for name, good, bad, slowed in rows}


#: What a message cost with all its tries.
COST = Message.charge + Message.charged_before
#: What providers told that they ask, where they told it in đồng.
TOLD = sa.case((Message.currency == "VND", Message.price), else_=0)


def _chosen(asked: Asked, actor: User) -> sa.ColumnElement[bool]:
    """A message whose last try did not go is only counted where an earlier one cost something."""
    conditions: list[sa.ColumnElement[bool]] = [
        Message.sent_on.between(asked.begins, asked.ends),
        Message.area_id.in_(scopes.areas(actor)),
    ]
    if asked.channel:
        conditions.append(Message.channel == asked.channel)
    if asked.commune_id:
        conditions.append(Message.commune_id == asked.commune_id)
    return sa.and_(*conditions)


def _count(statuses: Sequence[Status]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((Message.status.in_(statuses), 1), else_=0))


def _areas(ids: set[UUID]) -> sa.Select[Area]:
    return sa.select(Area).where(Area.id.in_(ids))
