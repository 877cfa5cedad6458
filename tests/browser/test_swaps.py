"""A phone handed over without a signal, signed with a finger, synced later, printed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from outreach.assistance.models import Case
from outreach.core.db import Session
from outreach.stock import queries as stock
from outreach.stock.models import Count, Handset, Kind, PlaceKind
from outreach.swaps import rules
from outreach.swaps.models import Swap
from tests.browser.conftest import SHOTS
from tests.browser.phone import Phone
from tests.browser.test_every_page import wrong_with
from tests.browser.test_phone_pages import WIDE, small
from tests.browser.test_visits import today_walk
from tests.factories import Make
from tests.factories.visits import Walk

#: What a browser does is the same on either engine; the forms it sends are tried on both elsewhere.
pytestmark = pytest.mark.once

Shoot = Callable[[Page, str], None]
#: A receipt as the page makes it, for the rule on the server to agree with.
NUMBER = """async ([who, id]) => {
  const base = document.querySelector("script[src]").src.replace(/main\\.js$/, "");
  return (await import(base + "receipts.js")).receiptNo(who, id);
}"""


def ready(make: Make, phone: Callable[..., Phone], *, devices: int = 2) -> tuple[Walk, Phone]:
    """A volunteer with phones in the bag and an approved home on the route."""
    walk = today_walk(make, 2, born=(1949, 1984))
    make.devices(walk.team, devices, at="bag", user=walk.volunteer)
    make.approved(walk.homes[0])
    held = phone(walk)
    held.ready()
    return walk, held


def sign(page: Page) -> None:
    """A finger goes up and down over the pad, twice."""
    pad = page.locator("canvas.sign")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    for top in (0.2, 0.5):
        page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * top)
        page.mouse.down()
        for step in range(1, 25):
            up = 0.25 if step % 2 else 0.0
            x = box["x"] + box["width"] * (0.1 + step * 0.03)
            page.mouse.move(x, box["y"] + box["height"] * (top + up))
        page.mouse.up()


def tick(page: Page, text: str) -> None:
    page.locator("label.choice").filter(has_text=text).first.tap()


def fill(page: Page) -> str:
    """Everything but the signature; the receipt's number."""
    page.locator("[name=imei]").first.locator("xpath=..").tap()
    page.locator("[name=resident]").first.locator("xpath=..").tap()
    for one in page.locator("[name=ticked]").all():
        one.locator("xpath=..").tap()
    tick(page, "Đã làm hôm nay với nhà mạng")
    tick(page, "Người dân giữ lại")
    return number_of(page)


def number_of(page: Page) -> str:
    return page.locator("[data-receipt]").inner_text().strip()


def save(page: Page) -> Locator:
    return page.get_by_role("button", name="Lưu bàn giao")


def swaps(session: Session) -> list[Swap]:
    session.rollback()
    found = list(session.scalars(sa.select(Swap)))
    session.expunge_all()
    session.rollback()
    return found


