"""One evening through the whole house: from a published round to phones, ledger and call list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.accounts.models import Role, User
from outreach.appointments.models import Appointment
from outreach.households.models import ContactPoint, Language
from outreach.messaging.models import Message, Source, Status, Suppression
from outreach.notifications import jobs, texts
from outreach.notifications.models import (
    Call,
    CallReason,
    Registration,
    RegistrationState,
    ReplyWay,
)
from outreach.places.models import Area
from tests.factories import Make
from tests.messaging.line import Line

EVENING = 9 * 60 + 1  # minutes after the start: 18:01


def registered(make: Make, line: Line) -> None:
    template = texts.VISIT_REMINDER.name
    make.saved(
        Registration(
            digest=texts.digest(texts.shipped(template, Language.VI), Language.VI),
            template=template,
            language=Language.VI,
            channel="twilio",
            state=RegistrationState.REGISTERED,
            reference="T-1",
            note="",
            changed_at=line.start,
        )
    )


def told(make: Make, area: Area, phone: ContactPoint) -> Appointment:
    home = make.home(make.neighbourhood(area))
    make.reachable(home, phone)
    make.consent(phone)
    return make.announced(home=home)


def phoneless(make: Make, area: Area) -> Appointment:
    visit = told(make, area, make.contact_point())
    for link in list(visit.household.residents[0].phones):
        make.session.delete(link)
    make.session.commit()
    return visit


def calls(line: Line) -> dict[object, CallReason]:
    jobs.list_calls(line.site.db, line.site.settings)
    with line.site.db.transaction(read_only=True) as session:
        return {call.appointment_id: call.reason for call in session.scalars(sa.select(Call))}


def evening(line: Line) -> None:
    jobs.plan_reminders(line.site.db, line.site.settings)
    line.wait_until(EVENING)
    jobs.send(line.site.db, line.channels, line.site.settings)


def outcomes(line: Line) -> dict[str, tuple[Status, str | None]]:
    with line.site.db.transaction(read_only=True) as session:
        rows = session.execute(sa.select(Message.phone, Message.status, Message.reason))
        return {phone: (status, reason) for phone, status, reason in rows}


def test_who_is_told_who_is_left_in_peace_and_who_is_called(
    line: Line, make: Make, sign_in: Callable[[User], FlaskClient]
) -> None:
    registered(make, line)
    ward, trying = make.live_area(sender="UBND DI AN"), make.area()
    make.manner(ward, ReplyWay.SIM)
    phones = {name: make.contact_point() for name in ("good", "stopped", "lost", "trial")}
    line.provider.refusals[phones["stopped"].number] = 21610
    good, stopped, lost = (told(make, ward, phones[n]) for n in ("good", "stopped", "lost"))
    tried, silent = told(make, trying, phones["trial"]), phoneless(make, ward)
    evening(line)
    for row in list(line.provider.stored.values()):
        arrived = row.to == phones["good"].number
        line.provider.advance(row.sid, *(["delivered"] if arrived else ["undelivered"]))

    (text,) = line.provider.bodies(phones["good"].number)
    assert text.startswith("UBND DI AN: ")
    assert "Nhan 1 dong y/2 doi: 0912000111." in text
    assert good.visit_code in text
    assert outcomes(line) == {
        phones["good"].number: (Status.DELIVERED, None),
        phones["stopped"].number: (Status.FAILED, "opted_out"),
        phones["lost"].number: (Status.UNDELIVERED, None),
        phones["trial"].number: (Status.MUTED, "trial_mode"),
    }
    assert calls(line) == {lost.id: CallReason.FAILED, silent.id: CallReason.NO_PHONE}
    assert not {stopped.id, tried.id} & calls(line).keys()
    with line.site.db.transaction(read_only=True) as session:
        (entry,) = session.scalars(sa.select(Suppression))
        assert (entry.phone, entry.source) == (phones["stopped"].number, Source.PROVIDER)
    page = sign_in(make.user(Role.OFFICER, area=ward)).get("/texts/opt-outs").text
    assert "nhà cung cấp báo lại" in page


def test_an_opt_out_told_later_by_callback_leaves_nobody_to_be_called(
    line: Line, make: Make
) -> None:
    registered(make, line)
    phone = make.contact_point()
    told(make, make.live_area(), phone)
    evening(line)
    (row,) = line.provider.stored.values()
    line.provider.advance(row.sid, "undelivered", code=30004)
    assert outcomes(line) == {phone.number: (Status.UNDELIVERED, "blocked_by_recipient")}
    assert calls(line) == {}
    with line.site.db.transaction(read_only=True) as session:
        (entry,) = session.scalars(sa.select(Suppression))
        assert entry.source is Source.PROVIDER


def test_an_answer_and_a_reminder_reach_one_phone_on_one_day(line: Line, make: Make) -> None:
    registered(make, line)
    phone, ward = make.contact_point(), make.live_area()
    told(make, ward, phone)
    for _ in range(2):
        make.message(
            area=ward, phone=phone.number, purpose="answer", template="told_who",
            expires_at=line.start + timedelta(hours=20),
        )  # fmt: skip
    evening(line)
    assert len(line.provider.bodies(phone.number)) == 3


def test_the_office_sees_that_a_text_reaches_nobody_while_its_commune_only_tries(
    line: Line, make: Make
) -> None:
    registered(make, line)
    trying = make.area()
    told(make, trying, make.contact_point())
    officer = make.user(Role.OFFICER, area=trying)
    jobs.plan_reminders(line.site.db, line.site.settings)
    client = line.site.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = make.device_token(officer), True
    badge = "Chạy thử nội bộ: chỉ người của mình"
    page = client.get("/texts/tonight").text
    assert badge in page
    assert "ra nước ngoài" in page
    assert 'data-price="2500"' in client.get("/texts/visit_reminder/vi").text, "Twilio's price"
    make.habits(trying, trial=False, monthly_budget=1_000_000)
    assert badge not in client.get("/texts/tonight").text
