"""The office's pages about sending: costs and their file, ways out, how communes write."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import Role, User
from outreach.core.settings import Settings
from outreach.messaging import jobs
from outreach.messaging.channels import Busy, Uncertain
from outreach.messaging.channels.opening import Channels
from outreach.messaging.channels.sandbox import Sandbox
from outreach.messaging.models import CommuneSms, Message
from outreach.messaging.services import note_answers
from outreach.notifications.models import ReplyWay
from outreach.places.models import Level
from outreach.web import Outreach, create_app
from tests.factories import Make
from tests.messaging.line import Line

SignIn = Callable[[User], FlaskClient]


def text(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


@pytest.fixture
def admin(make: Make) -> User:
    return make.user(Role.ADMINISTRATOR)


def test_costs_are_shown_by_commune_and_taken_away_as_a_file(
    line: Line, make: Make, sign_in: SignIn
) -> None:
    area = make.live_area()
    mine = make.message(area=area, phone="+84912345678")
    make.message()
    line.deliver()
    client = sign_in(make.user(Role.OFFICER, area=area))
    page = text(client, "/messages/costs")
    assert area.full_name in page
    assert "2.500" in page
    file = client.get("/messages/costs.csv")
    assert file.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(file.get_data().decode("utf-8-sig"))))
    assert len(rows) == 2, "other communes' messages are not the officer's"
    assert "0912345678" in rows[1]
    assert "2500" in rows[1]
    make.session.refresh(mine)
    assert mine.provider_ref in rows[1]


def test_costs_are_filtered_and_strange_questions_are_answered_sensibly(
    app: Outreach, make: Make, sign_in: SignIn, admin: User, now: datetime
) -> None:
    make.message(area=make.live_area())
    jobs.deliver(app.db, Channels.of(Sandbox(app.db)), app.settings.zone)
    client = sign_in(admin)
    assert 'class="empty"' not in text(client, "/messages/costs?month=2026-11&channel=sandbox")
    for nothing in ("month=2026-10", "channel=twilio", f"commune={admin.id}"):
        assert 'class="empty"' in text(client, f"/messages/costs?{nothing}")
    text(client, "/messages/costs?month=x&channel=x&commune=x")


def test_ways_out_say_how_they_fare_and_that_they_are_abroad(
    line: Line, make: Make, admin: User, now: datetime
) -> None:
    with line.site.db.transaction() as session:
        note_answers(session, "twilio", [Uncertain("no_answer")] * 7, now=now)
        note_answers(session, "twilio", [Busy("rate_limited")], now=now)
    client = line.site.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = make.device_token(admin), True
    page = text(client, "/messages/channels")
    for seen in ("Tạm nghỉ", "7 lỗi, 1 bị yêu cầu chờ", "Ở nước ngoài", "2.500", "bị yêu cầu"):
        assert seen in page


def test_an_administrator_ends_trial_mode_on_a_page(
    make: Make, sign_in: SignIn, admin: User
) -> None:
    commune = make.area()
    make.team(make.neighbourhood(commune))
    client = sign_in(admin)
    shown = f"/texts/communes/{commune.id}"
    assert client.get("/texts/communes").location == shown, "straight to the only one"
    assert "Chạy thử nội bộ" in text(client, shown)
    url = f"/messages/communes/{commune.id}"
    text(client, url)
    wish = {"trial": "no"}
    assert client.post(url, data=wish).status_code == 422, "not without a budget"
    strange = {**wish, "monthly_budget": "1000000", "sender": "Phường Dĩ An"}
    assert client.post(url, data=strange).status_code == 422
    good = {**wish, "monthly_budget": "1000000", "sender": "UBND DI AN"}
    assert client.post(url, data=good).location == shown
    page = text(client, shown)
    for seen in ("UBND DI AN: ", "1.000.000", "Người dân đã đồng ý nhận tin"):
        assert seen in page
    row = make.session.query(CommuneSms).one()
    assert (row.trial, row.monthly_budget) == (False, 1_000_000)


def test_officers_see_how_their_communes_write_and_change_nothing(
    make: Make, sign_in: SignIn
) -> None:
    province = make.area(level=Level.PROVINCE)
    commune, other = make.area(parent=province), make.area(parent=province)
    for one in (commune, other):
        make.team(make.neighbourhood(one))
    make.manner(other, ReplyWay.SIM)
    elsewhere = make.live_area(sender="ELSEWHERE")
    client = sign_in(make.user(Role.OFFICER, area=province))
    page = text(client, "/texts/communes")
    for seen in (commune.full_name, other.full_name, "0912 000 111", "07:00–21:00"):
        assert seen in page
    assert "ELSEWHERE" not in page
    assert elsewhere.full_name not in page
    assert client.get(f"/messages/communes/{commune.id}").status_code == 403
    assert client.post(f"/messages/communes/{commune.id}", data={"trial": "no"}).status_code == 403


def test_a_neighbourhood_has_no_settings_of_its_own(
    make: Make, sign_in: SignIn, admin: User
) -> None:
    place = make.neighbourhood()
    wish = {"trial": "yes"}
    assert sign_in(admin).post(f"/messages/communes/{place.id}", data=wish).status_code == 422


def test_the_pages_cost_the_same_for_many_communes(
    make: Make, sign_in: SignIn, admin: User, queries: list[str], now: datetime
) -> None:
    client, counts = sign_in(admin), []
    for more in (1, 8):
        for _ in range(more):
            area = make.live_area()
            make.team(make.neighbourhood(area))
            message: Message = make.message(area=area)
            message.sent_on, message.channel = now.date(), "sandbox"
            make.session.commit()
        queries.clear()
        text(client, "/texts/communes?q=a")
        text(client, "/messages/costs")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_fallback_abroad_is_told_too(settings: Settings, make: Make, admin: User) -> None:

    app = create_app(
        replace(
            settings,
            sms_channel="brandname",
            sms_brandname_key="k",
            sms_brandname_secret="s",
            sms_brandname_sender="UBND",
            sms_fallback_channel="twilio",
            twilio_account_sid="AC",
            twilio_auth_token="t",
            twilio_sender="ToCNS",
        )
    )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = make.device_token(admin), True
    assert "có thể được chuyển ra nước ngoài" in text(client, "/messages")
    app.db.dispose()
