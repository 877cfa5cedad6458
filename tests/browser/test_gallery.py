"""Every component in a real browser: legible, operable, and whole without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import served
from tests.web.gallery_app import create_app

PAGES = ("phone", "desk", "public", "print")


pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    with served(create_app(), threads=4) as address:
        yield address


Show = Callable[..., Page]


@pytest.fixture
def show(chromium: Browser, gallery: str) -> Iterator[Show]:
    contexts = []

    def open_(name: str, *, width: int = 360, dark: bool = False, script: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{gallery}/{name}")
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_components_have_no_fault_axe_can_find(
    show: Show, name: str, width: int, *, dark: bool
) -> None:
    page = show(name, width=width, dark=dark)
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["target"]) for fault in found] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_small_phone_even_with_large_text(show: Show, name: str) -> None:
    page = show(name)
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(too_wide) == 0
    page.evaluate("document.documentElement.dataset.text = 'large'")
    assert page.evaluate(too_wide) == 0


def test_what_a_thumb_must_hit_is_48_pixels_high(show: Show) -> None:
    page = show("phone")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.button, .answer, .choice, summary, .bar a')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 48)
        .map(e => e.className)"""
    )
    assert small == []


def test_the_menu_opens_and_the_sections_are_there_without_javascript(show: Show) -> None:
    page = show("desk", script=False)
    expect(page.get_by_role("navigation", name="Các mục của trang")).to_be_hidden()
    page.get_by_role("button", name="Danh mục").click()
    expect(page.get_by_role("link", name="Hộ gia đình")).to_be_visible()
    page.get_by_role("button", name="Đóng").click()
    expect(page.get_by_role("link", name="Hộ gia đình")).to_be_hidden()


def test_on_a_wide_screen_the_sections_stay_open(show: Show) -> None:
    page = show("desk", width=1280)
    expect(page.get_by_role("link", name="Hộ gia đình")).to_be_visible()
    expect(page.get_by_role("button", name="Danh mục")).to_be_hidden()


def test_the_map_tells_routes_apart_and_follows_the_list(show: Show) -> None:
    page = show("desk", width=1280)
    expect(page.locator(".stop-mark")).to_have_count(41)
    shapes = page.locator(".stop-mark use").evaluate_all(
        "marks => new Set(marks.map(m => m.getAttribute('href'))).size"
    )
    assert shapes == 5
    page.locator("[data-stop='r0-1']").focus()
    expect(page.locator(".stop-mark.chosen")).to_have_count(1)
    page.locator(".legend-item", has_text="Lê Tú").click()
    expect(page.locator(".stop-mark.faded")).to_have_count(33)


def test_without_javascript_the_list_stands_for_the_map(show: Show) -> None:
    page = show("desk", width=1280, script=False)
    expect(page.locator(".map")).to_be_hidden()
    expect(page.locator("[data-stop]")).to_have_count(3)


def test_a_menu_closes_on_escape_and_gives_the_focus_back(show: Show) -> None:
    page = show("desk", width=1280)
    menu = page.locator("details.menu").first
    menu.locator("summary").click()
    expect(page.get_by_role("link", name="Khoá tuyến").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_an_error_summary_takes_the_focus_and_leads_to_its_field(show: Show) -> None:
    page = show("desk", width=1280)
    expect(page.locator(".summary")).to_be_focused()
    page.locator(".summary a").first.click()
    field = page.get_by_label("Họ và tên")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("Như trên thẻ căn cước Hãy ghi họ tên.")