def test_a_swap_without_a_signal_is_signed_survives_a_kill_and_arrives_once(
    phone, make: Make, session: Session, shoot: Shoot, open_page
) -> None:
    walk, held = ready(make, phone)
    held.context.set_offline(True)
    page = held.open(f"/stops/{walk.stops[0].id}")
    page.get_by_role("link", name="Bàn giao máy").tap()
    expect(held.heading()).to_have_text("Bàn giao máy")
    number = fill(page)
    sign(page)
    path = page.locator("#signature").input_value()
    assert rules.is_signature(path)
    page.wait_for_timeout(200)
    # the tab is killed: number, ticks and signature are still there
    page = held.reopen(f"/homes/{walk.homes[0].id}/swap")
    expect(page.locator("#signature")).to_have_value(path)
    assert number_of(page) == number
    assert page.locator("[name=ticked]:checked").count() == 5
    shoot(page, "swap-filled")
    save(page).tap()
    expect(page.locator("[data-swap]")).to_contain_text(number)
    expect(page.locator("[data-swap]")).to_contain_text("Trên máy này")
    shoot(page, "swap-told")
    assert held.states() == ["waiting"]
    held.context.set_offline(False)
    held.all_stored(1)
    (swap,) = swaps(session)
    assert (swap.receipt_no, swap.signature, swap.flags) == (number, path, [])
    case = session.scalars(sa.select(Case)).one()
    assert (case.state, case.variant) == ("basics_taught", "feature_4g")
    assert swap.device_id is not None
    assert stock.standing(session, swap.device_id).to_place.kind is PlaceKind.HOME
    session.rollback()
    record = open_page(f"/swaps/records/{swap.id}", as_user=walk.leader, size="desk")
    expect(record.get_by_role("heading", level=1)).to_have_text("BIÊN BẢN BÀN GIAO ĐIỆN THOẠI")
    assert record.locator("svg.signature path").get_attribute("d") == path
    assert number in record.inner_text("main")
    record.emulate_media(media="print")
    shoot(record, "swap-record")
    SHOTS.mkdir(exist_ok=True)
    paper = record.pdf(path=SHOTS / "swap-record.pdf", prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") in {0, 1}


def test_a_refused_hand_over_keeps_its_receipt_when_it_is_corrected(
    phone, make: Make, session: Session
) -> None:
    walk, held = ready(make, phone, devices=1)
    held.context.set_offline(True)
    page = held.open(f"/homes/{walk.homes[0].id}/swap")
    number = fill(page)
    page.locator("#paper-no").fill("BB-3")
    tick(page, "Máy khác")
    page.locator("#other-imei").fill("123")
    save(page).tap()
    held.until(lambda: held.states() == ["waiting"], "it was not kept")
    held.context.set_offline(False)
    held.until(lambda: held.states() == ["refused"], f"not refused: {held.states()}")
    page.goto("/today/end")
    page.get_by_role("link", name="Sửa lại").tap()
    expect(page.locator("#other-imei")).to_have_value("123")
    assert number_of(page) == number
    page.locator("#other-imei").fill("")
    page.locator("[name=imei]").first.locator("xpath=..").tap()
    save(page).tap()
    held.until(lambda: "stored" in held.states(), f"not stored: {held.states()}")
    (swap,) = swaps(session)
    assert (swap.receipt_no, swap.paper_no) == (number, "BB-3")


def test_the_page_and_the_server_make_the_same_receipts(phone, make: Make) -> None:
    import uuid

    held = phone(today_walk(make, 1))
    page = held.ready()
    for _ in range(30):
        who, form = uuid.uuid4(), uuid.uuid4()
        assert page.evaluate(NUMBER, [str(who), str(form)]) == rules.receipt_no(who, form)


def test_without_javascript_paper_is_signed(open_page, make: Make, session: Session) -> None:
    walk = today_walk(make, 2)
    make.devices(walk.team, at="bag", user=walk.volunteer)
    make.approved(walk.homes[0])
    url = f"/homes/{walk.homes[0].id}/swap"
    page = open_page(url, as_user=walk.volunteer, javascript=False)
    expect(page.locator("canvas")).to_be_hidden()
    number = fill(page)
    page.locator("#paper-no").fill("BB-04")
    save(page).tap()
    expect(page.locator(".flashes")).to_contain_text(number)
    assert [one.paper_no for one in swaps(session)] == ["BB-04"]


def test_a_bag_is_counted_without_a_signal(phone, make: Make, session: Session, shoot) -> None:
    walk, held = ready(make, phone)
    held.context.set_offline(True)
    page = held.open("/today/bag")
    shoot(page, "bag")
    page.get_by_role("button", name="Tôi đã nhận đủ").tap()
    held.until(lambda: held.states() == ["waiting"], "it was not kept")
    page.wait_for_load_state()
    page.locator("label.choice").nth(1).tap()
    page.get_by_role("button", name="Lưu kết quả kiểm").tap()
    held.until(lambda: held.states() == ["waiting"] * 2, "it was not kept")
    held.context.set_offline(False)
    held.all_stored(2)
    session.rollback()
    count = session.scalars(sa.select(Count)).one()
    assert (count.expected, len(count.missing)) == (2, 1)
    (bag,) = stock.bags(session, actor=walk.leader)
    assert [str(one.device.id) for one in bag.missing] == count.missing
    session.rollback()


def test_every_page_of_phones_is_sound(
    phone, open_page, make: Make, session: Session, shoot: Shoot
) -> None:
    walk, held = ready(make, phone)
    make.devices(walk.team, 2, kind=Kind.SMARTPHONE, at="team")
    make.devices(walk.team, 2)
    officer = make.officer_of(walk.team)
    device = session.scalars(sa.select(Handset.id).order_by(Handset.imei)).first()
    approval = make.approved(walk.homes[1], kind=Kind.SMARTPHONE).id
    home = walk.homes[0].id
    session.rollback()
    faults: dict[str, list[str]] = {}

    def look(page: Page, path: str, name: str, *, thumb: bool) -> None:
        page.wait_for_timeout(150)
        shoot(page, name)
        found = [*wrong_with(page), *(small(page) if thumb else [])]
        page.evaluate("document.documentElement.style.fontSize = '225%'")
        if thumb and (wide := page.evaluate(WIDE)) > 1:
            found.append(f"{wide} px too wide at 200 %")
        if found:
            faults[f"{name} {path}"] = found

    for path in (f"/homes/{home}/swap", "/today/bag"):
        for scheme in ("light", "dark"):
            held.page.emulate_media(color_scheme=scheme)
            held.page.goto(path)
            look(held.page, path, f"phones-{path.split('/')[-1]}-{scheme}", thumb=True)
    looks = [
        (officer, "/stock"),
        (officer, "/stock/deliveries"),
        (officer, "/stock/deliveries/new"),
        (officer, "/stock/give/team"),
        (officer, "/swaps"),
        (officer, "/swaps/new"),
        (officer, "/swaps/paste"),
        (officer, f"/swaps/new/{home}"),
        (officer, f"/swaps/{approval}"),
        (walk.leader, "/stock/give/bag"),
        (walk.leader, "/stock/bags"),
        (walk.leader, f"/stock/devices/{device}"),
        (walk.leader, "/swaps/records"),
    ]
    for user, path in looks:
        for size, dark, language in (("desk", False, "vi"), ("phone", True, "en")):
            page = open_page(path, as_user=user, size=size, dark=dark, language=language)
            name = f"phones{path.replace('/', '-')[:24]}-{size}-{language}"
            look(page, path, name, thumb=False)
            page.context.close()
    assert faults == {}
