"""A team of a commune with two neighbourhoods side by side, its people, homes and turf."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from outreach.core.db import Database, Session
from outreach.households.models import Household
from outreach.teams.models import Position
from outreach.turf import queries, services
from outreach.turf.models import Kind, Turf, TurfCut, TurfHome
from tests.conftest import NOW
from tests.factories import Make
from tests.rounds.worlds import ZONE


class Ground:
    """`cut()` proposes and accepts; `held()` says which turf each home is in."""

    def __init__(self, make: Make, session: Session, db: Database, *, people: int = 3) -> None:
        self.make, self.session, self.db = make, session, db
        self.commune = make.area()
        self.areas = [make.neighbourhood(self.commune) for _ in range(2)]
        self.team = make.team(self.commune)
        self.leader = make.member(self.team, position=Position.LEADER).user
        self.members = [make.member(self.team) for _ in range(people)]

    def homes(self, count: int, *, area: int = 0, north: float = 0, **rest) -> list[Household]:
        """So many homes in a row of the first neighbourhood, or of the second further east."""
        return [
            self.make.home(self.areas[area], east=area * 3000 + n * 40, north=north, **rest)
            for n in range(count)
        ]

    def propose(self, kind: Kind = Kind.FRESH, parts: int = 2, **change) -> TurfCut:
        area_ids = change.pop("area_ids", tuple(area.id for area in self.areas))
        wish = services.Wish(kind=kind, area_ids=area_ids, parts=parts, **change)
        made = services.propose(
            self.session, self.team, wish, actor=self.leader, now=NOW, zone=ZONE
        )
        self.session.commit()
        return made

    def accept(self, cut: TurfCut) -> int:
        moved = services.accept(self.session, cut, actor=self.leader, now=NOW, zone=ZONE)
        self.session.commit()
        return moved

    def cut(self, kind: Kind = Kind.FRESH, parts: int = 2, **change) -> list[Turf]:
        self.accept(self.propose(kind, parts, **change))
        return self.turfs()

    def turfs(self) -> list[Turf]:
        found = queries.turfs_of(self.session, self.team)
        self.session.commit()
        return found

    def held(self) -> dict[UUID, UUID]:
        rows = self.session.execute(sa.select(TurfHome.household_id, TurfHome.turf_id)).all()
        self.session.commit()
        return {home: turf for home, turf in rows}  # noqa: C416 - rows are not pairs

    def give(self, turf: Turf, *people) -> None:
        services.assign(self.session, turf, [p.user_id for p in people], actor=self.leader, now=NOW)
        self.session.commit()
