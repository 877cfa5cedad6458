"""The leader's board while the phones report."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from outreach.accounts.models import Role
from outreach.core import clock
from tests.browser.conftest import Open
from tests.factories import Make

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def test_a_report_shows_on_the_board_by_itself(open_page: Open, make: Make) -> None:
    team = make.team()
    walker = make.member(team).user
    homes = [make.dwelling(team.area) for _ in range(2)]
    route = make.walked_route(team, walker, homes, day=clock.today(ZONE))
    page = open_page("/board", as_user=make.user(Role.LEADER, area=team.area), size="desk")
    row = page.get_by_role("row", name=walker.name)
    expect(row).to_contain_text("0/2")
    day = page.get_by_label("Ngày")
    day.evaluate("field => { field.dataset.mine = 'yes' }")
    make.report(homes[0], walker, clock.now(), stop=route.stops[0])
    expect(row).to_contain_text("1/2", timeout=25_000)
    expect(day).to_have_attribute("data-mine", "yes")  # the page was not loaded again


def test_without_javascript_the_board_loads_itself_again(open_page: Open, make: Make) -> None:
    team = make.team()
    leader = make.user(Role.LEADER, area=team.area)
    page = open_page("/board", as_user=leader, size="desk", javascript=False)
    assert page.locator("noscript meta[http-equiv=refresh], meta[http-equiv=refresh]").count() == 1


def test_a_number_of_the_board_opens_its_homes(open_page: Open, make: Make) -> None:
    team = make.team()
    walker = make.member(team).user
    homes = [make.dwelling(team.area, address=f"{n} Lê Lợi") for n in (1, 2)]
    route = make.walked_route(team, walker, homes, day=clock.today(ZONE))
    make.report(homes[0], walker, clock.now(), stop=route.stops[0])
    page = open_page("/board", as_user=make.user(Role.LEADER, area=team.area))
    page.get_by_role("link", name="Còn lại").click()
    expect(page.get_by_text("2 Lê Lợi")).to_be_visible()
    expect(page.get_by_text("1 Lê Lợi")).to_have_count(0)
