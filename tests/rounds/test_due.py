"""Worklists of deadlines: who sees what, in which order, at which price."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role, User
from outreach.assistance import queries as assistance
from outreach.assistance.models import Case
from outreach.assistance.queries import Asked, Listed, Urgency
from outreach.households.models import Household
from outreach.rounds.models import WantedVisit
from tests.factories import Make

TODAY = date(2026, 11, 21)


@pytest.fixture
def officer(make: Make) -> User:
    return make.user(Role.OFFICER)


def notice(make: Make, home: Household, days: int, now) -> Case:
    """Somebody got their notice so many days ago; the case."""
    return make.step(home.residents[0], now - timedelta(days=days), state="notice_received").case


def listed(session, actor: User, which: Listed, **narrowed) -> list[tuple[int, Urgency]]:
    found = assistance.due(session, Asked(which, **narrowed), today=TODAY, actor=actor)
    return [(one.days, one.urgency) for one in found.rows]


def test_lists_part_soon_from_overdue_and_keep_their_order(
    make: Make, session, officer, now
) -> None:
    area = make.neighbourhood(officer.area)
    for days in (1, 4, 6, 7, 8, 20):
        notice(make, make.home_of(area, 1950), days, now)
    make.step(make.home_of(area, 1950).residents[0], now - timedelta(days=40), state="needs_card")
    assert listed(session, officer, Listed.SOON) == [
        (0, Urgency.TODAY), (1, Urgency.SOON), (3, Urgency.SOON),
    ]  # fmt: skip
    assert listed(session, officer, Listed.OVERDUE) == [
        (-13, Urgency.OVERDUE), (-1, Urgency.OVERDUE),
    ]  # fmt: skip
    assert len(listed(session, officer, Listed.STUCK)) == 1
    counts = assistance.due_counts(session, Asked(), today=TODAY, actor=officer)
    assert counts == {Listed.SOON: 3, Listed.OVERDUE: 2, Listed.STUCK: 1}
    assert listed(session, officer, Listed.SOON, programme="device_2g4g") == []


def test_each_sees_their_own_area_only(make: Make, session, officer, now) -> None:
    quarter, next_door = make.neighbourhood(officer.area), make.neighbourhood(officer.area)
    notice(make, make.home_of(quarter, 1950), 6, now)
    notice(make, make.home_of(next_door, 1950), 6, now)
    notice(make, make.home_of(make.neighbourhood(), 1950), 6, now)

    def count(actor: User) -> int:
        rows = listed(session, actor, Listed.SOON)
        counts = assistance.due_counts(session, Asked(), today=TODAY, actor=actor)
        assert counts[Listed.SOON] == len(rows)
        return len(rows)

    assert count(make.user(Role.LEADER, area=quarter)) == 1
    assert count(officer) == 2
    assert count(make.user(Role.ADMINISTRATOR)) == 3
    assert count(make.user(Role.OFFICER)) == 0


def test_who_left_and_what_was_archived_is_on_no_list(make: Make, session, officer, now) -> None:
    area = make.neighbourhood(officer.area)
    left, archived = make.home_of(area, 1950), make.home_of(area, 1950)
    for home in (left, archived):
        notice(make, home, 6, now)
    left.residents[0].left_at = now
    archived.archived_at = now
    session.commit()
    assert listed(session, officer, Listed.SOON) == []
    counts = assistance.due_counts(session, Asked(), today=TODAY, actor=officer)
    assert set(counts.values()) == {0}


def test_pages_follow_each_other_without_gap_or_double(
    make: Make, session, officer, now, monkeypatch
) -> None:
    monkeypatch.setattr("outreach.assistance.queries.deadlines.PAGE_SIZE", 3)
    area = make.neighbourhood(officer.area)
    for number in range(8):
        notice(make, make.home_of(area, 1950), 9 + number // 4, now)
    seen, mark = [], None
    while True:
        asked = Asked(Listed.OVERDUE, after=mark)
        found = assistance.due(session, asked, today=TODAY, actor=officer)
        seen += [one.case.id for one in found.rows]
        mark = found.next and assistance.Mark.read(str(found.next))
        if mark is None:
            break
    assert len(seen) == len(set(seen)) == 8


def test_a_list_costs_the_same_for_one_home_and_for_many(
    make: Make, officer, sign_in, queries, now
) -> None:
    area, browser = make.neighbourhood(officer.area), sign_in(officer)

    def cost() -> int:
        queries.clear()
        assert browser.get("/rounds/due?list=overdue").status_code == 200
        return len(queries)

    notice(make, make.home_of(area, 1950), 9, now)
    one = cost()
    for _ in range(12):
        notice(make, make.home_of(area, 1950), 9, now)
    assert cost() == one <= 8


def test_the_desk_makes_a_visit_of_a_deadline_and_takes_it_back(
    make: Make, session, officer, sign_in, now
) -> None:
    home = make.home_of(make.neighbourhood(officer.area), 1950)
    case = notice(make, home, 9, now)
    browser = sign_in(officer)
    page = browser.get("/rounds/due?list=overdue").text
    assert "quá hạn 2 ngày" in page
    # an unkept deadline offers the state it leads to, and moves nothing by itself
    assert f"/help/cases/{case.id}?move=activation_overdue" in page
    chosen = browser.get(f"/help/cases/{case.id}?move=activation_overdue").text
    assert re.search(r'<option selected value="activation_overdue"', chosen)
    where = f"/rounds/due/homes/{home.id}"
    answer = browser.post(f"{where}/visit", data={"list": "overdue", "programme": "vneid_l2"})
    assert answer.headers["Location"].endswith("/rounds/due?list=overdue&programme=vneid_l2")
    assert "Đã đề nghị đến nhà" in browser.get("/rounds/due?list=overdue").text
    browser.post(f"{where}/no-visit")
    assert "Đã đề nghị đến nhà" not in browser.get("/rounds/due?list=overdue").text
    assert session.scalars(sa.select(WantedVisit)).one().withdrawn_at is not None


def test_a_volunteer_sees_deadlines_of_the_homes_of_their_routes(
    make: Make, sign_in, session, now
) -> None:
    walk = make.walk(2)
    for home in walk.homes:
        notice(make, home, 6, now)
    other = make.home_of(walk.team.area, 1950)
    notice(make, other, 6, now)
    browser = sign_in(walk.volunteer)
    page = browser.get("/rounds/my-due").text
    assert page.count("còn 1 ngày") == 2
    assert other.residents[0].name not in page
    assert browser.get("/rounds/due").status_code == 403
    assert browser.post(f"/rounds/due/homes/{walk.homes[0].id}/visit").status_code == 303
    assert browser.post(f"/rounds/due/homes/{other.id}/visit").status_code == 404


def test_nonsense_in_the_address_shows_the_usual_list(sign_in, officer, now) -> None:
    browser = sign_in(officer)
    for bad in ("list=x", "programme=x", "owner=x", "after=1.2.3", "after=2026-11-21.zz.y"):
        assert browser.get(f"/rounds/due?{bad}").status_code == 200
