from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Device
from outreach.core.audit import AuditEntry
from outreach.core.db import Session
from outreach.visits.models import Report
from outreach.visits.services import promises
from tests.factories import Make
from tests.visits.sending import JSON, fields, send


def item(walk, at: int, data: dict[str, object]) -> dict[str, str]:
    return {"path": f"/stops/{walk.stops[at].id}/report", "body": urlencode(data)}


def count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Report)) or 0


def test_a_batch_is_answered_item_by_item_as_single_forms_are(
    make: Make, sign_in, now, session: Session
) -> None:
    walk = make.walk(4)
    client = sign_in(walk.volunteer)
    one, two, bad = fields(now), fields(now, outcome="nobody_home"), fields(now, outcome="dancing")
    single = send(client, walk, one, headers=JSON)
    stranger = make.walk()
    answer = client.post(
        "/outbox",
        json={
            "held": 4,
            "items": [
                item(walk, 0, one),
                item(walk, 1, bad),
                item(walk, 2, two),
                item(stranger, 0, fields(now)),
                {"path": "/me/password", "body": ""},
                {"path": "/nowhere", "body": ""},
                {"path": "rounds", "body": ""},
                {"path": 7},
                "x",
                {"path": f"/stops/{walk.stops[3].id}/report", "body": fields(now)},
            ],
        },
    )
    assert answer.status_code == 200
    items = answer.json["items"]
    assert [one["status"] for one in items] == [200, 422, 200, 403, 403, 404, 404, 422, 422, 200]
    assert items[0]["receipt"] == {**single.json["receipt"], "again": True}
    assert (items[0]["id"], items[1]["id"]) == (one["report_id"], bad["report_id"])
    assert items[1]["errors"]["outcome"]
    assert [one.get("code") for one in items[3:7]] == [
        "not_allowed", "not_allowed", "not_found", "not_found",
    ]  # fmt: skip
    assert count(session) == 3
    device = session.scalars(sa.select(Device).where(Device.user_id == walk.volunteer.id)).one()
    assert (device.held, device.held_since) == (4, now)


def test_ten_replays_in_any_order_give_the_same_rows(make: Make, sign_in, now, session) -> None:
    walk = make.walk(5)
    person = walk.homes[0].residents[0].id
    client = sign_in(walk.volunteer)
    helped = fields(now, **{f"help.vneid_l2.{person}": "captured"})
    taken_back = fields(now)
    items = [
        item(walk, 0, helped),
        *(item(walk, n, fields(now, outcome="nobody_home")) for n in range(1, 4)),
        item(walk, 4, taken_back),
        {"path": f"/reports/{taken_back['report_id']}/undo", "body": ""},
    ]
    for turn in range(10):
        told = items if turn % 2 else items[::-1]
        answer = client.post("/outbox", json={"items": told})
        assert {one["status"] for one in answer.json["items"]} == {200}
    session.expire_all()
    rows = session.scalars(sa.select(Report)).all()
    assert len(rows) == 5
    assert [str(row.id) for row in rows if row.undone_at] == [taken_back["report_id"]]
    acts = session.scalars(sa.select(AuditEntry.action)).all()
    assert acts.count("visit.logged") == 5
    assert acts.count("assistance.step_recorded") == 1


