"""A leader changes lists by drag and by keys, and finds others for somebody who is ill."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain

import pytest
from playwright.sync_api import Locator, Page, expect

from outreach.core.db import Session
from outreach.rounds.models import Round
from outreach.rounds.views import board
from outreach.web import Outreach
from tests.browser.conftest import Open
from tests.browser.test_every_page import wrong_with
from tests.browser.test_rounds import Clicks, scheduler
from tests.factories import Make
from tests.rounds.worlds import ZONE, World

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once

__all__ = ["scheduler"]


@pytest.fixture
def world(make: Make, session: Session, app: Outreach) -> World:
    world = World(make, session, app.db, people=5)
    names = ("Hồng Nhung", "Quốc Bảo", "Văn Út", "Ngọc Ánh", "Thị Lành")
    for name, member in zip(names, world.members, strict=True):
        member.user.name = name
    for n in range(40):
        make.home(world.area, address=f"{n + 1}/3 hẻm 45", east=(n % 8) * 45, north=(n // 8) * 70)
    session.commit()
    return world


@pytest.fixture
def round_(world: World) -> Round:
    now = datetime.now(UTC)
    found = world.create(now=now, day=now.astimezone(ZONE).date(), starts=1, ends=1439)
    world.plan(found, now=now)
    return world.publish(found, now=now)


def lane(page: Page, world: World, round_: Round, number: int) -> Locator:
    return page.locator(f"#lane-{world.routes(round_)[number].id}")


def order(place: Locator) -> list[str]:
    stops: list[str] = place.locator("[data-stop]").evaluate_all(
        "all => all.map(one => one.dataset.stop)"
    )
    return stops


def stored(world: World, round_: Round, number: int) -> list[str]:
    world.session.expire_all()
    return [str(stop.id) for stop in world.routes(round_)[number].stops]


def drag(page: Page, dragged: str, target: str) -> None:
    """By hand: the drag has to begin before the target is scrolled to."""
    page.locator(f'li[data-stop="{dragged}"]').hover()
    page.mouse.down()
    box = page.locator(f'li[data-stop="{dragged}"]').bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 12, steps=3)
    over = page.locator(f'li[data-stop="{target}"]')
    for _ in range(2):  # the second move is what tells the page where it is
        over.hover(position={"x": 200, "y": 4})
    page.mouse.up()


def test_a_stop_is_dragged_to_another_list_and_the_change_undone(
    world: World, round_: Round, open_page: Open
) -> None:
    page = open_page(f"/rounds/{round_.id}/board", as_user=world.leader, size="desk")
    first, second = (lane(page, world, round_, n) for n in (0, 1))
    dragged, target = stored(world, round_, 0)[-1], stored(world, round_, 1)[1]
    before = second.locator("summary .note").first.inner_text()
    page.wait_for_selector("[data-board][data-ready]")
    drag(page, dragged, target)
    expect(page.locator("[data-said]")).to_contain_text("Quốc Bảo")
    assert order(second)[1] == dragged
    assert stored(world, round_, 1) == order(second)
    assert second.locator("summary .note").first.inner_text() != before  # its minutes
    expect(page.locator(f'.map [data-mark="{dragged}"]')).to_have_count(1)
    page.get_by_role("button", name="Hoàn tác: ").click()
    expect(page.locator("[data-said]")).to_contain_text("Đã hoàn tác")
    assert order(first)[-1] == dragged
    assert stored(world, round_, 0) == order(first)


def test_a_finger_drags_a_home_by_its_number_and_scrolls_by_the_rest_of_it(
    world: World, round_: Round, open_page: Open
) -> None:
    page = open_page(f"/rounds/{round_.id}/board", as_user=world.leader, size="phone")
    page.wait_for_selector("[data-board][data-ready]")
    before = stored(world, round_, 0)
    first, third = (page.locator(f'li[data-stop="{before[n]}"]') for n in (0, 2))
    swipe(page, third.locator("[data-handle]"), first)
    expect(page.locator("[data-said]")).to_contain_text("đứng thứ 1")
    after = [before[2], before[0], before[1], *before[3:]]
    assert stored(world, round_, 0) == after
    top = page.evaluate("scrollY")
    swipe(page, first.locator(".grip"), third)
    assert page.evaluate("scrollY") != top
    assert stored(world, round_, 0) == after


def swipe(page: Page, begins: Locator, target: Locator) -> None:
    """One finger from a place to the upper edge of another, as a screen tells it."""
    target.evaluate("one => one.scrollIntoView({ block: 'center' })")
    here, there = begins.bounding_box(), target.bounding_box()
    assert here is not None
    assert there is not None
    touch = page.context.new_cdp_session(page)
    x, y, ends = here["x"] + 12, here["y"] + here["height"] / 2, there["y"] + 6
    way = [("touchStart", y), *(("touchMove", y + (ends - y) * n / 6) for n in range(1, 7))]
    for kind, at in way:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": at}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_board_of_many_homes_brings_a_list_when_it_is_opened(
    world: World, round_: Round, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "MOST_AT_ONCE", 20)
    page = open_page(f"/rounds/{round_.id}/board", as_user=world.leader, size="desk")
    page.wait_for_selector("[data-board][data-ready]")
    closed = lane(page, world, round_, 3)
    expect(closed.locator("[data-stop]")).to_have_count(0)
    closed.locator("summary").click()
    expect(closed.locator("[data-stop]")).to_have_count(len(stored(world, round_, 3)))
    moved = stored(world, round_, 1)[0]
    page.locator(f"#grip-{moved}").focus()
    page.keyboard.press("ArrowRight")
    expect(lane(page, world, round_, 2).locator(f'[data-stop="{moved}"]')).to_be_visible()
    assert moved in stored(world, round_, 2)


def test_the_same_is_done_with_keys_and_said_aloud(
    world: World, round_: Round, open_page: Open
) -> None:
    page = open_page(f"/rounds/{round_.id}/board", as_user=world.leader, size="desk")
    page.wait_for_selector("[data-board][data-ready]")
    moved = stored(world, round_, 0)[1]
    said = page.locator("[data-said]")
    expect(said).to_have_attribute("aria-live", "polite")
    grip = page.locator(f"#grip-{moved}")
    grip.focus()
    page.keyboard.press("ArrowUp")
    expect(said).to_contain_text("đứng thứ 1")
    assert stored(world, round_, 0)[0] == moved
    expect(grip).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Quốc Bảo")
    assert moved in stored(world, round_, 1)
    expect(grip).to_be_focused()
    page.keyboard.press("l")
    expect(said).to_contain_text("Đã khóa")
    expect(page.locator(f'li[data-stop="{moved}"]')).to_have_attribute("data-locked", "")


def test_progress_arrives_on_the_board_by_itself(
    world: World, round_: Round, open_page: Open
) -> None:
    page = open_page(f"/rounds/{round_.id}/board", as_user=world.leader, size="desk")
    mine = page.locator("#going li", has_text="Hồng Nhung")
    expect(mine).to_contain_text("0/9")
    world.visited(world.routes(round_)[0].stops[0], datetime.now(UTC))
    expect(mine).to_contain_text("1/9", timeout=40_000)


def test_somebody_elses_change_is_not_overwritten(
    world: World, round_: Round, open_page: Open
) -> None:
    page = open_page(f"/rounds/{round_.id}/board", as_user=world.leader, size="desk")
    page.wait_for_selector("[data-board][data-ready]")
    before = stored(world, round_, 0)
    edit = world.edit(round_, now=datetime.now(UTC))
    edit.finish("round.stop_locked")
    world.session.commit()
    page.locator(f"#grip-{before[1]}").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-said] a")).to_be_visible()
    assert stored(world, round_, 0) == before


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
def test_when_somebody_is_ill_three_presses_give_the_homes_to_others(
    world: World, round_: Round, open_page: Open, scheduler, *, javascript: bool
) -> None:
    before = [stored(world, round_, n) for n in range(5)]
    page = open_page(
        f"/rounds/{round_.id}", as_user=world.leader, size="phone", javascript=javascript
    )
    taps = Clicks(page)
    taps.press("link", "Hồng Nhung")
    began = time.monotonic()
    taps.press("button", "Hôm nay ốm")
    accept = page.get_by_role("button", name="Áp dụng", exact=True)
    expect(accept).to_be_visible(timeout=15_000)
    took = time.monotonic() - began
    assert [stored(world, round_, n) for n in range(5)] == before
    taps.press("button", "Áp dụng")
    expect(page.get_by_text("Phương án đã được áp dụng.")).to_be_visible()
    after = [stored(world, round_, n) for n in range(5)]
    assert taps.count == 3
    assert took <= 15
    assert after[0] == []
    assert sum(one != other for one, other in zip(before[1:], after[1:], strict=True)) <= 3
    assert sorted(chain(*after)) == sorted(chain(*before))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_board_and_a_proposal_fit_their_screen(
    world: World,
    round_: Round,
    open_page: Open,
    shoot: Callable[[Page, str], None],
    *,
    size: str,
    dark: bool,
) -> None:
    from outreach.rounds.services import Terms

    ill = world.routes(round_)[0]
    here = f"/rounds/{round_.id}"
    world.propose(round_, Terms.ill(ill.id), now=datetime.now(UTC))
    pages = {
        "board": f"{here}/board",
        "proposal": f"{here}/proposal",
        "show": here,
        "route": f"{here}/routes/{ill.id}",
        "urgent": f"/rounds/urgent/{ill.stops[0].household_id}",
    }
    for name, path in pages.items():
        page = open_page(path, as_user=world.leader, size=size, dark=dark)
        page.wait_for_load_state("networkidle")
        shoot(page, f"round-board-{name}-{size}-{'dark' if dark else 'light'}")
        assert wrong_with(page) == [], f"{name} at {size}"
        page.context.close()
