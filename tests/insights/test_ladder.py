"""Teams are credited for independence: the team of whoever recorded it, at that time."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role, User
from outreach.assistance.definitions import Rung
from outreach.assistance.models import Case
from outreach.core.db import VIETNAM
from outreach.insights.queries import ladder
from outreach.insights.rules import Period, period
from tests.factories import Make

TODAY = date(2026, 11, 21)


@pytest.fixture
def officer(make: Make) -> User:
    return make.user(Role.OFFICER)


def whole_year() -> Period:
    return period(date(2026, 1, 1), TODAY, today=TODAY, zone=VIETNAM)


def alone(make: Make, session, home, who, at, person: int = 0):
    step = make.step(home.residents[person], at, state="in_use")
    step.actor_id = who.id
    session.commit()
    return step


def credit(session, officer: User) -> dict[str, tuple[int, int, int]]:
    assert officer.area
    found = ladder.credits_of(session, officer.area, whole_year(), today=TODAY)
    return {
        one.team.name if one.team else "": (one.contacts, len(one.people), len(one.homes))
        for one in found
    }


def test_the_team_at_that_time_gets_the_credit_and_only_the_first_time_counts(
    make: Make, session, officer, now
) -> None:
    quarter = make.neighbourhood(officer.area)
    old, new = make.team(quarter), make.team(quarter)
    walker = make.member(old)
    walker.joined_on, walker.left_on = date(2026, 1, 1), date(2026, 9, 1)
    make.member(new, walker.user).joined_on = date(2026, 9, 1)
    session.commit()
    first, second = make.home_of(quarter, 1950, 1960), make.home_of(quarter, 1950)
    at = now.replace(month=8)
    step = alone(make, session, first, walker.user, at)
    alone(make, session, first, walker.user, at, person=1)
    alone(make, session, second, walker.user, now - timedelta(days=3))
    # seen again: a contact more, nobody new
    make.step(first.residents[0], now - timedelta(days=2), state="in_use", case=step.case)
    assert credit(session, officer) == {old.name: (3, 2, 1), new.name: (1, 1, 1)}


def test_an_officers_word_is_nobodys_credit(make: Make, session, officer, now) -> None:
    home = make.home_of(make.neighbourhood(officer.area), 1950)
    alone(make, session, home, officer, now - timedelta(days=1))
    assert credit(session, officer) == {"": (1, 1, 1)}


def test_a_member_of_two_teams_works_for_the_one_whose_area_holds_the_home(
    make: Make, session, officer, now
) -> None:
    ward_team, quarter = make.team(officer.area), make.neighbourhood(officer.area)
    quarter_team, far_team = make.team(quarter), make.team(make.neighbourhood(officer.area))
    walker = make.member(far_team)
    walker.joined_on = date(2026, 1, 1)
    for team in (ward_team, quarter_team):
        make.member(team, walker.user).joined_on = date(2026, 2, 1)
    session.commit()
    alone(make, session, make.home_of(quarter, 1950), walker.user, now - timedelta(days=1))
    assert credit(session, officer) == {quarter_team.name: (1, 1, 1)}


def test_asking_again_after_7_and_30_days_is_counted_where_it_was_due(
    make: Make, session, officer, now
) -> None:
    quarter = make.neighbourhood(officer.area)
    kept, lost = make.home_of(quarter, 1950), make.home_of(quarter, 1950)
    start = now - timedelta(days=40)
    for home in (kept, lost):
        alone(make, session, home, officer, start)
    alone(make, session, make.home_of(quarter, 1950), officer, now - timedelta(days=2))
    case = session.scalars(sa.select(Case).where(Case.household_id == kept.id)).one()
    for days in (6, 29):
        make.step(kept.residents[0], start + timedelta(days=days), state="in_use", case=case)
    (found,) = ladder.credits_of(session, officer.area, whole_year(), today=TODAY)
    assert found.asked == {7: (2, 1), 30: (2, 1)}


def test_each_rung_counts_contacts_people_and_homes_apart(
    make: Make, session, officer, now
) -> None:
    home = make.home_of(make.neighbourhood(officer.area), 1950, 1960)
    make.step(home.residents[0], now - timedelta(days=3), state="activated")
    step = make.step(home.residents[1], now - timedelta(days=3), state="activated")
    make.step(home.residents[1], now - timedelta(days=2), state="activated", case=step.case)
    make.step(
        home.residents[1], now - timedelta(days=1), state="in_use", case=step.case,
        undone_at=now,
    )  # fmt: skip
    phone = make.step(
        home.residents[0], now - timedelta(days=3), programme="device_2g4g", state="closed"
    )
    phone.case.resident_id, phone.case.variant = None, "smartphone"
    other = make.step(
        make.home_of(home.area, 1950).residents[0], now, programme="device_2g4g", state="closed"
    )
    other.case.resident_id, other.case.variant = None, "feature_4g"
    session.commit()
    found = {
        one.rung: (one.contacts, one.people, one.homes)
        for one in ladder.reached(session, officer.area, whole_year())
    }
    assert found == {
        Rung.MEANS: (1, 0, 1),
        Rung.ACCOUNT: (3, 2, 1),
        Rung.HELPED: (0, 0, 0),
        Rung.ALONE: (0, 0, 0),
    }


def test_page_list_and_file_agree(make: Make, session, officer, sign_in, now) -> None:
    quarter = make.neighbourhood(officer.area)
    team = make.team(quarter)
    walker = make.member(team)
    walker.joined_on = date(2026, 1, 1)
    session.commit()
    home = make.home_of(quarter, 1950)
    alone(make, session, home, walker.user, now - timedelta(days=10))
    browser = sign_in(officer)
    page = browser.get("/overview?first=2026-11-01&last=2026-11-21").text
    assert team.name in page
    assert "0 trên 1" in page  # due after 7 days, and nobody asked
    listing = browser.get("/overview/alone?first=2026-11-01&last=2026-11-21").text
    assert home.residents[0].name in listing
    answer = browser.post(
        "/overview/summary/export?first=2026-11-01&last=2026-11-21", data={"layout": "xlsx"}
    )
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet]
    assert [team.name, 1, 1, 1, None] in rows
    assert [team.name, 1, 0, 0, 0] in rows
