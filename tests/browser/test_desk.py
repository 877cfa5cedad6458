"""Lists of agencies, the partner's desk and procedures, as they are used and seen."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from outreach.accounts.models import Role
from outreach.assistance.models import Case, Evidence
from outreach.core import clock
from outreach.households.models import ConsentMeans
from outreach.partners import services as partners
from outreach.procedures import services as procedures
from outreach.procedures.rules import Paper
from tests.factories import Make
from tests.households.books import xlsx_file
from tests.partners import acts

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once

HEAD = ["STT", "Họ và tên", "Năm sinh", "Địa chỉ", "Số CCCD"]
LOOKS = ["phone-light", "phone-dark", "desk-light", "desk-dark"]


@pytest.fixture
def ward(make: Make):
    """An officer of a ward with two namesakes, somebody sure and somebody who is too far on."""
    area = make.area(name="Dĩ An", kind="Phường")
    quarter = make.neighbourhood(area, name="Đông Tác")
    officer = make.user(Role.OFFICER, area=area, name="Trần Thị Cán Bộ")
    make.named_home(quarter, "Đặng Thị Lan", 1960, address="12/3 hẻm 45 Nguyễn Trãi")
    make.named_home(quarter, "Đặng Thị Lan", 1960, address="7 Cô Giang")
    make.named_home(quarter, "Hồ Văn Tự", 1951)
    make.named_home(quarter, "Trịnh Bé Út", 2020)
    return officer


def upload(page, rows) -> None:
    page.get_by_label("Danh sách xác nhận điều gì").select_option("vneid_l2.activated")
    page.get_by_label("Công văn kèm theo").fill("Công văn 12/CAP")
    page.locator("input[type=file]").set_input_files(
        {
            "name": "cong-an.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": xlsx_file([HEAD, *rows]),
        }
    )
    page.get_by_role("button", name="Xem thử danh sách").click()


ROWS = [
    [1, "HO VAN TU", 1951, "", "087051000999"],
    [2, "Đặng Thị Lan", 1960, "", ""],
    [3, "Trịnh Bé Út", 2020, "", ""],
    [4, "Tôn Nữ Không Ai", 1950, "", ""],
]


@pytest.mark.parametrize("javascript", [True, False])
def test_an_officer_confirms_a_list_after_looking_at_matches_and_doubts(
    make: Make, ward, open_page, session, javascript
) -> None:
    page = open_page("/help/lists", as_user=ward, size="desk", javascript=javascript)
    upload(page, ROWS)
    expect(page.locator("h1")).to_have_text("Xem trước khi xác nhận")
    expect(page.locator("#sure")).to_contain_text("Hồ Văn Tự")
    expect(page.locator("#refused")).to_contain_text("Chưa đủ tuổi")
    expect(page.locator("#nobody")).to_contain_text("Tôn Nữ Không Ai")
    expect(page.locator("body")).not_to_contain_text("087051000999")
    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0
    session.commit()
    page.locator("#doubtful label", has_text="7 Cô Giang").click()
    page.get_by_role("button", name="Xác nhận", exact=True).click()
    expect(page.get_by_text("Đã xác nhận cho 2 người.")).to_be_visible()
    cases = session.scalars(sa.select(Case)).all()
    assert {one.evidence for one in cases} == {Evidence.CONFIRMED}
    assert "7 Cô Giang" in {one.household.address for one in cases}
    session.commit()
    page.get_by_role("button", name="Hoàn tác cả danh sách").click()
    expect(page.get_by_text("Đã hoàn tác danh sách.")).to_be_visible()
    session.expire_all()
    assert {one.state for one in session.scalars(sa.select(Case))} == {None}


@pytest.mark.parametrize("looks", LOOKS)
def test_the_pages_of_lists_fit_the_screen(ward, open_page, shoot, looks) -> None:
    size, _, shade = looks.partition("-")
    for language in ("vi", "en") if looks in {"phone-light", "desk-dark"} else ("vi",):
        page = open_page(
            "/help/lists", as_user=ward, size=size, dark=shade == "dark", language=language
        )
        look(page, shoot, f"lists-index-{looks}-{language}")
        page.locator("#said").select_option("vneid_l2.activated")
        page.locator("input[type=file]").set_input_files(
            {"name": "cong-an.xlsx", "mimeType": "", "buffer": xlsx_file([HEAD, *ROWS])}
        )
        page.locator("form.form button[type=submit]").click()
        expect(page.locator("#doubtful")).to_be_visible()
        look(page, shoot, f"lists-preview-{looks}-{language}")
        page.context.close()


def look(page, shoot, name: str) -> None:
    expect(page.locator("h1")).to_be_visible()
    shoot(page, name)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{name} is {wide} px wider than the screen"


@pytest.mark.parametrize("looks", LOOKS)
def test_the_pages_of_partners_and_procedures_fit_the_screen(
    make: Make, open_page, shoot, looks, session
) -> None:
    size, _, shade = looks.partition("-")
    now = clock.now()
    town = acts.ward(make, now)
    act: dict[str, Any] = {"actor": town.officer, "now": now}
    make.phone_of(town.resident)
    partners.hand_over(
        session, town.case, town.bank, town.resident.id, means=ConsentMeans.SPOKEN, given_by="",
        **act,
    )  # fmt: skip
    description = procedures.Description(
        "Đăng ký khai tử",
        [Paper("Giấy báo tử", got=True), Paper("Tờ khai"), Paper("Sổ hộ khẩu cũ")],
    )
    made = procedures.begin(session, town.resident, description, form_id=uuid.uuid4(), **act)
    made.case.typed = {"dossier_no": "H29.35.16-250702-0012", "due_at": "2026-11-18"}
    made.case.state = "processing"
    session.commit()
    seen = {"size": size, "dark": shade == "dark"}
    for language in ("vi", "en") if looks in {"phone-light", "desk-dark"} else ("vi",):
        of_office = {
            "partners": "/partners",
            "partner": f"/partners/{town.bank.id}",
            "hand-over": f"/hand-overs/{town.case.id}",
            "case": f"/help/cases/{made.case_id}",
            "procedures": "/procedures",
            "procedure": f"/procedures/{made.case_id}",
        }
        for name, path in of_office.items():
            page = open_page(path, as_user=town.officer, language=language, **seen)
            look(page, shoot, f"desk-{name}-{looks}-{language}")
            page.context.close()
        page = open_page(f"/follow/{made.link}", language=language, **seen)
        look(page, shoot, f"desk-follow-{looks}-{language}")
        page = open_page("/", as_user=town.clerk, language=language, **seen)
        look(page, shoot, f"desk-mine-{looks}-{language}")
        page.locator("form button", has_text="Mở" if language == "vi" else "Open").click()
        expect(page.locator("h1")).to_have_text(town.resident.name)
        look(page, shoot, f"desk-slip-{looks}-{language}")
        page.context.close()
    page = open_page(f"/procedures/{made.case_id}/slip", as_user=town.officer, size="desk")
    shoot(page, "desk-paper-slip")
