"""Agreeing, moving and ending appointments; announcing those of a round."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.appointments import queries, services
from outreach.appointments.models import Appointment, Origin, State
from outreach.core import audit
from outreach.core.db import Session
from outreach.core.errors import Conflict, NotAllowed, Refusal
from tests.conftest import NOW
from tests.factories import Make

TOMORROW = NOW + timedelta(days=1)
DAY = (NOW.replace(hour=0) + timedelta(hours=17), NOW.replace(hour=0) + timedelta(hours=41))


def window(hours: float = 0, minutes: int = 60) -> services.Window:
    starts = TOMORROW + timedelta(hours=hours)
    return services.Window(starts, starts + timedelta(minutes=minutes))


class World:
    """A neighbourhood with its leader and two homes."""

    def __init__(self, make: Make, session: Session) -> None:
        self.make, self.session = make, session
        self.area = make.neighbourhood()
        self.leader = make.user(Role.LEADER, area=self.area)
        self.visitor = make.user(area=self.area)
        self.home = make.home(self.area)
        self.other = make.home(self.area)

    def agree(self, hours: float = 0, **rest) -> Appointment:
        wish = services.Wish(self.home.id, window(hours), **rest)
        return services.agree(self.session, wish, actor=self.leader, now=NOW)

    def arrival(self, hours: float = 0, home=None, stop: uuid.UUID | None = None):
        home = home or self.home
        return services.Arrival(
            stop_id=stop or uuid.uuid4(),
            household_id=home.id,
            area_id=home.area_id,
            visitor_id=self.visitor.id,
            planned=TOMORROW + timedelta(hours=hours),
        )

    def announce(self, *arrivals: services.Arrival) -> int:
        changed = services.announce_for_round(
            self.session,
            arrivals,
            opens=TOMORROW - timedelta(hours=1),
            closes=TOMORROW + timedelta(hours=3),
            day=DAY,
            actor=self.leader,
            now=NOW,
        )
        self.session.flush()
        return changed

    def all(self) -> list[Appointment]:
        return list(self.session.scalars(sa.select(Appointment)))


@pytest.fixture
def world(make: Make, session: Session) -> World:
    return World(make, session)


def test_an_agreed_window_has_a_code_of_four_digits_and_is_audited(world: World) -> None:
    made = world.agree(note="gọi trước")
    assert made.visit_code.isdigit()
    assert len(made.visit_code) == 4
    world.session.flush()
    assert [e.action for e in audit.of_subject(world.session, made)] == ["appointment.agreed"]
    facts = audit.of_subject(world.session, made)[0].facts
    assert "gọi" not in str(facts)


def test_a_home_is_not_promised_two_visits_on_one_day(world: World) -> None:
    world.agree()
    world.session.flush()
    with pytest.raises(Conflict):
        world.agree(hours=5)
    world.agree(hours=24)


def test_agreeing_is_refused_for_a_home_of_another_area(world: World, make: Make) -> None:
    world.home = make.home(make.neighbourhood())
    with pytest.raises(NotAllowed):
        world.agree()


@pytest.mark.parametrize(
    ("hours", "minutes"), [(-30, 60), (0, 0), (0, -5), (0, 60 * 13), (24 * 400, 60)]
)
def test_a_window_that_cannot_be_kept_is_refused(world: World, hours: int, minutes: int) -> None:
    wish = services.Wish(world.home.id, window(hours, minutes))
    with pytest.raises(Refusal):
        services.agree(world.session, wish, actor=world.leader, now=NOW)


def test_a_person_of_another_home_is_refused(world: World) -> None:
    with pytest.raises(Refusal):
        world.agree(resident_id=world.other.residents[0].id)


def test_codes_of_open_appointments_in_one_area_and_day_differ(
    world: World, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter([7, 7, 7, 8])
    monkeypatch.setattr("secrets.randbelow", lambda _n: next(numbers))
    first = world.agree()
    world.session.flush()
    world.home = world.other
    assert (first.visit_code, world.agree().visit_code) == ("0007", "0008")


def test_moving_an_announced_window_makes_it_agreed(world: World) -> None:
    world.announce(world.arrival())
    (made,) = world.all()
    services.move(world.session, made, window(1), actor=world.leader, now=NOW)
    assert (made.origin, made.visitor_id) == (Origin.AGREED, world.visitor.id)
    services.move(world.session, made, window(48), actor=world.leader, now=NOW)
    assert (made.visitor_id, made.stop_id) == (None, None)


def test_what_happened_at_the_door_cannot_be_moved_or_cancelled(world: World) -> None:
    made = world.agree()
    services.keep(world.session, made, actor=world.visitor, now=NOW)
    with pytest.raises(Conflict):
        services.move(world.session, made, window(2), actor=world.leader, now=NOW)
    with pytest.raises(Conflict):
        services.cancel(world.session, made, actor=world.leader, now=NOW)


def test_a_report_that_is_taken_back_opens_the_appointment_again(world: World) -> None:
    made = world.agree()
    services.miss(world.session, made, actor=world.visitor, now=NOW)
    assert (made.state, made.closed_at) == (State.MISSED, NOW)
    services.reopen(world.session, made, actor=world.visitor, now=NOW)
    assert (made.state, made.closed_at) == (State.OPEN, None)


def test_a_published_round_announces_one_window_for_each_stop(world: World) -> None:
    assert world.announce(world.arrival(0.1), world.arrival(1, world.other)) == 2
    first, second = sorted(world.all(), key=lambda a: a.starts_at)
    assert first.starts_at == TOMORROW - timedelta(minutes=15)
    assert first.ends_at == TOMORROW + timedelta(minutes=45)
    assert first.origin is Origin.ANNOUNCED
    assert first.visitor_id == world.visitor.id
    assert first.visit_code != second.visit_code


def test_announcing_again_keeps_a_window_that_still_holds(world: World) -> None:
    arrival = world.arrival()
    world.announce(arrival)
    assert world.announce(arrival) == 0
    later = world.arrival(0.5, stop=arrival.stop_id)
    assert world.announce(later) == 0
    assert world.announce(world.arrival(2, stop=arrival.stop_id)) == 1
    (made,) = world.all()
    assert made.starts_at == TOMORROW + timedelta(hours=1, minutes=45)


def test_an_agreed_window_stays_and_gets_its_visitor(world: World) -> None:
    made = world.agree(hours=1)
    world.session.flush()
    world.announce(world.arrival(1.2))
    assert world.all() == [made]
    assert made.visitor_id == world.visitor.id
    assert made.starts_at == TOMORROW + timedelta(hours=1)


def test_what_a_person_cancelled_is_not_announced_again(world: World) -> None:
    arrival = world.arrival()
    world.announce(arrival)
    (made,) = world.all()
    services.cancel(world.session, made, actor=world.leader, now=NOW)
    world.session.flush()
    assert world.announce(arrival) == 0
    assert len(world.all()) == 1


def test_withdrawing_a_stop_cancels_what_was_announced_and_keeps_what_was_agreed(
    world: World,
) -> None:
    agreed = world.agree()
    world.session.flush()
    stops = [world.arrival(), world.arrival(1, world.other)]
    world.announce(*stops)
    services.withdraw(world.session, [s.stop_id for s in stops], actor=world.leader, now=NOW)
    announced = next(a for a in world.all() if a is not agreed)
    assert (agreed.state, agreed.visitor_id) == (State.OPEN, None)
    assert announced.state is State.CANCELLED
    world.session.flush()
    assert world.announce(*stops) == 2


def test_open_appointments_come_with_all_a_reminder_needs(
    world: World, make: Make, queries: list[str]
) -> None:
    from outreach.appointments import queries as reads

    def asked(homes: int) -> int:
        for n in range(homes):
            home = make.home(world.area, phone=True)
            make.appointment(home, TOMORROW + timedelta(minutes=n), visitor=world.visitor)
        world.session.expire_all()
        world.session.expunge_all()
        queries.clear()
        found = reads.open_between(world.session, TOMORROW, TOMORROW + timedelta(hours=2))
        for one in found:
            assert one.household.residents[0].phones[0].contact_point.number
            assert one.household.area.full_name
            assert one.visitor
            assert one.visitor.name
        assert found
        return len(queries)

    assert asked(1) == asked(12)


def test_the_agreed_window_of_a_home_comes_before_an_announced_one(
    world: World, make: Make
) -> None:
    make.appointment(world.home, TOMORROW, origin=Origin.ANNOUNCED)
    agreed = make.appointment(world.home, TOMORROW + timedelta(hours=2))
    found = queries.open_of_homes(world.session, [world.home.id], *DAY)
    assert found == {world.home.id: agreed}