def test_a_form_that_breaks_changes_nothing_else(
    make: Make, sign_in, now, session, monkeypatch
) -> None:
    walk = make.walk(3)
    client = sign_in(walk.volunteer)
    real = promises.close

    def breaks(session, promised, outcome, **given):
        if outcome.value == "refused":
            raise ZeroDivisionError
        real(session, promised, outcome, **given)

    monkeypatch.setattr("outreach.visits.services.reports.close", breaks)
    items = [
        item(walk, 0, fields(now)),
        item(walk, 1, fields(now, outcome="refused")),
        item(walk, 2, fields(now)),
    ]
    answers = client.post("/outbox", json={"items": items}).json["items"]
    assert [one["status"] for one in answers] == [200, 500, 200]
    assert answers[1]["code"] == "defect"
    assert count(session) == 2


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"items": 7}',
             json.dumps({"items": [{"path": "/x", "body": ""}] * 201})],
)  # fmt: skip
def test_what_no_outbox_sends_is_refused(make: Make, sign_in, now, body: str) -> None:
    client = sign_in(make.walk().volunteer)
    answer = client.post("/outbox", data=body, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (422, "damaged")


def test_too_much_at_once_is_refused_and_one_large_form_harms_no_other(
    make: Make, sign_in, now
) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    large = item(walk, 0, fields(now, note="a" * 70_000))
    answers = client.post("/outbox", json={"items": [large, item(walk, 1, fields(now))]}).json
    assert [one["status"] for one in answers["items"]] == [413, 200]
    whole = client.post("/outbox", data="x" * 1_100_000, headers=JSON)
    assert (whole.status_code, whole.json["code"]) == (413, "too_large")


def test_undoing_before_the_report_arrives_is_remembered(
    make: Make, sign_in, now, session, set_clock
) -> None:
    walk = make.walk(announced=True)
    client = sign_in(walk.volunteer)
    person = walk.homes[0].residents[0].id
    data = fields(now, **{f"help.vneid_l2.{person}": "captured"})
    undo = f"/reports/{data['report_id']}/undo"
    first, again = client.post(undo, headers=JSON), client.post(undo, headers=JSON)
    assert (first.json["receipt"]["undone"], again.json["receipt"]["again"]) == (True, True)
    stranger = sign_in(make.walk().volunteer)
    assert stranger.post(undo, headers=JSON).status_code == 200  # says nothing of whose it is
    set_clock(now + timedelta(hours=1))
    told = send(client, walk, data, headers=JSON).json["receipt"]
    assert (told["again"], told["undone"]) == (False, True)
    row = session.scalars(sa.select(Report)).one()
    assert row.undone_at == now
    acts = session.scalars(sa.select(AuditEntry.action)).all()
    assert "assistance.step_recorded" not in acts
    assert "appointment.kept" not in acts


def test_somebody_elses_recall_takes_nothing_back(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    data = fields(now)
    sign_in(make.walk().volunteer).post(f"/reports/{data['report_id']}/undo", headers=JSON)
    told = send(sign_in(walk.volunteer), walk, data, headers=JSON)
    assert told.json["receipt"]["undone"] is False


def test_a_signed_out_phone_is_told_whether_somebody_did_it(
    make: Make, sign_in, now, session, set_clock
) -> None:
    walk = make.walk()
    lost, old = sign_in(walk.volunteer), sign_in(make.walk().volunteer)
    device = session.scalars(sa.select(Device).where(Device.user_id == walk.volunteer.id)).one()
    device.revoked_at = now
    session.commit()
    for client, code in ((lost, "revoked"), (old, "signed_out")):
        if code == "signed_out":
            set_clock(now + timedelta(days=91))
        for answer in (
            client.post("/outbox", json={"items": []}, headers=JSON),
            client.get("/today/pack", headers=JSON),
            client.post(f"/stops/{walk.stops[0].id}/report", data=fields(now), headers=JSON),
        ):
            assert (answer.status_code, answer.json["code"]) == (401, code)


def test_what_a_phone_holds_is_remembered_cheaply(make: Make, sign_in, now, session, set_clock):
    walk = make.walk()
    client = sign_in(walk.volunteer)
    volunteer = walk.volunteer.id

    def said(held: str, after: timedelta) -> tuple[int | None, object]:
        set_clock(now + after)
        assert client.get("/today", headers={"Outreach-Held": held}).status_code == 200
        session.expire_all()
        device = session.scalars(sa.select(Device).where(Device.user_id == volunteer)).one()
        told = device.held, device.held_since
        session.rollback()  # a reader that stays would keep the next writer waiting
        return told

    minute = timedelta(minutes=1)
    assert said("many", minute) == (None, None)
    assert said("3", minute) == (3, now + minute)
    assert said("5", minute) == (3, now + minute)  # seconds later: not worth a write
    assert said("5", 2 * minute) == (5, now + minute)
    assert said("0", 2 * minute) == (0, None)
    assert said("²", 9 * minute) == (0, None)
    assert said("99999999999", 12 * minute) == (9999, now + 12 * minute)


def test_the_receipts_of_a_day_are_what_is_stored(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    wrong_clock = now + timedelta(days=40)
    kept = [fields(now), fields(wrong_clock), fields(now)]
    for at, data in enumerate(kept):
        send(client, walk, data, at=at)
    client.post(f"/reports/{kept[2]['report_id']}/undo")
    send(sign_in(walk.leader), walk, fields(now))
    told = client.get("/today/receipts").json
    assert sorted(told["ids"]) == sorted(str(one["report_id"]) for one in kept)
    assert [one["undone"] for one in told["receipts"]].count(True) == 1
    assert client.get("/today/receipts?day=2026-12-31").json["ids"] == [kept[1]["report_id"]]
    assert client.get("/today/receipts?day=2026-11-20").json["ids"] == []


def test_a_phone_whose_clock_is_wrong_is_believed_by_how_wrong_it_is(
    make: Make, sign_in, now, session
) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    days = timedelta(days=3, hours=1)
    an_hour_ago = fields(now - timedelta(hours=1) + days)
    send(client, walk, an_hour_ago, headers={**JSON, "Outreach-Clock": (now + days).isoformat()})
    row = session.scalars(sa.select(Report)).one()
    assert row.happened_at == now - timedelta(hours=1)
    assert row.made_at == now - timedelta(hours=1) + days
    stop = walk.stops[1].id
    session.rollback()
    for nonsense in ("yesterday", "2026-11-21T09:00:00", "9999-12-31T23:59:59+00:00"):
        headers = {**JSON, "Outreach-Clock": nonsense}
        answer = client.post(f"/stops/{stop}/report", data=fields(now), headers=headers)
        assert answer.status_code == 200


def test_the_same_day_is_not_sent_twice(make: Make, sign_in, now) -> None:
    client = sign_in(make.walk().volunteer)
    first = client.get("/today")
    assert first.headers["Outreach-Route"] != "0"
    again = client.get("/today", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"/today?logged={uuid4()}").status_code == 200
