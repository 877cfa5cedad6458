"""The page on which residents check a visitor: what it tells, to whom, how often, for how long."""

from __future__ import annotations

import gzip
import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import Role, SignInAttempt
from outreach.appointments.models import Appointment, State
from outreach.messaging.models import Suppression
from outreach.notifications.models import Badge
from outreach.web import Outreach
from tests.factories import Make

HOUR = timedelta(hours=1)


@pytest.fixture
def visit(make: Make, now: datetime) -> Appointment:
    """A told visit tomorrow; its phone ends in 777."""
    ward = make.area(name="Dĩ An", kind="Phường")
    ward.hotline = "+842743800123"
    home = make.home(make.neighbourhood(ward, name="Đông Tác"), address="12/3 hẻm 45")
    return make.announced(home=home, phone=make.contact_point("+84912555777"), code="4821")


def look(client: FlaskClient, code: str = "4821", digits: str = "777", address: str = "9.9.9.9"):
    where = {"REMOTE_ADDR": address}
    return client.post("/check", data={"code": code, "digits": digits}, environ_base=where)


def ticket(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_code_and_digits_show_who_comes_and_nothing_of_who_lives_there(
    client: FlaskClient, visit: Appointment
) -> None:
    page = look(client).text
    for told in ("4821", "Đào", "Khu phố Đông Tác", "02743800123", "… 777"):
        assert told in page
    for hidden in (visit.household.residents[0].name, "12/3", "912555", "Phạm", str(visit.id)):
        assert hidden not in page
    assert "OTP" in page or "một lần" in page


@pytest.mark.parametrize(("code", "digits"), [("4822", "777"), ("4821", "778")])
def test_a_wrong_guess_says_nothing_about_which_part_is_wrong(
    client: FlaskClient, visit: Appointment, code: str, digits: str
) -> None:
    answer = look(client, code, digits)
    assert answer.status_code == 404
    assert "Đào" not in answer.text
    assert re.sub(r'value="\d+"', "", answer.text) == re.sub(
        r'value="\d+"', "", look(client, "9999", "999").text
    )


def test_the_pages_are_light_and_need_no_script(client: FlaskClient, visit: Appointment) -> None:
    style = client.get("/check").text
    sheet = re.search(r'href="(/static/[^"]+site\.css)"', style)
    assert sheet
    css = len(gzip.compress(client.get(sheet.group(1)).data))
    for page in (client.get("/check"), look(client)):
        assert "<script" not in page.text
        assert len(page.data) + css < 30_000, "uncompressed page and its style sheet"


def test_codes_cannot_be_tried_out(client: FlaskClient, visit: Appointment) -> None:
    tried = 0
    for n in range(1000):
        answer = look(client, digits=f"{n:03}", address=f"10.0.{n}.1")
        if answer.status_code == 429:
            break
        tried += 1
    assert tried == 6, "one code, whatever addresses it is tried from"
    assert look(client).status_code == 429
    assert int(look(client).headers["Retry-After"]) > 60


def test_one_address_cannot_try_many_codes(client: FlaskClient, visit: Appointment) -> None:
    statuses = [look(client, code=f"{n:04}").status_code for n in range(12)]
    assert statuses == [404] * 10 + [429] * 2


def test_no_address_is_kept_in_the_clear(
    app: Outreach, client: FlaskClient, visit: Appointment
) -> None:
    look(client, digits="000", address="203.0.113.9")
    with app.db.transaction(read_only=True) as session:
        subjects = list(session.scalars(sa.select(SignInAttempt.subject)))
    assert subjects
    assert all(re.fullmatch(r"[0-9a-f]{64}", subject) for subject in subjects)


@pytest.mark.parametrize("state", [State.KEPT, State.MISSED, State.CANCELLED])
def test_a_code_dies_with_its_visit(
    client: FlaskClient, make: Make, visit: Appointment, state: State
) -> None:
    pass_ = ticket(look(client).text)
    visit.state = state
    make.session.commit()
    assert look(client).status_code == 404
    assert client.post("/check/confirm", data={"ticket": pass_}).status_code == 404


def test_a_code_dies_some_hours_after_the_visit_should_have_been(
    client: FlaskClient, visit: Appointment, now: datetime, set_clock
) -> None:
    set_clock(visit.ends_at + 2 * HOUR)
    assert look(client).status_code == 200
    set_clock(visit.ends_at + 4 * HOUR)
    assert look(client).status_code == 404


def test_a_resident_confirms_with_two_taps(
    client: FlaskClient, make: Make, visit: Appointment
) -> None:
    page = look(client)
    assert client.post("/check/confirm", data={"ticket": ticket(page.text)}).status_code == 200
    make.session.refresh(visit)
    assert visit.confirmed_by == "page"


def test_a_resident_chooses_another_of_three_times(
    client: FlaskClient, make: Make, visit: Appointment
) -> None:
    pass_ = {"ticket": ticket(look(client).text)}
    starts = visit.starts_at
    page = client.post("/check/move", data=pass_)
    assert page.text.count('action="/check/choose"') == 3
    assert client.post("/check/choose", data=pass_ | {"choice": "1"}).status_code == 200
    make.session.refresh(visit)
    assert visit.starts_at != starts
    assert visit.confirmed_by == "page"
    assert visit.stop_id is None


def test_a_resident_stops_all_messages_there(
    client: FlaskClient, make: Make, visit: Appointment
) -> None:
    client.post("/check/stop", data={"ticket": ticket(look(client).text)})
    (entry,) = make.session.scalars(sa.select(Suppression))
    assert (entry.phone, entry.source.value) == ("+84912555777", "page")


@pytest.mark.parametrize("forged", ["", "x", "WyJ4IiwgIiJd.aaaa.bbbb"])
def test_a_forged_pass_opens_nothing(client: FlaskClient, visit: Appointment, forged: str) -> None:
    assert client.post("/check/confirm", data={"ticket": forged}).status_code == 404


def test_a_badge_says_name_team_and_valid_today_until_it_is_replaced(
    client: FlaskClient, make: Make, sign_in
) -> None:
    team = make.team(name="Tổ Đông Tác")
    member = make.member(team, make.user(area=team.area, name="Phạm Thị Đào"))
    own = sign_in(member.user)
    paper = own.get(own.post("/my-badge").location)
    assert "data:image/svg+xml" in paper.text
    badge = make.session.scalars(sa.select(Badge.id)).one()
    make.session.commit()
    shown = client.get(f"/badge/{badge}")
    assert "Phạm Thị Đào" in shown.text
    assert "Tổ Đông Tác" in shown.text
    assert "<script" not in shown.text
    leader = sign_in(make.user(Role.OFFICER, area=team.area))
    assert leader.post(f"/badges/{member.user_id}").status_code == 303
    assert client.get(f"/badge/{badge}").status_code == 404
    assert client.get(f"/badge/{uuid4()}").status_code == 404


def test_the_badge_of_somebody_who_left_is_worth_nothing(
    client: FlaskClient, make: Make, sign_in, now: datetime
) -> None:
    team = make.team()
    member = make.member(team)
    sign_in(member.user).post("/my-badge")
    badge = make.session.scalars(sa.select(Badge.id)).one()
    member.left_on = now.date()
    make.session.commit()
    assert client.get(f"/badge/{badge}").status_code == 404


def test_nobody_prints_badges_for_people_of_other_teams(make: Make, sign_in) -> None:
    member = make.member(make.team())
    stranger = sign_in(make.user(Role.LEADER))
    assert stranger.get(f"/badges/{member.user_id}").status_code == 403
    assert stranger.post(f"/badges/{member.user_id}").status_code == 403
