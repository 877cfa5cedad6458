"""The invented team's turf: most of it has a name on it, the rest may be taken."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.accounts.models import User
from outreach.core.db import Session
from outreach.teams import queries as teams
from outreach.turf import queries
from outreach.turf import services as turf
from outreach.turf.models import Kind

TURFS, GIVEN = 20, 14


def cut(session: Session, *, actor: User, now: datetime, zone: ZoneInfo) -> None:
    """Cut the homes of the leader's team, and give the first turfs to a volunteer each."""
    (team,) = teams.led_by(session, actor)
    volunteers = [row.member.user_id for row in teams.members(session, team)][1:]
    areas = tuple(area.id for area in teams.neighbourhoods_of(session, team))
    wish = turf.Wish(kind=Kind.FRESH, area_ids=areas, parts=TURFS)
    proposed = turf.propose(session, team, wish, actor=actor, now=now, zone=zone)
    session.flush()
    turf.accept(session, proposed, actor=actor, now=now, zone=zone)
    session.flush()
    for one, user_id in zip(queries.turfs_of(session, team)[:GIVEN], volunteers, strict=False):
        turf.assign(session, one, [user_id], actor=actor, now=now)
