"""What is ticked and typed with a step: read leniently, kept, shown, and gone with an undo."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from outreach.accounts.models import Role
from outreach.assistance import slips
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Case, Step
from outreach.core.db import Session
from tests.factories import Make
from tests.visits.sending import fields, send

TTHC = programmes()["tthc_assist"]
NUMBER = TTHC.fields["dossier_no"]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from("/-. "), st.booleans())
def test_days_are_read_as_people_write_them(day: date, between: str, short: bool) -> None:
    year = f"{day.year % 100:02}" if short else str(day.year)
    assert slips.read_date(f"{day.day}{between}{day.month}{between}{year}") == day
    assert slips.read_date(day.isoformat()) == day


@pytest.mark.parametrize("said", ["31/02/2026", "hôm qua", "32/1/2026", "2026/12/01", "1/1/026"])
def test_what_is_no_day_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(slips.Unreadable, match="27/11/2026"):
        slips.kept(TTHC, "submitted", {"due_at": said})


@pytest.mark.parametrize(
    ("number", "usual"),
    [
        ("H29.35.16-250702-0012", True),
        ("000.00.12.H29-250702-0012", True),
        ("000.00.12.H29.35-250702-001234", True),
        ("H29-250702-12", False),
        ("Giấy 12/2026", False),
    ],
)
def test_an_unusual_dossier_number_is_kept_and_pointed_out(number: str, usual: bool) -> None:
    assert slips.kept(TTHC, "submitted", {"dossier_no": number}) == {"dossier_no": number}
    assert slips.unusual(NUMBER, number) is not usual


def test_a_slip_holds_no_secret_and_nothing_that_was_not_asked() -> None:
    with pytest.raises(slips.Unreadable, match="số giấy tờ"):
        slips.kept(TTHC, "submitted", {"dossier_no": "087084000999"})
    assert slips.kept(TTHC, "requested", {"dossier_no": "H29-250702-0012"}) == {}
    with pytest.raises(slips.Unreadable):
        slips.kept(TTHC, "submitted", {"result_by": "pigeon"})


# --- at the desk ------------------------------------------------------------------------


@pytest.fixture
def desk(make: Make, sign_in, now: datetime, session: Session):
    area = make.neighbourhood()
    home = make.home_of(area, 1950)
    person = home.residents[0]
    make.step(person, now - timedelta(days=2), programme="tthc_assist", state="papers_ready")
    session.commit()
    client = sign_in(make.user(Role.OFFICER, area=area))
    address = f"/help/homes/{home.id}/tthc_assist/{person.id}"

    def record(move: str, seen: str, **given: str):
        place = f"tthc_assist.{person.id}.{move}"
        typed = {f"typed.{place}.{k}": v for k, v in given.items() if not k.startswith("tick")}
        ticks = {f"tick.{place}.{k[4:]}": v for k, v in given.items() if k.startswith("tick")}
        data = {
            "form_id": uuid4(), "seen_state": seen, "move": move, "stop_reason": "",
            "evidence": "observed", "channel": "desk", "day": "2026-11-21", "note": "",
        }  # fmt: skip
        return client.post(address, data={**data, **typed, **ticks})

    return client, address, record


def the_case(session: Session) -> Case:
    found = session.scalars(sa.select(Case).execution_options(populate_existing=True)).one()
    session.commit()
    return found


def test_a_desk_types_the_slip_and_undo_restores_what_was_before(
    desk, session: Session, now: datetime
) -> None:
    client, address, record = desk
    page = client.get(address).text
    assert "Mã hồ sơ" in page
    given = {"dossier_no": "H29.35.16-250702-0012", "due_at": "5/12/2026", "result_by": "home"}
    assert record("submitted", "papers_ready", **given).status_code == 303
    first = {**given, "due_at": "2026-12-05"}
    assert the_case(session).typed == first
    page = client.get(address).text
    assert "05/12/2026" in page
    assert "Trao tại nhà" in page
    session.commit()
    answer = record("overdue", "submitted", due_at="15.12.26", apology="received")
    assert answer.status_code == 303
    assert the_case(session).typed == {**first, "due_at": "2026-12-15", "apology": "received"}
    last = session.scalars(sa.select(Step).order_by(Step.number.desc())).first()
    assert last is not None
    session.commit()
    assert client.post(f"/help/steps/{last.id}/undo").status_code == 303
    assert the_case(session).typed == first


def test_a_required_date_is_missed_at_the_desk_and_an_odd_number_only_pointed_out(
    desk, session: Session
) -> None:
    client, address, record = desk
    refused = record("submitted", "papers_ready", dossier_no="H29-250702-0012")
    assert refused.status_code == 422
    assert "Còn thiếu: Ngày hẹn trả" in refused.text
    assert record("submitted", "papers_ready", due_at="40/1/2026").status_code == 422
    kept = record("submitted", "papers_ready", dossier_no="số 12", due_at="5/12/2026")
    assert kept.status_code == 303
    assert "Trông lạ" in client.get(address).text


def test_a_date_that_was_mistyped_is_put_right_without_a_move(desk, session: Session) -> None:
    _client, _address, record = desk
    assert record("submitted", "papers_ready", due_at="5/12/2026").status_code == 303
    assert record("submitted", "submitted", due_at="50/12/2026").status_code == 422
    assert record("submitted", "submitted", due_at="15/12/2026").status_code == 303
    case = the_case(session)
    assert (case.state, case.typed) == ("submitted", {"due_at": "2026-12-15"})


def test_ticks_are_kept_by_line(make: Make, sign_in, session: Session, now: datetime) -> None:
    area = make.neighbourhood()
    home = make.home_of(area, 1950)
    client = sign_in(make.user(Role.OFFICER, area=area))
    address = f"/help/homes/{home.id}/skills_5/home"
    data = {
        "form_id": uuid4(), "seen_state": "", "move": "learning", "stop_reason": "",
        "evidence": "observed", "channel": "desk", "day": "2026-11-21", "note": "",
        "tick.skills_5.home.learning.2": "1", "tick.skills_5.home.learning.0": "1",
        "tick.skills_5.home.passed.1": "1",
    }  # fmt: skip
    assert client.post(address, data=data).status_code == 303
    assert session.scalars(sa.select(Step)).one().ticked == [0, 2]
    page = client.get(address).text
    assert "Danh sách kiểm tra: 2/5" in page
    bad = {**data, "form_id": uuid4(), "seen_state": "learning", "move": "passed",
           "tick.skills_5.home.passed.9": "1"}  # fmt: skip
    session.commit()
    assert client.post(address, data=bad).status_code == 422


# --- at the door ------------------------------------------------------------------------


def test_a_phone_sends_ticks_and_slips_as_plain_fields_and_twice_is_once(
    make: Make, sign_in, now: datetime, session: Session
) -> None:
    walk = make.walk()
    person = walk.homes[0].residents[0]
    make.step(person, now - timedelta(days=2), programme="tthc_assist", state="papers_ready")
    session.commit()
    client = sign_in(walk.volunteer)
    page = client.get(f"/stops/{walk.stops[0].id}").text
    place = f"tthc_assist.{person.id}"
    assert f'name="typed.{place}.submitted.dossier_no"' in page
    given = fields(
        now,
        **{
            f"help.{place}": "submitted",
            f"at.{place}": "papers_ready",
            f"typed.{place}.submitted.dossier_no": "H29.35.16-250702-0012",
            f"typed.{place}.submitted.due_at": "",  # from a door it may come later
            f"typed.{place}.submitted.result_by": "",
            f"tick.{place}.papers_ready.0": "1",  # of a move that was not chosen
        },
    )
    for _ in range(2):
        assert send(client, walk, given).status_code == 303
    case = session.scalars(sa.select(Case)).one()
    assert case.typed == {"dossier_no": "H29.35.16-250702-0012"}
    step = session.scalars(sa.select(Step).where(Step.to_state == "submitted")).one()
    assert (step.typed, step.ticked) == (case.typed, [])
    other = {**given, f"typed.{place}.submitted.dossier_no": "H29.35.16-250702-9999"}
    session.commit()
    assert send(client, walk, other).status_code == 409  # another report under the same id


def test_a_phones_slip_that_cannot_be_read_is_refused_with_the_reason(
    make: Make, sign_in, now: datetime
) -> None:
    walk = make.walk()
    person = walk.homes[0].residents[0]
    place = f"vneid_l2.{person.id}"
    told = {f"typed.{place}.appointment_set.appointment_on": "mai"}
    given = fields(now, **{f"help.{place}": "appointment_set", **told})
    answer = send(sign_in(walk.volunteer), walk, given)
    assert answer.status_code == 422
    assert "27/11/2026" in answer.text
