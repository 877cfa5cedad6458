"""Many small teams that want tomorrow planned, and workers in processes of their own."""

from __future__ import annotations

import subprocess
import sys
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from outreach.core.db import Session
from outreach.households.models import Household, Resident
from outreach.nights import services
from outreach.nights.models import Run
from outreach.places.models import Area
from outreach.rounds.models import LeftOut, Round, Stop
from outreach.teams.models import Position, Team
from outreach.turf import queries as turf_queries
from outreach.turf import services as turf_services
from outreach.turf.models import Kind
from tests.factories import Make
from tests.factories.base import LONG_AGO
from tests.factories.rounds import METRE, MIDDLE
from tests.rounds.worlds import ZONE

ROOT = Path(__file__).resolve().parents[2]
#: Works on nights until none is left. Its leases are short, so that the test is; `seconds` of
#: thinking, or as the rules say.
WORKER = """
import sys
from datetime import timedelta
from zoneinfo import ZoneInfo
from outreach import schema
from outreach.core.db import Database
from outreach.nights import jobs, queries, rules
from outreach.rounds import rules as rounds_rules
import time
db = Database(sys.argv[1])
rules.LEASE, jobs._BEAT_S = timedelta(seconds=float(sys.argv[2])), 1.0
rules.ATTEMPTS = 50
if sys.argv[3]:
    rounds_rules.solve_seconds = lambda homes: float(sys.argv[3])
print("ready", flush=True)
while True:
    jobs.work_due(db, ZoneInfo("Asia/Ho_Chi_Minh"))
    with db.transaction(read_only=True) as session:
        if not queries.is_left(session):
            break
    time.sleep(0.2)
"""


class Town:
    """Teams of one neighbourhood each, with people, homes in rows and (some) turfs."""

    def __init__(
        self,
        make: Make,
        session: Session,
        *,
        teams: int,
        homes: int,
        people: int = 2,
        turfs: int = 0,
    ) -> None:
        self.make, self.session = make, session
        commune = make.area()
        self.teams = [self._team(commune, homes, people, turfs) for _ in range(teams)]

    def _team(self, commune, homes: int, people: int, turfs: int) -> Team:
        area = self.make.neighbourhood(commune)
        team = self.make.team(area)
        leader = self.make.member(team, position=Position.LEADER).user
        members = [self.make.member(team) for _ in range(people - 1)]
        self._build(area, homes)
        self.want(team, leader)
        if turfs:
            self._cut(team, area, leader, turfs)
            for turf, member in zip(
                turf_queries.turfs_of(self.session, team), members, strict=False
            ):
                turf_services.assign(
                    self.session, turf, [member.user_id], actor=leader, now=datetime.now(UTC)
                )
            self.session.commit()
        return team

    def _cut(self, team: Team, area: Area, leader, parts: int) -> None:
        wish = turf_services.Wish(kind=Kind.FRESH, area_ids=(area.id,), parts=parts)
        how: dict[str, Any] = {"actor": leader, "now": datetime.now(UTC), "zone": ZONE}
        made = turf_services.propose(self.session, team, wish, **how)
        self.session.flush()
        turf_services.accept(self.session, made, **how)

    def _build(self, area: Area, count: int) -> None:
        """Homes in rows with one resident each, at once: a ward has 50,000."""
        ids = [uuid.uuid4() for _ in range(count)]
        homes = [
            {
                "id": id_, "area_id": area.id, "address": f"{n} Nguyễn Trãi",
                "search_key": f"{n} nguyen trai", "sort_key": f"nguyen trai {n:05}",
                "latitude": MIDDLE[0] + (n // 25) * 60 * METRE,
                "longitude": MIDDLE[1] + (n % 25) * 35 * METRE,
                "created_at": LONG_AGO,
            }
            for n, id_ in enumerate(ids)
        ]  # fmt: skip
        people = [
            {
                "household_id": id_, "name": "Trần Thị", "search_key": "tran thi",
                "sort_key": "thi", "birth_year": 1960, "created_at": LONG_AGO,
            }
            for id_ in ids
        ]  # fmt: skip
        self.session.execute(sa.insert(Household), homes)
        self.session.execute(sa.insert(Resident), people)
        self.session.commit()

    def want(self, team: Team, leader, **change) -> None:
        wish = {"plans": True, "publishes": False, "starts": 480, "ends": 690, **change}
        services.want(
            self.session, team, services.Wish(**wish), actor=leader, now=datetime.now(UTC)
        )
        self.session.commit()

    def runs(self) -> list[Run]:
        self.session.expire_all()
        found = list(self.session.scalars(sa.select(Run).order_by(Run.id)))
        self.session.commit()
        return found

    def drafts(self) -> dict[object, list[Round]]:
        """Rounds of each team."""
        self.session.expire_all()
        found: dict[object, list[Round]] = {team.id: [] for team in self.teams}
        for round_ in self.session.scalars(sa.select(Round)):
            found[round_.team_id].append(round_)
        self.session.commit()
        return found

    def accounted(self, round_: Round) -> int:
        """Homes that the plan visits or says why not: all of them in a whole plan."""
        count = sum(
            self.session.scalar(
                sa.select(sa.func.count()).select_from(kind).where(kind.round_id == round_.id)
            )
            or 0
            for kind in (Stop, LeftOut)
        )
        self.session.commit()
        return count


def tomorrow() -> date:
    return (datetime.now(UTC).astimezone(ZONE) + timedelta(days=1)).date()


def worker(url: str, *, lease: float = 8, seconds: str = "0") -> subprocess.Popen[str]:
    """A worker process, which says "ready" before it begins."""
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, url, str(lease), seconds],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
