"""Changes by hand can be undone, one after another, back to where they began."""

from __future__ import annotations

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st

from outreach.appointments import services as appointments
from outreach.appointments.models import Appointment
from outreach.core import audit
from outreach.core.errors import Conflict, Refusal
from outreach.households.models import Household
from outreach.rounds import services
from outreach.rounds.models import Round, Route, Step, Stop
from outreach.rounds.services import history
from outreach.rounds.services.edits import Edit
from outreach.rounds.services.timing import Picture
from tests.conftest import NOW
from tests.rounds.test_edits import aside
from tests.rounds.worlds import ZONE, World, at


def whole(world: World, round_: Round) -> tuple[object, ...]:
    """All that a change by hand may touch, times among it."""
    world.session.expire_all()
    routes = world.routes(round_)
    times = [[(s.arrives_s, s.starts_s, s.position) for s in route.stops] for route in routes]
    figures = [(route.walking_s, route.service_s, route.waiting_s) for route in routes]
    picture = Picture(world.session, round_, now=NOW, zone=ZONE)
    return history.states(routes, picture.windows), times, figures, aside(world, round_)


def undo(world: World, round_: Round) -> str:
    done = services.undo(world.edit(round_))
    world.session.commit()
    return done


EDITS = st.tuples(
    st.sampled_from(["move", "remove", "add", "lock", "lock_route", "full", "absent", "present"]),
    st.integers(0, 100),
    st.integers(0, 100),
    st.one_of(st.none(), st.integers(1, 9)),
)


def change(edit: Edit, said: tuple[str, int, int, int | None], spare: list[Household]) -> None:
    """One random change; `Refusal` when it cannot be made."""
    kind, one, other, position = said
    stops, routes = edit.picture.stops(), edit.picture.routes
    route = routes[other % len(routes)]
    if kind in {"move", "remove", "lock"}:
        if not stops:
            raise Refusal("nothing there")
        change_stop(edit, kind, stops[one % len(stops)], route, position)
    elif kind == "add":
        services.add_home(edit, spare[one % len(spare)].id, route.id if position else None)
    else:
        change_route(edit, kind, route)


def change_stop(edit: Edit, kind: str, stop: Stop, route: Route, position: int | None) -> None:
    if kind == "move":
        services.move_stop(edit, stop.id, route.id, position)
    elif kind == "remove":
        services.remove_stop(edit, stop.id)
    else:
        services.lock_stop(edit, stop.id, locked=not stop.locked)


def change_route(edit: Edit, kind: str, route: Route) -> None:
    if kind == "lock_route":
        services.lock_route(edit, route.id, locked=not route.locked)
    elif kind == "full":
        services.fill_route(edit, route.id, full=not route.full)
    elif kind == "absent":
        services.mark_absent(edit, route.id)
    else:
        services.mark_present(edit, route.id)


@hypothesis.given(st.data())
@hypothesis.settings(
    max_examples=40,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
def test_any_changes_undone_one_after_another_give_the_original(edited, data) -> None:
    world, round_, spare = edited
    world.session.rollback()
    world.session.execute(sa.delete(Step))
    world.session.commit()
    original = whole(world, round_)
    steps = [original]
    for said in data.draw(st.lists(EDITS, min_size=1, max_size=8)):
        try:
            change(world.edit(round_), said, spare)
            world.session.commit()
        except Refusal:
            world.session.rollback()
            continue
        now = whole(world, round_)
        if now != steps[-1]:
            steps.append(now)
    for before in reversed(steps[:-1]):
        undo(world, round_)
        assert whole(world, round_) == before
    assert whole(world, round_) == original
    with pytest.raises(Conflict):
        services.undo(world.edit(round_))
    world.session.rollback()


@pytest.fixture
def edited(world: World, make, now) -> tuple[World, Round, list[Household]]:
    world.members.append(make.member(world.team))
    homes = world.homes(9)
    make.appointment(homes[4], at(9))
    round_ = world.publish(world.plan())
    spare = [make.home(world.area, east=25 + n * 90, north=30) for n in range(2)]
    spare.append(make.home(world.area, east=45_000))
    # times as any change works them out once people were told theirs
    for route in world.routes(round_):
        services.move_stop(world.edit(round_), route.stops[0].id, route.id, 1)
        world.session.commit()
    world.session.execute(sa.delete(Step))
    world.session.commit()
    return world, round_, spare


def test_undoing_is_in_the_trail_and_says_what_was_undone(edited) -> None:
    world, round_, _spare = edited
    services.remove_stop(world.edit(round_), world.stops(round_)[0].id)
    world.session.commit()
    assert undo(world, round_) == "round.stop_removed"
    entry = next(
        e for e in audit.of_subject(world.session, round_) if e.action == "round.change_undone"
    )
    assert entry.facts == {"undone": "round.stop_removed"}
    assert entry.actor_id == world.leader.id


def test_what_the_round_became_in_another_way_is_not_undone(edited) -> None:
    world, round_, _spare = edited
    services.remove_stop(world.edit(round_), world.stops(round_)[0].id)
    world.session.commit()
    services.withdraw(world.session, round_, actor=world.leader, now=NOW)
    world.session.commit()
    with pytest.raises(Conflict):
        services.undo(world.edit(round_))


def test_a_stop_visited_since_does_not_go_back(edited) -> None:
    world, round_, _spare = edited
    first, second = world.routes(round_)[:2]
    stop = first.stops[0]
    services.move_stop(world.edit(round_), stop.id, second.id, 1)
    world.session.commit()
    world.visited(stop, at(8.5))
    with pytest.raises(Conflict):
        services.undo(world.edit(round_))


def test_a_home_brought_back_is_told_the_same_hour_and_code_as_before(edited) -> None:
    world, round_, _spare = edited
    stop = world.stops(round_)[0]
    id_, home = stop.id, stop.household_id
    (window,) = world.session.scalars(sa.select(Appointment).where(Appointment.stop_id == id_))
    window.confirmed_at, window.confirmed_by = NOW, "reply"
    world.session.commit()
    before = (window.id, window.starts_at, window.ends_at, window.visit_code, NOW)
    services.remove_stop(world.edit(round_), stop.id)
    world.session.commit()
    undo(world, round_)
    back = next(s for s in world.stops(round_) if s.household_id == home)
    assert back.id == id_
    (window,) = world.session.scalars(
        sa.select(Appointment).where(Appointment.household_id == home)
    )
    assert (window.state, window.stop_id) == ("open", id_)
    assert before == (
        window.id, window.starts_at, window.ends_at, window.visit_code, window.confirmed_at,
    )  # fmt: skip


def test_a_visit_that_the_home_called_off_meanwhile_stays_called_off(edited) -> None:
    world, round_, _spare = edited
    first, second = world.routes(round_)[:2]
    stop = first.stops[0]
    services.move_stop(world.edit(round_), stop.id, second.id, None)
    world.session.commit()
    (window,) = world.session.scalars(sa.select(Appointment).where(Appointment.stop_id == stop.id))
    appointments.cancel(world.session, window, actor=world.leader, now=NOW)
    world.session.commit()
    undo(world, round_)
    assert window.state == "cancelled"


def test_only_the_last_twenty_changes_are_kept(edited) -> None:
    world, round_, _spare = edited
    stop = world.stops(round_)[0]
    for n in range(25):
        services.lock_stop(world.edit(round_), stop.id, locked=n % 2 == 0)
        world.session.commit()
    for _ in range(history.MOST):
        undo(world, round_)
    with pytest.raises(Conflict):
        services.undo(world.edit(round_))
