"""Pages about appointments."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.appointments.models import Appointment, Origin, State
from outreach.core.db import Session
from tests.conftest import NOW
from tests.factories import Make


def test_a_leader_agrees_a_time_with_a_home_found_without_accents(
    make: Make, session: Session, sign_in, now
) -> None:
    area = make.neighbourhood()
    home = make.home(area, address="12/3 hẻm 45 Đặng Văn Ngữ", head="Lê Thị Hoà")
    browser = sign_in(make.user(Role.LEADER, area=area))
    found = browser.get("/appointments/new?q=dang van ngu hoa")
    assert f"/appointments/new/{home.id}" in found.text
    form = {"day": "2026-11-22", "starts": "08:00", "ends": "09:00", "skill": "bank", "note": "x"}
    form["resident"] = str(home.residents[0].id)
    answer = browser.post(f"/appointments/new/{home.id}", data=form)
    assert answer.status_code == 303
    made = session.scalars(sa.select(Appointment)).one()
    assert made.starts_at == NOW + timedelta(hours=23)
    assert (made.skill, made.resident_id) == ("bank", home.residents[0].id)
    page = browser.get(answer.headers["Location"])
    assert made.visit_code in page.text


def test_a_bad_form_is_shown_again_and_stores_nothing(
    make: Make, session: Session, sign_in, now
) -> None:
    area = make.neighbourhood()
    home = make.home(area)
    browser = sign_in(make.user(Role.OFFICER, area=area))
    for change in (
        {"ends": "07:00"},
        {"day": "soon"},
        {"day": "2026-11-20"},
        {"note": "mã OTP 123456"},
        {"skill": "magic"},
        {"resident": "nobody"},
    ):
        form = {"day": "2026-11-22", "starts": "08:00", "ends": "09:00", **change}
        assert browser.post(f"/appointments/new/{home.id}", data=form).status_code == 422
    assert session.scalars(sa.select(Appointment)).all() == []


def test_the_list_of_a_day_is_filtered_and_searched(make: Make, sign_in, now) -> None:
    area = make.neighbourhood()
    first = make.home(area, address="1 Lý Thường Kiệt")
    second = make.home(area, address="2 Trần Hưng Đạo")
    make.appointment(first, NOW + timedelta(hours=1))
    make.appointment(second, NOW + timedelta(hours=2), origin=Origin.ANNOUNCED)
    other = make.home(area, address="3 Hùng Vương")
    make.appointment(other, NOW + timedelta(hours=3), state=State.CANCELLED)
    browser = sign_in(make.user(Role.LEADER, area=area))
    whole = browser.get("/appointments").text
    assert "1 Lý Thường Kiệt" in whole
    assert "2 Trần Hưng Đạo" in whole
    assert "2 Trần" not in browser.get("/appointments?origin=agreed").text
    assert "1 Lý" not in browser.get("/appointments?q=tran hung").text
    assert "3 Hùng" not in browser.get("/appointments?state=open").text
    assert "1 Lý" not in browser.get("/appointments?day=2026-11-22").text


def test_an_appointment_is_moved_and_cancelled(make: Make, session: Session, sign_in, now) -> None:
    area = make.neighbourhood()
    made = make.appointment(make.home(area), NOW + timedelta(hours=1))
    browser = sign_in(make.user(Role.LEADER, area=area))
    here = f"/appointments/{made.id}"
    bad = {"day": "2026-11-22", "starts": "09:00", "ends": "08:00"}
    assert browser.post(f"{here}/move", data=bad).status_code == 422
    good = {"day": "2026-11-23", "starts": "09:00", "ends": "10:00"}
    assert browser.post(f"{here}/move", data=good).status_code == 303
    assert browser.post(f"{here}/cancel").status_code == 303
    assert browser.post(f"{here}/move", data=good).status_code == 409
    session.expire_all()
    assert made.state is State.CANCELLED
    assert made.starts_at == NOW + timedelta(days=2)


def test_an_appointment_elsewhere_is_not_there_for_a_leader(make: Make, sign_in, now) -> None:
    made = make.appointment(make.home(make.neighbourhood()), NOW + timedelta(hours=1))
    browser = sign_in(make.user(Role.LEADER, area=make.neighbourhood()))
    assert browser.get(f"/appointments/{made.id}").status_code == 404
    assert browser.post(f"/appointments/{made.id}/cancel").status_code == 404
    assert browser.get(f"/appointments/new/{made.household_id}").status_code == 404


def test_the_list_asks_as_often_for_one_as_for_many(
    make: Make, sign_in, now, queries: list[str]
) -> None:
    area = make.neighbourhood()
    browser = sign_in(make.user(Role.LEADER, area=area))

    def asked(homes: int) -> int:
        for n in range(homes):
            make.appointment(make.home(area), NOW + timedelta(minutes=n))
        queries.clear()
        assert browser.get("/appointments").status_code == 200
        return len(queries)

    assert asked(1) == asked(20)
