"""Reminders kept in line with what is planned, agreed and done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from outreach.appointments.models import Appointment
from outreach.appointments.models import State as AppointmentState
from outreach.households.models import PhoneKind, Purpose
from outreach.messaging import services
from outreach.messaging.channels.opening import Channels
from outreach.messaging.channels.sandbox import Sandbox
from outreach.messaging.models import Message, SandboxMessage, Source, Status
from outreach.notifications import jobs
from outreach.rounds.models import Round, Route, State, Stop
from outreach.visits.models import Outcome, Report
from outreach.web import Outreach
from tests.factories import Make

SetClock = Callable[[datetime], None]
HOUR = timedelta(hours=1)


def plan(app: Outreach) -> list[Message]:
    """Plan, and give what is in the outbox, oldest first."""
    jobs.plan_reminders(app.db, app.settings)
    with app.db.transaction(read_only=True) as session:
        found = list(session.scalars(sa.select(Message).order_by(Message.created_at)))
        session.expunge_all()
    return found


def wanted(app: Outreach) -> list[Message]:
    return [m for m in plan(app) if m.status is Status.WANTED]


def send(app: Outreach) -> int:
    return jobs.send(app.db, Channels.of(Sandbox(app.db)), app.settings)


def test_planning_twice_is_the_same_as_once(app: Outreach, make: Make, now: datetime) -> None:
    make.announced()
    first = plan(app)
    assert [m.status for m in first] == [Status.WANTED]
    assert [m.id for m in plan(app)] == [first[0].id]


def test_a_reminder_goes_out_the_evening_before_and_once(
    app: Outreach, make: Make, now: datetime, set_clock: SetClock
) -> None:
    make.announced()
    (message,) = plan(app)
    assert send(app) == 0
    set_clock(now + 9 * HOUR)  # 18:00
    assert [plan(app) and send(app), plan(app) and send(app)] == [1, 0]
    with app.db.transaction(read_only=True) as session:
        (received,) = session.scalars(sa.select(SandboxMessage))
        assert (received.phone, received.body) == (message.phone, message.body)


def test_nothing_is_sent_in_the_night(
    app: Outreach, make: Make, now: datetime, set_clock: SetClock
) -> None:
    make.announced(starts_at=now + 25 * HOUR)
    plan(app)
    set_clock(now + 13 * HOUR)  # 22:00
    assert send(app) == 0
    set_clock(now + 22 * HOUR)  # 07:00
    assert send(app) == 1


@pytest.mark.parametrize("state", [s for s in State if s is not State.PUBLISHED])
def test_only_published_rounds_earn_reminders(
    app: Outreach, make: Make, now: datetime, state: State
) -> None:
    make.announced(state=state)
    assert plan(app) == []


def test_a_withdrawn_round_cancels_its_reminders_and_publishing_again_revives_them(
    app: Outreach, make: Make, now: datetime
) -> None:
    make.announced()
    plan(app)
    around = make.session.scalars(sa.select(Round)).one()
    for state, status in (
        (State.PROPOSED, Status.CANCELLED),
        (State.PUBLISHED, Status.WANTED),
    ):
        around.state = state
        make.session.commit()
        assert [m.status for m in plan(app)] == [status]


def test_a_visit_that_has_happened_needs_no_reminder(
    app: Outreach, make: Make, now: datetime
) -> None:
    appointment = make.announced()
    plan(app)
    _report(make, appointment, now)
    assert [m.status for m in plan(app)] == [Status.CANCELLED]


@pytest.mark.parametrize(
    "state", [AppointmentState.KEPT, AppointmentState.MISSED, AppointmentState.CANCELLED]
)
def test_a_closed_appointment_needs_no_reminder(
    app: Outreach, make: Make, now: datetime, state: AppointmentState
) -> None:
    appointment = make.announced()
    plan(app)
    appointment.state = state
    make.session.commit()
    assert [m.status for m in plan(app)] == [Status.CANCELLED]


def test_a_moved_visit_is_told_with_its_new_time_only(
    app: Outreach, make: Make, now: datetime
) -> None:
    appointment = make.announced()
    (old,) = plan(app)
    appointment.starts_at += 5 * HOUR
    appointment.ends_at += 5 * HOUR
    make.session.commit()
    messages = {m.status: m for m in plan(app)}
    assert messages.keys() == {Status.CANCELLED, Status.WANTED}
    assert messages[Status.CANCELLED].id == old.id
    assert "14:00-16:00" in messages[Status.WANTED].body


def test_another_visitor_is_told_by_name(app: Outreach, make: Make, now: datetime) -> None:
    make.announced()
    plan(app)
    route = make.session.scalars(sa.select(Route)).one()
    route.volunteer = make.user(name="Lê Văn Út")
    make.session.commit()
    (message,) = wanted(app)
    assert ", Ut, ma 4821" in message.body


def test_without_consent_nobody_is_written_to(app: Outreach, make: Make, now: datetime) -> None:
    make.announced(consent=False)
    assert plan(app) == []


def test_consent_to_something_else_is_no_consent(app: Outreach, make: Make, now: datetime) -> None:
    phone = make.contact_point()
    make.consent(phone, purpose=Purpose.CASE_NOTICE)
    make.announced(phone=phone, consent=False)
    assert plan(app) == []


def test_withdrawn_consent_cancels_the_reminder(app: Outreach, make: Make, now: datetime) -> None:
    phone = make.contact_point()
    make.announced(phone=phone)
    plan(app)
    make.consent(phone, given=False, at=now)
    assert [m.status for m in plan(app)] == [Status.CANCELLED]


def test_the_newest_word_about_consent_holds(app: Outreach, make: Make, now: datetime) -> None:
    phone = make.contact_point()
    make.announced(phone=phone, consent=False)
    for given, at in ((True, now - 3 * HOUR), (False, now - 2 * HOUR), (True, now - HOUR)):
        make.consent(phone, given=given, at=at)
    assert len(plan(app)) == 1


def test_a_landline_is_not_texted(app: Outreach, make: Make, now: datetime) -> None:
    phone = make.contact_point(kind=PhoneKind.LANDLINE)
    make.announced(phone=phone)
    assert plan(app) == []


def test_a_number_that_opted_out_gives_way_to_another_of_the_home(
    app: Outreach, make: Make, now: datetime
) -> None:
    home = make.home(make.neighbourhood())
    first, second = make.contact_point(), make.contact_point()
    for position, phone in enumerate((first, second)):
        make.reachable(home, phone, resident=position)
        make.consent(phone)
    make.announced(home=home)
    assert [m.phone for m in plan(app)] == [first.number], "the head's phone, and only that"
    services.opt_out(
        make.session, first.number, source=Source.HOTLINE, reason="asked", actor=None, now=now
    )
    make.session.commit()
    assert [m.phone for m in wanted(app)] == [second.number]


def test_relatives_on_one_phone_get_one_text(app: Outreach, make: Make, now: datetime) -> None:
    phone = make.contact_point()
    for n in range(2):
        home = make.home(make.neighbourhood())
        make.reachable(home, phone)
        make.announced(home=home, starts_at=now + (24 + n) * HOUR, code=f"100{n}")
    make.consent(phone)
    (message,) = plan(app)
    assert "1000" in message.body
    assert "1001" in message.body


def test_a_phone_that_was_told_is_left_in_peace_while_its_visits_pass(
    app: Outreach, make: Make, now: datetime, set_clock: SetClock
) -> None:
    phone = make.contact_point()
    make.consent(phone)
    appointments = []
    for n in range(2):
        home = make.home(make.neighbourhood())
        make.reachable(home, phone)
        appointments.append(make.announced(home=home, starts_at=now + (24 + 5 * n) * HOUR))
    plan(app)
    set_clock(now + 9 * HOUR)
    send(app)
    set_clock(now + 25 * HOUR)
    _report(make, appointments[0], now + 25 * HOUR)
    assert [m.status for m in plan(app)] == [Status.ACCEPTED]


def test_planning_costs_the_same_for_many_visits(
    app: Outreach, make: Make, now: datetime, queries: list[str]
) -> None:
    counts = []
    for more in (1, 12):
        for _ in range(more):
            make.announced()
        queries.clear()
        jobs.plan_reminders(app.db, app.settings)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 13


def test_the_wards_own_number_is_told(app: Outreach, make: Make, now: datetime) -> None:
    ward = make.area(kind="Phường", name="Dĩ An")
    ward.hotline = "0274 3742 123"
    home = make.home(make.neighbourhood(ward))
    make.announced(home=home)
    make.announced()
    told = {m.body.rsplit("Hoi: ")[1] for m in plan(app)}
    assert told == {"0274 3742 123", "UBND phuong"}


def _report(make: Make, appointment: Appointment, at: datetime) -> None:
    stop = make.session.get_one(Stop, appointment.stop_id)
    make.saved(
        Report(
            id=uuid4(), stop_id=stop.id, household_id=stop.household_id,
            volunteer_id=stop.route.volunteer_id, outcome=Outcome.MET, made_at=at, received_at=at,
            happened_at=at, form_version=1, fingerprint="0" * 64,
        )
    )  # fmt: skip
