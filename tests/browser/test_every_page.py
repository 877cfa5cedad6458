"""Every page of the demonstration, found as people find them: by following links."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException

from outreach.accounts.models import Role, User
from outreach.core.settings import Settings
from outreach.rounds.models import Route
from outreach.web import Outreach, create_app, demo
from tests import databases
from tests.browser.conftest import SIZES, Site, session_cookie
from tests.browser.serving import served
from tests.factories import Make

#: Two looks that between them meet both widths and both schemes.
LOOKS = [("phone", "light"), ("desk", "dark")]
#: What is no page.
FILES = {"asset", "rounds.paper_pdf", "turf.export"}
#: Some of what must have been met on the way, so that a lost link is noticed.
NAMED = {
    "visits.today",
    "visits.stop",
    "rounds.show",
    "rounds.new",
    "households.show",
    "appointments.index",
    "assistance.index",
    "confirmation.index",
    "partners.index",
    "partners.mine",
    "partners.show",
    "procedures.index",
    "procedures.show",
    "messaging.index",
    "messaging.money",
    "messaging.ways",
    "notifications.tonight",
    "notifications.texts",
    "notifications.opt_outs",
    "notifications.manner",
    "notifications.days",
    "notifications.inbox",
    "notifications.calls",
    "phone.bag",
    "stock.index",
    "stock.device",
    "stock.bags",
    "stock.to_bag",
    "stock.to_team",
    "stock.deliveries",
    "stock.new_delivery",
    "swaps.approvals",
    "swaps.approval",
    "swaps.record",
    "swaps.records",
    "teams.show",
    "insights.board",
    "insights.overview",
    "insights.listing",
    "accounts.index",
    "accounts.me",
    "places.index",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration commune, served."""
    folder: Path = tmp_path_factory.mktemp("town")
    with databases.fresh(folder, os.environ.get("TEST_DATABASE_URL")) as url:
        app = create_app(Settings(database_url=url, secret_key="test", threads=8))
        with app.app_context():
            demo.fill_when_empty(app)
        with served(app) as address:
            yield Site(address, app)
        app.db.dispose()


def somebody(make: Make, role: Role) -> User:
    """One account of the role; a volunteer with a route to walk."""
    chosen = sa.select(User).where(User.role == role).order_by(User.sort_key)
    if role is Role.VOLUNTEER:
        chosen = chosen.where(User.id.in_(sa.select(Route.volunteer_id)))
    found = make.session.scalars(chosen.limit(1)).first()
    if found is None:
        leader = make.session.scalars(sa.select(User).where(User.role == Role.LEADER)).first()
        assert leader is not None
        found = make.user(role, area=leader.area)
    return found


@pytest.mark.once  # the same pages are fetched on both engines by the tests of their views
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_every_page_is_sound(chromium: Browser, town: Site, size: str, scheme: str) -> None:
    known: set[str] = set()
    faults: dict[str, list[str]] = {}
    for role in (Role.VOLUNTEER, Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR, Role.PARTNER):
        context = chromium.new_context(
            viewport=SIZES[size],  # type: ignore[arg-type]
            color_scheme="dark" if scheme == "dark" else "light",
            base_url=town.url,
        )
        context.add_cookies([{"name": "outreach", "value": cookie(town, role), "url": town.url}])
        faults |= walk(context.new_page(), town, known)
        context.close()
    assert faults == {}
    assert known >= NAMED


def cookie(town: Site, role: Role) -> str:
    with town.app.db.sessions(expire_on_commit=False) as session:
        make = Make(session)
        return session_cookie(town, make, somebody(make, role))


def walk(page: Page, town: Site, known: set[str]) -> dict[str, list[str]]:
    """Follow links to every kind of page not `known` yet, and say what is wrong where."""
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/")
    waiting = [urlsplit(page.url).path]
    # the same page has other links for others
    known.discard(str(endpoint(town.app, waiting[0])))
    menu = page.eval_on_selector_all("nav a", "all => all.map(a => a.getAttribute('href'))")
    faults: dict[str, list[str]] = {}
    queued = set(waiting)
    while waiting:
        path = waiting.pop(0)
        kind = endpoint(town.app, path)
        if kind is None or (kind in known and path not in menu):
            continue
        complaints.clear()
        page.goto(path)
        if kind not in known:
            if found := [*wrong_with(page), *complaints]:
                faults[path] = found
            known |= {kind, str(endpoint(town.app, page.url))}  # it may have led elsewhere
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        fresh = [link for link in links if link.startswith("/") and link not in queued]
        queued.update(fresh)
        waiting += fresh
    return faults


def endpoint(app: Outreach, path: str) -> str | None:
    """Which view answers a path; None when none does by GET, or it is no page."""
    try:
        name, _ = app.url_map.bind("localhost").match(urlsplit(path).path, method="GET")
    except HTTPException:
        return None
    return None if name in FILES else str(name)


def wrong_with(page: Page) -> list[str]:
    """What somebody would stumble over: axe's findings, sideways scrolling, small targets."""
    found = [
        f"{fault['id']}: {fault['nodes'][0]['target']}"
        for fault in Axe().run(page).response["violations"]
    ]
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if wide > 0:
        found.append(f"{wide} px too wide")
    if page.locator("h1").count() != 1:
        found.append("not one h1")
    return found
