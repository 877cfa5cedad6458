"""How each commune writes and is answered, and the wordings that are in use."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core.text import fold, unaccent
from outreach.households.models import Language, Resident
from outreach.messaging import costs
from outreach.messaging.costs import CommuneRow
from outreach.messaging.models import CommuneSms
from outreach.notifications.models import (
    CommuneManner,
    Registration,
    RegistrationState,
    ReplyWay,
    Wording,
    WordingState,
)
from outreach.notifications.rules.manners import Hours, Manner
from outreach.notifications.texts import Wordings, all_shipped, digest
from outreach.places.models import Area, Level

#: Ways out where any text may go: nothing leaves the house.
UNREGISTERED = frozenset({"sandbox"})


class Manners(dict[UUID, Manner]):
    """The manner for homes of an area, by the area's id; communes' own where they have one."""

    def __init__(self, session: orm.Session, *, sender: str, hotline: str) -> None:
        super().__init__()
        self._paths: dict[UUID, str] = dict(list(session.execute(sa.select(Area.id, Area.path))))
        self._default = Manner(sender, hotline or "UBND")
        self._communes = _communes(session, sender, hotline)

    def __missing__(self, area_id: UUID) -> Manner:
        parts = self._paths.get(area_id, "").split("/")
        found = (self._communes[part] for part in parts if part in self._communes)
        self[area_id] = manner = next(found, self._default)
        return manner


def _communes(session: orm.Session, sender: str, hotline: str) -> dict[str, Manner]:
    """By the commune's id as paths write it. One statement."""
    rows = session.execute(
        sa.select(Area.id, Area.kind, Area.hotline, CommuneSms.sender, CommuneManner)
        .outerjoin(CommuneSms, CommuneSms.area_id == Area.id)
        .outerjoin(CommuneManner, CommuneManner.area_id == Area.id)
        .where(Area.level == Level.COMMUNE, Area.valid_to.is_(None))
    )
    return {
        row.id.hex: manner_of(
            row.CommuneManner,
            sender=row.sender or sender,
            hotline=row.hotline or hotline or f"UBND {unaccent(row.kind).lower()}",
        )
        for row in rows
    }


def manner_of(own: CommuneManner | None, *, sender: str, hotline: str) -> Manner:
    """A commune's manner: its sender's name, its hotline, and what it stored or the usual."""
    hotline = local_number(hotline)
    if own is None:
        return Manner(sender, hotline)
    return Manner(
        sender,
        hotline,
        own.reply_way,
        local_number(own.reply_number),
        own.reply_keyword,
        own.hour_before,
        hours_of(own),
    )


def local_number(number: str) -> str:
    """As people dial it: 0912345678 for +84912345678."""
    return f"0{number[3:]}" if number.startswith("+84") else number


@dataclass(frozen=True, slots=True)
class Settled:
    """One commune: what goes out and what was spent, and what it says of answers and hours."""

    sent: CommuneRow
    own: CommuneManner | None

    @property
    def way(self) -> ReplyWay:
        return self.own.reply_way if self.own else ReplyWay.HOTLINE

    @property
    def hours(self) -> Hours:
        return hours_of(self.own) if self.own else Hours()


def communes(session: orm.Session, *, words: str, actor: User, today: date) -> list[Settled]:
    """Communes of the actor whose name holds every word, by name."""
    asked = fold(words).split()
    found = [
        row
        for row in costs.communes(session, actor=actor, today=today)
        if all(word in row.area.search_key for word in asked)
    ]
    ids = [row.area.id for row in found]
    rows = session.scalars(sa.select(CommuneManner).where(CommuneManner.area_id.in_(ids)))
    own = {row.area_id: row for row in rows}
    return [Settled(row, own.get(row.area.id)) for row in found]


def own_manner(session: orm.Session, area_id: UUID) -> CommuneManner | None:
    """What a commune stored of its own manner."""
    return session.scalar(sa.select(CommuneManner).where(CommuneManner.area_id == area_id))


def own_hours(session: orm.Session) -> dict[str, Hours]:
    """The hours of communes that set their own, by the commune's path."""
    rows = session.execute(
        sa.select(Area.path, CommuneManner).join(CommuneManner, CommuneManner.area_id == Area.id)
    )
    return {path: hours_of(own) for path, own in rows}


def hours_of(own: CommuneManner) -> Hours:
    return Hours(own.opens, own.closes, own.siesta_from, own.siesta_until, own.weekends)


def areas_below(path: str) -> sa.Select[UUID]:
    """Ids of a commune and everything in it."""
    return sa.select(Area.id).where(Area.path >= path, Area.path < path + "~")


def areas_but(paths: Collection[str]) -> sa.Select[UUID]:
    """Ids of areas in none of these communes."""
    inside = (sa.and_(Area.path >= path, Area.path < path + "~") for path in paths)
    return sa.select(Area.id).where(~sa.or_(sa.false(), *inside))


def wordings(session: orm.Session) -> Wordings:
    """What is sent now: the office's own words where it has some."""
    rows = session.execute(
        sa.select(Wording.template, Wording.language, Wording.text).where(
            Wording.state == WordingState.IN_USE
        )
    )
    own = {(row.template, Language(row.language)): row.text for row in rows}
    return {**all_shipped(), **own}


def registered(session: orm.Session, channel: str) -> AbstractSet[str] | None:
    """Digests of the texts a channel has registered; None where none has to be."""
    if channel in UNREGISTERED:
        return None
    return set(
        session.scalars(
            sa.select(Registration.digest).where(
                Registration.channel == channel,
                Registration.state == RegistrationState.REGISTERED,
            )
        )
    )


def barred(session: orm.Session, channel: str) -> frozenset[str]:
    """Texts that may not leave by a channel: some wording of theirs is not registered with it.

    For a way out that steps in for another. A language that nobody reads bars nothing.
    """
    known = registered(session, channel)
    if known is None:
        return frozenset()
    read = set(session.scalars(sa.select(Resident.language).distinct())) or {Language.VI}
    return frozenset(
        name
        for (name, language), text in wordings(session).items()
        if language in read and digest(text, language) not in known
    )
