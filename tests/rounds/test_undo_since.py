"""Undoing a change leaves what homes agreed or confirmed since."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from outreach.appointments import services as appointments
from outreach.appointments.models import Appointment, Origin
from outreach.appointments.services import Window
from outreach.rounds import services
from outreach.rounds.models import Round, Route, Stop
from tests.conftest import NOW
from tests.rounds.test_proposals import round_
from tests.rounds.worlds import DAY, World, at

__all__ = ["round_"]


def window_of(world: World, stop: Stop) -> Appointment:
    return world.session.scalars(sa.select(Appointment).where(Appointment.stop_id == stop.id)).one()


class TestUndoing:
    def changed(self, world: World, round_: Round) -> tuple[Stop, Appointment, Route]:
        """A stop moved by hand, which could be undone."""
        first, second = world.routes(round_)
        stop = first.stops[0]
        services.move_stop(world.edit(round_), stop.id, second.id, None)
        world.session.commit()
        return stop, window_of(world, stop), first

    def undone(self, world: World, round_: Round) -> None:
        services.undo(world.edit(round_))
        world.session.commit()
        world.session.expire_all()

    def test_a_time_agreed_since_is_not_taken_back(self, world: World, round_: Round) -> None:
        _stop, window, _first = self.changed(world, round_)
        agreed = Window(at(10), at(10.5))
        appointments.move(world.session, window, agreed, actor=None, now=NOW)
        world.session.commit()
        self.undone(world, round_)
        assert (window.starts_at, window.ends_at) == (at(10), at(10.5))

    def test_another_day_agreed_since_is_not_taken_back(self, world: World, round_: Round) -> None:
        _stop, window, _first = self.changed(world, round_)
        later = Window(at(9, DAY + timedelta(days=3)), at(10, DAY + timedelta(days=3)))
        appointments.move(world.session, window, later, actor=None, now=NOW)
        world.session.commit()
        self.undone(world, round_)
        assert (window.starts_at, window.stop_id) == (later.starts_at, None)

    def test_what_a_home_confirmed_since_stays_confirmed(self, world: World, round_: Round) -> None:
        first, _second = world.routes(round_)
        stop = first.stops[-1]
        services.lock_stop(world.edit(round_), stop.id, locked=True)
        window = window_of(world, stop)
        appointments.confirm(world.session, window, by="reply", actor=None, now=NOW)
        world.session.commit()
        self.undone(world, round_)
        assert window.confirmed_at == NOW

    def test_a_home_taken_off_that_agreed_on_a_time_is_told_that_one_alone(
        self, world: World, round_: Round
    ) -> None:
        stop = world.stops(round_)[0]
        home = stop.household_id
        services.remove_stop(world.edit(round_), stop.id)
        world.session.commit()
        wish = appointments.Wish(home, Window(at(10), at(10.5)))
        appointments.agree(world.session, wish, actor=world.leader, now=NOW)
        world.session.commit()
        self.undone(world, round_)
        told = world.session.scalars(
            sa.select(Appointment).where(
                Appointment.household_id == home, Appointment.state == "open"
            )
        ).all()
        assert [(one.origin, one.starts_at) for one in told] == [(Origin.AGREED, at(10))]
