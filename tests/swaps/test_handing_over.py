"""A hand-over from the door: record, custody and progress together."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from outreach.assistance.models import Step
from outreach.core.audit import AuditEntry
from outreach.stock import queries as stock
from outreach.stock import services as custody
from outreach.stock.models import Kind, PlaceKind, Received
from outreach.swaps import rules
from outreach.swaps.models import OldPhone, Review, Swap
from tests.conftest import NOW
from tests.factories import Make
from tests.factories.visits import Walk
from tests.swaps.sending import hand_over, in_bag, state, told
from tests.visits.sending import JSON


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
