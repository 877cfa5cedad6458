"""A served site and browsers of two sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from outreach.accounts.models import User
from outreach.web import Outreach
from tests import machine
from tests.browser.network import Network, network
from tests.browser.serving import served
from tests.factories import Make
from tests.factories.visits import Walk

if TYPE_CHECKING:
    from tests.browser.phone import Phone

#: Milliseconds that a page may take to say what is expected: a bound on waiting, not a promise.
expect.set_options(timeout=20_000)

SHOTS = Path(__file__).parent / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}


@dataclass
class Site:
    """Where the application under test answers."""

    url: str
    app: Outreach


@pytest.fixture
def site(app: Outreach) -> Iterator[Site]:
    """The application on a real socket, in this process."""
    with served(app) as url:
        yield Site(url, app)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = machine.chromium()
    assert path, "Chromium is missing: `make test` installs it"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, site: Site, make: Make) -> Iterator[Open]:
    """`open_page("/path", as_user=…, size="phone"|"desk", dark=…, language=…)` gives a Page."""
    contexts: list[BrowserContext] = []

    def open_(
        path: str,
        *,
        as_user: User | None = None,
        size: str = "phone",
        dark: bool = False,
        language: str = "vi",
        javascript: bool = True,
    ) -> Page:
        context = chromium.new_context(
            viewport=SIZES[size],  # type: ignore[arg-type]
            has_touch=size == "phone",
            is_mobile=size == "phone",
            color_scheme="dark" if dark else "light",
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            java_script_enabled=javascript,
            base_url=site.url,
        )
        contexts.append(context)
        cookies = [{"name": "language", "value": language, "url": site.url}]
        if as_user is not None:
            cookies.append(
                {"name": "outreach", "value": session_cookie(site, make, as_user), "url": site.url}
            )
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()


def session_cookie(site: Site, make: Make, user: User) -> str:
    """The cookie a sign-in would have given this user."""
    client = site.app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = make.device_token(user)
        cookie["_fresh"] = True
    found = client.get_cookie("outreach")
    assert found is not None
    return found.value


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a picture of a page beside the tests (ignored by git)."""

    def take(page: Page, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    return take


@pytest.fixture
def net(site: Site) -> Iterator[Network]:
    """A network that can misbehave between the browser and the site."""
    with network(site.url) as found:
        yield found


@pytest.fixture
def phone(
    chromium: Browser, site: Site, make: Make, net: Network
) -> Iterator[Callable[..., Phone]]:
    """`phone(walk)` gives the browser of that walk's volunteer."""
    from tests.browser.phone import phone_of

    contexts: list[BrowserContext] = []

    def of(walk: Walk, **options: Any) -> Phone:
        found = phone_of(chromium, site, make, net, walk, **options)
        contexts.append(found.context)
        return found

    yield of
    for context in contexts:
        context.close()
