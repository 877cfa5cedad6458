from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import Role, User
from outreach.core.db import Session
from outreach.core.phones import display
from outreach.teams.models import DayAvailability, Member, Position, Team, WeeklyAvailability
from tests.accounts.acts import PASSWORD, shown
from tests.factories import Make

SignIn = Callable[[User], FlaskClient]
TODAY = date(2026, 11, 21)


@pytest.fixture
def team(make: Make, now: datetime) -> Team:
    return make.team(make.neighbourhood(make.area()), name="Tổ Bình Minh 1")


@pytest.fixture
def leader(make: Make, team: Team, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.member(team, position=Position.LEADER).user)


def test_an_officer_sets_a_team_up_and_changes_it(
    sign_in: SignIn, session: Session, make: Make, now: datetime
) -> None:
    ward = make.area(name="Dĩ An")
    quarter = make.neighbourhood(ward, name="Bình Minh 1")
    office = sign_in(make.user(Role.OFFICER, area=ward))
    form = {
        "name": "Tổ Bình Minh 1",
        "area_id": str(quarter.id),
        "decision_no": "125/QĐ-UBND",
        "established_on": "2025-08-08",
        "start": "10.9804, 106.7591",
    }
    made = office.post("/teams/new", data=form)
    assert made.status_code == 303
    page = office.get(made.headers["Location"]).get_data(as_text=True)
    assert "125/QĐ-UBND" in page
    assert "Thứ Sáu 08/08/2025" in page
    path = made.headers["Location"] + "/edit"
    assert "10.9804, 106.7591" in office.get(path).get_data(as_text=True)
    assert office.post(path, data={**form, "dissolved_on": "2025-08-07"}).status_code == 422
    assert office.post(path, data={**form, "name": "Tổ 1"}).status_code == 303
    team = session.scalars(sa.select(Team)).one()
    assert (team.name, team.start_latitude, team.decision_no) == ("Tổ 1", 10.9804, "125/QĐ-UBND")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"area_id": "x"},
        {"established_on": "31/02/2025"},
        {"start": "somewhere"},
        {"start": "106.7, 10.9, 3"},
        {"start": "95, 10"},
    ],
)
def test_a_team_that_cannot_be_is_refused_with_a_reason(
    sign_in: SignIn, make: Make, wrong: dict[str, str]
) -> None:
    ward = make.area()
    office = sign_in(make.user(Role.OFFICER, area=ward))
    answer = office.post("/teams/new", data={"name": "Tổ", "area_id": str(ward.id), **wrong})
    assert answer.status_code == 422
    assert 'class="error"' in answer.get_data(as_text=True)


def test_a_leader_sees_own_teams_only(leader: FlaskClient, make: Make, team: Team) -> None:
    other = make.team(team.area)
    page = leader.get("/teams").get_data(as_text=True)
    assert team.name in page
    assert other.name not in page
    assert leader.get(f"/teams/{other.id}").status_code == 404
    assert leader.get(f"/teams/{other.id}/members/new").status_code == 404
    assert leader.get(f"/members/{make.member(other).id}").status_code == 404


def test_the_pages_ask_as_often_for_many_people_as_for_one(
    leader: FlaskClient, make: Make, team: Team, queries: list[str]
) -> None:
    def asked(path: str) -> int:
        queries.clear()
        assert leader.get(path).status_code == 200
        return len(queries)

    make.week(make.member(team), saturday=(480, 660))
    paths = ("/teams", f"/teams/{team.id}")
    once = [asked(path) for path in paths]
    for _ in range(8):
        make.week(make.member(team), saturday=(480, 660))
    assert [asked(path) for path in paths] == once


