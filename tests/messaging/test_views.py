"""What the office sees of messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import Role, User
from outreach.messaging import jobs, rules, words
from outreach.messaging.channels import twilio_errors
from outreach.messaging.channels.behaviours import Behaviour
from outreach.messaging.channels.opening import Channels
from outreach.messaging.channels.sandbox import Sandbox
from outreach.messaging.models import Message, Status
from outreach.places.models import Area
from outreach.web import Outreach
from tests.factories import Make
from tests.messaging.line import Line

SignIn = Callable[[User], FlaskClient]
BODY = "To CNSCD: hen 8h thu Bay 28/11."


@pytest.fixture
def ward(make: Make) -> Area:
    return make.area()


@pytest.fixture
def officer(make: Make, ward: Area) -> User:
    return make.user(Role.OFFICER, area=ward)


def text(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_the_office_sees_what_will_go_out_and_why(
    sign_in: SignIn, officer: User, make: Make, now: datetime
) -> None:
    make.message(area=officer.area, send_after=now + timedelta(hours=9))
    page = text(sign_in(officer), "/messages")
    for seen in (BODY, "Nhắc lịch hẹn", "Sẽ được gửi", "21/11 18:00"):
        assert seen in page


def test_an_empty_list_says_what_will_fill_it(sign_in: SignIn, officer: User) -> None:
    client = sign_in(officer)
    for tab in ("coming", "sent", "unsent"):
        assert 'class="empty"' in text(client, f"/messages?tab={tab}")


def test_messages_of_other_places_are_not_seen(
    sign_in: SignIn, officer: User, make: Make, now: datetime
) -> None:
    message = make.message()
    client = sign_in(officer)
    assert BODY not in text(client, "/messages")
    text(client, f"/messages/{message.id}", 404)
    assert client.post(f"/messages/{message.id}/cancel").status_code == 404
    assert BODY in text(sign_in(make.user(Role.ADMINISTRATOR)), "/messages")


def test_lists_are_filtered_by_state_day_and_number(
    app: Outreach, sign_in: SignIn, officer: User, make: Make, now: datetime
) -> None:
    good = make.message(area=officer.area, phone="+84912345678", body="Mot")
    bad = make.message(area=officer.area, phone=f"+8491234{Behaviour.LANDLINE}", body="Hai")
    jobs.deliver(app.db, Channels.of(Sandbox(app.db)), app.settings.zone)
    client = sign_in(officer)
    sent, unsent = text(client, "/messages?tab=sent"), text(client, "/messages?tab=unsent")
    assert (good.body in sent, bad.body in sent) == (True, False)
    assert (good.body in unsent, bad.body in unsent) == (False, True)
    assert "Đây là số máy bàn" in unsent
    assert "Mot" in text(client, "/messages?tab=sent&q=0912+345+678")
    assert "Mot" not in text(client, "/messages?tab=sent&q=0999")
    assert "Mot" not in text(client, "/messages?tab=sent&day=2026-11-20")
    assert "Mot" not in text(client, "/messages?tab=sent&status=delivered")
    assert "Mot" in text(client, "/messages?tab=sent&status=failed"), "no state of this list"


def test_strange_questions_are_answered_sensibly(sign_in: SignIn, officer: User) -> None:
    client = sign_in(officer)
    for query in ("tab=x&day=x&status=x&page=-3&q=%F0%9F%98%80", "page=99999", "day=0001-01-01"):
        text(client, f"/messages?{query}")
    text(client, "/sandbox?phone=%00&page=x")


def test_one_message_shows_its_whole_history(
    line: Line, sign_in: SignIn, officer: User, make: Make
) -> None:
    assert officer.area is not None
    make.habits(officer.area, trial=False, monthly_budget=10_000)
    message = make.message(area=officer.area)
    line.deliver()
    (sid,) = line.provider.stored
    line.provider.advance(sid, "undelivered", code=30007)
    page = text(sign_in(officer), f"/messages/{message.id}")
    for seen in ("Sẽ được gửi", "Đang chuyển đi", "Không đến nơi", "tin rác", sid, "30007"):
        assert seen in page


def test_stopping_a_message_keeps_it_from_going_out(
    app: Outreach, sign_in: SignIn, officer: User, make: Make, now: datetime
) -> None:
    message = make.message(area=officer.area)
    client = sign_in(officer)
    assert client.post(f"/messages/{message.id}/cancel").status_code == 303
    assert jobs.deliver(app.db, Channels.of(Sandbox(app.db)), app.settings.zone) == 0
    assert make.statuses(message)[-1] is Status.CANCELLED
    assert client.post(f"/messages/{message.id}/cancel").status_code == 409


def test_the_sandbox_shows_a_phone_as_its_owner_would_see_it(
    app: Outreach, sign_in: SignIn, officer: User, make: Make, now: datetime
) -> None:
    mine = make.message(area=officer.area, body="Cho ba Tu")
    make.message(body="Cho nguoi khac")
    jobs.deliver(app.db, Channels.of(Sandbox(app.db)), app.settings.zone)
    client = sign_in(officer)
    page = text(client, "/sandbox")
    assert "Cho ba Tu" in page
    assert "Cho nguoi khac" not in page
    assert "Cho ba Tu" in text(client, f"/sandbox?phone=%2B{mine.phone[1:]}")


def test_the_sandbox_explains_itself_when_empty(sign_in: SignIn, officer: User) -> None:
    page = text(sign_in(officer), "/sandbox")
    assert 'class="empty"' in page
    assert all(f"…{behaviour.value}" in page for behaviour in Behaviour)


def test_a_foreign_channel_is_shown_as_a_transfer_abroad(
    line: Line, make: Make, ward: Area, officer: User
) -> None:
    client = line.site.test_client()
    token = make.device_token(officer)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    assert "ra nước ngoài" in text(client, "/messages")


def test_our_own_wrong_settings_are_shown_to_the_office(
    sign_in: SignIn, officer: User, make: Make, now: datetime
) -> None:
    message = make.message(area=officer.area)
    message.status, message.reason = Status.QUEUED, "credentials_refused"
    make.session.commit()
    assert "vì cài đặt của chính mình" in text(sign_in(officer), "/messages")


def test_a_long_list_costs_as_many_queries_as_a_short_one(
    sign_in: SignIn, officer: User, make: Make, now: datetime, queries: list[str]
) -> None:
    client, counts = sign_in(officer), []
    for more in (1, 60):
        for _ in range(more):
            assert officer.area is not None
            home = make.home(officer.area)
            make.message(area=officer.area, household_id=home.id)
        queries.clear()
        text(client, "/messages")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "Trang 1" in text(client, "/messages")


def test_every_reason_has_its_sentence() -> None:
    told = {
        *twilio_errors.BUSY.values(),
        *(reason for _, reason in twilio_errors.REFUSED.values()),
        *(reason for _, reason in twilio_errors.UNDELIVERED.values()),
        rules.BY_A_PERSON,
    }
    assert told <= words.REASONS.keys()
    assert set(words.STATUSES) == set(Status)


def test_volunteers_have_no_business_here(
    sign_in: SignIn, make: Make, ward: Area, now: datetime
) -> None:
    client = sign_in(make.user(Role.VOLUNTEER, area=ward))
    for url in ("/messages", "/sandbox", f"/messages/{_stored(make, ward).id}"):
        assert client.get(url).status_code == 403


def _stored(make: Make, ward: Area) -> Message:
    return make.message(area=ward)
