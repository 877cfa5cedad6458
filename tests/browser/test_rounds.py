"""A leader plans and publishes a day in a real browser; every page of rounds is looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from outreach.core.db import Session
from outreach.rounds import jobs
from outreach.rounds.models import Round, State
from outreach.web import Outreach
from tests.browser.conftest import SIZES, Open
from tests.factories import Make
from tests.rounds.worlds import ZONE, World

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once


@pytest.fixture
def world(make: Make, session: Session, app: Outreach) -> World:
    world = World(make, session, app.db, people=4)
    for name, member in zip(
        ("Nguyễn Thị Hồng Nhung", "Trần Quốc Bảo", "Lê Văn Út", "Phạm Ngọc Ánh"),
        world.members,
        strict=True,
    ):
        member.user.name = name
    for n in range(40):
        make.home(
            world.area, address=f"{n + 1}/3 hẻm 45 Nguyễn Trãi",
            east=(n % 8) * 45, north=(n // 8) * 70, phone=True,
        )  # fmt: skip
    make.home(world.area, address="99 Lý Thường Kiệt", east=None)
    session.commit()
    return world


@pytest.fixture
def scheduler(app: Outreach) -> Iterator[None]:
    """Looks for rounds to plan every half second, as the timetable does."""
    stop = threading.Event()

    def tick() -> None:
        while not stop.wait(0.5):
            jobs.plan_due(app.db, ZONE)

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(60)


class Clicks:
    """Counts what a leader has to press."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
        self.count += 1


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
def test_a_day_is_planned_and_published_in_at_most_six_clicks(
    world: World, open_page: Open, scheduler, *, javascript: bool
) -> None:
    page = open_page("/rounds", as_user=world.leader, size="desk", javascript=javascript)
    clicks = Clicks(page)
    clicks.press("link", "Lập đợt đi tuyến")
    clicks.press("button", "Tiếp: địa bàn")
    clicks.press("button", "Tiếp: người đi")
    clicks.press("button", "Xếp tuyến")
    publish = page.get_by_role("button", name="Công bố", exact=True)
    expect(publish).to_be_visible(timeout=60_000)
    clicks.press("button", "Công bố")
    expect(page.get_by_text("Đã công bố", exact=True).first).to_be_visible()
    assert clicks.count <= 6
    with world.db.transaction(read_only=True) as session:
        round_ = session.scalars(sa.select(Round)).one()
        assert round_.state is State.PUBLISHED
        assert sum(len(route.stops) for route in round_.routes) == 40


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_every_page_of_rounds_fits_its_screen(
    world: World,
    open_page: Open,
    shoot: Callable[[Page, str], None],
    *,
    size: str,
    dark: bool,
) -> None:
    now = datetime.now(UTC)
    round_ = world.create(now=now, day=now.astimezone(ZONE).date(), starts=1, ends=1439)
    step = f"team={world.team.id}&day={round_.day}&starts=07:30&ends=11:30&area={world.area.id}"
    world.plan(round_, now=now)
    world.publish(round_, now=now)
    route = world.routes(round_)[0]
    here = f"/rounds/{round_.id}"
    pages = {
        "index": "/rounds",
        "day": "/rounds/new",
        "areas": f"/rounds/new/areas?{step}",
        "people": f"/rounds/new/people?{step}",
        "show": here,
        "route": f"{here}/routes/{route.id}",
        "left-out": f"{here}/left-out",
        "add": f"{here}/add?q=nguyen trai",
        "print": f"{here}/print",
        "appointments": f"/appointments?day={round_.day}",
        "appointments-find": "/appointments/new?q=nguyen trai",
        "appointments-new": f"/appointments/new/{route.stops[0].household_id}",
    }
    for name, path in pages.items():
        page = open_page(path, as_user=world.leader, size=size, dark=dark)
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth") - SIZES[size]["width"]
        shoot(page, f"rounds-{name}-{size}-{'dark' if dark else 'light'}")
        assert wide <= 0, f"{name} is {wide} px too wide at {size}"
        page.context.close()


def test_each_route_is_printed_from_the_top_of_its_own_sheet(world: World, open_page: Open) -> None:
    now = datetime.now(UTC)
    tomorrow = (now.astimezone(ZONE) + timedelta(days=1)).date()
    world.members = world.members[:2]
    round_ = world.plan(world.create(now=now, day=tomorrow, starts=360, ends=1200), now=now)
    page = open_page(f"/rounds/{round_.id}/print", as_user=world.leader, size="desk")
    whole = sheets(page)
    each = []
    for route in world.routes(round_):
        page.goto(f"/rounds/{round_.id}/print?route={route.id}")
        each.append(sheets(page))
    assert whole == sum(each)
    assert min(each) > 1, "twenty homes go on over the first sheet"


def sheets(page: Page) -> int:
    """A4 pages it takes on paper."""
    return page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n")
