from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import Role, User
from outreach.assistance.models import Evidence
from outreach.core.audit import AuditEntry
from outreach.core.db import Session
from outreach.places.models import Area
from outreach.rounds.models import Route
from outreach.visits.models import Outcome
from tests.conftest import NOW
from tests.factories import Make

DAY = NOW.date()
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def ward(make: Make) -> Area:
    return make.area(name="Dĩ An")


@pytest.fixture
def officer(make: Make, ward: Area) -> User:
    return make.user(Role.OFFICER, area=ward)


def a_day(make: Make, ward: Area, *, homes: int = 3) -> Route:
    team = make.team(make.neighbourhood(ward, name="Đông Tác"))
    walker = make.member(team).user
    route = make.walked_route(
        team, walker, [make.dwelling(team.area) for _ in range(homes)], day=DAY
    )
    for stop in route.stops[:-1]:
        make.report(stop.household, walker, NOW - timedelta(minutes=9), stop=stop)
        make.step(stop.household.residents[0], NOW - timedelta(minutes=9))
    return route


@pytest.mark.usefixtures("now")
def test_a_leader_follows_the_morning_on_one_page(make: Make, ward: Area, sign_in: SignIn) -> None:
    route = a_day(make, ward)
    leader = make.user(Role.LEADER, area=ward)
    page = sign_in(leader).get("/board").get_data(as_text=True)
    assert route.volunteer.name in page
    assert "2/3" in page
    assert 'data-refresh="10"' in page


@pytest.mark.usefixtures("now")
def test_the_board_can_be_narrowed_to_what_needs_its_leader(
    make: Make, ward: Area, sign_in: SignIn, set_clock: Callable[[datetime], None]
) -> None:
    fine = a_day(make, ward)
    silent = a_day(make, ward, homes=1)
    client = sign_in(make.user(Role.LEADER, area=ward))
    page = client.get("/board?needs_me=1").get_data(as_text=True)
    assert silent.volunteer.name in page
    assert fine.volunteer.name not in page
    assert "Chưa bắt đầu" in page


@pytest.mark.usefixtures("now")
def test_the_board_is_only_for_the_area_of_its_reader(
    make: Make, ward: Area, sign_in: SignIn
) -> None:
    route = a_day(make, ward)
    elsewhere = sign_in(make.user(Role.LEADER, area=make.area()))
    assert route.volunteer.name not in elsewhere.get("/board").get_data(as_text=True)
    homes = elsewhere.get(f"/board/homes?route={route.id}").get_data(as_text=True)
    assert route.stops[0].household.address not in homes


@pytest.mark.usefixtures("now")
def test_a_filter_that_cannot_be_read_shows_today(make: Make, ward: Area, sign_in: SignIn) -> None:
    route = a_day(make, ward)
    client = sign_in(make.user(Role.LEADER, area=ward))
    for nonsense in (
        "day=31/02",
        "day=%00",
        "team=x",
        "route='",
        "day=0001-01-01",
        "day=9999-12-31",
    ):
        assert client.get(f"/board?{nonsense}").status_code == 200
        assert client.get(f"/board/homes?{nonsense}").status_code == 200
    assert route.volunteer.name in client.get("/board?day=gestern").get_data(as_text=True)
    assert client.get("/board/homes?outcome=eaten").status_code == 404


@pytest.mark.usefixtures("now")
def test_the_board_asks_the_same_few_questions_for_one_route_and_for_many(
    make: Make, ward: Area, sign_in: SignIn, queries: list[str]
) -> None:
    client = sign_in(make.user(Role.LEADER, area=ward))
    a_day(make, ward)
    queries.clear()
    client.get("/board")
    few = len(queries)
    for _ in range(5):
        a_day(make, ward)
    queries.clear()
    client.get("/board")
    assert len(queries) == few <= 11


