from __future__ import annotations

from datetime import date

import pytest

from outreach.accounts.models import Role
from outreach.core.db import Session
from outreach.core.errors import NotFound
from outreach.teams import queries, rules
from outreach.teams.models import Position
from tests.conftest import NOW
from tests.factories import Make

SATURDAY = date(2026, 11, 21)
MORNING = (8 * 60, 11 * 60)


def found(session: Session, teams, day: date = SATURDAY) -> list[tuple[str, int, int, bool]]:
    return [
        (a.member.user.name, a.starts, a.ends, a.told)
        for a in queries.available(session, teams, day)
    ]


def test_a_member_who_never_told_a_week_is_available_at_any_hour(
    session: Session, make: Make
) -> None:
    team = make.team()
    make.member(team, make.user(name="Lan"))
    assert found(session, team) == [("Lan", 0, 1440, False)]


def test_a_member_who_told_their_week_comes_only_then(session: Session, make: Make) -> None:
    team = make.team()
    make.week(make.member(team, make.user(name="Lan")), saturday=MORNING)
    make.week(make.member(team, make.user(name="Hùng")), monday=MORNING)
    make.week(make.member(team, make.user(name="Never")))
    assert found(session, team) == [("Lan", *MORNING, True)]


def test_one_day_that_differs_rules_over_the_week(session: Session, make: Make) -> None:
    team = make.team()
    away = make.week(make.member(team, make.user(name="Away")), saturday=MORNING)
    later = make.week(make.member(team, make.user(name="Later")), saturday=MORNING)
    untold = make.member(team, make.user(name="Untold"))
    make.day_off(away, SATURDAY)
    make.day_off(later, SATURDAY, hours=(14 * 60, 17 * 60))
    make.day_off(untold, SATURDAY)
    assert found(session, team) == [("Later", 14 * 60, 17 * 60, True)]
    assert [name for name, *_ in found(session, team, date(2026, 11, 28))] == [
        "Away",
        "Later",
        "Untold",
    ]


def test_whoever_left_joins_later_or_may_not_sign_in_is_not_available(
    session: Session, make: Make
) -> None:
    team = make.team()
    left, later, off = (make.member(team) for _ in range(3))
    left.left_on = SATURDAY
    later.joined_on = date(2026, 11, 22)
    off.user.deactivated_at = NOW
    session.commit()
    assert found(session, team) == []
    assert len(found(session, team, date(2026, 11, 22))) == 1


def test_several_teams_are_asked_at_once_in_one_query(
    session: Session, make: Make, queries: list[str]
) -> None:
    from outreach.teams import queries as team_queries

    teams = [make.team() for _ in range(3)]
    for team in teams:
        for _ in range(4):
            make.week(make.member(team), saturday=MORNING)
    ids = [team.id for team in teams]
    session.expunge_all()
    queries.clear()
    come = team_queries.available(session, ids, SATURDAY)
    assert len({a.member.user.name for a in come}) == 12
    assert len(queries) == 1


def test_a_leader_runs_own_teams_and_an_officer_those_in_their_area(
    session: Session, make: Make
) -> None:
    ward, elsewhere = make.area(), make.area()
    mine = make.team(make.neighbourhood(ward))
    other = make.team(make.neighbourhood(ward))
    far = make.team(make.neighbourhood(elsewhere))
    leader = make.member(mine, position=Position.LEADER).user
    deputy = make.member(mine, position=Position.DEPUTY).user
    officer = make.user(Role.OFFICER, area=ward)
    boss = make.user(Role.ADMINISTRATOR)
    volunteer = make.member(mine).user

    assert queries.led_by(session, leader) == [mine]
    assert queries.manageable(session, deputy) == [mine]
    assert queries.manageable(session, officer) == [mine, other]
    assert queries.manageable(session, boss) == [mine, other, far]
    assert queries.manageable(session, volunteer) == []
    assert queries.of_volunteer(session, volunteer) == [mine]
    for actor in (leader, deputy, officer, boss, volunteer):
        allowed = {t.id for t in queries.manageable(session, actor)}
        assert {t.id for t in (mine, other, far) if rules.may_manage(actor, t)} == allowed


def test_a_leader_who_left_runs_nothing(session: Session, make: Make) -> None:
    team = make.team()
    member = make.member(team, position=Position.LEADER)
    member.left_on = SATURDAY
    session.commit()
    assert queries.led_by(session, member.user) == []
    assert not rules.may_manage(member.user, team)
    with pytest.raises(NotFound):
        queries.team_in_scope(session, team.id, actor=member.user)


def test_a_leader_who_is_a_plain_member_elsewhere_does_not_run_that_team(
    session: Session, make: Make
) -> None:
    mine, other = make.team(), make.team()
    leader = make.member(mine, position=Position.LEADER).user
    make.member(other, leader)
    assert queries.manageable(session, leader) == [mine]
    assert queries.of_volunteer(session, leader) == [mine, other]
    assert [rules.may_manage(leader, team) for team in (mine, other)] == [True, False]
