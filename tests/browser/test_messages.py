"""The office's pages of messages, as they are seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from outreach.accounts.models import Role
from outreach.core import clock
from outreach.messaging import jobs
from outreach.messaging.channels.behaviours import Behaviour
from outreach.messaging.channels.opening import Channels
from outreach.messaging.channels.sandbox import Sandbox

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once

REMINDER = (
    "To CNSCD: To cong nghe so den nha Chu nhat 22/11, 08:00-10:00. Nguoi den: Dao, ma 4821. "
    "Khong thu tien, khong hoi OTP, mat khau. Hoi: 0274 3800 123"
)


@pytest.fixture
def officer(make):
    """An officer of a ward in whose outbox something of everything lies."""
    ward = make.area(name="Dĩ An", kind="Phường")
    area, now = make.neighbourhood(ward, name="Đông Tác"), clock.now()
    home = make.home(area, address="12/3 hẻm 45 Nguyễn Trãi")
    given = {"area": area, "body": REMINDER, "household_id": home.id, "now": now}
    for ending in ("1234", "5678", *Behaviour):
        make.message(**given, phone=f"+8491234{ending}")
    officer = make.user(Role.OFFICER, area=ward)
    officer.upcoming = [
        make.message(**given, send_after=now + timedelta(hours=9 + n)) for n in range(3)
    ]
    return officer


@pytest.mark.parametrize("looks", ["phone-light", "phone-dark", "desk-light", "desk-dark"])
def test_messages_fit_the_screen(site, officer, open_page, shoot, looks) -> None:
    sandbox = Channels.of(Sandbox(site.app.db))
    jobs.deliver(site.app.db, sandbox, site.app.settings.zone)
    size, _, shade = looks.partition("-")
    paths = {
        "coming": "/messages",
        "sent": "/messages?tab=sent",
        "unsent": "/messages?tab=unsent",
        "one": f"/messages/{officer.upcoming[0].id}",
        "sandbox": "/sandbox",
    }
    for name, path in paths.items():
        page = open_page(path, as_user=officer, size=size, dark=shade == "dark")
        expect(page.locator("h1")).to_be_visible()
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        shoot(page, f"messages-{name}-{looks}")
        assert wide <= 0, f"{name} is {wide} px wider than the screen"
        page.context.close()