@pytest.mark.usefixtures("now")
def test_every_number_of_the_overview_leads_to_its_list(
    make: Make, ward: Area, officer: User, sign_in: SignIn
) -> None:
    a_day(make, ward)
    client = sign_in(officer)
    page = client.get("/overview").get_data(as_text=True)
    links = {part.split('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:]}
    lists = sorted(link for link in links if link.startswith("/overview/"))
    assert len(lists) > 10
    for link in lists:
        assert client.get(link).status_code == 200, link


@pytest.mark.usefixtures("now")
def test_the_overview_asks_the_same_few_questions_for_one_home_and_for_many(
    make: Make, ward: Area, officer: User, sign_in: SignIn, queries: list[str]
) -> None:
    client = sign_in(officer)
    a_day(make, ward)
    queries.clear()
    client.get("/overview")
    few = len(queries)
    for _ in range(4):
        a_day(make, ward, homes=5)
    queries.clear()
    client.get("/overview")
    assert len(queries) == few <= 16  # four of them are the ladder's


def test_an_officer_may_not_look_outside_their_area(
    make: Make, ward: Area, officer: User, sign_in: SignIn
) -> None:
    client = sign_in(officer)
    other = make.area()
    assert client.get(f"/overview?area={other.id}").status_code == 404
    assert client.get(f"/overview/visits?area={other.id}").status_code == 404
    assert client.post(f"/overview/visits/export?area={other.id}").status_code == 404
    assert client.get(f"/overview?area={make.neighbourhood(ward).id}").status_code == 200


@pytest.mark.usefixtures("now")
def test_a_file_has_the_rows_of_its_page_with_vietnamese_headings(
    make: Make, ward: Area, officer: User, sign_in: SignIn
) -> None:
    route = a_day(make, ward)
    client = sign_in(officer)
    client.set_cookie("language", "en")
    answer = client.post("/overview/visits/export", data={"layout": "csv"})
    text = answer.data.decode("utf-8-sig")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert text.splitlines()[0].startswith("Giờ,Hộ,Chủ hộ")
    assert len(text.splitlines()) == 3
    assert route.stops[0].household.address in text
    assert "Gặp" in text
    assert f'filename="visits-{ward.code}-' in answer.headers["Content-Disposition"]


@pytest.mark.usefixtures("now")
def test_the_summary_file_adds_up_areas_and_programmes(
    make: Make, ward: Area, officer: User, sign_in: SignIn
) -> None:
    a_day(make, ward)
    answer = sign_in(officer).post("/overview/summary/export", data={"layout": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows[1][1:] == [3, 2, 2, 2]
    assert rows[2][:2] == [ward.full_name, 3]
    reached = next(row for row in rows if row[0] == "VNeID mức 2")
    assert reached[-2] == 2


@pytest.mark.usefixtures("now")
def test_taking_figures_away_leaves_a_trace_without_names(
    make: Make, ward: Area, officer: User, sign_in: SignIn, session: Session
) -> None:
    a_day(make, ward)
    sign_in(officer).post("/overview/people/export")
    [entry] = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "figures.exported")
    ).all()
    assert (entry.actor_id, entry.subject_id) == (officer.id, ward.id)
    assert entry.facts == {
        "kind": "people",
        "layout": "csv",
        "rows": 2,
        "first": "2026-11-01",
        "last": "2026-11-21",
    }


@pytest.mark.usefixtures("now")
def test_a_list_can_be_narrowed_to_what_there_is_only(officer: User, sign_in: SignIn) -> None:
    client = sign_in(officer)
    assert client.get("/overview/steps?evidence=rumour").status_code == 404
    assert client.get("/overview/visits?outcome=eaten").status_code == 404
    assert client.get("/overview/secrets").status_code == 404
    assert client.post("/overview/secrets/export").status_code == 404
    for evidence in Evidence:
        assert client.get(f"/overview/steps?evidence={evidence}").status_code == 200
    for outcome in Outcome:
        assert client.get(f"/overview/visits?outcome={outcome}").status_code == 200


@pytest.mark.usefixtures("now")
def test_a_page_beyond_the_last_shows_the_last(
    make: Make, ward: Area, officer: User, sign_in: SignIn
) -> None:
    a_day(make, ward)
    client = sign_in(officer)
    for page in ("99", "0", "-3", "x"):
        text = client.get(f"/overview/homes?page={page}").get_data(as_text=True)
        assert "2 dòng" in text


@pytest.mark.usefixtures("now")
def test_the_menu_marks_one_section_the_nearest_above_the_page(
    officer: User, sign_in: SignIn
) -> None:
    client = sign_in(officer)
    for path, section in (("/overview/visits", "/overview"), ("/board/homes", "/board")):
        page = client.get(path).get_data(as_text=True)
        menu = page.split('class="nav-list"')[1].split("</ul>")[0]
        assert menu.count("aria-current") == 1
        assert f'<a href="{section}" aria-current="page">' in menu
