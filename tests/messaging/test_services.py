"""The outbox: wishes kept in line, claims, answers, and what each of them may lead to."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.core.db import Session
from outreach.core.errors import Conflict, NotAllowed
from outreach.messaging import services
from outreach.messaging.channels import Accepted, Busy, Kind, Refused, Uncertain
from outreach.messaging.models import Message, MessageEvent, Source, Status
from tests.factories import Make

MINUTE = timedelta(minutes=1)


@pytest.fixture
def claimed(session: Session, make: Make, now: datetime) -> Message:
    """A message on its way to the provider."""
    message = make.message()
    claim(session, now)
    assert message.status is Status.SENDING
    return message


def claim(session: Session, at: datetime, *, channel: str = "sandbox") -> list[Message]:
    services.prepare(session, now=at)
    session.expire_all()
    terms = services.Terms(channel)
    rows = services.claim(session, terms=terms, today=at.date(), now=at, limit=50)
    session.commit()
    session.expire_all()
    return [session.get_one(Message, row.id) for row in rows]


def record(session: Session, message: Message, outcome: services.Outcome, at: datetime) -> None:
    services.record(session, {message.id: outcome}, now=at)
    session.commit()


def test_the_same_wish_twice_is_one_message(session: Session, make: Make, now: datetime) -> None:
    wish = make.wish()
    first = services.want(session, wish, now=now)
    assert services.want(session, wish, now=now + MINUTE) is first
    assert make.statuses(first) == [Status.WANTED]


def test_what_is_no_longer_wanted_is_cancelled_and_can_come_back(
    session: Session, make: Make, now: datetime
) -> None:
    wish, days = make.wish(), (now.date(), now.date())
    services.want_exactly(session, wish.purpose, [wish], days=days, now=now)
    gone = services.want_exactly(session, wish.purpose, [], days=days, now=now)
    back = services.want_exactly(session, wish.purpose, [wish], days=days, now=now)
    session.commit()
    message = session.scalars(sa.select(Message)).one()
    assert (gone.cancelled, back.revived) == (1, 1)
    assert make.statuses(message) == [Status.WANTED, Status.CANCELLED, Status.WANTED]


def test_bringing_the_outbox_in_line_twice_changes_nothing(
    session: Session, make: Make, now: datetime
) -> None:
    area, days = make.area(), (now.date(), now.date())
    wishes = [make.wish(area=area) for _ in range(3)]
    services.want_exactly(session, "visit_reminder", wishes, days=days, now=now)
    again = services.want_exactly(session, "visit_reminder", wishes, days=days, now=now)
    session.commit()
    assert (again.added, again.revived, again.cancelled) == (0, 0, 0)
    assert session.scalar(sa.select(sa.func.count(MessageEvent.id))) == 3


def test_a_message_that_has_left_is_not_cancelled(
    session: Session, make: Make, now: datetime, claimed: Message
) -> None:
    record(session, claimed, Accepted("r1"), now)
    days = (now.date(), now.date())
    services.want_exactly(session, claimed.purpose, [], days=days, now=now)
    session.commit()
    assert make.statuses(claimed)[-1] is Status.ACCEPTED


def test_other_purposes_and_days_are_left_alone(
    session: Session, make: Make, now: datetime
) -> None:
    other = make.message(purpose="case_notice")
    later = make.message(day=now.date() + timedelta(days=3))
    services.want_exactly(session, "visit_reminder", [], days=(now.date(), now.date()), now=now)
    session.commit()
    assert {other.status, later.status} == {Status.WANTED}


def test_what_a_person_stopped_is_not_wanted_again_by_the_program(
    session: Session, make: Make, now: datetime
) -> None:
    area = make.area()
    wish, officer = make.wish(area=area), make.user(Role.OFFICER, area=area)
    message = services.want(session, wish, now=now)
    services.cancel(session, message, actor=officer, now=now)
    services.want(session, wish, now=now)
    session.commit()
    assert make.statuses(message) == [Status.WANTED, Status.CANCELLED]


def test_only_the_office_of_the_place_may_stop_a_message(
    session: Session, make: Make, now: datetime
) -> None:
    message = make.message()
    for stranger in (make.user(Role.OFFICER), make.user(Role.VOLUNTEER, area=message.area)):
        with pytest.raises(NotAllowed):
            services.cancel(session, message, actor=stranger, now=now)


def test_a_message_that_may_have_left_cannot_be_stopped(
    session: Session, make: Make, now: datetime, claimed: Message
) -> None:
    officer = make.user(Role.OFFICER, area=claimed.area)
    with pytest.raises(Conflict):
        services.cancel(session, claimed, actor=officer, now=now)


def test_nothing_leaves_before_its_time(session: Session, make: Make, now: datetime) -> None:
    make.message(send_after=now + MINUTE)
    assert claim(session, now) == []
    assert len(claim(session, now + MINUTE)) == 1


def test_a_message_whose_moment_has_passed_is_not_sent(
    session: Session, make: Make, now: datetime
) -> None:
    message = make.message(expires_at=now + MINUTE)
    assert claim(session, now + MINUTE) == []
    assert make.statuses(message) == [Status.WANTED, Status.EXPIRED]


def test_a_claimed_message_is_nobody_elses(session: Session, claimed: Message, now: datetime):
    assert claim(session, now + MINUTE) == []


def test_a_second_message_to_a_phone_on_the_same_day_is_muted(
    session: Session, make: Make, now: datetime
) -> None:
    phone = make.phone()
    first, second = make.message(phone=phone), make.message(phone=phone)
    assert len(claim(session, now)) == 1
    session.expire_all()
    assert {first.status, second.status} == {Status.SENDING, Status.MUTED}
    assert {first.reason, second.reason} == {None, "one_a_day"}


def test_the_database_itself_refuses_a_second_message_that_day(
    session: Session, make: Make, now: datetime, claimed: Message
) -> None:
    other = make.message(phone=claimed.phone)
    other.sent_on = claimed.sent_on
    with pytest.raises(sa.exc.IntegrityError):
        session.commit()


def test_a_refused_message_leaves_the_day_free_for_another(
    session: Session, make: Make, now: datetime, claimed: Message
) -> None:
    record(session, claimed, Refused("30007", "filtered"), now)
    make.message(phone=claimed.phone)
    assert len(claim(session, now)) == 1


def test_acceptance_is_not_delivery(session: Session, make: Make, claimed: Message, now) -> None:
    record(session, claimed, Accepted("r1", segments=2), now)
    assert make.statuses(claimed)[-1] is Status.ACCEPTED
    assert (claimed.provider_ref, claimed.segments, claimed.finished_at) == ("r1", 2, None)


def test_a_busy_provider_is_tried_again_when_it_says(
    session: Session, make: Make, claimed: Message, now: datetime
) -> None:
    record(session, claimed, Busy("rate_limited", timedelta(minutes=5)), now)
    assert claim(session, now + 4 * MINUTE) == []
    assert len(claim(session, now + 5 * MINUTE)) == 1
    assert claimed.attempts == 2


def test_a_retry_that_would_come_too_late_is_not_made(
    session: Session, make: Make, now: datetime
) -> None:
    message = make.message(expires_at=now + 2 * MINUTE)
    claim(session, now)
    record(session, message, Busy("rate_limited", timedelta(minutes=5)), now)
    assert make.statuses(message)[-1] is Status.EXPIRED


def test_an_opt_out_at_the_provider_silences_the_number_for_good(
    session: Session, make: Make, claimed: Message, now: datetime
) -> None:
    record(session, claimed, Refused("21610", "opted_out", Kind.OPTED_OUT), now)
    following = make.message(phone=claimed.phone, now=now + timedelta(days=1))
    assert claim(session, now + timedelta(days=1)) == []
    assert (make.statuses(claimed)[-1], claimed.reason) == (Status.FAILED, "opted_out")
    assert (make.statuses(following)[-1], following.reason) == (Status.MUTED, "opted_out")


def test_a_lifted_opt_out_lets_messages_through_again(
    session: Session, make: Make, now: datetime
) -> None:
    message, officer = make.message(), make.user(Role.OFFICER)
    for _ in range(2):
        services.opt_out(
            session, message.phone, source=Source.HOTLINE, reason="asked", actor=officer, now=now
        )
    services.lift(session, message.phone, actor=officer, now=now)
    session.commit()
    assert len(claim(session, now)) == 1


def test_our_own_wrong_settings_cost_no_message(
    session: Session, make: Make, claimed: Message, now: datetime
) -> None:
    record(session, claimed, Refused("20003", "credentials_refused", Kind.CONFIGURATION), now)
    assert make.statuses(claimed)[-1] is Status.QUEUED
    assert claimed.reason == "credentials_refused"
    assert len(claim(session, now + 15 * MINUTE)) == 1


def test_what_a_dead_sender_left_behind_is_uncertain_and_never_simply_sent_again(
    session: Session, make: Make, claimed: Message, now: datetime
) -> None:
    assert claim(session, now + 5 * MINUTE) == []
    assert make.statuses(claimed)[-2:] == [Status.SENDING, Status.UNCERTAIN]
    assert claim(session, now + timedelta(hours=2)) == []


def test_the_late_answer_of_a_slow_sender_still_counts(
    session: Session, make: Make, claimed: Message, now: datetime
) -> None:
    claim(session, now + 5 * MINUTE)
    record(session, claimed, Accepted("r1"), now + 6 * MINUTE)
    assert make.statuses(claimed)[-1] is Status.ACCEPTED


def test_a_message_that_was_never_tried_goes_back_as_it_was(
    session: Session, make: Make, claimed: Message, now: datetime
) -> None:
    services.release_unsent(session, [claimed.id, uuid4()], now=now)
    session.commit()
    assert make.statuses(claimed)[-1] is Status.QUEUED
    assert (claimed.attempts, claimed.sent_on) == (0, None)


def test_a_message_taken_twice_is_not_hidden(
    session: Session, make: Make, claimed: Message, now: datetime
) -> None:
    record(session, claimed, Accepted("r1"), now)
    record(session, claimed, Accepted("r2"), now)
    last = session.scalars(sa.select(MessageEvent).order_by(MessageEvent.id.desc())).first()
    assert last is not None
    assert (last.reason, claimed.provider_ref) == ("taken_again", "r1")


def test_an_unknown_outcome_waits_for_the_books(
    session: Session, make: Make, claimed: Message, now: datetime
) -> None:
    record(session, claimed, Uncertain("ReadTimeout"), now)
    asked = services.to_settle(session, channel="sandbox", now=now)
    later = services.to_settle(session, channel="sandbox", now=now + MINUTE)
    session.commit()
    assert asked == []
    assert [q.id for q in later] == [claimed.id]


def test_an_answer_goes_at_any_count_and_to_a_phone_that_has_just_opted_out(
    session: Session, make: Make, now: datetime
) -> None:
    first = make.message()
    claim(session, now)
    services.opt_out(
        session, first.phone, source=Source.VOLUNTEER, reason="asked", actor=None, now=now
    )
    session.commit()
    answers = [make.message(phone=first.phone, purpose="answer") for _ in range(2)]
    other = make.message(phone=first.phone)
    assert {row.id for row in claim(session, now)} == {answer.id for answer in answers}
    assert make.statuses(other)[-1] is Status.MUTED
