"""The whole job on real input, as a new team would do it: from an empty database to the board.

Real: the official list of units, 5,306 address points, Vietnamese names, Chromium, the solver in
its own process, the outbox with its sandbox. The clock is ours: a reminder waits for an evening.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlalchemy import orm

from outreach.accounts.models import Role, User
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.households import services as households
from outreach.households.models import (
    ConsentMeans,
    Household,
    Purpose,
    Resident,
    ResidentPhone,
)
from outreach.messaging.channels.opening import open_channels
from outreach.messaging.models import Message, Status
from outreach.notifications import jobs as notifications
from outreach.places.models import Area, Level
from outreach.rounds import jobs as rounds_jobs
from outreach.rounds.models import Route, Stop
from outreach.teams.models import Position
from outreach.visits.models import Outcome
from tests import realinput
from tests.browser.conftest import Site
from tests.browser.phone import arrived
from tests.factories import Make

#: Friday 16:00 in Dĩ An; the round is for Saturday morning.
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EVENING = FRIDAY + timedelta(hours=2, minutes=15)
SATURDAY = FRIDAY + timedelta(hours=16)
VOLUNTEERS = 40


class Clicks:
    """Counts what a person presses."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, name: str, *, role: str = "button") -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
        self.page.wait_for_load_state()
        self.count += 1


@pytest.fixture
def at(set_clock: Callable[[datetime], None]) -> Callable[[datetime], None]:
    set_clock(FRIDAY)
    return set_clock


def test_a_team_does_its_whole_job_on_real_input(
    site: Site, data: Path, tmp_path: Path, make: Make, open_page, at, shoot
) -> None:
    units(site, data)
    office = administrator(site, open_page)
    imported(office, realinput.write(data, tmp_path / "danh-sach-ho.xlsx"), shoot)
    leader, volunteers = team(make)
    desk = open_page("/rounds", as_user=leader, size="desk")
    plan_and_publish(site, desk, shoot)
    route, stops = longest_route(make, volunteers)
    reminders(site, make, leader, desk, stops, at, shoot)
    at(SATURDAY)
    phone = open_page("/today", as_user=route.volunteer, size="phone")
    day_on_the_phone(phone, make, stops, shoot)
    at(SATURDAY + timedelta(minutes=5))
    board(open_page("/board", as_user=leader, size="desk"), route, shoot)


def units(site: Site, data: Path) -> None:
    listed = str(data / "admin-units" / "new34_vn_units_2026-07-25.json")
    done = site.app.test_cli_runner().invoke(args=["places", "import", listed])
    assert done.exit_code == 0, done.output


def administrator(site: Site, open_page) -> Page:
    """The operator makes the first account; its owner accepts the invitation in a browser."""
    made = site.app.test_cli_runner().invoke(
        args=[
            *("accounts", "add", "--role", "administrator"),
            *("--phone", "0901 234 567", "--name", "Trần Thị Hạnh"),
        ]
    )
    assert made.exit_code == 0, made.output
    path = re.search(r"/invite/\S+", made.output)
    pin = re.search(r"\b(\d{3} ?\d{3})\b", made.output)
    assert path, made.output
    assert pin, made.output
    page: Page = open_page(path.group(), size="desk")
    page.fill("[name=pin]", pin.group(1))
    page.fill("[name=password]", "hoa sen trong ao")
    page.get_by_role("button", name=_("Save and start")).click()
    expect(page.locator("h1")).to_be_visible()
    return page


def imported(page: Page, sheet: Path, shoot) -> None:
    """Find the commune without accents, then upload, check the columns, look, and confirm."""
    page.goto("/areas?q=di+an")
    page.get_by_role("link", name=re.compile("Dĩ An")).first.click()
    commune = page.url.rstrip("/").split("/")[-1]
    page.goto(f"/households/imports?area={commune}")
    page.set_input_files("[type=file]", sheet)
    page.get_by_role("button", name=_("Read the file")).click()
    page.get_by_role("button", name=_("Look at the result")).click()
    shoot(page, "import-preview-1280")
    page.get_by_label(_("Add them to the tree")).check()
    page.get_by_role("button", name=_("Import these homes")).click()
    expect(page.get_by_text("5.306").first).to_be_visible()


def team(make: Make) -> tuple[User, list[User]]:
    quarter = make.session.scalars(
        sa.select(Area).where(Area.level == Level.NEIGHBOURHOOD).order_by(Area.sort_key)
    ).first()
    assert quarter is not None
    found = make.team(quarter, name="Tổ công nghệ số khu phố 1")
    leader = make.user(Role.LEADER, area=quarter, name="Lê Thị Hương")
    make.member(found, leader, position=Position.LEADER)
    return leader, [make.member(found).user for _n in range(VOLUNTEERS)]


