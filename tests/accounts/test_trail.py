from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask.testing import FlaskClient

from outreach import schema
from outreach.accounts import deeds, services
from outreach.accounts.models import Role, User
from outreach.core.db import Session
from outreach.web import Outreach
from tests.accounts.acts import add
from tests.conftest import NOW
from tests.factories import Make

ROOT = Path(__file__).resolve().parents[2]
SignIn = Callable[[User], FlaskClient]


def test_the_trail_tells_who_did_what_and_is_narrowed(
    sign_in: SignIn, make: Make, now: datetime
) -> None:
    ward = make.area()
    officer = make.user(Role.OFFICER, area=ward, name="Trần Quốc Bảo")
    office, boss = sign_in(officer), sign_in(make.user(Role.ADMINISTRATOR))
    add(office, ward.id)

    def rows(client: FlaskClient, query: str = "") -> int:
        page = client.get(f"/audit?{query}").get_data(as_text=True)
        return page.count('<th scope="row"')

    page = office.get("/audit").get_data(as_text=True)
    assert "Thêm tài khoản" in page
    assert "Tài khoản: Lê Văn Đạt" in page
    assert "Trần Quốc Bảo" in page
    assert rows(office) == rows(boss) == 2
    assert rows(office, "kind=user") == 1
    assert rows(office, "who=nobody") == 0
    assert rows(office, "since=2026-11-21&until=2026-11-21") == 2
    assert rows(office, "until=2026-11-20") == 0
    assert rows(office, "since=0001-01-01&until=9999-12-31&page=x&subject=x&kind=x") == 2
    elsewhere = sign_in(make.user(Role.OFFICER, area=make.area()))
    assert rows(elsewhere) == 0


def test_the_trail_goes_page_by_page_in_a_constant_number_of_queries(
    sign_in: SignIn, app: Outreach, session: Session, make: Make, queries: list[str]
) -> None:
    boss = make.user(Role.ADMINISTRATOR)
    client = sign_in(boss)
    for n in range(60):
        services.speak(session, "en" if n % 2 == 0 else "vi", actor=boss, now=NOW)
    session.commit()
    queries.clear()
    page = client.get("/audit").get_data(as_text=True)
    assert page.count('<th scope="row"') == 50
    assert "page=2" in page
    assert len(queries) == 2
    assert client.get("/audit?page=2").get_data(as_text=True).count('<th scope="row"') == 10


def test_every_act_that_is_recorded_has_words_for_people() -> None:
    recorded = {
        act
        for path in (ROOT / "outreach").rglob("*.py")
        if path.name != "deeds.py"
        for act in re.findall(r'action="([a-z]+\.[a-z_]+)"', path.read_text())
    }
    assert len(recorded) > 20
    assert recorded - set(deeds.ACTS) == set()


def test_every_kind_the_trail_offers_is_a_table() -> None:
    assert set(deeds.KINDS) <= set(schema.metadata.tables)
