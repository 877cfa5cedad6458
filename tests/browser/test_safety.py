"""Safety, pairs and rests in a real browser: legible and whole on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from outreach.core.db import Session
from outreach.households import services as households
from outreach.households.services import Safety
from outreach.teams import services as teams
from outreach.web import Outreach
from tests.browser.conftest import Open
from tests.conftest import NOW
from tests.factories import Make
from tests.rounds.worlds import DAY, World, at

pytestmark = pytest.mark.once

SIZES = ["phone", "desk"]


@pytest.fixture
def world(make: Make, session: Session, app: Outreach, now) -> World:
    world = World(make, session, app.db, people=4)
    for name, member in zip(
        ("Nguyễn Thị Hồng Nhung", "Trần Quốc Bảo", "Lê Văn Út", "Phạm Ngọc Ánh"),
        world.members,
        strict=True,
    ):
        member.user.name = name
    session.commit()
    return world


def ruled(world: World, home, *people, **change) -> None:
    told = Safety(
        visitor_ids=frozenset(people), reason="Hẻm tối, vắng người, chó thả ban đêm.", **change
    )
    households.tell_safety(world.session, home.id, told, actor=world.leader, now=NOW)
    world.session.commit()


def look(page: Page, shoot: Callable[[Page, str], None], name: str) -> None:
    shoot(page, f"safety-{name}")
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide} px"
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_safety_are_legible(
    world: World, open_page: Open, shoot, size: str, dark: bool
) -> None:
    homes = world.homes(8)
    one, other, third, _fourth = (member.user_id for member in world.members)
    ruled(world, homes[0], never_alone=True, not_after_dark=True)
    ruled(world, homes[1], third)
    ruled(world, homes[2], one, never_alone=True, not_after_dark=True)
    world.make.appointment(homes[0], at(19))
    limits = {
        "rest_from": 9 * 60, "rest_until": 9 * 60 + 30, "rest_minutes": 15,
        "most_visits": 9, "most_walking": 90,
    }  # fmt: skip
    teams.tell_limits(world.session, world.members[0], limits, actor=world.leader, now=NOW)
    world.session.commit()
    name = f"{size}-{'dark' if dark else 'light'}"
    leader = {"as_user": world.leader, "size": size, "dark": dark}
    look(open_page(f"/households/{homes[2].id}/safety", **leader), shoot, f"rules-{name}")
    look(open_page(f"/households/{homes[2].id}", **leader), shoot, f"home-{name}")
    wizard = (
        f"/rounds/new/people?team={world.team.id}&day={DAY}&starts=08:00&ends=11:00"
        f"&area={world.area.id}&person={one}&person={other}"
    )
    look(open_page(wizard, **leader), shoot, f"wizard-{name}")
    round_ = world.publish(world.plan(pairs=((one, other),)))
    route = next(r for r in world.routes(round_) if r.partner_id)
    stop = next(s for s in route.stops if s.household_id == homes[2].id)
    world.session.commit()
    look(open_page(f"/rounds/{round_.id}/routes/{route.id}", **leader), shoot, f"route-{name}")
    look(open_page(f"/rounds/{round_.id}/board", **leader), shoot, f"board-{name}")
    look(open_page(f"/rounds/{round_.id}/print", **leader), shoot, f"print-{name}")
    walker = {"as_user": world.members[1].user, "size": size, "dark": dark}
    look(open_page(f"/stops/{stop.id}", **walker), shoot, f"card-{name}")
    look(open_page(f"/today?day={DAY}", **walker), shoot, f"day-{name}")
    look(open_page(f"/members/{world.members[1].id}/hours", **walker), shoot, f"hours-{name}")
