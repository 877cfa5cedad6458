"""How a commune writes: its sender, its budget, and whose phones may ring while it only tries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Role, User
from outreach.messaging.models import CommuneSms
from outreach.places.models import Area, Level
from outreach.teams.models import Member, Team


@dataclass(frozen=True, slots=True)
class Habits:
    """How one commune writes. Without settings of its own: in trial mode, without a limit."""

    path: str
    trial: bool = True
    sender: str = ""
    #: đồng a month; None: no limit.
    budget: int | None = None


def habits(session: orm.Session, commune_ids: Iterable[UUID | None]) -> dict[UUID, Habits]:
    """By commune."""
    wanted = [commune for commune in commune_ids if commune is not None]
    if not wanted:
        return {}
    rows = session.execute(
        sa.select(
            Area.id,
            Area.path,
            CommuneSms.trial,
            CommuneSms.sender,
            CommuneSms.monthly_budget,
        )
        .outerjoin(CommuneSms, CommuneSms.area_id == Area.id)
        .where(Area.id.in_(wanted))
    )
    return {
        row.id: Habits(row.path)
        if row.trial is None
        else Habits(row.path, row.trial, row.sender, row.monthly_budget)
        for row in rows
    }


def settings_of(session: orm.Session, commune_id: UUID) -> CommuneSms | None:
    """What an administrator set for this commune, if anything."""
    return session.scalar(sa.select(CommuneSms).where(CommuneSms.area_id == commune_id))


def strangers(
    session: orm.Session, rows: Sequence[Any], found: dict[UUID, Habits], *, today: date
) -> set[UUID]:
    """Messages of communes in trial mode to phones that are not their own people's."""
    trying = [row for row in rows if row.commune_id not in found or found[row.commune_id].trial]
    if not trying:
        return set()
    ours = _our_people(session, {row.phone for row in trying}, today=today)
    return {row.id for row in trying if not _known(ours.get(row.phone), found.get(row.commune_id))}


def _known(paths: set[str | None] | None, commune: Habits | None) -> bool:
    """Whether somebody with this phone belongs here; an administrator belongs everywhere."""
    if paths is None:
        return False
    return None in paths or any(commune and path.startswith(commune.path) for path in paths if path)


def _our_people(
    session: orm.Session, phones: set[str], *, today: date
) -> dict[str, set[str | None]]:
    """Where people with these phones belong: by account, and by every team they are in."""
    account, team = orm.aliased(Area), orm.aliased(Area)
    present = sa.and_(
        Member.user_id == User.id, sa.or_(Member.left_on.is_(None), Member.left_on > today)
    )
    rows = session.execute(
        sa.select(User.phone, User.role, account.path, team.path)
        .outerjoin(account, account.id == User.area_id)
        .outerjoin(Member, present)
        .outerjoin(Team, Team.id == Member.team_id)
        .outerjoin(team, team.id == Team.area_id)
        .where(User.phone.in_(phones), User.deactivated_at.is_(None))
    )
    found: dict[str, set[str | None]] = {}
    for phone, role, own, of_team in rows:
        places = found.setdefault(phone, set())
        places |= {path for path in (own, of_team) if path}
        if role is Role.ADMINISTRATOR:
            places.add(None)
    return found


def communes_of(session: orm.Session, area_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The commune each of these areas is, or lies in: at most two levels below it."""
    parent, above = orm.aliased(Area), orm.aliased(Area)
    commune = sa.case(
        (Area.level == Level.COMMUNE, Area.id),
        (parent.level == Level.COMMUNE, parent.id),
        (above.level == Level.COMMUNE, above.id),
    )
    rows = session.execute(
        sa.select(Area.id, commune)
        .outerjoin(parent, parent.id == Area.parent_id)
        .outerjoin(above, above.id == parent.parent_id)
        .where(Area.id.in_(set(area_ids)))
    )
    return {area_id: commune_id for area_id, commune_id in rows if commune_id is not None}
