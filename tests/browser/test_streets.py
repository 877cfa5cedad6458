"""A round planned on streets, looked at: its lines follow the alleys, and the page says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from outreach.core.db import Session
from outreach.rounds.models import Round
from outreach.web import Outreach
from tests.browser.conftest import SIZES, Open
from tests.factories import Make
from tests.rounds.test_walking import lay_streets
from tests.rounds.worlds import ZONE, World

pytestmark = pytest.mark.once


@pytest.fixture
def world(make: Make, session: Session, app: Outreach) -> World:
    """Two volunteers, homes at the ends of twelve alleys, and one that no street comes near."""
    world = World(make, session, app.db, people=2)
    for n in range(12):
        for north in (0, -50):
            make.home(world.area, address=f"{n + 1}/{3 - north} hẻm 45 Nguyễn Trãi", east=n * 60,
                      north=north, phone=True)  # fmt: skip
    make.home(world.area, address="Nhà giữa đồng", east=200, north=700)
    return world


@pytest.fixture
def planned(world: World, tmp_path: Path) -> Round:
    lay_streets(world, tmp_path)
    now = datetime.now(UTC)
    tomorrow = (now.astimezone(ZONE) + timedelta(days=1)).date()
    return world.plan(world.create(now=now, day=tomorrow, starts=360, ends=1200), now=now)


def bends(page: Page) -> list[int]:
    """How many pieces each route's line on the map has."""
    paths = page.locator("path.route")
    return [str(paths.nth(n).get_attribute("d")).count("L") for n in range(paths.count())]


@pytest.mark.parametrize(("size", "dark"), [("phone", False), ("desk", False), ("desk", True)])
def test_lines_on_the_map_follow_the_alleys(
    world: World,
    planned: Round,
    open_page: Open,
    shoot: Callable[[Page, str], None],
    size: str,
    dark: bool,
) -> None:
    page = open_page(f"/rounds/{planned.id}", as_user=world.leader, size=size, dark=dark)
    page.wait_for_load_state("networkidle")
    straight = [len(route.stops) - 1 for route in world.routes(planned) if route.stops]
    expect(page.locator("path.route")).to_have_count(len(straight))
    assert all(a > b + 4 for a, b in zip(bends(page), straight, strict=True))
    assert page.get_by_text("bản trích ngày 20/11/2026").is_visible()
    assert page.get_by_text("ở xa mọi con đường").is_visible()
    shoot(page, f"streets-round-{size}-{'dark' if dark else 'light'}")
    far = next(s for s in world.stops(planned) if s.household.address == "Nhà giữa đồng")
    page.goto(f"/rounds/{planned.id}/routes/{far.route_id}")
    page.wait_for_load_state("networkidle")
    assert page.get_by_text("Xa mọi con đường", exact=True).is_visible()
    wide = page.evaluate("document.documentElement.scrollWidth") - SIZES[size]["width"]
    shoot(page, f"streets-route-{size}-{'dark' if dark else 'light'}")
    assert wide <= 0


def test_the_map_stays_straight_when_lines_cannot_be_had(
    world: World, planned: Round, open_page: Open
) -> None:
    page = open_page("/rounds", as_user=world.leader, size="desk")
    page.route("**/lines.json*", lambda route: route.abort())
    page.goto(f"/rounds/{planned.id}")
    page.wait_for_load_state("networkidle")
    straight = [len(route.stops) - 1 for route in world.routes(planned) if route.stops]
    assert bends(page) == straight
