from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach.accounts.models import Role, User
from outreach.assistance.models import Evidence
from outreach.core.db import Session
from outreach.insights import rules
from outreach.insights.queries import board, lists, overview
from outreach.insights.rules import Need, Period
from outreach.places.models import Area, Level
from outreach.rounds.models import State
from outreach.visits.models import Outcome
from tests.conftest import NOW
from tests.factories import Make

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = NOW.astimezone(ZONE).date()


@pytest.fixture
def ward(make: Make) -> Area:
    return make.area(name="Dĩ An")


@pytest.fixture
def officer(make: Make, ward: Area) -> User:
    return make.user(Role.OFFICER, area=ward)


def today() -> Period:
    return rules.period(DAY, DAY, today=DAY, zone=ZONE)


def lines(session: Session, actor: User, now: datetime = NOW) -> list[board.Line]:
    return board.lines(session, actor=actor, day=DAY, now=now, zone=ZONE, team=None)


def at(minutes: int) -> datetime:
    """So many minutes after 08:00 of the day."""
    return rules.midnight(DAY, ZONE) + timedelta(hours=8, minutes=minutes)


def test_a_line_of_the_board_adds_up_what_the_phones_reported(
    session: Session, make: Make, ward: Area, officer: User
) -> None:
    team = make.team(make.neighbourhood(ward))
    homes = [make.dwelling(team.area) for _ in range(5)]
    walker = make.member(team).user
    route = make.walked_route(team, walker, homes, day=DAY)
    for place, outcome in enumerate([Outcome.MET, Outcome.NOBODY_HOME, Outcome.REFUSED]):
        stop = route.stops[place]
        make.report(stop.household, walker, at(10 * place), outcome, stop=stop)
    [line] = lines(session, officer, now=at(40))
    assert (line.planned, line.done) == (5, 3)
    assert line.outcomes[Outcome.MET] == line.outcomes[Outcome.REFUSED] == 1
    assert (line.minutes_planned, line.minutes_spent) == (60, 20)
    assert line.heard_at == at(20)
    assert line.needs == (Need.REFUSED,)


def test_the_last_word_about_a_home_counts_and_what_was_taken_back_does_not(
    session: Session, make: Make, ward: Area, officer: User
) -> None:
    team = make.team(make.neighbourhood(ward))
    home, other = make.dwelling(team.area), make.dwelling(team.area)
    walker = make.member(team).user
    route = make.walked_route(team, walker, [home, other], day=DAY)
    first, second = route.stops
    make.report(home, walker, at(0), Outcome.NOBODY_HOME, stop=first)
    make.report(home, walker, at(50), Outcome.MET, stop=first)
    make.report(other, walker, at(20), Outcome.REFUSED, stop=second, undone_at=at(21))
    [line] = lines(session, officer, now=at(60))
    assert line.done == 1
    assert line.outcomes[Outcome.MET] == 1
    assert line.outcomes[Outcome.NOBODY_HOME] == line.outcomes[Outcome.REFUSED] == 0


def test_a_leader_sees_the_routes_of_their_own_area_only(
    session: Session, make: Make, ward: Area
) -> None:
    mine, other = make.team(make.neighbourhood(ward)), make.team(make.neighbourhood(ward))
    leader = make.user(Role.LEADER, area=mine.area)
    for team in (mine, other):
        make.walked_route(team, make.member(team).user, [make.dwelling(team.area)], day=DAY)
    assert [line.team for line in lines(session, leader)] == [mine.name]
    assert board.teams_of(session, actor=leader, day=DAY) == [mine]
    chosen = board.stops(actor=leader, day=DAY, team=other.id, route=None, outcome=None)
    assert lists.count(session, chosen) == 0


def test_a_plan_nobody_published_is_not_on_the_board(
    session: Session, make: Make, ward: Area, officer: User
) -> None:
    team = make.team(make.neighbourhood(ward))
    walker = make.member(team).user
    home = make.dwelling(team.area)
    make.walked_route(team, walker, [home], day=DAY, state=State.PROPOSED)
    assert lines(session, officer) == []


def test_every_total_of_the_board_has_as_many_homes_behind_it(
    session: Session, make: Make, ward: Area, officer: User
) -> None:
    team = make.team(make.neighbourhood(ward))
    walker = make.member(team).user
    homes = [make.dwelling(team.area) for _ in range(4)]
    route = make.walked_route(team, walker, homes, day=DAY)
    for place, outcome in enumerate([Outcome.MET, Outcome.MET, Outcome.NOBODY_HOME]):
        make.report(homes[place], walker, at(place), outcome, stop=route.stops[place])
    totals = board.totals(lines(session, officer))

    def behind(outcome: str | None) -> int:
        chosen = board.stops(actor=officer, day=DAY, team=None, route=None, outcome=outcome)
        return lists.count(session, chosen)

    assert behind(None) == totals.planned == 4
    assert behind("done") == totals.done == 3
    assert behind("waiting") == 1
    assert {o: behind(o) for o in Outcome} == totals.outcomes


