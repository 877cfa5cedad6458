"""A deadline becomes a message: asked for by the office, within consent, hours and caps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role, User
from outreach.assistance.models import Case
from outreach.households.models import Household, Purpose
from outreach.messaging.models import Message
from outreach.notifications import jobs
from outreach.notifications.models import AskedReminder
from outreach.web import Outreach
from tests.factories import Make


@pytest.fixture
def officer(make: Make) -> User:
    return make.user(Role.OFFICER)


@pytest.fixture
def home(make: Make, officer: User) -> Household:
    return make.home_of(make.neighbourhood(officer.area), 1950)


def agreed(make: Make, home: Household) -> None:
    phone = make.contact_point()
    make.reachable(home, phone)
    make.consent(phone, purpose=Purpose.CASE_NOTICE)


def case_at(make: Make, home: Household, state: str, days: int, now, **rest) -> Case:
    return make.step(home.residents[0], now - timedelta(days=days), state=state, **rest).case


def ask(sign_in, officer: User, case: Case) -> str:
    browser = sign_in(officer)
    assert browser.post(f"/texts/cases/{case.id}/remind").status_code == 303
    return str(browser.get("/rounds/due").text)


def texts(app: Outreach) -> list[str]:
    jobs.plan_reminders(app.db, app.settings)
    with app.db.sessions() as session:
        return [one.body for one in session.scalars(sa.select(Message))]


def test_an_overdue_notice_is_told_once_it_is_asked_for(
    app: Outreach, make: Make, sign_in, officer, home, now
) -> None:
    agreed(make, home)
    case = case_at(make, home, "notice_received", 12, now)
    assert texts(app) == []
    assert "Tin sẽ được gửi" in ask(sign_in, officer, case)
    (body,) = texts(app)
    assert "Kich hoat VNeID, han 16/11" in body
    ask(sign_in, officer, case)
    assert len(texts(app)) == 1
    with app.db.sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AskedReminder)) == 1


def test_any_programme_can_be_reminded_of(app, make, sign_in, officer, home, now) -> None:
    agreed(make, home)
    case = case_at(make, home, "captured", 1, now)
    ask(sign_in, officer, case)
    (body,) = texts(app)
    assert "Han " in body
    assert "VNeID" in body


def test_who_did_it_alone_is_asked_whether_it_still_goes(
    app, make, sign_in, officer, home, now
) -> None:
    agreed(make, home)
    ask(sign_in, officer, case_at(make, home, "in_use", 6, now))
    (body,) = texts(app)
    assert "hoi tham viec dung" in body


def test_without_consent_nothing_is_kept_and_the_page_says_so(
    app, make, sign_in, officer, home, session, now
) -> None:
    make.reachable(home, make.contact_point())
    case = case_at(make, home, "notice_received", 12, now)
    assert "chưa có số điện thoại nào đồng ý" in ask(sign_in, officer, case)
    assert session.scalar(sa.select(AskedReminder)) is None
    session.commit()
    assert texts(app) == []


def test_a_case_elsewhere_cannot_be_reminded_of(make, sign_in, officer, now) -> None:
    stranger = make.home_of(make.neighbourhood(), 1950)
    case = case_at(make, stranger, "notice_received", 12, now)
    browser = sign_in(officer)
    assert browser.post(f"/texts/cases/{case.id}/remind").status_code == 404


def test_the_face_check_is_told_with_the_day_counted_from_the_hand_over(
    app, make, home, session, now
) -> None:
    agreed(make, home)
    start = now - timedelta(days=20)
    case = case_at(make, home, "handed_over", 20, now, programme="device_2g4g")
    case.began = {"face_check": start.date().isoformat(), "line_lost": start.date().isoformat()}
    make.step(home.residents[0], now, state="sim_in_new_device", case=case)
    case.state, case.moved_at = "sim_in_new_device", now
    make.step(home.residents[0], now, state="sim_in_new_device", case=case)
    (body,) = texts(app)
    due = date(2026, 11, 21) + timedelta(days=10)
    assert f"han {due:%d/%m}" in body
