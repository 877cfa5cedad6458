"""A small neighbourhood with a team, its people and homes in a row, to plan in."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Kept
from outreach.core.db import Database, Session
from outreach.households.models import Household
from outreach.places.models import Area
from outreach.rounds import jobs, queries, services
from outreach.rounds.models import Proposal, Round, Route, State, Stop
from outreach.teams.models import Member, Position
from tests import thinking
from tests.conftest import NOW
from tests.factories import Make

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
#: The day after `NOW`.
DAY = date(2026, 11, 22)
STARTS, ENDS = 8 * 60, 11 * 60


def at(hours: float, day: date = DAY) -> datetime:
    """A moment by the clocks where the teams work."""
    whole, rest = divmod(round(hours * 60), 60)
    return datetime(day.year, day.month, day.day, whole, rest, tzinfo=ZONE)


class World:
    """One team in one neighbourhood. `plan()` makes a round and has it planned for real."""

    def __init__(
        self,
        make: Make,
        session: Session,
        db: Database,
        *,
        people: int = 2,
        area: Area | None = None,
    ) -> None:
        self.make, self.session, self.db = make, session, db
        self.area = area or make.neighbourhood()
        self.team = make.team(self.area)
        self.leader = make.member(self.team, position=Position.LEADER).user
        self.away(self.leader_member)
        self.members = [make.member(self.team) for _ in range(people)]

    @property
    def leader_member(self) -> Member:
        return next(m for m in self.team.members if m.user_id == self.leader.id)

    def away(self, member: Member) -> None:
        """They told their week, and it has no hour in it."""
        member.week_told_at = NOW
        self.session.commit()

    def homes(self, count: int, *, apart: float = 60, **rest) -> list[Household]:
        return [self.make.home(self.area, east=n * apart, **rest) for n in range(count)]

    def wish(self, **change) -> services.Wish:
        chosen = {
            "team_id": self.team.id,
            "day": DAY,
            "starts": STARTS,
            "ends": ENDS,
            "area_ids": (self.area.id,),
            "volunteer_ids": tuple(member.user_id for member in self.members),
        }
        return services.Wish(**{**chosen, **change})

    def create(self, *, now: datetime = NOW, **change) -> Round:
        made = services.create(
            self.session, self.wish(**change), actor=self.leader, now=now, zone=ZONE
        )
        made.solve_seconds = 0
        self.session.commit()
        return made

    def plan(self, round_: Round | None = None, *, now: datetime = NOW, **change) -> Round:
        made = round_ or self.create(now=now, **change)
        services.request_planning(self.session, made, actor=self.leader, now=now)
        self.session.commit()
        assert self.plan_due() == 1
        return made

    def plan_due(self) -> int:
        """Rounds that waited to be planned and were."""
        with thinking.without_starting():
            done = jobs.plan_due(self.db, ZONE)
        self.session.expire_all()
        return done

    def propose(self, round_: Round, terms: services.Terms, *, now: datetime = NOW) -> Proposal:
        """A proposal that was worked out for real."""
        services.propose(self.session, round_, terms, actor=self.leader, now=now)
        self.session.commit()
        self.plan_due()
        found = queries.proposal_of(self.session, round_)
        assert found is not None
        self.session.commit()
        return found

    def accept(self, round_: Round, proposal: Proposal, *, now: datetime = NOW) -> bool:
        taken = services.accept(
            self.session, round_, proposal.id, actor=self.leader, now=now, zone=ZONE
        )
        self.session.commit()
        return taken

    def visited(self, stop: Stop, at_: datetime) -> None:
        """Somebody was met there, as a report of it leaves the home's appointment."""
        window = self.session.scalars(
            sa.select(Appointment).where(Appointment.stop_id == stop.id)
        ).one()
        window.state, window.closed_at = Kept.KEPT, at_
        self.session.commit()

    def walked(self, round_: Round) -> dict[UUID, list[UUID]]:
        """Who visits which homes in which order."""
        return {r.id: [s.household_id for s in r.stops] for r in self.routes(round_)}

    def publish(self, round_: Round, *, now: datetime = NOW) -> Round:
        services.publish(self.session, round_, actor=self.leader, now=now, zone=ZONE)
        self.session.commit()
        return round_

    def edit(self, round_: Round, *, now: datetime = NOW, revision: int | None = None):
        return services.Edit(
            self.session, round_, revision=revision, actor=self.leader, now=now, zone=ZONE
        )

    def routes(self, round_: Round) -> list[Route]:
        found = queries.with_routes(self.session, round_)
        self.session.commit()  # a reader left open would lock SQLite for the browser
        return found

    def stops(self, round_: Round) -> list[Stop]:
        return [stop for route in self.routes(round_) for stop in route.stops]

    def view(self, round_: Round) -> queries.RoundView:
        found = queries.round_view(self.session, round_, zone=ZONE)
        self.session.commit()
        return found


def state_of(round_: Round) -> State:
    """Its state now, which a type checker must not remember from before."""
    return round_.state
