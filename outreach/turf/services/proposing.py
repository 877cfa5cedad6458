"""Works a cut of a team's homes out and keeps it until somebody accepts it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
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
from outreach.turf import queries, tasks, ways
from outreach.turf.cutting import Cut, Old
from outreach.turf.geojson import Shape
from outreach.turf.models import CutState, Cutting, Kind, TurfCut
from outreach.turf.sentences import TROUBLES
from outreach.turf.tasks import Known, Task, Trouble

#: Territories a team may have.
MOST_TURFS = 200
#: Homes that are cut while the page waits (two seconds); more are cut beside it.
AT_ONCE = 3000


@dataclass(frozen=True, slots=True)
class Wish:
    """How a leader wants a team's homes cut."""

    kind: Kind
    area_ids: tuple[UUID, ...]
    parts: int = 0
    #: Whether territories may cross the border between two neighbourhoods.
    cross: bool = False
    #: What somebody drew.
    shapes: tuple[Shape, ...] = ()

    def said(self) -> dict[str, Any]:
        """As it is kept while it waits."""
        shapes = [{"name": shape.name, "polygons": shape.polygons} for shape in self.shapes]
        return {"parts": self.parts, "cross": self.cross, "shapes": shapes}

    @classmethod
    def of(cls, row: Cutting) -> Wish:
        """The wish of a row that waits."""
        said = row.wish
        shapes = tuple(Shape(one["name"], one["polygons"]) for one in said["shapes"])
        ids = tuple(UUID(id_) for id_ in row.cut.area_ids)
        return cls(row.cut.kind, ids, said["parts"], cross=said["cross"], shapes=shapes)


def propose(
    session: orm.Session, team: Team, wish: Wish, *, actor: User, now: datetime, zone: ZoneInfo
) -> TurfCut:
    """Work a cut out and keep it until it is accepted; nothing changes yet.

    Of more than `AT_ONCE` homes, only the wish is kept: a worker sees to it. Raises `Refusal` for
    foreign neighbourhoods, no homes on the map, or nothing to even out.
    """
    areas = _areas(session, team, wish.area_ids)
    if wish.kind is not Kind.EVENED and not 1 <= wish.parts <= MOST_TURFS:
        raise Refusal(_("Choose from 1 to %(most)s turfs.", most=MOST_TURFS))
    by = By(actor, now, zone)
    return _worked_out(session, team, wish, areas, by)


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
    wish = Wish(Kind.DRAWN, tuple(area.id for area in areas), shapes=tuple(shapes))
    return _worked_out(session, team, wish, areas, By(actor, now, zone))


@dataclass(frozen=True, slots=True)
class By:
    """Who wants it, and when."""

    actor: User
    now: datetime
    zone: ZoneInfo


def _worked_out(
    session: orm.Session, team: Team, wish: Wish, areas: Sequence[Area], by: By
) -> TurfCut:
    """The proposal, or (of many homes) the row that a worker will make one of."""
    if queries.home_count(session, areas) > AT_ONCE:
        row = _row(session, team, wish, areas, by)
        session.add(Cutting(cut=row, wish=wish.said(), asked_at=by.now))
        return row
    made = tasks.cut(task_of(session, team, wish, areas, now=by.now, zone=by.zone))
    if isinstance(made, Trouble):
        raise Refusal(str(TROUBLES[made]))
    row = _row(session, team, wish, areas, by)
    keep(session, row, made, now=by.now)
    return row


def task_of(
    session: orm.Session,
    team: Team,
    wish: Wish,
    areas: Sequence[Area],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Task:
    """The wish with everything that cutting has to know. Reads only."""
    known = known_of(session, team, areas, now=now, zone=zone)
    return Task(wish.kind, known, wish.parts, wish.cross, wish.shapes)


def _areas(session: orm.Session, team: Team, ids: Collection[UUID]) -> list[Area]:
    offered = {area.id: area for area in teams.neighbourhoods_of(session, team)}
    chosen = [offered[id_] for id_ in ids if id_ in offered]
    if not chosen or len(chosen) != len(set(ids)):
        raise Refusal(_("Choose at least one neighbourhood of the team."))
    return chosen


def known_of(
    session: orm.Session, team: Team, areas: Sequence[Area], *, now: datetime, zone: ZoneInfo
) -> Known:
    """The homes of these neighbourhoods with what is to do in each, and how people walk there."""
    homes = queries.homes(session, team, areas)
    needs = assistance.needs(session, [h.id for h in homes], on=now.astimezone(zone).date())
    minutes = {id_: need.service_minutes for id_, need in needs.items() if need.prize_minutes}
    here = {home.turf_id for home in homes}
    old = [
        Old(turf.id, turf.number, turf.name, turf.outline)
        for turf in queries.turfs_of(session, team)
        if turf.id in here
    ]
    spots = [spot for home in homes if (spot := home.spot)]
    walking = ways.best(session, areas, spots)
    return Known(homes, minutes, old, walking, ways.streets(session, team.area, walking))


def _row(session: orm.Session, team: Team, wish: Wish, areas: Sequence[Area], by: By) -> TurfCut:
    settle_open(session, team, now=by.now)
    row = TurfCut(
        team_id=team.id,
        kind=wish.kind,
        state=CutState.ASKED,
        area_ids=[str(area.id) for area in areas],
        content={"turfs": []},
        figures={},
        made_by_id=by.actor.id,
        made_at=by.now,
    )
    session.add(row)
    audit.record(
        session, actor=by.actor, action="turf.asked", subject=row, now=by.now,
        team_id=team.id, kind=wish.kind, parts=wish.parts,
    )  # fmt: skip
    return row


def keep(session: orm.Session, row: TurfCut, cut: Cut, *, now: datetime) -> None:
    """The cut as the proposal that was asked for: all of it at once."""
    row.content, row.figures, row.state = {"turfs": cut.turfs}, cut.figures, CutState.PROPOSED
    audit.record(
        session, actor=None, action="turf.proposed", subject=row, now=now,
        team_id=row.team_id, turfs=len(cut.turfs), homes=cut.figures["homes"],
    )  # fmt: skip


def settle_open(session: orm.Session, team: Team, *, now: datetime) -> None:
    open_ = sa.and_(
        TurfCut.team_id == team.id, TurfCut.state.in_([CutState.ASKED, CutState.PROPOSED])
    )
    theirs = sa.select(TurfCut.id).where(open_)
    session.execute(sa.delete(Cutting).where(Cutting.cut_id.in_(theirs)))
    session.execute(
        sa.update(TurfCut).where(open_).values(state=CutState.DISCARDED, settled_at=now)
    )


def discard(session: orm.Session, cut: TurfCut, *, actor: User, now: datetime) -> None:
    """Throw a proposal away, or give up one that is being worked out."""
    cut.state, cut.settled_at = CutState.DISCARDED, now
    session.execute(sa.delete(Cutting).where(Cutting.cut_id == cut.id))
    audit.record(session, actor=actor, action="turf.discarded", subject=cut, now=now)
