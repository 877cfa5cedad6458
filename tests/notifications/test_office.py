"""The office's pages: what goes out and why not, opt-outs, wordings, manners, days, one home."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.core import clock
from outreach.core.declared_days import DeclaredDay
from outreach.households.models import Household, PhoneKind
from outreach.households.services import imports
from outreach.messaging.channels.opening import Channels
from outreach.messaging.channels.sandbox import Sandbox
from outreach.messaging.models import Message, Source, Status, Suppression
from outreach.notifications import jobs
from outreach.notifications.models import (
    CommuneManner,
    Registration,
    RegistrationState,
    ReplyWay,
    Wording,
    WordingState,
)
from outreach.notifications.queries import manners
from outreach.notifications.rules.manners import Hours
from outreach.rounds.models import Stop
from outreach.web import Outreach
from tests.factories import Make

HOUR = timedelta(hours=1)


@pytest.fixture
def ward(make: Make, now: datetime):
    return make.area(name="Dĩ An", kind="Phường")


@pytest.fixture
def office(make: Make, ward, sign_in):
    return sign_in(make.user(Role.OFFICER, area=ward))


def test_tonight_says_what_goes_out_and_why_not(app: Outreach, make: Make, ward, office) -> None:
    area = make.neighbourhood(ward)
    homes = {name: make.home(area, address=f"{name} Nguyễn Trãi") for name in "123456"}
    phones = {name: make.contact_point() for name in "1246"}
    phones["3"] = make.contact_point("+842743822922", kind=PhoneKind.LANDLINE)
    for name, phone in phones.items():
        make.reachable(homes[name], phone)
    for name in "16":
        make.consent(phones[name])
    make.consent(phones["4"], given=False)
    for n, home in enumerate(homes.values()):
        make.announced(home=home, code=f"100{n}", consent=False)
    make.saved(
        Suppression(
            phone=phones["6"].number, source=Source.HOTLINE, reason="asked", since=clock.now()
        )
    )
    going = office.get("/texts/tonight").text
    assert "ma 1000" in going
    assert "ma 1005" not in going
    missed = office.get("/texts/tonight?tab=missed").text
    for why in ("Chưa được hỏi ý kiến", "Chỉ có máy bàn", "Đã từ chối", "Không muốn nhận tin"):
        assert why in missed
    one = office.get(f"/texts/homes/{homes['1'].id}").text
    assert "ma 1000" in one
    assert "0/3" in one


def test_what_another_ward_sends_is_nobodys_business(make: Make, ward, office) -> None:
    home = make.home(make.neighbourhood())
    make.announced(home=home)
    assert home.address not in office.get("/texts/tonight").text
    assert office.get(f"/texts/homes/{home.id}").status_code == 404


def test_the_hotline_types_in_a_number_and_lifts_it_only_with_a_reason(
    make: Make, ward, office
) -> None:
    phone = make.contact_point()
    make.reachable(make.home(make.neighbourhood(ward)), phone)
    form = {"phone": f"0{phone.number[3:]}", "source": "hotline"}
    for _ in range(2):
        assert office.post("/texts/opt-outs", data=form).status_code == 303
    (entry,) = make.session.scalars(sa.select(Suppression))
    make.session.commit()
    assert entry.phone == phone.number
    url = f"/texts/opt-outs/{entry.id}/lift"
    assert office.post(url, data={"reason": ""}).status_code == 422
    assert office.post(url, data={"reason": "Gọi lại xin nhận tin"}).status_code == 303
    make.session.refresh(entry)
    assert (entry.lift_reason, entry.lifted_by_id is not None) == ("Gọi lại xin nhận tin", True)


def test_an_opt_out_and_a_withdrawn_consent_survive_the_home_being_imported_again(
    app: Outreach, make: Make, ward, office
) -> None:
    area = make.neighbourhood(ward, name="Đông Tác")
    admin = make.user(Role.ADMINISTRATOR)

    def bring(number: str, address: str) -> None:
        sheet = f"Địa chỉ,Họ và tên,Điện thoại\n{address},Lê Thị Lan,{number}\n".encode()
        with app.db.transaction() as session:
            actor = session.merge(admin, load=True)
            row = imports.upload(session, area.id, "ho.csv", sheet, actor=actor, now=clock.now())
            session.flush()
            imports.confirm(
                session, row.id, imports.Choices(keep=frozenset(range(9))),
                today=date(2026, 11, 21), actor=actor, now=clock.now(),
            )  # fmt: skip

    make.session.commit()
    bring("0912345678", "1 Nguyễn Trãi")
    office.post("/texts/opt-outs", data={"phone": "0912345678", "source": "paper"})
    bring("0912345678", "1 Nguyễn Trãi")
    homes = list(make.session.scalars(sa.select(Household)))
    for home in homes:
        make.announced(home=home)
    jobs.plan_reminders(app.db, app.settings)
    assert make.session.scalars(sa.select(Message)).all() == []


def test_the_button_at_the_door_works_twice_and_after_the_plan_changed(
    app: Outreach, make: Make, now: datetime, sign_in
) -> None:
    phone = make.contact_point()
    visit = make.announced(phone=phone)
    stop = make.session.get_one(Stop, visit.stop_id)
    volunteer = sign_in(visit.visitor)
    url, form = f"/stops/{stop.id}/opt-out", {"phone": phone.number}
    assert phone.number in volunteer.get(f"/stops/{stop.id}").text
    make.session.commit()
    assert volunteer.post(url, data=form).status_code == 303
    visit.stop_id = None
    make.session.delete(stop)
    make.session.commit()
    again = volunteer.post(url, data=form, headers={"Accept": "application/json"})
    assert (again.status_code, again.json["opted_out"]) == (200, True)
    (entry,) = make.session.scalars(sa.select(Suppression))
    assert (entry.phone, entry.source.value) == (phone.number, "volunteer")
    make.session.commit()
    stranger = sign_in(make.user())
    assert stranger.post(url, data=form).status_code in {403, 404}


def test_a_wording_is_looked_at_kept_and_used_only_when_nothing_forbids_it(
    app: Outreach, make: Make, office
) -> None:
    url = "/texts/stopped/vi"
    bad = {"text": "{sender}: vào bit.ly/x để ngừng. {hotline}"}
    assert "bit.ly" in office.post(url, data=bad | {"do": "look"}).text
    assert office.post(url, data=bad | {"do": "use"}).status_code == 422
    good = {"text": "{sender}: Từ nay không nhắn nữa, không hỏi OTP. Cần gì xin gọi {hotline}"}
    assert office.post(url, data=good | {"do": "keep"}).status_code == 303
    assert office.post(url, data=good | {"do": "use"}).status_code == 303
    make.session.expire_all()
    (row,) = make.session.scalars(sa.select(Wording).where(Wording.state == WordingState.IN_USE))
    assert row.text == good["text"]
    make.session.commit()
    assert "Từ nay không nhắn nữa" in office.get("/texts").text
    assert office.post("/texts/stopped/vi/retire").status_code == 303
    assert "Từ nay không nhắn nữa" not in office.get("/texts").text


def test_nothing_leaves_through_a_carrier_before_its_wording_is_registered(
    app: Outreach, make: Make, ward, office, settings
) -> None:
    make.announced(home=make.home(make.neighbourhood(ward)))
    through = replace(settings, sms_channel="twilio", sms_sender_name="WARD")
    jobs.plan_reminders(app.db, through)
    assert make.session.scalars(sa.select(Message)).all() == []
    make.session.commit()
    form = {"channel": "twilio", "state": "registered", "reference": "T-1"}
    assert office.post("/texts/visit_reminder/vi/registration", data=form).status_code == 303
    jobs.plan_reminders(app.db, through)
    (message,) = make.session.scalars(sa.select(Message))
    assert message.body.startswith("WARD: ")
    (row,) = make.session.scalars(sa.select(Registration))
    assert (row.state, row.reference) == (RegistrationState.REGISTERED, "T-1")
    assert "visit_reminder" not in manners.barred(make.session, "twilio")
    assert "visit_reminder" in manners.barred(make.session, "brandname")
    assert manners.barred(make.session, "sandbox") == frozenset()


def test_a_commune_sets_its_sender_and_its_way_to_answer_apart(
    app: Outreach, make: Make, ward, office
) -> None:
    make.habits(ward, sender="UBND DI AN")
    form = {
        "way": "sim", "number": "0912 000 111", "keyword": "",
        "opens": "07:00", "closes": "20:00", "siesta_from": "11:30", "siesta_until": "13:30",
    }  # fmt: skip
    url = f"/texts/communes/{ward.id}"
    assert office.post(url, data=form | {"number": ""}).status_code == 422
    assert office.post(url, data=form).status_code == 303
    wednesday = clock.now() + timedelta(days=4)
    make.announced(home=make.home(make.neighbourhood(ward)), starts_at=wednesday)
    jobs.plan_reminders(app.db, app.settings)
    (message,) = make.session.scalars(sa.select(Message))
    assert message.body.startswith("UBND DI AN: ")
    assert "Nhan 1 dong y/2 doi: 0912000111." in message.body
    make.session.commit()
    row = make.session.scalars(sa.select(CommuneManner)).one()
    assert (row.reply_way, row.weekends) == (ReplyWay.SIM, False)


def test_another_communes_settings_are_not_ours(make: Make, ward, office) -> None:
    other = make.area()
    assert office.get(f"/texts/communes/{other.id}").status_code == 404


def test_a_declared_day_silences_and_is_forgotten_again(
    app: Outreach, make: Make, ward, office
) -> None:
    form = {"day": "2026-12-01", "kind": "holiday", "note": "Lễ hội"}
    assert office.post("/texts/days", data=form).status_code == 303
    row = make.session.scalars(sa.select(DeclaredDay)).one()
    make.session.commit()
    assert "Lễ hội" in office.get("/texts/days").text
    assert office.post(f"/texts/days/{row.id}/forget").status_code == 303
    assert make.session.scalars(sa.select(DeclaredDay)).all() == []


def test_what_is_late_waits_out_its_own_communes_siesta(
    app: Outreach, make: Make, ward, now: datetime, set_clock
) -> None:
    make.manner(ward, hours=Hours(siesta_from=8 * 60, siesta_until=15 * 60))
    ours = make.message(area=make.neighbourhood(ward), expires_at=now + 9 * HOUR)
    other = make.message(expires_at=now + 9 * HOUR)
    assert jobs.send(app.db, Channels.of(Sandbox(app.db)), app.settings) == 1
    assert make.statuses(other)[-1] is Status.ACCEPTED
    assert make.statuses(ours)[-1] is Status.WANTED
    set_clock(now + 6 * HOUR)
    assert jobs.send(app.db, Channels.of(Sandbox(app.db)), app.settings) == 1


def test_every_bank_and_vneid_screen_says_what_we_never_ask_for(
    app: Outreach, make: Make, now: datetime, sign_in
) -> None:
    visit = make.announced()
    home = visit.household
    leader = sign_in(make.user(Role.LEADER, area=home.area))
    volunteer = sign_in(visit.visitor)
    person = home.residents[0].id
    paths = [
        "/help",
        f"/help/homes/{home.id}",
        f"/help/homes/{home.id}/bank_account/{person}",
        f"/help/homes/{home.id}/vneid_l2/{person}",
    ]
    pages = {path: leader.get(path) for path in paths}
    pages["stop"] = volunteer.get(f"/stops/{visit.stop_id}")
    silent = [
        path
        for path, page in pages.items()
        if page.status_code != 200
        or "Chúng tôi không bao giờ hỏi mã OTP hay mật khẩu" not in page.text
    ]
    assert silent == []