def plan_and_publish(site: Site, page: Page, shoot) -> None:
    """Plan → day → neighbourhoods → people → review → publish, in at most six clicks."""
    clicks = Clicks(page)
    clicks.press(_("Plan a round"), role="link")
    clicks.press(_("Next: neighbourhoods"))
    clicks.press(_("Next: people"))
    clicks.press(_("Make the plan"))
    zone = site.app.settings.zone
    worker = threading.Thread(target=rounds_jobs.plan_due, args=(site.app.db, zone))
    worker.start()  # what the scheduler does
    publish = page.get_by_role("button", name=_("Publish"), exact=True)
    expect(publish).to_be_visible(timeout=120_000)  # the page refreshes itself
    worker.join()
    expect(page.locator(".leaflet-container")).to_be_visible(timeout=60_000)
    shoot(page, "round-1280")
    clicks.press(_("Publish"))
    expect(page.get_by_text(_("Published")).first).to_be_visible()
    assert clicks.count <= 6


def longest_route(make: Make, volunteers: list[User]) -> tuple[Route, list[Stop]]:
    routes = make.session.scalars(
        sa.select(Route).options(orm.selectinload(Route.stops), orm.joinedload(Route.volunteer))
    ).all()
    make.session.commit()  # so that it holds no lock
    used = [route for route in routes if route.stops]
    assert len(used) == len(volunteers) + 1, "somebody who could come was left without a home"
    minutes = [route.walking_s + route.service_s + route.waiting_s for route in used]
    assert max(minutes) <= 1.15 * sum(minutes) / len(minutes), "the work is not shared fairly"
    route = max(used, key=lambda route: len(route.stops))
    return route, list(route.stops)


def reminders(
    site: Site, make: Make, leader: User, desk: Page, stops: list[Stop], at, shoot
) -> None:
    """Two homes agreed to be texted: one is reminded in the evening, the other is taken out."""
    told, dropped = [stop for stop in stops if agrees(make, stop, leader)][:2]
    settings = site.app.settings
    notifications.plan_reminders(site.app.db, settings)
    assert statuses(make) in ({Status.WANTED: 2}, {Status.QUEUED: 2})
    desk.goto(f"/rounds/{dropped.round_id}/routes/{dropped.route_id}")
    remove(desk, dropped)
    notifications.plan_reminders(site.app.db, settings)
    assert statuses(make)[Status.CANCELLED] == 1
    at(EVENING)
    notifications.send(site.app.db, open_channels(settings, site.app.db), settings)
    desk.goto("/sandbox")
    body = desk.locator("main").inner_text()
    code = make.session.scalar(
        sa.text("select visit_code from appointment where stop_id = :id"),
        {"id": told.id.hex if site.app.db.is_sqlite else told.id},
    )
    make.session.commit()
    assert code
    assert code in body
    shoot(desk, "sandbox-1280")


def agrees(make: Make, stop: Stop, leader: User) -> bool:
    """Record the consent of the home's first phone, if it has one."""
    phone = make.session.scalar(
        sa.select(ResidentPhone.contact_point_id)
        .join(Resident)
        .join(Household)
        .where(Household.id == stop.household_id)
        .limit(1)
    )
    already = make.session.scalar(sa.text("select count(*) from consent"))
    make.session.commit()
    if phone is None or (already or 0) >= 2:
        return False
    households.agree(
        make.session,
        phone,
        Purpose.VISIT_REMINDER,
        means=ConsentMeans.PAPER,
        actor=leader,
        now=clock.now(),
    )
    make.session.commit()
    return True


def remove(page: Page, stop: Stop) -> None:
    forms = page.locator(f"form[action$='/stops/{stop.id}/remove']")
    forms.first.evaluate("form => form.closest('details')?.setAttribute('open', '')")
    forms.first.locator("button").click()
    expect(forms).to_have_count(0)


def statuses(make: Make) -> dict[Status, int]:
    rows = make.session.execute(
        sa.select(Message.status, sa.func.count()).group_by(Message.status)
    ).all()
    make.session.commit()
    return {row[0]: row[1] for row in rows}


def day_on_the_phone(page: Page, make: Make, stops: list[Stop], shoot) -> None:
    """Nobody home is one tap; met, person, help, save are four."""
    shoot(page, "today-360")
    page.locator("a[href^='/stops/']").first.click()
    shoot(page, "stop-360")
    taps = Clicks(page)
    taps.press(_("Nobody home"))
    assert taps.count == 1
    taps = Clicks(page)
    taps.press(_("Met"), role="link")
    person = page.locator("#met details").first
    if person.get_attribute("open") is None:
        person.locator("summary").first.click()
        taps.count += 1
    person.locator(".chips label").first.click()
    taps.count += 1
    shoot(page, "met-360")
    page.locator("#met form").get_by_role("button", name=_("Save"), exact=True).click()
    page.wait_for_load_state()
    taps.count += 1
    assert taps.count <= 4
    reports = arrived(page, make.session, lambda found: len(found) == 2)
    assert sorted(one.outcome for one in reports) == [Outcome.MET, Outcome.NOBODY_HOME]


def board(page: Page, route: Route, shoot) -> None:
    row = page.get_by_role("row").filter(has_text=route.volunteer.name)
    expect(row.first).to_contain_text("2/")
    shoot(page, "board-1280")