def test_contacts_people_and_homes_are_three_different_counts(
    session: Session, make: Make, ward: Area, officer: User
) -> None:
    place = make.neighbourhood(ward)
    home = make.dwelling(place, people=3)
    make.dwelling(place)
    walker = make.user(area=place)
    make.report(home, walker, at(0))
    make.report(home, walker, at(90))
    make.report(home, walker, at(120), Outcome.NOBODY_HOME)
    make.step(home.residents[0], at(0))
    make.step(home.residents[0], at(90), programme="bank_account")
    make.step(home.residents[1], at(90))
    found = overview.figures(session, ward, today())
    assert (found.visits, found.contacts) == (3, 2)
    assert found.homes_met == 1
    assert found.people_helped == 2
    assert (found.homes, found.people) == (2, 4)


def test_every_figure_of_the_overview_has_as_many_rows_behind_it(
    session: Session, make: Make, ward: Area, officer: User
) -> None:
    place = make.neighbourhood(ward)
    walker = make.user(area=place)
    for n in range(3):
        home = make.dwelling(place, people=2)
        make.report(home, walker, at(n))
        make.report(home, walker, at(n + 60), Outcome.REFUSED)
        step = make.step(home.residents[0], at(n), evidence=Evidence.DECLARED)
        make.step(home.residents[0], at(n + 9), evidence=Evidence.DECLARED, case=step.case)
        make.step(home.residents[0], at(n + 9), evidence=Evidence.CONFIRMED, case=step.case)
    found, period = overview.figures(session, ward, today()), today()
    assert lists.count(session, lists.visits(ward, period)) == found.visits == 6
    assert lists.count(session, lists.visits(ward, period, outcome="met")) == found.contacts == 3
    assert lists.count(session, lists.homes(ward, period)) == found.homes_met == 3
    assert lists.count(session, lists.people(ward, period)) == found.people_helped == 3
    for one in overview.funnel(session, ward, period):
        rows = lists.steps(
            ward, period, programme=one.programme, state=one.state, evidence=one.evidence
        )
        assert lists.count(session, rows) == one.cases == 3


def test_the_parts_of_an_area_add_up_to_it(session: Session, make: Make, ward: Area) -> None:
    places = [make.neighbourhood(ward) for _ in range(2)]
    cell = make.area(level=Level.CELL, parent=places[0])
    elsewhere = make.neighbourhood()
    walker = make.user(area=ward)
    for place in [*places, cell, ward, elsewhere]:
        home = make.dwelling(place)
        make.report(home, walker, at(0))
        make.step(home.residents[0], at(0))
    parts = overview.parts(session, ward, today())
    assert [part.area and part.area.id for part in parts] == [places[0].id, places[1].id, None]
    assert [part.contacts for part in parts] == [2, 1, 1]
    whole = overview.figures(session, ward, today())
    assert sum(part.contacts for part in parts) == whole.contacts
    assert sum(part.homes_met for part in parts) == whole.homes_met
    assert sum(part.people_helped for part in parts) == whole.people_helped
    assert sum(part.homes for part in parts) == whole.homes


def test_what_was_taken_back_or_lies_outside_the_days_is_not_counted(
    session: Session, make: Make, ward: Area
) -> None:
    home = make.dwelling(make.neighbourhood(ward))
    walker = make.user(area=ward)
    make.report(home, walker, at(0), undone_at=at(1))
    make.report(home, walker, today().begins - timedelta(seconds=1))
    make.report(home, walker, today().ends)
    make.step(home.residents[0], at(0), undone_at=at(1))
    make.step(home.residents[0], today().ends, programme="bank_account")
    found = overview.figures(session, ward, today())
    assert (found.visits, found.people_helped) == (0, 0)
    assert overview.funnel(session, ward, today()) == []


def test_an_administrators_overview_begins_at_the_least_area_that_holds_every_team(
    session: Session, make: Make, ward: Area
) -> None:
    boss = make.user(Role.ADMINISTRATOR)
    for _ in range(2):
        make.team(make.neighbourhood(ward))
    make.area()
    assert overview.start(session, boss) == ward


def test_the_way_to_an_area_begins_where_the_actors_scope_does(
    session: Session, make: Make
) -> None:
    province = make.area(level=Level.PROVINCE)
    ward = make.area(parent=province)
    place = make.neighbourhood(ward)
    officer = make.user(Role.OFFICER, area=ward)
    assert overview.way(session, place, officer) == [ward, place]
    boss = make.user(Role.ADMINISTRATOR)
    assert overview.way(session, place, boss) == [province, ward, place]
