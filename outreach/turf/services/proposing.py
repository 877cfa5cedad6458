"""Works a cut of a team's homes out and keeps it until somebody accepts it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance import queries as assistance
from outreach.core import audit
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.places.models import Area
from outreach.teams import queries as teams
from outreach.teams.models import Team
from outreach.turf import queries
from outreach.turf.cutting import Cut, Old, Sheet
from outreach.turf.geojson import Shape
from outreach.turf.models import CutState, Kind, TurfCut

#: Territories a team may have.
MOST_TURFS = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """How a leader wants a team's homes cut."""

    kind: Kind
    area_ids: tuple[UUID, ...]
    parts: int = 0
    #: Whether territories may cross the border between two neighbourhoods.
    cross: bool = False


def propose(
    session: orm.Session, team: Team, wish: Wish, *, actor: User, now: datetime, zone: ZoneInfo
) -> TurfCut:
    """Work a cut out and keep it until it is accepted; nothing changes yet.

    Raises `Refusal` for foreign neighbourhoods, no homes on the map, or nothing to even out.
    """
    areas = _areas(session, team, wish.area_ids)
    sheet = sheet_of(session, team, areas, now=now, zone=zone, cross=wish.cross)
    if not sheet.placed:
        raise Refusal(_("No home there has a point on the map yet, so nothing can be cut."))
    if wish.kind is Kind.EVENED:
        if not sheet.old:
            raise Refusal(_("There are no turfs there yet to even out. Cut them anew first."))
        cut = sheet.evened()
    else:
        if not 1 <= wish.parts <= MOST_TURFS:
            raise Refusal(_("Choose from 1 to %(most)s turfs.", most=MOST_TURFS))
        cut = sheet.fresh(wish.parts)
    return _kept(session, team, wish.kind, areas, cut, actor=actor, now=now)


def propose_drawn(
    session: orm.Session,
    team: Team,
    shapes: Sequence[Shape],
    *,
    actor: User,
    now: datetime,
    zone: ZoneInfo,
) -> TurfCut:
    """The same for polygons somebody drew. Raises `Refusal` when no home lies in any."""
    areas = teams.neighbourhoods_of(session, team)
    sheet = sheet_of(session, team, areas, now=now, zone=zone)
    cut = sheet.drawn(shapes)
    if not cut.turfs:
        raise Refusal(_("No home of the team lies in any of these polygons."))
    return _kept(session, team, Kind.DRAWN, areas, cut, actor=actor, now=now)


def _areas(session: orm.Session, team: Team, ids: Collection[UUID]) -> list[Area]:
    offered = {area.id: area for area in teams.neighbourhoods_of(session, team)}
    chosen = [offered[id_] for id_ in ids if id_ in offered]
    if not chosen or len(chosen) != len(set(ids)):
        raise Refusal(_("Choose at least one neighbourhood of the team."))
    return chosen


def sheet_of(
    session: orm.Session,
    team: Team,
    areas: Sequence[Area],
    *,
    now: datetime,
    zone: ZoneInfo,
    cross: bool = False,
) -> Sheet:
    homes = queries.homes(session, team, areas)
    needs = assistance.needs(session, [h.id for h in homes], on=now.astimezone(zone).date())
    minutes = {id_: need.service_minutes for id_, need in needs.items() if need.prize_minutes}
    here = {home.turf_id for home in homes}
    old = [
        Old(turf.id, turf.number, turf.name, turf.outline)
        for turf in queries.turfs_of(session, team)
        if turf.id in here
    ]
    return Sheet(homes, minutes, old, cross=cross)


def _kept(
    session: orm.Session,
    team: Team,
    kind: Kind,
    areas: Sequence[Area],
    cut: Cut,
    *,
    actor: User,
    now: datetime,
) -> TurfCut:
    settle_open(session, team, now=now)
    row = TurfCut(
        team_id=team.id,
        kind=kind,
        state=CutState.PROPOSED,
        area_ids=[str(area.id) for area in areas],
        content={"turfs": cut.turfs},
        figures=cut.figures,
        made_by_id=actor.id,
        made_at=now,
    )
    session.add(row)
    audit.record(
        session, actor=actor, action="turf.proposed", subject=row, now=now,
        team_id=team.id, kind=kind, turfs=len(cut.turfs), homes=cut.figures["homes"],
    )  # fmt: skip
    return row


def settle_open(session: orm.Session, team: Team, *, now: datetime) -> None:
    session.execute(
        sa.update(TurfCut)
        .where(TurfCut.team_id == team.id, TurfCut.state == CutState.PROPOSED)
        .values(state=CutState.DISCARDED, settled_at=now)
    )


def discard(session: orm.Session, cut: TurfCut, *, actor: User, now: datetime) -> None:
    """Throw a proposal away."""
    cut.state, cut.settled_at = CutState.DISCARDED, now
    audit.record(session, actor=actor, action="turf.discarded", subject=cut, now=now)
