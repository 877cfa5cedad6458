"""A hand-over from the door: record, custody and progress together, and what is flagged."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from outreach.assistance.models import Case, Step
from outreach.core.audit import AuditEntry
from outreach.stock import queries as stock
from outreach.stock import services as custody
from outreach.stock.models import Handset, Kind, Movement, PlaceKind, Received
from outreach.swaps import rules
from outreach.swaps import services as swaps
from outreach.swaps.models import Approval, OldPhone, Review, Swap
from tests.conftest import NOW
from tests.factories import Make
from tests.factories.visits import Walk
from tests.swaps.sending import told
from tests.visits.sending import JSON


@pytest.fixture
def walk(make: Make, now) -> Walk:
    return make.walk(2)


def hand_over(client, walk: Walk, data: dict[str, object], *, at: int = 0, **options):
    url = f"/homes/{walk.homes[at].id}/swap"
    session = orm.object_session(walk.route)
    assert session is not None
    session.rollback()  # a test that has looked holds SQLite's one turn until it lets go
    return client.post(url, data=data, **{"headers": JSON, **options})


def in_bag(make: Make, walk: Walk, count: int = 1, kind: Kind = Kind.FEATURE_4G) -> list[Handset]:
    return make.devices(walk.team, count, kind=kind, at="bag", user=walk.volunteer)


def state(session, walk: Walk, at: int = 0) -> tuple[str | None, str | None]:
    session.rollback()
    chosen = sa.select(Case).where(Case.household_id == walk.homes[at].id)
    case = session.scalars(chosen.execution_options(populate_existing=True)).one_or_none()
    return (case.state, case.variant) if case else (None, None)


def test_one_form_makes_the_record_moves_the_phone_and_the_case_once(
    make: Make, sign_in, session, walk: Walk
) -> None:
    (device,) = in_bag(make, walk)
    make.approved(walk.homes[0])
    assert state(session, walk) == ("listed", None)
    client = sign_in(walk.volunteer)
    person = walk.homes[0].residents[0]
    data = told(device.imei, resident=str(person.id))
    for turn in range(3):
        answer = hand_over(client, walk, data)
        assert answer.status_code == 200, answer.json
        assert answer.json["receipt"]["again"] is bool(turn)
        assert rules.is_of(answer.json["receipt_no"], walk.volunteer.id)
    swap = session.scalars(sa.select(Swap)).one()
    assert (swap.resident_id, swap.device_id, swap.flags) == (person.id, device.id, [])
    assert (swap.review, swap.receipt_no) == (Review.NOT_NEEDED, answer.json["receipt_no"])
    assert state(session, walk) == ("basics_taught", "feature_4g")
    place = stock.standing(session, device.id)
    assert (place.to_place.kind, place.to_place.household_id) == (PlaceKind.HOME, walk.homes[0].id)
    assert (place.received, place.form_id) == (Received.CONFIRMED, swap.id)
    session.rollback()
    states = list(session.scalars(sa.select(Step.to_state).order_by(Step.number)))
    assert states[-4:] == [
        "handed_over", "sim_in_new_device", "subscriber_verified", "basics_taught",
    ]  # fmt: skip
    acts = list(session.scalars(sa.select(AuditEntry.action)))
    assert acts.count("swap.handed_over") == 1
    assert hand_over(client, walk, {**data, "note": "khác"}).json["code"] == "reused"


def test_a_feature_phone_never_completes_vneid_and_a_smartphone_may(
    make: Make, sign_in, session, walk: Walk
) -> None:
    feature, smart = in_bag(make, walk)[0], in_bag(make, walk, kind=Kind.SMARTPHONE)[0]
    make.approved(walk.homes[0])
    make.approved(walk.homes[1], kind=Kind.SMARTPHONE)
    client = sign_in(walk.volunteer)
    assert hand_over(client, walk, told(feature.imei)).status_code == 200
    assert hand_over(client, walk, told(smart.imei), at=1).status_code == 200
    assert state(session, walk, 0) == ("basics_taught", "feature_4g")
    assert state(session, walk, 1) == ("basics_taught", "smartphone")
    for at, status in ((0, 422), (1, 200)):
        person = walk.homes[at].residents[0].id
        report = {"report_id": str(uuid.uuid4()), "made_at": NOW.isoformat(), "form_version": "1",
                  "outcome": "met", f"help.vneid_l2.{person}": "activated",
                  f"at.vneid_l2.{person}": ""}  # fmt: skip
        stop = walk.stops[at].id
        session.rollback()
        answer = client.post(f"/stops/{stop}/report", data=report, headers=JSON)
        assert answer.status_code == status, answer.json


def test_what_was_not_done_is_not_recorded_as_done(make, sign_in, session, walk) -> None:
    device, other = in_bag(make, walk, 2)
    make.approved(walk.homes[0])
    make.approved(walk.homes[1])
    client = sign_in(walk.volunteer)
    hand_over(client, walk, told(device.imei, face_check="failed"))
    hand_over(client, walk, told(other.imei, ticked=["right_person"], face_check="later"), at=1)
    assert state(session, walk, 0) == ("sim_in_new_device", "feature_4g")
    assert state(session, walk, 1) == ("handed_over", "feature_4g")


def test_the_old_phone_goes_into_the_bag_with_its_owners_word(
    make: Make, sign_in, session, walk: Walk
) -> None:
    (device,) = in_bag(make, walk)
    make.approved(walk.homes[0])
    client = sign_in(walk.volunteer)
    data = told(device.imei, old_phone="recycled", old_imei=make.imei())
    refused = hand_over(client, walk, data)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["wipe_agreed"])
    assert hand_over(client, walk, {**data, "wipe_agreed": "1"}).status_code == 200
    swap = session.scalars(sa.select(Swap)).one()
    assert (swap.old_phone, swap.wipe_agreed) == (OldPhone.RECYCLED, True)
    (inside,) = stock.bag_of(session, walk.volunteer)
    assert (inside.device.id, inside.device.kind) == (swap.old_device_id, Kind.OLD)
    leader, officer = walk.leader, make.officer_of(walk.team)
    session.commit()
    old = inside.device.id
    custody.take_back(session, old, actor=leader, now=NOW)
    custody.take_back(session, old, actor=leader, now=NOW)
    custody.send_away(session, old, to_recycler=True, name="Tái Chế", actor=officer, now=NOW)
    session.commit()
    kinds = [one.to_place.kind for one in stock.history(session, inside.device)]
    assert kinds == [PlaceKind.RECYCLER, PlaceKind.STORE, PlaceKind.TEAM, PlaceKind.BAG]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ticked": ["sim_moved"]}, "ticked"),
        ({"imei": "356938035643808"}, "imei"),
        ({"imei": "", "other_imei": "12345"}, "imei"),
        ({"signature": ""}, "signature"),
        ({"signature": "<svg>"}, "signature"),
        ({"face_check": ""}, "face_check"),
        ({"old_phone": "eaten"}, "old_phone"),
        ({"note": "OTP 123456"}, "note"),
        ({"receipt_id": "7"}, "receipt_id"),
    ],
)
def test_a_form_that_says_too_little_stores_nothing(
    make: Make, sign_in, session, walk: Walk, wrong, field
) -> None:
    (device,) = in_bag(make, walk)
    make.approved(walk.homes[0])
    client = sign_in(walk.volunteer)
    answer = hand_over(client, walk, {**told(device.imei), **wrong})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    page = hand_over(client, walk, {**told(device.imei), **wrong}, headers={})
    assert page.status_code == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(Swap)) == 0


def test_paper_does_where_no_finger_signs(make: Make, sign_in, session, walk: Walk) -> None:
    (device,) = in_bag(make, walk)
    make.approved(walk.homes[0])
    data = told(device.imei, signature="", paper_no="BB-07")
    page = hand_over(sign_in(walk.volunteer), walk, data, headers={})
    assert page.status_code == 303
    assert session.scalars(sa.select(Swap)).one().paper_no == "BB-07"


# --- what the books did not expect ---------------------------------------------------------
def flags(session) -> list[str]:
    session.rollback()
    chosen = sa.select(Swap.flags).order_by(Swap.recorded_at, Swap.id)
    return sorted({one for found in session.scalars(chosen) for one in found})


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
    assert device.imei[-7:-1] in leader.get("/review").text.replace("-", "")
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
    assert device.imei[-7:-1] not in leader.get("/review").text.replace("-", "")


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
