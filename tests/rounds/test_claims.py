"""A volunteer without work takes the next homes; nobody takes what another holds."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.appointments.models import Appointment
from outreach.appointments.models import State as Kept
from outreach.core.errors import Conflict
from outreach.households import services as households
from outreach.households.services import Safety
from outreach.rounds import queries, services
from outreach.rounds.models import Hold, Round, State, Stop
from outreach.rounds.services.claiming import BATCH
from outreach.teams.models import Member
from outreach.visits import services as visits
from outreach.visits.models import Outcome
from outreach.visits.services import VisitReport
from tests.conftest import NOW
from tests.rounds.worlds import ZONE, state_of
from tests.turf.grounds import Ground

TODAY = NOW.astimezone(ZONE).date()


def take(ground: Ground, member: Member, *, now=NOW, **rest) -> Round:
    taken = services.claim_next(ground.session, actor=member.user, now=now, zone=ZONE, **rest)
    ground.session.commit()
    return taken


def stops(ground: Ground, round_: Round) -> list[Stop]:
    ground.session.expire_all()
    found = [s for r in queries.with_routes(ground.session, round_) for s in r.stops]
    ground.session.commit()
    return found


def homes(ground: Ground, round_: Round) -> set[object]:
    return {stop.household_id for stop in stops(ground, round_)}


def report(ground: Ground, stop: Stop, member: Member, *, now=NOW) -> None:
    said = VisitReport(report_id=uuid4(), stop_id=stop.id, made_at=now, outcome=Outcome.NOBODY_HOME)
    visits.log_visit(ground.session, said, actor=member.user, now=now, zone=ZONE)
    ground.session.commit()


def test_the_nearest_homes_come_as_stops_in_walking_order(ground: Ground) -> None:
    rows = ground.homes(30)
    ground.cut(parts=2)
    here = (rows[10].latitude, rows[10].longitude)
    taken = take(ground, ground.members[0], spot=here, most=5)
    found = stops(ground, taken)
    assert {s.household_id for s in found} == {h.id for h in rows[8:13]}
    assert found[0].household_id == rows[10].id
    times = [s.arrives_s for s in found]
    assert times == sorted(times)
    assert times[0] >= 9 * 3600
    told = ground.session.scalars(sa.select(Appointment.visitor_id)).all()
    assert told == [ground.members[0].user_id] * 5
    ground.session.commit()


def test_two_volunteers_never_get_the_same_home(ground: Ground) -> None:
    ground.homes(30)
    ground.cut(parts=2)
    one, other = (take(ground, member) for member in ground.members[:2])
    assert len(homes(ground, one)) == len(homes(ground, other)) == BATCH
    assert not homes(ground, one) & homes(ground, other)


def test_who_has_homes_left_gets_no_more_until_they_are_given_back(ground: Ground) -> None:
    ground.homes(30)
    ground.cut(parts=2)
    taken = take(ground, ground.members[0])
    with pytest.raises(services.StillBusy):
        take(ground, ground.members[0])
    ground.session.rollback()
    report(ground, stops(ground, taken)[0], ground.members[0])
    back = services.give_back(ground.session, taken, actor=ground.members[0].user, now=NOW)
    ground.session.commit()
    assert back == BATCH - 1
    assert len(stops(ground, taken)) == 1
    open_ = sa.select(sa.func.count(Appointment.id)).where(Appointment.state == Kept.OPEN)
    assert ground.session.scalar(open_) == 0
    ground.session.commit()
    assert take(ground, ground.members[0]).id != taken.id


def test_a_claim_given_back_whole_is_gone(ground: Ground) -> None:
    ground.homes(5)
    ground.cut(parts=1)
    taken = take(ground, ground.members[0])
    services.give_back(ground.session, taken, actor=ground.members[0].user, now=NOW)
    ground.session.commit()
    assert state_of(taken) is State.CANCELLED
    assert len(homes(ground, take(ground, ground.members[1]))) == 5


def test_a_lease_ends_by_itself_and_a_late_report_is_still_understood(ground: Ground) -> None:
    ground.homes(5)
    ground.cut(parts=1)
    ground.team.lease_hours = 2
    ground.session.commit()
    taken = take(ground, ground.members[0])
    first, second, *_rest = stops(ground, taken)
    report(ground, first, ground.members[0], now=NOW + timedelta(hours=1))
    with pytest.raises(services.NothingToTake):
        take(ground, ground.members[1], now=NOW + timedelta(hours=2, minutes=30))
    ground.session.rollback()
    later = NOW + timedelta(hours=3)
    other = take(ground, ground.members[1], now=later)
    assert len(homes(ground, other)) == 4
    assert homes(ground, taken) == {first.household_id}
    said = VisitReport(
        report_id=uuid4(), stop_id=second.id, household_id=second.household_id, made_at=later,
        outcome=Outcome.MET,
    )  # fmt: skip
    visits.log_visit(ground.session, said, actor=ground.members[0].user, now=later, zone=ZONE)
    ground.session.commit()


def test_somebodys_turf_is_theirs_alone_and_comes_first_for_them(ground: Ground) -> None:
    rows = ground.homes(20)
    _west, east = sorted(
        ground.cut(parts=2, area_ids=(ground.areas[0].id,)), key=lambda t: t.number
    )
    held = ground.held()
    ground.give(east, ground.members[0], ground.members[1])
    here = (rows[0].latitude, rows[0].longitude)
    there = (rows[19].latitude, rows[19].longitude)
    theirs = {home for home, turf in held.items() if turf == east.id}
    assert homes(ground, take(ground, ground.members[0], spot=here)) <= theirs
    assert not homes(ground, take(ground, ground.members[2], spot=there)) & theirs


def test_the_turf_of_somebody_who_left_may_be_taken(ground: Ground) -> None:
    ground.homes(5)
    ground.give(ground.cut(parts=1)[0], ground.members[0])
    with pytest.raises(services.NothingToTake):
        take(ground, ground.members[1])
    ground.session.rollback()
    ground.session.get_one(Member, ground.members[0].id).left_on = TODAY
    ground.session.commit()
    assert len(homes(ground, take(ground, ground.members[1]))) == 5


def test_homes_on_a_published_round_cannot_be_taken_and_the_other_way_round(
    ground: Ground,
) -> None:
    rows = ground.homes(20)
    ground.cut(parts=1)
    taken = take(ground, ground.members[0], most=10)
    planned = published_by_hand(ground, [h.id for h in rows if h.id not in homes(ground, taken)])
    with pytest.raises(services.NothingToTake):
        take(ground, ground.members[1])
    ground.session.rollback()
    clash = by_hand(ground, [stops(ground, taken)[0].household_id], member=1)
    with pytest.raises(Conflict, match=rows[0].address.split()[-1]):
        services.publish(ground.session, clash, actor=ground.leader, now=NOW, zone=ZONE)
    ground.session.rollback()
    services.withdraw(ground.session, planned, actor=ground.leader, now=NOW)
    ground.session.commit()
    assert len(homes(ground, take(ground, ground.members[1], most=10))) == 10


def by_hand(ground: Ground, home_ids: list[UUID], *, member: int = 2) -> Round:
    """A proposed round of today with these homes, for one volunteer."""
    wish = services.Wish(
        team_id=ground.team.id, day=TODAY, starts=13 * 60, ends=16 * 60,
        area_ids=tuple(a.id for a in ground.areas),
        volunteer_ids=(ground.members[member].user_id,),
    )  # fmt: skip
    made = services.create(ground.session, wish, actor=ground.leader, now=NOW, zone=ZONE)
    made.state = State.PROPOSED
    ground.session.flush()
    for n, home_id in enumerate(home_ids):
        made.routes[0].stops.append(
            Stop(
                round_id=made.id,
                household_id=home_id,
                position=n + 1,
                arrives_s=13 * 3600 + n * 60,
                starts_s=13 * 3600 + n * 60,
                service_s=600,
            )
        )
    ground.session.commit()
    return made


def published_by_hand(ground: Ground, home_ids: list[UUID], **rest) -> Round:
    made = by_hand(ground, home_ids, **rest)
    services.publish(ground.session, made, actor=ground.leader, now=NOW, zone=ZONE)
    ground.session.commit()
    return made


def test_the_database_itself_refuses_a_home_held_twice_on_a_day(ground: Ground) -> None:
    ground.homes(5)
    ground.cut(parts=1)
    taken = take(ground, ground.members[0])
    home = stops(ground, taken)[0].household_id
    ground.session.add(Hold(household_id=home, day=TODAY, round_id=taken.id, stop_id=uuid4()))
    with pytest.raises(sa.exc.IntegrityError):
        ground.session.flush()
    ground.session.rollback()


def test_a_volunteer_takes_and_gives_back_with_one_tap_each(ground: Ground, sign_in, now) -> None:
    ground.homes(14)
    phone = sign_in(ground.members[0].user)
    assert "next-homes" not in phone.get("/today").text
    ground.cut(parts=1)
    assert "/rounds/next-homes" in phone.get("/today").text
    answer = phone.post("/rounds/next-homes", data={"latitude": "x"}, follow_redirects=True)
    assert answer.text.count("data-stop=") == 12
    assert "next-homes" not in answer.text
    back = f"/rounds/{ground.session.scalars(sa.select(Round.id)).one()}/give-back"
    ground.session.commit()
    assert back in answer.text
    assert sign_in(ground.members[1].user).post(back).status_code == 404
    assert "next-homes" in phone.post(back, follow_redirects=True).text
    desk = sign_in(ground.leader)
    assert desk.get("/rounds").status_code == 200


def test_volunteers_who_tap_at_the_same_moment_get_different_homes(ground: Ground) -> None:
    ground.homes(40)
    ground.cut(parts=3)
    members = [*ground.members, *(ground.make.member(ground.team) for _ in range(3))]
    ids = [member.user_id for member in members]
    ready = threading.Barrier(len(ids))

    def tap(user_id: UUID) -> set[UUID]:
        ready.wait()
        with ground.db.transaction() as session:
            taken = services.claim_next(
                session, actor=session.get_one(User, user_id), now=NOW, zone=ZONE, most=6
            )
            return {stop.household_id for route in taken.routes for stop in route.stops}

    with ThreadPoolExecutor(len(ids)) as threads:
        got = list(threads.map(tap, ids))
    assert [len(homes) for homes in got] == [6] * 6
    assert len(set().union(*got)) == 36


def safe(ground: Ground, home, **change) -> None:
    told = Safety(reason="x", **change)
    households.tell_safety(ground.session, home.id, told, actor=ground.leader, now=NOW)
    ground.session.commit()


def test_nobody_takes_a_home_alone_that_its_rules_keep_from_them(ground: Ground) -> None:
    rows = ground.homes(6)
    ground.cut(parts=1)
    one, other = ground.members[:2]
    safe(ground, rows[0], never_alone=True)
    safe(ground, rows[1], visitor_ids=frozenset({other.user_id}))
    safe(ground, rows[2], visitor_ids=frozenset({one.user_id}))
    assert homes(ground, take(ground, one)) == {home.id for home in rows[2:]}
    assert homes(ground, take(ground, other)) == {rows[1].id}
    with pytest.raises(services.NothingToTake, match="không được đến một mình"):
        take(ground, ground.members[2])


def test_what_would_end_after_dark_is_left_and_not_held(ground: Ground) -> None:
    rows = ground.homes(8)
    ground.cut(parts=1)
    safe(ground, rows[7], not_after_dark=True)
    evening = NOW.replace(hour=10)  # 17:00 there; it is dark at ten to six
    taken = take(ground, ground.members[0], now=evening, spot=(rows[0].latitude, rows[0].longitude))
    assert homes(ground, taken) == {home.id for home in rows[:7]}
    held = set(ground.session.scalars(sa.select(Hold.household_id)))
    ground.session.commit()
    assert held == {home.id for home in rows[:7]}
    for stop in stops(ground, taken):
        report(ground, stop, ground.members[0], now=evening)
    with pytest.raises(services.NothingToTake, match="không đến khi trời tối"):
        take(ground, ground.members[0], now=NOW.replace(hour=11))
