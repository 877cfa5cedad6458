"""What the books did not expect is stored and flagged; and the approved list."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from outreach.stock import queries as stock
from outreach.stock import services as custody
from outreach.stock.models import Handset, Kind, Movement, PlaceKind
from outreach.swaps import services as swaps
from outreach.swaps.models import Approval, Review, Swap
from tests.conftest import NOW
from tests.factories import Make
from tests.factories.visits import Walk
from tests.swaps.sending import flags, hand_over, in_bag, state, told


# --- what the books did not expect ---------------------------------------------------------
def test_a_phone_that_left_the_bag_meanwhile_is_stored_flagged_and_led_home(
    make: Make, sign_in, session, walk: Walk
) -> None:
    (device,) = in_bag(make, walk)
    make.approved(walk.homes[0])
    custody.take_back(session, device.id, actor=walk.leader, now=NOW)
    session.commit()
    answer = hand_over(sign_in(walk.volunteer), walk, told(device.imei))
    assert answer.status_code == 200
    assert flags(session) == ["not_in_bag"]
    assert stock.standing(session, device.id).to_place.kind is PlaceKind.TEAM
    session.rollback()
    assert state(session, walk) == ("basics_taught", "feature_4g")
    leader = sign_in(walk.leader)
    assert device.imei is not None
    digits = device.imei[-7:-1]
    assert digits in leader.get("/review").text.replace("-", "")
    swap = session.scalars(sa.select(Swap)).one()
    url = f"/swaps/{swap.id}/review"
    session.rollback()
    assert sign_in(make.walk().leader).post(url, data={"choice": "keep"}).status_code == 404
    for _turn in range(2):
        assert leader.post(url, data={"choice": "keep"}).status_code == 303
    assert stock.standing(session, device.id).to_place.household_id == walk.homes[0].id
    session.refresh(swap)
    assert swap.review is Review.KEPT
    session.rollback()
    assert digits not in leader.get("/review").text.replace("-", "")


def test_a_report_that_does_not_count_takes_its_steps_and_its_phone_back(
    make: Make, sign_in, session, walk: Walk
) -> None:
    (device,) = in_bag(make, walk)
    answer = hand_over(sign_in(walk.volunteer), walk, told(device.imei))
    assert answer.status_code == 200
    assert flags(session) == ["not_approved"]
    assert stock.standing(session, device.id).to_place.kind is PlaceKind.HOME
    swap_id = session.scalars(sa.select(Swap.id)).one()
    session.rollback()
    leader = sign_in(walk.leader)
    assert leader.post(f"/swaps/{swap_id}/review", data={"choice": "?"}).status_code == 422
    for _turn in range(2):
        leader.post(f"/swaps/{swap_id}/review", data={"choice": "void"})
    assert state(session, walk) == (None, None)
    assert stock.standing(session, device.id).to_place.kind is PlaceKind.TEAM
    assert session.get_one(Swap, swap_id).review is Review.VOID


def test_one_phone_two_homes_and_one_home_two_phones(make, sign_in, session, walk) -> None:
    one, two = in_bag(make, walk, 2)
    make.approved(walk.homes[0])
    make.approved(walk.homes[1])
    client = sign_in(walk.volunteer)
    assert hand_over(client, walk, told(one.imei)).status_code == 200
    assert flags(session) == []
    assert hand_over(client, walk, told(one.imei), at=1).status_code == 200
    assert flags(session) == ["at_a_home"]
    assert hand_over(client, walk, told(two.imei)).status_code == 200
    assert flags(session) == ["at_a_home", "given_before", "progress"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Swap)) == 3
    assert stock.standing(session, one.id).to_place.household_id == walk.homes[0].id


def test_a_number_in_no_book_and_a_phone_set_aside_for_others(make, sign_in, session, walk):
    (device,) = in_bag(make, walk)
    other = make.approved(walk.homes[1])
    make.approved(walk.homes[0])
    swaps.set_aside(session, other.id, device.id, actor=walk.leader, now=NOW)
    session.commit()
    client = sign_in(walk.volunteer)
    assert hand_over(client, walk, told(device.imei)).status_code == 200
    assert flags(session) == ["set_aside"]
    data = told(None, other_imei=make.imei())
    assert hand_over(client, walk, data, at=1).status_code == 200
    assert flags(session) == ["set_aside", "unknown_device"]
    assert state(session, walk, 1) == ("basics_taught", "feature_4g")


def test_a_phone_that_comes_into_the_books_later_is_led_home(make, sign_in, session, walk) -> None:
    imei, officer = make.imei(), make.officer_of(walk.team)
    make.approved(walk.homes[0])
    data = told(None, other_imei=imei)
    assert hand_over(sign_in(walk.volunteer), walk, data).status_code == 200
    commune = make.commune_of(walk.team).id
    late = custody.Arrival(area_id=commune, funder="Viettel",
                           devices=[custody.NewDevice(imei, "V1S", Kind.FEATURE_4G)])  # fmt: skip
    custody.arrive(session, late, actor=officer, now=NOW)
    session.commit()
    swap = session.scalars(sa.select(Swap)).one()
    swaps.keep(session, swap.id, actor=walk.leader, now=NOW)
    session.commit()
    assert swap.device_id is not None
    kinds = [one.to_place.kind for one in stock.history(session, swap.device)]
    assert kinds == [PlaceKind.HOME, PlaceKind.BAG, PlaceKind.TEAM, PlaceKind.STORE]
    session.rollback()


def test_a_receipt_stands_for_one_hand_over(make: Make, sign_in, session, walk: Walk) -> None:
    one, two = in_bag(make, walk, 2)
    client = sign_in(walk.volunteer)
    first = told(one.imei)
    assert hand_over(client, walk, first).status_code == 200
    again = told(two.imei, receipt_id=first["receipt_id"])
    answer = hand_over(client, walk, again, at=1)
    assert (answer.status_code, answer.json["code"]) == (409, "twice")
    assert stock.standing(session, two.id).to_place.kind is PlaceKind.BAG


# --- the approved list ---------------------------------------------------------------------
def test_a_home_stands_on_the_list_once_and_gets_one_phone(
    make: Make, sign_in, session, walk: Walk
) -> None:
    (device,) = in_bag(make, walk)
    row = make.approved(walk.homes[0])
    with pytest.raises(swaps.NotEntitled, match="danh sách"):
        make.approved(walk.homes[0])
    session.rollback()
    copy = sa.insert(Approval).from_select(
        [c.name for c in Approval.__table__.columns],
        sa.select(*(sa.literal(uuid.uuid4()) if c.name == "id" else c
                    for c in Approval.__table__.columns)),
    )  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(copy)
    session.rollback()
    hand_over(sign_in(walk.volunteer), walk, told(device.imei))
    session.expire_all()
    swaps.withdraw(session, row.id, why="nhầm hộ", actor=walk.leader, now=NOW)
    session.commit()
    with pytest.raises(swaps.NotEntitled, match="đã được cấp máy"):
        make.approved(walk.homes[0])


def test_a_faulty_phone_comes_back_and_is_replaced(make, sign_in, session, walk) -> None:
    one, two = in_bag(make, walk, 2)
    row = make.approved(walk.homes[0])
    client = sign_in(walk.volunteer)
    hand_over(client, walk, told(one.imei))
    custody.take_back(session, one.id, faulty=True, actor=walk.leader, now=NOW)
    swaps.withdraw(session, row.id, why="đổi máy lỗi", actor=walk.leader, now=NOW)
    session.commit()
    make.approved(walk.homes[0])
    assert hand_over(client, walk, told(two.imei)).status_code == 200
    assert flags(session) == ["progress"]  # nobody had recorded that the first was returned
    assert session.get_one(Handset, two.id) is not None
    moved = session.scalars(sa.select(Movement.number).where(Movement.device_id == two.id))
    assert max(moved) == 4


def test_a_pasted_list_stores_what_it_can_and_says_why_not(make, sign_in, session, walk) -> None:
    for home, code in zip(walk.homes, ("H01", "H02"), strict=True):
        home.code = code
    session.commit()
    make.approved(walk.homes[1])
    client = sign_in(make.officer_of(walk.team))
    lines = "H01; 4; HN-9\nH02\t5\tHN-10\n\nH99; 6"
    data = {"list_no": "27/QĐ-UBND", "kind": "smartphone", "lines": lines}
    page = client.post("/swaps/paste", data=data)
    assert page.status_code == 422
    assert "Đã đưa 1 hộ vào danh sách" in page.text
    assert "H99; 6" in page.text
    rows = session.scalars(sa.select(Approval).order_by(Approval.line_no)).all()
    assert [(row.line_no, row.evidence_no) for row in rows] == [("4", "HN-9"), ("7", "HN-114/2026")]
    session.rollback()
    stranger = sign_in(make.officer_of(make.team()))
    assert "Đã đưa" not in stranger.post("/swaps/paste", data=data).text


def test_whoever_handed_a_phone_over_does_not_decide_on_it(
    make: Make, sign_in, session, walk: Walk
) -> None:
    (device,) = make.devices(walk.team, 1, at="bag", user=walk.leader)
    leader = sign_in(walk.leader)
    assert hand_over(leader, walk, told(device.imei)).status_code == 200  # not on the list
    swap = session.scalars(sa.select(Swap)).one()
    url = f"/swaps/{swap.id}/review"
    session.rollback()
    page = leader.get("/review").text
    assert "người khác sẽ quyết định" in page
    assert url not in page
    assert leader.post(url, data={"choice": "keep"}).status_code == 403
    session.refresh(swap)
    assert swap.review is Review.OPEN
    session.rollback()
    officer = sign_in(make.officer_of(walk.team))
    assert officer.post(url, data={"choice": "keep"}).status_code == 303
