"""A random life of one team's homes: turf is cut and given, homes are put on rounds and taken."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    rule,
)

from outreach.core.db import Database, Session
from outreach.core.errors import Refusal
from outreach.households.models import Household
from outreach.rounds import services
from outreach.rounds.models import Round, Route, State, Stop
from outreach.turf import services as turf
from outreach.turf.models import Kind
from outreach.visits import services as visits
from outreach.visits.models import Outcome
from outreach.visits.services import VisitReport
from tests.conftest import NOW
from tests.factories import Make
from tests.rounds.worlds import ZONE
from tests.turf.grounds import Ground

WHO = st.integers(0, 2)


class Places(RuleBasedStateMachine):
    """Turf, rounds made by hand for today and the days after, claims, reports and the clock."""

    db: Database

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.db.engine.connect()
        self.outer = self.connection.begin()  # never committed: each day begins in an empty world
        self.session = Session(
            self.connection,
            join_transaction_mode="create_savepoint",
            expire_on_commit=False,
            info={"zone": ZONE},
        )
        self.ground = Ground(Make(self.session), self.session, self.db)
        self.ground.homes(7)
        self.ground.homes(5, area=1)
        self.ground.team.lease_hours = 2
        self.session.commit()
        self.now: datetime = NOW

    def teardown(self) -> None:
        self.session.close()
        self.outer.rollback()
        self.connection.close()

    def act(self, deed) -> None:
        """Do it in a transaction of its own; a refusal leaves nothing behind."""
        try:
            deed()
            self.session.commit()
        except Refusal:
            self.session.rollback()
        self.session.expire_all()

    @rule(
        parts=st.integers(1, 5),
        kind=st.sampled_from([Kind.FRESH, Kind.EVENED]),
        cross=st.booleans(),
    )
    def cut(self, parts: int, kind: Kind, cross: bool) -> None:
        area_ids = tuple(area.id for area in self.ground.areas)
        wish = turf.Wish(kind=kind, area_ids=area_ids, parts=parts, cross=cross)
        how: dict[str, Any] = {"actor": self.ground.leader, "now": self.now, "zone": ZONE}

        def deed() -> None:
            made = turf.propose(self.session, self.ground.team, wish, **how)
            self.session.flush()
            turf.accept(self.session, made, **how)

        self.act(deed)

    @rule(which=st.integers(0, 4), who=st.lists(WHO, max_size=2))
    def give(self, which: int, who: list[int]) -> None:
        turfs = self.ground.turfs()
        if turfs:
            people = [self.ground.members[n].user_id for n in dict.fromkeys(who)]
            chosen = turfs[which % len(turfs)]
            self.act(
                lambda: turf.assign(
                    self.session, chosen, people, actor=self.ground.leader, now=self.now
                )
            )

    @rule(area=st.integers(0, 1), point=st.booleans())
    def build(self, area: int, point: bool) -> None:
        self.ground.make.home(self.ground.areas[area], east=area * 3000 + 7 if point else None)
        self.act(lambda: turf.refresh(self.session, self.ground.team, now=self.now, zone=ZONE))

    @rule(who=WHO, most=st.integers(1, 6))
    def take(self, who: int, most: int) -> None:
        user = self.ground.members[who].user
        self.act(
            lambda: services.claim_next(
                self.session, actor=user, now=self.now, zone=ZONE, most=most
            )
        )

    @rule(who=WHO)
    def give_back(self, who: int) -> None:
        user = self.ground.members[who].user
        for round_ in self.rounds(Round.lease_until.is_not(None)):
            if round_.routes[0].volunteer_id == user.id:
                self.act(
                    lambda round_=round_: services.give_back(
                        self.session, round_, actor=user, now=self.now
                    )
                )

    @rule(
        who=WHO,
        homes=st.sets(st.integers(0, 11), max_size=6),
        hour=st.sampled_from([13, 15]),
        ahead=st.integers(0, 2),
    )
    def publish(self, who: int, homes: set[int], hour: int, ahead: int) -> None:
        rows = self.session.scalars(sa.select(Household).order_by(Household.id)).all()
        chosen = [rows[n % len(rows)].id for n in sorted(homes)]
        self.act(lambda: self._publish(who, list(dict.fromkeys(chosen)), hour, ahead))

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def _publish(self, who: int, homes: list[UUID], hour: int, ahead: int) -> None:
        made = Round(
            id=uuid4(), team_id=self.ground.team.id, day=self.today + timedelta(days=ahead),
            starts=hour * 60, ends=hour * 60 + 90, state=State.PROPOSED,
            created_by_id=self.ground.leader.id, created_at=self.now, changed_at=self.now,
        )  # fmt: skip
        route = Route(
            volunteer_id=self.ground.members[who].user_id, position=0, starts=hour * 60,
            ends=hour * 60 + 90, start_latitude=10.9, start_longitude=106.7,
        )  # fmt: skip
        made.routes.append(route)
        for n, home in enumerate(homes):
            at = hour * 3600 + n * 600
            route.stops.append(
                Stop(
                    round_id=made.id,
                    household_id=home,
                    position=n + 1,
                    arrives_s=at,
                    starts_s=at,
                    service_s=300,
                )
            )
        self.session.add(made)
        self.session.flush()
        services.publish(self.session, made, actor=self.ground.leader, now=self.now, zone=ZONE)

    @rule(which=st.integers(0, 3))
    def withdraw(self, which: int) -> None:
        published = self.rounds(Round.state == State.PUBLISHED)
        if published:
            chosen = published[which % len(published)]
            self.act(
                lambda: services.withdraw(
                    self.session, chosen, actor=self.ground.leader, now=self.now
                )
            )

    @rule(which=st.integers(0, 9), met=st.booleans())
    def report(self, which: int, met: bool) -> None:
        stops = [
            s
            for r in self.rounds(Round.state == State.PUBLISHED)
            for x in r.routes
            for s in x.stops
        ]
        if not stops:
            return
        stop = stops[which % len(stops)]
        said = VisitReport(
            report_id=uuid4(), stop_id=stop.id, household_id=stop.household_id, made_at=self.now,
            outcome=Outcome.MET if met else Outcome.NOBODY_HOME,
        )  # fmt: skip
        user = stop.route.volunteer
        self.act(lambda: visits.log_visit(self.session, said, actor=user, now=self.now, zone=ZONE))

    @rule(minutes=st.sampled_from([10, 61, 130, 900]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def rounds(self, *chosen) -> list[Round]:
        found = self.session.scalars(sa.select(Round).where(*chosen).order_by(Round.id))
        return list(found)
