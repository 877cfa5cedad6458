from __future__ import annotations

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.assistance.models import Case, Evidence, Step
from outreach.core.db import Session
from outreach.visits.models import Report
from tests.factories import Make
from tests.visits.sending import JSON, fields, hidden, send


def test_nobody_home_is_one_post_and_leads_to_the_next_home_with_an_undo(
    make: Make, sign_in, now, session: Session
) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    page = client.get(f"/stops/{walk.stops[0].id}").text
    data: dict[str, object] = {**hidden(page, "nobody_home"), "outcome": "nobody_home"}
    answer = send(client, walk, data)
    assert answer.status_code == 303
    assert f"/stops/{walk.stops[1].id}?logged=" in answer.location
    following = client.get(answer.location).text
    assert "Hoàn tác" in following
    undone = client.post(f"/reports/{data['report_id']}/undo")
    assert undone.location.endswith(f"/stops/{walk.stops[0].id}")
    assert session.scalars(sa.select(Report)).one().undone_at == now


def test_the_same_form_again_is_answered_the_same(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    data = fields(now)
    first, again = send(client, walk, data), send(client, walk, data)
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 1


def test_a_program_gets_a_receipt(make: Make, sign_in, now) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    data = fields(now, latitude="10.9", longitude="106.7", accuracy_m="12.5")
    first, again = (send(client, walk, data, headers=JSON) for _ in range(2))
    told = {"id": data["report_id"], "stored_at": now.isoformat(), "undone": False}
    assert first.json == {"receipt": {**told, "again": False}}
    assert again.json == {"receipt": {**told, "again": True}}
    assert first.headers["Outreach-Receipt"] == again.headers["Outreach-Receipt"] == told["id"]


def test_the_same_id_for_another_home_is_a_conflict_that_says_what_to_do(
    make: Make, sign_in, now
) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    data = fields(now)
    send(client, walk, data)
    answer = send(client, walk, data, at=1)
    assert answer.status_code == 409
    assert "Hãy ghi lại" in answer.text
    assert data["report_id"] not in answer.text
    program = send(client, walk, data, at=1, headers=JSON)
    assert (program.status_code, "Hãy ghi lại" in program.json["error"]) == (409, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", "dancing"),
        ("outcome", ""),
        ("report_id", "7"),
        ("report_id", ""),
        ("made_at", "yesterday"),
        ("made_at", "2026-11-21T09:00:00"),
        ("form_version", "0"),
        ("latitude", "91"),
        ("note", "a" * 501),
        ("note", "CCCD 087084000999"),
        ("note", "mã OTP 482 913"),
        ("note", "thẻ 9704 3689 1234 5678"),
    ],
)
def test_a_bad_report_says_what_is_wrong_and_stores_nothing(
    make: Make, sign_in, now, field: str, value: str
) -> None:
    walk = make.walk()
    client = sign_in(walk.volunteer)
    given = fields(now, latitude="10", longitude="106") | {field: value}
    page = send(client, walk, given)
    assert page.status_code == 422
    assert "Chưa lưu gì cả" in page.text
    program = send(client, walk, given, headers=JSON)
    assert program.status_code == 422
    assert program.json["errors"][field]
    assert make.session.scalar(sa.select(sa.func.count()).select_from(Report)) == 0


@pytest.mark.parametrize(
    "name",
    ["help.nothing.home", "help.vneid_l2.home", "help.vneid_l2.7", "help.device_2g4g.home"],
)
def test_damaged_help_is_refused(make: Make, sign_in, now, session, name: str) -> None:
    walk = make.walk()
    answer = send(sign_in(walk.volunteer), walk, fields(now, **{name: "flying"}), headers=JSON)
    assert answer.status_code == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 0


def test_help_for_two_people_arrives_with_one_form(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    one, two = (person.id for person in walk.homes[0].residents)
    given = fields(
        now,
        **{
            f"help.vneid_l2.{one}": "activated",
            f"at.vneid_l2.{one}": "",
            f"help.bank_account.{one}": "channel_chosen.branch",
            f"help.vneid_l2.{two}": "captured",
            f"told.{two}": "1",
            f"help.bank_account.{two}": "",
            "help.device_2g4g.home": "already_has_smartphone",
            f"halt.{two}": "bank_account",
            f"reason.{two}": "refused",
        },
    )
    assert send(sign_in(walk.volunteer), walk, given).status_code == 303
    cases = {(c.programme, c.resident_id): c for c in session.scalars(sa.select(Case))}
    assert cases["bank_account", one].variant == "branch"
    assert cases["vneid_l2", two].evidence is Evidence.DECLARED
    assert cases["bank_account", two].stop_reason == "refused"
    assert session.scalar(sa.select(sa.func.count()).select_from(Step)) == 5


def test_a_4g_feature_phone_never_completes_vneid(make: Make, sign_in, now, session) -> None:
    walk = make.walk()
    person = walk.homes[0].residents[0].id
    client = sign_in(walk.volunteer)
    for state in ("eligible", "listed", "device_reserved", "handed_over.feature_4g"):
        given = fields(now, **{"help.device_2g4g.home": state})
        assert send(client, walk, given).status_code == 303
    given = fields(now, **{f"help.vneid_l2.{person}": "activated"})
    answer = send(client, walk, given)
    assert answer.status_code == 422
    assert "4G phím bấm" in answer.text


def test_officers_do_not_walk(make: Make, sign_in, now) -> None:
    walk = make.walk()
    client = sign_in(make.user(Role.OFFICER, area=walk.team.area))
    assert send(client, walk, fields(now)).status_code == 403
