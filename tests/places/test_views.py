"""The pages about areas, for officers and administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import Role, User
from outreach.core.db import Session
from outreach.households.models import Household
from outreach.places.models import Area, Level
from tests.factories import Make


@pytest.fixture
def commune(make: Make) -> Area:
    province = make.area(level=Level.PROVINCE, name="Hồ Chí Minh", kind="Thành phố")
    return make.area(parent=province, name="Dĩ An")


@pytest.fixture
def officer(sign_in: Callable[[User], FlaskClient], make: Make, commune: Area) -> FlaskClient:
    return sign_in(make.user(Role.OFFICER, area=commune))


def add(browser: FlaskClient, parent: Area, name: str, kind: str = "Khu phố"):
    return browser.post(f"/areas/{parent.id}/parts", data={"kind": kind, "name": name})


def part(session: Session, name: str) -> Area:
    """Read it and let go: an open session of the test would keep the site from writing."""
    found = session.scalars(sa.select(Area).where(Area.name == name)).one()
    session.commit()
    session.expunge_all()
    return found


def test_an_officer_adds_neighbourhoods_and_cells_and_finds_them(
    officer: FlaskClient, session: Session, commune: Area
):
    assert add(officer, commune, "Đông Tác").status_code == 303
    assert add(officer, part(session, "Đông Tác"), "12", "Tổ").status_code == 303
    assert "Khu phố Đông Tác" in officer.get(f"/areas/{commune.id}").text
    assert "Khu phố Đông Tác" in officer.get("/areas?q=dong+tac").text
    assert "Không có địa bàn nào" in officer.get("/areas?q=xyz").text
    assert add(officer, commune, "").status_code == 422
    assert add(officer, commune, "ĐÔNG TÁC").status_code == 409
    assert add(officer, commune, "x", "Quận").status_code == 422


def test_a_name_is_corrected(officer: FlaskClient, session: Session, commune: Area):
    add(officer, commune, "Dong Tac")
    url = f"/areas/{part(session, 'Dong Tac').id}/edit"
    assert "Dong Tac" in officer.get(url).text
    assert officer.post(url, data={"kind": "Ấp", "name": "Đông Tác"}).status_code == 303
    assert part(session, "Đông Tác").kind == "Ấp"
    assert officer.post(url, data={"kind": "Ấp", "name": ""}).status_code == 422


def test_an_ended_neighbourhood_hands_its_homes_to_the_one_that_takes_over(
    officer: FlaskClient, session: Session, commune: Area, make: Make
):
    for name in ("Đông Tác", "Tân Long", "Bình Đường"):
        add(officer, commune, name)
    old, heir, other = (part(session, n) for n in ("Đông Tác", "Tân Long", "Bình Đường"))
    home = make.home(old)
    url = f"/areas/{old.id}/end"
    assert "1 hộ ở đây" in officer.get(url).text
    day = {"last_day": "2026-12-31"}
    assert officer.post(url, data=day).status_code == 409
    both = {**day, "successors": [str(heir.id), str(other.id)]}
    assert officer.post(url, data=both).status_code == 409
    assert officer.post(url, data={}).status_code == 422
    assert officer.post(url, data={**day, "successors": [str(heir.id)]}).status_code == 303
    session.expire_all()
    moved = session.get_one(Household, home.id)
    assert moved.area_id == heir.id
    session.commit()
    assert part(session, "Đông Tác").valid_to == date(2026, 12, 31)
    page = officer.get("/areas?q=dong+tac").text
    assert "Đến 31/12/2026" in page
    assert "Khu phố Tân Long" in page
    assert "Đông Tác" in officer.get(f"/areas/{heir.id}").text
    assert "Tân Long" in officer.get(f"/areas/{old.id}").text


def test_the_hotline_of_a_commune_is_one_phone_number(
    officer: FlaskClient, session: Session, commune: Area
):
    url = f"/areas/{commune.id}/hotline"
    assert officer.get(f"/areas/{commune.id}/edit").status_code == 200
    assert officer.post(url, data={"hotline": "gọi phường"}).status_code == 422
    assert officer.post(url, data={"hotline": "0274 3822 922"}).status_code == 303
    assert part(session, "Dĩ An").hotline == "+842743822922"
    assert officer.post(url, data={"hotline": ""}).status_code == 303
    assert part(session, "Dĩ An").hotline is None


def test_another_commune_is_none_of_an_officers_business(
    officer: FlaskClient, make: Make, commune: Area
):
    other = make.area(name="Tân Đông Hiệp")
    assert officer.get(f"/areas/{other.id}").status_code == 404
    assert add(officer, other, "x").status_code == 404
    assert "Tân Đông Hiệp" not in officer.get("/areas?q=tan+dong").text.replace(
        'value="tan dong"', ""
    )


def test_official_units_are_not_changed_by_hand(
    sign_in, make: Make, commune: Area, session: Session
):
    admin = sign_in(make.user(Role.ADMINISTRATOR))
    assert "Thành phố Hồ Chí Minh" in admin.get("/areas").text
    data = {"kind": "Phường", "name": "Khác"}
    assert admin.post(f"/areas/{commune.id}/edit", data=data).status_code in {403, 422}
    assert admin.post(f"/areas/{commune.id}/end", data={"last_day": "2026-12-31"}).status_code in {
        403,
        422,
    }
    assert part(session, "Dĩ An").valid_to is None
