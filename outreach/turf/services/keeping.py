"""Makes a proposal the team's turf, puts names on it, and keeps it whole as homes come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Conflict, Refusal
from outreach.core.i18n import gettext as _
from outreach.households.models import Household
from outreach.places.models import Area
from outreach.teams.models import Member, Team
from outreach.turf import queries
from outreach.turf.models import CutState, Turf, TurfCut, TurfHolder, TurfHome
from outreach.turf.services.proposing import settle_open
from outreach.turf.services.refreshing import insert, refresh

#: People who share one territory: one, or a pair.
MOST_HOLDERS = 2
#: Hours that homes may be kept for whoever took them: a working day.
MOST_HOURS = 12
#: Rows in one statement.
_AT_ONCE = 2000


def accept(
    session: orm.Session, cut: TurfCut, *, actor: User, now: datetime, zone: ZoneInfo
) -> int:
    """Make a proposal the team's turf, in one go; how many homes changed hands.

    Homes that came since it was made join the nearest. Holders stay with their territory.
    """
    team = session.get_one(Team, cut.team_id, with_for_update=True)
    session.refresh(cut, ["state"])
    if cut.state is not CutState.PROPOSED:
        raise Conflict(_("This proposal was accepted or discarded already."))
    wanted = _written(session, team, cut.content["turfs"], counted=cut.made_at)
    _put(session, team, cut.area_ids, wanted)
    cut.state, cut.settled_at = CutState.ACCEPTED, now
    audit.record(
        session, actor=actor, action="turf.accepted", subject=cut, now=now,
        team_id=team.id, turfs=len(cut.content["turfs"]), moved=cut.figures["moved"],
    )  # fmt: skip
    session.flush()
    _end_empty(session, team, now=now)
    settle_open(session, team, now=now)
    if queries.in_none(session, team):
        refresh(session, team, now=now, zone=zone)
    return int(cut.figures["moved"])


def _written(
    session: orm.Session, team: Team, turfs: Sequence[dict[str, Any]], *, counted: datetime
) -> dict[UUID, UUID]:
    """The territories' rows, and household → territory."""
    there = {turf.id: turf for turf in queries.turfs_of(session, team)}
    taken = {turf.number for turf in there.values()}
    wanted: dict[UUID, UUID] = {}
    for said in turfs:
        turf = there.get(UUID(said["id"])) if said["id"] else None
        if turf is None:
            number = said["number"]
            while number in taken:
                number += 1
            turf = Turf(id=uuid4(), team_id=team.id, number=number)
            session.add(turf)
            taken.add(number)
        turf.name, turf.outline = said["name"], said["outline"]
        turf.service_minutes, turf.walking_minutes = said["service"], said["walking"]
        turf.open_homes, turf.counted_at = said["open"], counted
        wanted |= {UUID(home): turf.id for home in said["homes"]}
    session.flush()
    return wanted


def _put(
    session: orm.Session, team: Team, area_ids: Sequence[str], wanted: dict[UUID, UUID]
) -> None:
    areas = session.scalars(sa.select(Area).where(Area.id.in_([UUID(a) for a in area_ids])))
    inside = sa.select(Area.id).where(sa.or_(sa.false(), *(scopes.below(area) for area in areas)))
    within = sa.select(Household.id).where(Household.area_id.in_(inside))
    mine = sa.delete(TurfHome).where(TurfHome.team_id == team.id)
    session.execute(mine.where(TurfHome.household_id.in_(within)))
    homes = list(wanted)
    for ids in (homes[at : at + _AT_ONCE] for at in range(0, len(homes), _AT_ONCE)):
        session.execute(mine.where(TurfHome.household_id.in_(ids)))
        living = session.scalars(
            sa.select(Household.id).where(Household.id.in_(ids), Household.archived_at.is_(None))
        ).all()
        insert(session, team, {id_: wanted[id_] for id_ in living})


def _end_empty(session: orm.Session, team: Team, *, now: datetime) -> None:
    filled = sa.select(TurfHome.turf_id).where(TurfHome.team_id == team.id)
    for turf in queries.turfs_of(session, team):
        if session.scalar(filled.where(TurfHome.turf_id == turf.id).limit(1)) is None:
            turf.ended_at = now
            session.execute(sa.delete(TurfHolder).where(TurfHolder.turf_id == turf.id))


def keep_for(
    session: orm.Session, team: Team, hours: int | None, *, actor: User, now: datetime
) -> None:
    """How long homes that a member takes by themselves are kept; None: until the day's end."""
    if hours is not None and not 1 <= hours <= MOST_HOURS:
        raise Refusal(_("Please write a number from %(min)s to %(max)s.", min=1, max=MOST_HOURS))
    team.lease_hours = hours
    audit.record(session, actor=actor, action="turf.lease_told", subject=team, now=now, hours=hours)


def assign(
    session: orm.Session,
    turf: Turf,
    user_ids: Sequence[UUID],
    *,
    name: str | None = None,
    actor: User,
    now: datetime,
) -> None:
    """Whose territory it is from now on: nobody's, one member's or a pair's; and what it is called.

    Raises `Refusal` for people who are not in the team.
    """
    wanted = set(user_ids)
    if len(wanted) > MOST_HOLDERS:
        raise Refusal(_("A turf belongs to one person or to a pair."))
    members = session.scalars(
        sa.select(Member.user_id).where(
            Member.team_id == turf.team_id, Member.user_id.in_(wanted), Member.left_on.is_(None)
        )
    )
    if set(members) != wanted:
        raise Refusal(_("Somebody you chose is not in the team any more. Please look again."))
    if name is not None:
        turf.name = name
    there = {holder.user_id: holder for holder in turf.holders}
    turf.holders = [
        there.get(id_) or TurfHolder(turf_id=turf.id, user_id=id_, since=now)
        for id_ in dict.fromkeys(user_ids)
    ]
    for id_, holder in there.items():
        if id_ not in wanted:
            session.delete(holder)
    audit.record(
        session, actor=actor, action="turf.assigned", subject=turf, now=now,
        people=sorted(map(str, wanted)),
    )  # fmt: skip