def test_a_new_volunteer_is_taken_in_and_gets_in(
    leader: FlaskClient, client: FlaskClient, team: Team
) -> None:
    path = f"/teams/{team.id}/members/new"
    form = {"phone": "0905 550 001", "position": "member", "skills": ["vneid", "bank"]}
    nameless = leader.post(path, data=form)
    assert nameless.status_code == 422
    assert "Chưa ai dùng số này" in nameless.get_data(as_text=True)
    made = leader.post(path, data={**form, "name": "Lê Văn Đạt"})
    assert made.status_code == 201
    link, pin = shown(made.get_data(as_text=True))
    assert client.post(link, data={"pin": pin, "password": PASSWORD}).status_code == 303
    page = leader.get(f"/teams/{team.id}").get_data(as_text=True)
    assert "Lê Văn Đạt" in page
    assert "Tài khoản VNeID" in page
    assert "chưa khai" in page
    again = leader.post(path, data=form)
    assert again.status_code == 422
    assert "đã ở trong tổ" in again.get_data(as_text=True)


def test_a_leader_cannot_appoint_a_head_by_hand(leader: FlaskClient, team: Team) -> None:
    form = {"phone": "0905550001", "name": "X", "position": "leader"}
    assert leader.post(f"/teams/{team.id}/members/new", data=form).status_code == 422


def test_a_lost_phone_is_signed_out_in_two_taps(
    leader: FlaskClient, sign_in: SignIn, make: Make, team: Team
) -> None:
    lan = make.member(team, make.user(area=team.area, name="Trần Thị Lan"))
    lost = sign_in(lan.user)
    page = leader.get(f"/teams/{team.id}").get_data(as_text=True)
    first = re.search(r'href="([^"]+)">Trần Thị Lan', page)
    assert first
    page = leader.get(first[1]).get_data(as_text=True)
    second = re.search(r'<form method="post" action="([^"]+)"><button[^>]*>.*?Thu hồi', page)
    assert second
    assert leader.post(second[1]).status_code == 303
    assert lost.get("/me").status_code == 303


def test_a_member_is_changed_leaves_and_returns(
    leader: FlaskClient, session: Session, make: Make, team: Team
) -> None:
    lan = make.member(team)
    path = f"/members/{lan.id}"
    form = {"position": "member", "organisation": "Đoàn  Thanh niên", "skills": ["carrier"]}
    assert leader.post(path, data=form).status_code == 303
    session.refresh(lan)
    assert (lan.organisation, lan.skills) == ("Đoàn Thanh niên", ["carrier"])
    session.commit()
    wrong = leader.post(path, data={"position": "member", "skills": ["flying"]})
    assert wrong.status_code == 422
    assert "chọn một mục trong danh sách" in wrong.get_data(as_text=True)
    leader.post(f"{path}/leave")
    page = leader.get(f"/teams/{team.id}").get_data(as_text=True)
    assert "Người đã rời tổ (1)" in page
    assert leader.get(path).status_code == 200
    leader.post(f"{path}/return")
    assert "Người đã rời tổ" not in leader.get(f"/teams/{team.id}").get_data(as_text=True)
    invited = leader.post(f"{path}/invite")
    assert invited.status_code == 201


# --- hours ---------------------------------------------------------------------------------


@pytest.fixture
def lan(make: Make, team: Team) -> Member:
    return make.member(team, make.user(area=team.area))


