"""Whatever leaders, volunteers, nights and the clock do: each open home is in exactly one place.

In one turf of its team; and from today on in at most one round's route or live claim, besides what
was promised to it for a day.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from outreach.appointments import services as appointments
from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Kept
from outreach.households.models import Household
from outreach.nights import services as nights
from outreach.rounds import questions, services
from outreach.rounds.models import Hold, Planning, Round, State, Stop
from outreach.rounds.queries.holds import is_live
from outreach.rounds.questions import Answer, Question
from outreach.routing import planner
from outreach.turf.models import Turf, TurfHolder, TurfHome
from outreach.web import Outreach
from tests.nights.places import Places
from tests.rounds.worlds import ZONE

EXAMPLES = 12 if os.environ.get("TEST_DATABASE_URL") else 30
WHICH = st.integers(0, 5)


def answered(question: Question) -> Answer:
    """What the planner's process would answer at once."""
    asked = questions.posed(question)
    return questions.answer(planner.solve(asked.instance, seconds=0), asked, question)


class Days(Places):
    """The same, with rounds that are planned, edited, undone and cancelled, and nights."""

    def __init__(self) -> None:
        super().__init__()
        wish = nights.Wish(plans=True, publishes=True, starts=480, ends=690)
        nights.want(self.session, self.ground.team, wish, actor=self.ground.leader, now=self.now)
        self.session.commit()

    @property
    def how(self) -> dict[str, Any]:
        return {"actor": self.ground.leader, "now": self.now}

    def one(self, which: int, *chosen) -> Round | None:
        found = self.rounds(*chosen)
        return found[which % len(found)] if found else None

    @rule(ahead=st.integers(0, 2), hour=st.sampled_from([9, 13]), publishes=st.booleans())
    def plan(self, ahead: int, hour: int, publishes: bool) -> None:
        """A leader's plan, which is published now or (by `show`) later."""
        wish = services.Wish(
            team_id=self.ground.team.id,
            day=self.today + timedelta(days=ahead),
            starts=hour * 60,
            ends=hour * 60 + 120,
            area_ids=tuple(area.id for area in self.ground.areas),
            volunteer_ids=tuple(member.user_id for member in self.ground.members[:2]),
        )

        def deed() -> None:
            made = services.create(self.session, wish, zone=ZONE, **self.how)
            self.session.flush()
            self._plan(made)
            if publishes:
                services.publish(self.session, made, zone=ZONE, **self.how)

        self.act(deed)

    def _plan(self, round_: Round) -> None:
        planning = services.request_planning(self.session, round_, **self.how)
        self.session.flush()
        planning.leased_by = "me"
        asked = services.ask(self.session, planning.id, now=self.now, zone=ZONE)
        assert asked is not None
        answer = answered(asked.question)
        stored = services.store(self.session, asked, answer, worker="me", now=self.now, zone=ZONE)
        assert stored, "nobody else is here"

    @rule(which=WHICH)
    def plan_again(self, which: int) -> None:
        round_ = self.one(which, Round.state.in_([State.PUBLISHED, State.PROPOSED]))
        if round_ is not None:
            self.act(lambda: self._plan(round_))

    @rule(which=WHICH)
    def show(self, which: int) -> None:
        round_ = self.one(which, Round.state == State.PROPOSED)
        if round_ is not None:
            self.act(lambda: services.publish(self.session, round_, zone=ZONE, **self.how))

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        round_ = self.one(which, Round.state.in_([State.PROPOSED, State.DRAFT]))
        if round_ is not None:
            self.act(lambda: services.cancel(self.session, round_, **self.how))

    @rule(which=WHICH)
    def close(self, which: int) -> None:
        round_ = self.one(which, Round.state == State.PUBLISHED)
        if round_ is not None:
            self.act(lambda: services.close(self.session, round_, zone=ZONE, **self.how))

    @rule(which=WHICH, home=st.integers(0, 11), deed=st.sampled_from(["add", "drop", "undo"]))
    def edit(self, which: int, home: int, deed: str) -> None:
        round_ = self.one(which, Round.state.in_([State.PUBLISHED, State.PROPOSED]))
        if round_ is not None:
            self.act(lambda: self._edit(round_, home, deed))

    def _edit(self, round_: Round, home: int, deed: str) -> None:
        edit = services.Edit(self.session, round_, revision=None, zone=ZONE, **self.how)
        stops = [stop for route in round_.routes for stop in route.stops]
        if deed == "undo":
            services.undo(edit)
        elif deed == "add":
            rows = self.session.scalars(sa.select(Household.id).order_by(Household.id)).all()
            services.add_home(edit, rows[home % len(rows)], round_.routes[0].id)
        elif stops:
            services.remove_stop(edit, stops[home % len(stops)].id)

    @rule(home=st.integers(0, 11), ahead=st.integers(1, 2))
    def promise(self, home: int, ahead: int) -> None:
        """A resident agrees to be visited at ten on a day to come."""
        rows = self.session.scalars(sa.select(Household).order_by(Household.id)).all()
        day = self.now.astimezone(ZONE).replace(hour=10, minute=0) + timedelta(days=ahead)
        wish = appointments.Wish(
            household_id=rows[home % len(rows)].id,
            window=appointments.Window(day, day + timedelta(hours=2)),
        )
        self.act(lambda: appointments.agree(self.session, wish, **self.how))

    @rule()
    def night(self) -> None:
        """Tomorrow is planned and published, at whatever time of the day."""
        self.act(self._night)

    def _night(self) -> None:
        nights.begin(self.session, self.today + timedelta(days=1), now=self.now)
        run_id = nights.claim(self.session, worker="me", now=self.now)
        if run_id is None:
            return
        asked = nights.ask(self.session, run_id, now=self.now, zone=ZONE)
        if isinstance(asked, nights.Asked):
            answer = answered(asked.question)
            nights.store(self.session, asked, answer, worker="me", now=self.now, zone=ZONE)
        else:
            nights.end(self.session, run_id, asked, worker="me", now=self.now)

    @invariant()
    @precondition(lambda self: self.ground.turfs())
    def each_home_is_in_exactly_one_turf(self) -> None:
        living = set(
            self.session.scalars(sa.select(Household.id).where(Household.archived_at.is_(None)))
        )
        rows = self.session.execute(
            sa.select(TurfHome.household_id, Turf.ended_at).join(Turf, Turf.id == TurfHome.turf_id)
        ).all()
        assert len(rows) == len({home for home, _ended in rows})
        assert {home for home, _ended in rows} == living
        assert not any(ended for _home, ended in rows)
        held = self.session.scalars(sa.select(TurfHolder.turf_id))
        living_turfs = set(self.session.scalars(sa.select(Turf.id).where(Turf.ended_at.is_(None))))
        assert set(held) <= living_turfs
        self.session.commit()

    @invariant()
    def each_home_is_on_one_live_route_of_a_day_at_most(self) -> None:
        live = self.session.execute(
            sa.select(Stop.household_id, Round.day)
            .join(Round, Round.id == Stop.round_id)
            .where(Round.state == State.PUBLISHED, is_live(self.now))
        ).all()
        assert len(live) == len(set(live))
        holds = set(self.session.execute(sa.select(Hold.household_id, Hold.day)))
        assert set(live) <= holds
        stops = set(
            self.session.execute(
                sa.select(Stop.household_id, Round.day)
                .join(Round, Round.id == Stop.round_id)
                .where(Round.published_at.is_not(None))
            )
        )
        assert holds == stops, "a hold without a stop"
        self.session.commit()

    @invariant()
    def each_open_home_is_on_one_list_from_today_on(self) -> None:
        seen = set(
            self.session.scalars(
                sa.select(Appointment.stop_id).where(
                    Appointment.state.in_([Kept.KEPT, Kept.MISSED])
                )
            )
        )
        places: Counter[object] = Counter()
        for round_ in self.rounds(Round.state == State.PUBLISHED, Round.day >= self.today):
            if self._is_over(round_):
                continue
            for stop in (stop for route in round_.routes for stop in route.stops):
                promised = stop.appointment_id or "wanted" in stop.reasons
                if stop.id not in seen and not promised:
                    places[stop.household_id] += 1
        assert max(places.values(), default=1) == 1
        self.session.commit()

    def _is_over(self, round_: Round) -> bool:
        local = self.now.astimezone(ZONE)
        if round_.lease_until is not None:
            return round_.lease_until <= self.now
        return round_.day == local.date() and round_.ends <= local.hour * 60 + local.minute

    @invariant()
    def nothing_waits_for_a_plan_for_ever(self) -> None:
        assert not self.session.scalars(sa.select(Planning)).all()
        self.session.commit()


def test_each_open_home_is_in_exactly_one_place(app: Outreach) -> None:
    run_state_machine_as_test(
        type("TheseDays", (Days,), {"db": app.db}),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
