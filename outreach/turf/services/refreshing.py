"""Keeps turf whole as homes come: they join their nearest neighbour's, and work is counted anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.core import audit
from outreach.teams import queries as teams
from outreach.teams.models import Team
from outreach.turf import queries
from outreach.turf.models import TurfHome
from outreach.turf.services.proposing import known_of
from outreach.turf.tasks import Known

#: Rows in one statement.
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a look at a team's homes found."""

    #: The territory of each home that was in none.
    new: Mapping[UUID, UUID]
    #: Open homes, minutes at doors and minutes of walking in each territory.
    work: Mapping[UUID, tuple[int, int, int]]


def refresh(session: orm.Session, team: Team, *, now: datetime, zone: ZoneInfo) -> int:
    """Put homes that came since into the turf of their nearest neighbour and count work anew.

    Nobody's home changes hands. Gives how many were put in; running it again changes nothing.
    """
    known = look(session, team, now=now, zone=zone)
    return 0 if known is None else put_in(session, team, counted(known), now=now)


def look(session: orm.Session, team: Team, *, now: datetime, zone: ZoneInfo) -> Known | None:
    """The homes of what was cut; None where nothing was. Reads only."""
    ids = queries.areas_cut(session, team)
    areas = [area for area in teams.neighbourhoods_of(session, team) if str(area.id) in ids]
    known = known_of(session, team, areas, now=now, zone=zone) if areas else None
    return known if known is not None and known.old else None


def counted(known: Known) -> Fresh:
    """Where new homes belong, and the work in each territory: seconds where homes are many."""
    sheet, _walking = known.sheet()
    new = {home: sheet.old[part].id for home, part in sheet.joined().items()}
    return Fresh(new, sheet.counted(new))


def put_in(session: orm.Session, team: Team, fresh: Fresh, *, now: datetime) -> int:
    """Write what was found, as far as it still holds; how many homes were put in."""
    session.get_one(Team, team.id, with_for_update=True)
    turfs = {turf.id: turf for turf in queries.turfs_of(session, team)}
    wanted = {home: turf for home, turf in fresh.new.items() if turf in turfs}
    taken = _in_some(session, team, list(wanted))
    put = {home: turf for home, turf in wanted.items() if home not in taken}
    insert(session, team, put)
    for turf_id, work in fresh.work.items():
        turf = turfs.get(turf_id)
        if turf is not None:
            turf.open_homes, turf.service_minutes, turf.walking_minutes = work
            turf.counted_at = now
    audit.record(
        session, actor=None, action="turf.refreshed", subject=team, now=now, taken_in=len(put)
    )
    return len(put)


def _in_some(session: orm.Session, team: Team, homes: Sequence[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    chosen = sa.select(TurfHome.household_id).where(TurfHome.team_id == team.id)
    for at in range(0, len(homes), _AT_ONCE):
        ids = homes[at : at + _AT_ONCE]
        found.update(session.scalars(chosen.where(TurfHome.household_id.in_(ids))))
    return found


def insert(session: orm.Session, team: Team, wanted: Mapping[UUID, UUID]) -> None:
    """Put homes into territories (household → territory)."""
    rows = [
        {"team_id": team.id, "household_id": home, "turf_id": turf} for home, turf in wanted.items()
    ]
    for at in range(0, len(rows), _AT_ONCE):
        session.execute(sa.insert(TurfHome), rows[at : at + _AT_ONCE])
