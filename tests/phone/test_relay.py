from __future__ import annotations

import io
import json
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outreach.accounts.models import Device, Role
from outreach.core.audit import AuditEntry
from outreach.phone import rules, sealing
from outreach.visits.models import Report
from tests.factories import Make
from tests.factories.visits import DAY
from tests.visits.sending import JSON, fields, send

SENT = {**JSON, "Content-Type": "application/json"}


def a_queue(client, items) -> str:
    """What the phone of this browser would hand over."""
    told = client.get("/today/pack").json["seal"]
    assert told["format"] == "outreach-queue-1"
    key = sealing.decoded(told["key"])
    return sealing.seal(items, key, UUID(told["device"]), DAY)


def codes(queue: str, size: int = 300) -> list[str]:
    text = sealing.encoded(queue.encode())
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    return [f"OUTREACH1/{n}/{len(chunks)}/{chunk}" for n, chunk in enumerate(chunks, start=1)]


def items_of(walk, *all_fields) -> list[dict[str, str]]:
    return [
        {"path": f"/stops/{stop.id}/report", "body": urlencode(data)}
        for stop, data in zip(walk.stops, all_fields, strict=False)
    ]


def test_a_leader_brings_a_queue_and_the_phone_sends_the_same_later(
    make: Make, sign_in, now, session
) -> None:
    walk = make.walk()
    phone, leader = sign_in(walk.volunteer), sign_in(walk.leader)
    told = [fields(now), fields(now, outcome="nobody_home"), fields(now, outcome="dancing")]
    send(phone, walk, told[0])  # it had been sent, but the answer was lost
    queue = a_queue(phone, items_of(walk, *told))
    answer = leader.post("/relay", data=queue, headers=SENT)
    assert answer.json["volunteer"] == walk.volunteer.name
    assert [one["status"] for one in answer.json["items"]] == [200, 200, 422]
    assert [one["receipt"]["again"] for one in answer.json["items"][:2]] == [True, False]
    later = send(phone, walk, told[1], at=1, headers=JSON)
    assert later.json["receipt"]["again"] is True
    rows = {str(row.id): row for row in session.scalars(sa.select(Report))}
    assert {row.volunteer_id for row in rows.values()} == {walk.volunteer.id}
    assert rows[str(told[0]["report_id"])].carried_by_id is None
    assert rows[str(told[1]["report_id"])].carried_by_id == walk.leader.id
    entry = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "device.queue_carried")
    ).one()
    assert entry.actor_id == walk.leader.id
    assert entry.facts["volunteer"] == str(walk.volunteer.id)
    logged = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "visit.logged")).all()
    assert {one.actor_id for one in logged} == {walk.volunteer.id}


def test_a_file_and_pasted_codes_work_without_javascript(make: Make, sign_in, now, session):
    walk = make.walk()
    phone, leader = sign_in(walk.volunteer), sign_in(walk.leader)
    assert "OUTREACH1" in leader.get("/relay").text
    queue = a_queue(phone, items_of(walk, fields(now), fields(now)))
    file = {"queue": (io.BytesIO(queue.encode()), "bao-cao.json")}
    page = leader.post("/relay", data=file)
    assert (page.status_code, "Đã lưu 2 báo cáo" in page.text) == (200, True)
    pasted = codes(queue)
    assert len(pasted) > 3
    page = leader.post("/relay", data={"parts": "\r\n".join(reversed(pasted)) + "\n" + pasted[0]})
    assert "2 báo cáo đã có từ trước" in page.text
    page = leader.post("/relay", data={"parts": " ".join([pasted[0], *pasted[2:]])})
    assert (page.status_code, "còn thiếu mã số: 2" in page.text) == (422, True)
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 2


def test_only_who_runs_the_team_may_carry(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    queue = a_queue(sign_in(walk.volunteer), items_of(walk, fields(now)))
    officer = make.user(Role.OFFICER, area=walk.team.area)
    for user, status in (
        (make.walk().leader, 403),
        (make.user(Role.OFFICER), 403),
        (walk.volunteer, 403),
        (officer, 200),
    ):
        answer = sign_in(user).post("/relay", data=queue, headers=SENT)
        assert answer.status_code == status


def test_a_lost_phone_that_was_signed_out_can_still_be_emptied(make, sign_in, now, session):
    walk = make.walk()
    phone = sign_in(walk.volunteer)
    queue = a_queue(phone, items_of(walk, fields(now)))
    device = session.scalars(sa.select(Device).where(Device.user_id == walk.volunteer.id)).one()
    device.revoked_at = now
    session.commit()
    page = sign_in(walk.leader).post("/relay", data={"parts": queue})
    assert "đã bị đăng xuất" in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 1


@pytest.mark.parametrize(
    "fault", ["bit", "day", "device", "format", "nonce", "text", "empty", "inside"]
)
def test_a_changed_queue_is_refused_whole(make: Make, sign_in, now, session, fault: str) -> None:
    walk, other = make.walk(), make.walk()
    phone = sign_in(walk.volunteer)
    sign_in(other.volunteer)
    told = json.loads(a_queue(phone, items_of(walk, fields(now))))
    devices = {d.user_id: d.id for d in session.scalars(sa.select(Device))}
    changes = {
        "bit": {"sealed": ("A" if told["sealed"][0] != "A" else "B") + told["sealed"][1:]},
        "day": {"day": "2026-11-20"},
        "device": {"device": str(devices[walk.volunteer.id].__class__(int=5))},
        "format": {"format": "outreach-queue-9"},
        "nonce": {"nonce": "%%"},
        "text": {"sealed": 7},
    }
    sent = json.dumps({**told, **changes.get(fault, {})})
    if fault == "empty":
        sent = ""
    if fault == "inside":
        key = sealing.key_of("test", devices[walk.volunteer.id], DAY)
        nonce = b"n" * 12
        sealed = AESGCM(key).encrypt(nonce, b"7", None)
        inside = {"nonce": sealing.encoded(nonce), "sealed": sealing.encoded(sealed)}
        sent = json.dumps({**told, **inside})
    answer = sign_in(walk.leader).post("/relay", data={"parts": sent}, headers=JSON)
    assert answer.status_code == (404 if fault == "device" else 422)
    assert answer.json["code"] == ("not_found" if fault == "device" else "unreadable")
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 0


def test_keys_differ_by_device_day_and_site() -> None:
    one, two = uuid4(), uuid4()
    keys = {
        sealing.key_of(secret, device, day)
        for secret in ("a", "b")
        for device in (one, two)
        for day in (DAY, DAY.replace(day=22))
    }
    assert len(keys) == 8
    assert {len(key) for key in keys} == {32}


def test_parts_of_two_queues_are_not_joined() -> None:
    assert rules.joined(["OUTREACH1/1/2/abc OUTREACH1/2/3/def"]).whole is None
    assert rules.joined(["OUTREACH1/0/0/abc"]).whole is None
    assert rules.joined(["x OUTREACH1/2/2/def y OUTREACH1/1/2/abc"]).whole == "abcdef"


def test_a_volunteer_may_not_bring_a_queue_of_other_paths(make, sign_in, now, session) -> None:
    walk = make.walk()
    queue = a_queue(
        sign_in(walk.volunteer),
        [{"path": "/me/password", "body": "new=x"}, {"path": "/relay", "body": ""}],
    )
    answer = sign_in(walk.leader).post("/relay", data=queue, headers=SENT)
    assert [one["status"] for one in answer.json["items"]] == [403, 403]
