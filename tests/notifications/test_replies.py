"""What residents answer, taken in once, done where it is plain, kept for a person where not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.appointments.models import Appointment
from outreach.core.settings import Settings
from outreach.households.models import Language
from outreach.messaging.channels.opening import Channels
from outreach.messaging.channels.sandbox import Sandbox
from outreach.messaging.models import Message, SandboxMessage, Status, Suppression
from outreach.notifications import jobs
from outreach.notifications.models import Offer, Reply, ReplyState, ReplyWay
from outreach.notifications.queries import room
from outreach.web import Outreach
from tests.factories import Make

HOUR = timedelta(hours=1)


def answers(make: Make) -> list[str]:
    rows = make.session.scalars(
        sa.select(Message.body).where(Message.purpose == "answer").order_by(Message.created_at)
    ).all()
    make.session.commit()
    return list(rows)


@pytest.fixture
def area(make: Make, now: datetime):
    ward = make.area(name="Dĩ An")
    make.manner(ward)
    return make.neighbourhood(ward)


def test_a_yes_confirms_the_visit_that_was_told(make, area, settings: Settings) -> None:
    phone = make.contact_point()
    visit = make.told_visit(phone, area=area)
    reply = make.reply(phone.number, "Dạ đồng ý ạ", settings)
    assert (reply.state, reply.outcome) == (ReplyState.DONE, "confirmed")
    assert (visit.confirmed_at, visit.confirmed_by) == (reply.received_at, "reply")


def test_a_yes_to_a_time_that_was_changed_since_is_no_yes_to_the_new_one(
    make, area, settings: Settings
) -> None:
    phone = make.contact_point()
    visit = make.told_visit(phone, area=area)
    visit.starts_at += 3 * HOUR
    visit.ends_at += 3 * HOUR
    make.session.commit()
    assert make.reply(phone.number, "1", settings).outcome == "no_visit"
    assert visit.confirmed_at is None


def test_the_same_reply_twice_is_one(make, area, settings: Settings) -> None:
    phone = make.contact_point()
    make.told_visit(phone, area=area)
    first = make.reply(phone.number, "2", settings, ref="abc")
    assert make.reply(phone.number, "2", settings, ref="abc").id == first.id
    assert len(answers(make)) == 1
    assert make.session.scalar(sa.select(sa.func.count(Offer.id))) == 1


def test_another_time_is_offered_and_a_letter_takes_it(
    app: Outreach, make, area, settings: Settings, now: datetime
) -> None:
    phone = make.contact_point()
    visit = make.told_visit(phone, area=area)
    code, starts = visit.visit_code, visit.starts_at
    assert make.reply(phone.number, "đổi giờ", settings).outcome == "offered"
    (offer,) = answers(make)
    assert "A: " in offer
    assert "; B: " in offer
    assert "; C: " in offer
    assert make.reply(phone.number, "b", settings).outcome == "moved"
    make.session.refresh(visit)
    assert visit.starts_at != starts
    assert visit.confirmed_at == now
    assert code in answers(make)[1]
    assert make.reply(phone.number, "c", settings).outcome == "no_offer", "it was taken"
    assert make.reply(phone.number, "ok cảm ơn", settings).outcome == "confirmed", "only manners"


def test_an_answer_goes_out_at_night_and_to_a_phone_that_had_its_text_of_the_day(
    app: Outreach, make, area, settings: Settings, now: datetime, set_clock
) -> None:
    phone = make.contact_point()
    make.told_visit(phone, area=area)
    make.message(area=area, phone=phone.number)
    jobs.send(app.db, Channels.of(Sandbox(app.db)), settings)
    set_clock(now + 14 * HOUR)  # 23:00
    make.reply(phone.number, "2", settings)
    make.message(area=area)  # something else that is due waits for the morning
    assert jobs.send(app.db, Channels.of(Sandbox(app.db)), settings) == 1
    texts = make.session.scalars(
        sa.select(SandboxMessage.body).where(SandboxMessage.phone == phone.number)
    ).all()
    assert len(texts) == 2


def test_stop_is_obeyed_answered_once_and_silences_every_programme(
    app: Outreach, make, area, settings: Settings
) -> None:
    phone = make.contact_point()
    make.told_visit(phone, area=area)
    assert make.reply(phone.number, "TỪ CHỐI", settings).outcome == "stopped"
    assert "ngung gui tin" in answers(make)[0]
    jobs.send(app.db, Channels.of(Sandbox(app.db)), settings)
    make.message(area=area, phone=phone.number)
    jobs.send(app.db, Channels.of(Sandbox(app.db)), settings)
    statuses = make.session.scalars(
        sa.select(Message.status).where(
            Message.phone == phone.number, Message.template.in_(["stopped", "reminder"])
        )
    ).all()
    assert sorted(statuses) == [Status.ACCEPTED, Status.MUTED]


def test_a_stranger_is_never_answered_but_their_stop_is_obeyed(
    make, area, settings: Settings
) -> None:
    reply = make.reply("+84987000111", "1", settings)
    assert (reply.state, reply.outcome, reply.area_id) == (ReplyState.WAITING, "stranger", None)
    assert make.reply("+84987000111", "STOP", settings).state is ReplyState.DONE
    assert make.session.scalars(sa.select(Suppression.phone)).all() == ["+84987000111"]
    assert answers(make) == []


def test_with_several_visits_on_one_phone_a_person_asks_which(
    make, area, settings: Settings, now: datetime
) -> None:
    phone = make.contact_point()
    visits = []
    for n in range(2):
        home = make.home(area)
        make.reachable(home, phone)
        visits.append(make.told_visit(phone, home=home, starts_at=now + (24 + 3 * n) * HOUR))
    for text in ("1", "2"):
        assert make.reply(phone.number, text, settings).outcome == "two_visits"
    assert [one.confirmed_at for one in visits] == [None, None]


@pytest.mark.parametrize("text", ["mai tôi bận", "không", "", "👍", "1 2"])
def test_what_is_not_understood_waits_with_its_text(
    make, area, settings: Settings, text: str
) -> None:
    phone = make.contact_point()
    visit = make.told_visit(phone, area=area)
    reply = make.reply(phone.number, text, settings)
    assert (reply.state, reply.text, visit.confirmed_at) == (ReplyState.WAITING, text, None)
    assert answers(make) == []


def test_only_days_on_which_somebody_has_room_are_offered(
    make, area, settings: Settings, now: datetime
) -> None:
    phone = make.contact_point()
    visit = make.told_visit(phone, area=area)
    team = make.team(area)
    day = now.date()
    member = make.member(team)
    make.week(member, monday=(8 * 60, 11 * 60), thursday=(8 * 60, 11 * 60))
    mondays = [d for d in (day + timedelta(days=n) for n in range(1, 15)) if d.weekday() == 0]
    full = datetime.combine(mondays[0], visit.starts_at.time(), visit.starts_at.tzinfo)
    for _ in range(room.MOST_EACH):
        make.appointment(make.home(area), starts_at=full)
    make.session.commit()
    assert make.reply(phone.number, "đổi giờ", settings).outcome == "offered"
    offered = [
        datetime.fromisoformat(window.split("/")[0]).astimezone(settings.zone).date()
        for window in make.session.scalars(sa.select(Offer)).one().windows
    ]
    assert {one.weekday() for one in offered} == {0, 3}
    assert mondays[0] not in offered


def test_a_yes_to_nothing_and_a_letter_without_an_offer_wait_for_a_person(
    make, area, settings: Settings
) -> None:
    phone = make.contact_point()
    make.reachable(make.home(area), phone)
    assert make.reply(phone.number, "1", settings).outcome == "no_visit"
    assert make.reply(phone.number, "A", settings).outcome == "no_offer"


def test_help_says_who_we_are_in_the_residents_language(make, area, settings: Settings) -> None:
    phone = make.contact_point()
    make.reachable(make.home(area), phone).language = Language.EN
    make.session.commit()
    assert make.reply(phone.number, "?", settings).outcome == "told_who"
    assert "the digital team helps" in answers(make)[0]


def test_a_machine_that_answers_our_answers_is_left_to_a_person(
    make, area, settings: Settings
) -> None:
    phone = make.contact_point()
    make.reachable(make.home(area), phone)
    outcomes = [make.reply(phone.number, "help", settings).outcome for _ in range(12)]
    assert outcomes == ["told_who"] * 10 + ["too_many"] * 2


def test_where_nothing_can_be_texted_back_another_time_goes_to_a_person(
    make, settings: Settings, now: datetime
) -> None:
    phone = make.contact_point()
    make.told_visit(phone)
    assert make.reply(phone.number, "2", settings).outcome == "wants_to_move"
    assert answers(make) == []


def test_the_office_answers_with_one_tap(
    make, area, settings: Settings, sign_in: Callable[..., Any], session
) -> None:
    phone = make.contact_point()
    visit = make.told_visit(phone, area=area)
    waiting = make.reply(phone.number, "sáng mai được không em", settings)
    client = sign_in(make.user(Role.OFFICER, area=area.parent))
    assert waiting.text in client.get("/replies").text
    page = f"/replies/{waiting.id}"
    assert client.post(page, data={"deed": "offer", "appointment": visit.id}).location == page
    assert client.get(page).text.count('value="choose"') == 3
    client.post(page, data={"deed": "choose", "appointment": visit.id, "choice": "0"})
    session.expire_all()
    again = session.get_one(Reply, waiting.id)
    assert (again.state, again.outcome) == (ReplyState.ANSWERED, "moved")
    assert session.get_one(Appointment, visit.id).confirmed_by == "typed"
    session.commit()
    assert client.post(page, data={"deed": "confirm", "appointment": visit.id}).status_code == 409


def test_a_reply_that_was_heard_counts_like_one_that_came(
    make, area, sign_in: Callable[..., Any], session
) -> None:
    phone = make.contact_point()
    home = make.home(area)
    make.reachable(home, phone)
    visit = make.announced(home=home)
    client = sign_in(make.user(Role.LEADER, area=area))
    form = {"phone": f"0{phone.number[3:]}", "text": "1", "form_id": str(visit.id)}
    for _ in range(2):
        assert client.post("/replies/new", data=form).status_code == 303
    session.expire_all()
    assert session.get_one(Appointment, visit.id).confirmed_by == "typed"
    assert session.scalar(sa.select(sa.func.count(Reply.id))) == 1


def test_nobody_answers_for_another_ward(make, area, settings: Settings, sign_in) -> None:
    phone = make.contact_point()
    make.told_visit(phone, area=area)
    waiting = make.reply(phone.number, "???", settings)
    client = sign_in(make.user(Role.OFFICER, area=make.area()))
    assert client.get(f"/replies/{waiting.id}").status_code == 404
    assert waiting.text not in client.get("/replies").text


@pytest.mark.parametrize("way", [ReplyWay.SHORT_CODE, ReplyWay.SIM])
def test_a_short_codes_keyword_is_no_part_of_the_answer(
    make, settings: Settings, now: datetime, way: ReplyWay
) -> None:
    ward = make.area()
    manner = make.manner(ward, way)
    manner.reply_keyword = "DIAN"
    phone = make.contact_point()
    make.told_visit(phone, area=make.neighbourhood(ward))
    assert make.reply(phone.number, "DIAN 1", settings).outcome == "confirmed"
