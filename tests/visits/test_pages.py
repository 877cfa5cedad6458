from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import Device
from outreach.core.db import Session
from outreach.rounds.models import State
from outreach.visits.models import Outcome, Report
from tests.factories import Make
from tests.visits.sending import fields, send


def test_the_day_shows_the_route_in_walking_order(make: Make, sign_in, now: datetime) -> None:
    walk = make.walk(4, phones=True)
    page = sign_in(walk.volunteer).get("/today").text
    places = [page.index(home.head_name) for home in walk.homes]
    assert places == sorted(places)
    assert "0/4" in page
    assert page.count('href="tel:+84') == 4
    assert 'class="stop next"' in page


def test_the_day_counts_homes_and_not_reports(
    make: Make, sign_in, now: datetime, session: Session
) -> None:
    walk = make.walk(3)
    for outcome in (Outcome.NOBODY_HOME, Outcome.MET):
        make.report(walk.homes[0], walk.volunteer, now, outcome, stop=walk.stops[0])
    make.report(walk.homes[1], walk.volunteer, now, stop=walk.stops[1], undone_at=now)
    page = sign_in(walk.volunteer).get("/today").text
    assert "1/3" in page
    assert "2 báo cáo" in page


def test_a_day_without_a_route_says_so_and_offers_the_nearest(make: Make, sign_in, now) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    page = client.get("/today?day=2026-11-22").text
    assert "Ngày này không có tuyến" in page
    assert "/today?day=2026-11-21" in page
    assert client.get("/today?day=nonsense").status_code == 200


def test_a_route_that_is_not_published_is_not_shown(make: Make, sign_in, now) -> None:
    walk = make.walk(state=State.PROPOSED)
    page = sign_in(walk.volunteer).get("/today").text
    assert "đang được chuẩn bị" in page
    assert walk.homes[0].head_name not in page


def test_the_day_takes_the_same_queries_for_one_home_and_for_35(
    make: Make, sign_in, now, queries: list[str]
) -> None:
    few, many = (
        make.walk(1, announced=True, phones=True),
        make.walk(35, announced=True, phones=True),
    )
    counts = []
    for walk in (few, many):
        client = sign_in(walk.volunteer)
        queries.clear()
        client.get("/today")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_the_card_shows_who_lives_there_the_code_and_what_happened_last(
    make: Make, sign_in, now: datetime
) -> None:
    walk = make.walk(announced=True, phones=True)
    home = walk.homes[0]
    long_ago = now - timedelta(days=20)
    make.report(home, make.user(name="Lê Thị Hoa"), long_ago, Outcome.NOBODY_HOME)
    page = sign_in(walk.volunteer).get(f"/stops/{walk.stops[0].id}").text
    for person in home.residents:
        assert person.name in page
    assert "Lê Thị Hoa" in page
    assert "Đọc mã này ở cửa" in page
    assert "không bao giờ hỏi mã OTP" in page


def test_the_card_takes_the_same_queries_whatever_happened_before(
    make: Make, sign_in, now, queries: list[str]
) -> None:
    plain, busy = make.walk(2), make.walk(20, born=(1950, 1960, 1980, 2001), phones=True)
    for _ in range(8):
        make.report(busy.homes[0], make.user(), now, stop=busy.stops[0])
    for person in busy.homes[0].residents:
        make.step(person, now, programme="bank_account", state="submitted")
    counts = []
    for walk in (plain, busy):
        client = sign_in(walk.volunteer)
        queries.clear()
        client.get(f"/stops/{walk.stops[0].id}")
        counts.append(len(queries))
    assert counts[0] <= counts[1] <= counts[0] + 1 <= 13


@pytest.mark.parametrize("who", ["mate", "other_leader"])
def test_strangers_see_no_card(make: Make, sign_in, now, who: str) -> None:
    walk, other = make.walk(), make.walk()
    stranger = make.member(walk.team).user if who == "mate" else other.leader
    assert sign_in(stranger).get(f"/stops/{walk.stops[0].id}").status_code == 403
    assert sign_in(walk.leader).get(f"/stops/{walk.stops[0].id}").status_code == 200


def test_after_the_last_home_comes_the_day(make: Make, sign_in, now) -> None:
    walk = make.walk(2)
    client = sign_in(walk.volunteer)
    first = send(client, walk, fields(now, outcome="refused"), at=1)
    assert str(walk.stops[0].id) in first.location
    last = send(client, walk, fields(now), at=0)
    assert last.location.startswith("/today?logged=")
    assert "Cảm ơn" in client.get(last.location).text


def test_a_clash_shows_the_card_again_with_what_is_possible_now(
    make: Make, sign_in, now, session
) -> None:
    walk = make.walk()
    person = walk.homes[0].residents[0]
    client = sign_in(walk.volunteer)
    send(client, walk, fields(now, **{f"help.vneid_l2.{person.id}": "activated"}))
    given = fields(now, **{f"help.vneid_l2.{person.id}": "captured"}, note="Dặn mang căn cước")
    answer = send(client, walk, given)
    assert answer.status_code == 409
    assert "có người vừa ghi" in answer.text
    assert "Dặn mang căn cước" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 1


def test_the_day_page_of_35_homes_weighs_at_most_60_kb_in_all(
    make: Make, sign_in, now, app
) -> None:
    walk = make.walk(35, born=(1950, 1955, 1980, 2001), announced=True, phones=True)
    client = sign_in(walk.volunteer)
    for path in ("/today", f"/stops/{walk.stops[0].id}"):
        assert weight(client, path) <= 60_000, path


def weight(client: FlaskClient, path: str) -> int:
    """Bytes of a page with everything it asks for, as they travel."""
    packed = {"Accept-Encoding": "gzip"}
    page = client.get(path, headers=packed)
    plain = client.get(path).text
    total = len(page.data)
    parts = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', plain))
    base = next(one for one in parts if one.endswith("js/main.js")).removesuffix("main.js")
    parts |= {base + name for name in ("report.js", "locate.js", "autosubmit.js")}
    for part in parts:
        total += len(client.get(part, headers=packed).data)
    return total


def test_the_card_says_why_this_home_and_why_today(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    walk.stops[0].reasons = ["appointment", "identity"]
    session.commit()
    page = sign_in(walk.volunteer).get(f"/stops/{walk.stops[0].id}").text
    assert "Còn người chưa có VNeID" in page


REFUSES = {
    "sqlite": "CREATE TRIGGER full BEFORE UPDATE ON device BEGIN SELECT RAISE(ABORT, 'no'); END",
    "postgresql": "ALTER TABLE device ADD CONSTRAINT full_disk CHECK (held IS NULL)",
}


def test_a_page_is_shown_though_it_cannot_be_noted_who_was_heard_of(
    app, make: Make, session, sign_in
) -> None:
    client = sign_in(make.walk().volunteer)
    session.commit()
    with app.db.engine.begin() as connection:
        connection.exec_driver_sql(REFUSES[app.db.engine.dialect.name])
    assert client.get("/today", headers={"Outreach-Held": "3"}).status_code == 200
    assert session.scalars(sa.select(Device.held)).all() == [None]
