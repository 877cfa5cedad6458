"""Homes that no text reaches are called: listed once, worked off, with what the call meant."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.appointments.models import Appointment, State
from outreach.households.models import PhoneKind
from outreach.messaging.models import Message, Status, Suppression
from outreach.notifications import jobs
from outreach.notifications.models import Call, CallReason, CallResult, CallState
from outreach.web import Outreach
from tests.factories import Make


def listed(app: Outreach, make: Make) -> list[Call]:
    jobs.list_calls(app.db, app.settings)
    make.session.expire_all()
    found = list(make.session.scalars(sa.select(Call).order_by(Call.opened_at)))
    make.session.commit()
    return found


def phoneless(make: Make) -> Appointment:
    home = make.home(make.neighbourhood())
    make.reachable(home, make.contact_point())
    visit = make.announced(home=home)
    for link in list(home.residents[0].phones):
        make.session.delete(link)
    make.session.commit()
    return visit


def test_a_home_without_a_phone_and_one_with_a_land_line_are_listed_once(
    app: Outreach, make: Make, now: datetime
) -> None:
    phoneless(make)
    make.announced(phone=make.contact_point("+842743822922", kind=PhoneKind.LANDLINE))
    make.announced()
    for _ in range(2):
        found = {(call.reason, call.phone) for call in listed(app, make)}
        assert found == {(CallReason.NO_PHONE, ""), (CallReason.LANDLINE, "+842743822922")}


@pytest.mark.parametrize(
    ("status", "reason", "called"),
    [
        (Status.UNDELIVERED, "handset_unreachable", True),
        (Status.FAILED, "number_invalid", True),
        (Status.EXPIRED, "moment_passed", True),
        (Status.FAILED, "opted_out", False),
        (Status.MUTED, "trial_mode", False),
        (Status.DELIVERED, None, False),
        (Status.ACCEPTED, None, False),
    ],
)
def test_a_message_that_failed_is_followed_by_a_call(
    app: Outreach, make: Make, now: datetime, status: Status, reason: str | None, called: bool
) -> None:
    make.announced()
    jobs.plan_reminders(app.db, app.settings)
    make.session.execute(sa.update(Message).values(status=status, reason=reason))
    make.session.commit()
    found = listed(app, make)
    assert [call.reason for call in found] == ([CallReason.FAILED] if called else [])


def test_who_refused_messages_is_not_called_either(
    app: Outreach, make: Make, now: datetime
) -> None:
    make.announced(consent=False)
    assert listed(app, make) == []


def test_a_call_leaves_the_list_when_the_visit_is_over(
    app: Outreach, make: Make, now: datetime
) -> None:
    visit = phoneless(make)
    listed(app, make)
    visit.state = State.KEPT
    make.session.commit()
    (call,) = listed(app, make)
    assert (call.state, call.result) == (CallState.CLOSED, CallResult.NOT_NEEDED)


def test_what_a_call_means_is_done(app: Outreach, make: Make, sign_in, now: datetime) -> None:
    landline = make.contact_point("+842743822922", kind=PhoneKind.LANDLINE)
    visits = [phoneless(make), make.announced(phone=landline), phoneless(make)]
    agreed, wrong, gone = (visit.id for visit in visits)
    number = landline.number
    office = sign_in(make.user(Role.ADMINISTRATOR))
    by_visit = {call.appointment_id: call.id for call in listed(app, make)}

    def result(visit: UUID, **form: str) -> int:
        return int(office.post(f"/calls/{by_visit[visit]}", data=form).status_code)

    assert result(agreed, result="agreed") == 303
    assert result(wrong, result="wrong_number") == 303
    assert result(gone, result="removed") == 422, "only with a reason"
    assert result(gone, result="removed", note="Đã chuyển đi") == 303
    make.session.expire_all()
    assert make.session.get_one(Appointment, agreed).confirmed_by == "call"
    assert make.session.get_one(Appointment, gone).state is State.CANCELLED
    assert make.session.scalars(sa.select(Suppression.phone)).all() == [number]
    make.session.commit()
    assert result(agreed, result="removed", note="x") == 422, "it was made already"


def test_a_call_put_off_comes_back_when_it_is_time(
    app: Outreach, make: Make, sign_in, now: datetime, set_clock
) -> None:
    visit = phoneless(make)
    (call,) = listed(app, make)
    office = sign_in(make.user(Role.OFFICER, area=visit.household.area))
    url = f"/calls/{call.id}"
    assert office.post(url, data={"result": "later"}).status_code == 422
    later = {"result": "later", "again_on": "2026-11-21", "again_at": "17:00"}
    assert office.post(url, data=later).status_code == 303
    assert url not in office.get("/calls").text
    set_clock(now + timedelta(hours=9))
    assert url in office.get("/calls").text


def test_volunteers_call_only_the_homes_they_will_visit(
    app: Outreach, make: Make, sign_in, now: datetime
) -> None:
    visit, other = phoneless(make), phoneless(make)
    calls = {call.appointment_id: call.id for call in listed(app, make)}
    assert isinstance(visit.visitor_id, UUID)
    volunteer = sign_in(visit.visitor)
    page = volunteer.get("/calls").text
    assert str(calls[visit.id]) in page
    assert str(calls[other.id]) not in page
    assert volunteer.get(f"/calls/{calls[other.id]}").status_code == 404


def test_listing_costs_the_same_for_many_homes(
    app: Outreach, make: Make, now: datetime, queries: list[str]
) -> None:
    counts = []
    for more in (1, 6):
        for _ in range(more):
            phoneless(make)
        jobs.list_calls(app.db, app.settings)
        queries.clear()
        jobs.list_calls(app.db, app.settings)
        counts.append(len(queries))
    assert counts[0] == counts[1]
