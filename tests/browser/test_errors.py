from __future__ import annotations

import pytest
from playwright.sync_api import expect

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once


def test_a_stranger_who_goes_astray_is_told_so_in_vietnamese(open_page) -> None:
    page = open_page("/nowhere")
    expect(page.locator("h1")).to_have_text("Không có trang này.")