def test_a_volunteer_tells_the_week_and_it_is_shown_again(
    sign_in: SignIn, session: Session, lan: Member
) -> None:
    client, path = sign_in(lan.user), f"/members/{lan.id}"
    assert client.get("/availability").headers["Location"] == f"{path}/hours"
    assert "Chưa khai giờ rảnh" in client.get(f"{path}/hours").get_data(as_text=True)
    week = {"starts0": "18:00", "ends0": "20:00", "starts5": "07:30", "ends5": "11:00"}
    assert client.post(f"{path}/week", data=week).status_code == 303
    rows = session.execute(
        sa.select(
            WeeklyAvailability.weekday, WeeklyAvailability.starts, WeeklyAvailability.ends
        ).order_by(WeeklyAvailability.weekday)
    ).all()
    assert [tuple(row) for row in rows] == [(0, 1080, 1200), (5, 450, 660)]
    page = client.get(f"{path}/hours").get_data(as_text=True)
    assert 'value="07:30"' in page
    assert "Chưa khai giờ rảnh" not in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts0": "18:00"},
        {"ends0": "18:00"},
        {"starts0": "18:00", "ends0": "18:00"},
        {"starts0": "18:00", "ends0": "07:00"},
        {"starts0": "25:00", "ends0": "26:00"},
        {"starts0": "x", "ends0": "y"},
    ],
)
def test_hours_that_cannot_be_are_refused_for_a_week_and_for_a_day(
    sign_in: SignIn, lan: Member, wrong: dict[str, str]
) -> None:
    client, path = sign_in(lan.user), f"/members/{lan.id}"
    answer = client.post(f"{path}/week", data=wrong)
    assert answer.status_code == 422
    assert "Thứ Hai:" in answer.get_data(as_text=True)
    day = {key.removesuffix("0"): value for key, value in wrong.items()}
    day |= {"day": "2026-11-23", "kind": "hours"}
    assert client.post(f"{path}/days", data=day).status_code == 422


def test_absent_tomorrow_is_one_tap_and_can_be_taken_back(
    sign_in: SignIn, session: Session, lan: Member
) -> None:
    client, path = sign_in(lan.user), f"/members/{lan.id}"
    page = client.get(f"{path}/hours").get_data(as_text=True)
    assert "Báo bận ngày mai" in page
    client.post(f"{path}/days", data={"day": "2026-11-22", "kind": "absent"})
    page = client.get(f"{path}/hours").get_data(as_text=True)
    assert "Chủ Nhật 22/11/2026" in page
    assert "Báo bận ngày mai" not in page
    client.post(f"{path}/days/forget", data={"day": "2026-11-22"})
    assert session.scalar(sa.select(sa.func.count()).select_from(DayAvailability)) == 0


@pytest.mark.parametrize("day", ["", "22/11/2026", "2026-11-20"])
def test_a_day_that_is_none_or_over_is_refused(sign_in: SignIn, lan: Member, day: str) -> None:
    client, path = sign_in(lan.user), f"/members/{lan.id}"
    answer = client.post(f"{path}/days", data={"day": day, "kind": "absent"})
    assert answer.status_code == 422


def test_a_leader_tells_the_hours_of_own_people_and_of_nobody_else(
    leader: FlaskClient, make: Make, team: Team, lan: Member
) -> None:
    stranger = make.member(make.team(team.area))
    assert leader.get(f"/members/{lan.id}/hours").status_code == 200
    day = {"day": "2026-11-22", "kind": "hours", "starts": "08:00", "ends": "10:00"}
    assert leader.post(f"/members/{lan.id}/days", data=day).status_code == 303
    for path, data in (("week", {}), ("days", day), ("days/forget", day)):
        assert leader.post(f"/members/{stranger.id}/{path}", data=data).status_code == 404
    assert leader.get(f"/members/{stranger.id}/hours").status_code == 404


def test_somebody_in_two_teams_chooses_and_in_none_is_told(
    sign_in: SignIn, make: Make, team: Team, lan: Member
) -> None:
    second = make.team(team.area, name="Tổ Bình Minh 2")
    make.member(second, lan.user)
    page = sign_in(lan.user).get("/availability").get_data(as_text=True)
    assert "Tổ Bình Minh 1" in page
    assert "Tổ Bình Minh 2" in page
    alone = sign_in(make.user()).get("/availability").get_data(as_text=True)
    assert "Bạn chưa thuộc tổ nào" in alone


def test_a_number_as_people_write_it_finds_the_account(
    leader: FlaskClient, make: Make, team: Team
) -> None:
    user = make.user(area=team.area)
    form = {"phone": display(user.phone), "position": "member"}
    assert leader.post(f"/teams/{team.id}/members/new", data=form).status_code == 303
