"""Sending for real: Twilio's library, a provider that misbehaves, callbacks, settling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach.messaging import jobs
from outreach.messaging.channels import Accepted, Outgoing
from outreach.messaging.channels.behaviours import Behaviour
from outreach.messaging.channels.opening import Channels
from outreach.messaging.channels.sandbox import Sandbox
from outreach.messaging.models import Status
from outreach.web import Outreach
from tests.factories import Make
from tests.messaging.line import Line
from tests.provider import Fault

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SetClock = Callable[[datetime], None]
Fate = tuple[Status, str | None]


def test_a_message_goes_all_the_way(line: Line) -> None:
    line.provider.goes_to = ("sent", "delivered")
    message = line.make.message()
    assert line.deliver() == 1
    line.provider.wait()
    assert line.make.statuses(message) == [
        Status.WANTED,
        Status.QUEUED,
        Status.SENDING,
        Status.ACCEPTED,
        Status.DELIVERED,
    ]
    assert line.provider.bodies(message.phone) == [message.body]


def test_delivering_again_sends_nothing_again(line: Line) -> None:
    for _ in range(50):
        line.make.message()
    assert line.deliver() == 50
    assert line.deliver() == 0
    assert len(line.provider.stored) == 50


def test_callbacks_before_the_answer_are_not_lost(line: Line) -> None:
    line.provider.faults.append(Fault.CALLBACK_FIRST)
    message = line.make.message()
    line.deliver()
    assert line.make.statuses(message)[-2:] == [Status.ACCEPTED, Status.DELIVERED]


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER_TAKING, Fault.DROP_AFTER_TAKING, Fault.SLOW])
def test_an_acknowledgement_that_was_lost_is_settled_from_the_books(
    line: Line, fault: Fault
) -> None:
    line.provider.faults.append(fault)
    message = line.make.message()
    line.patience = 0.3 if fault is Fault.SLOW else line.patience
    line.deliver()
    assert line.make.statuses(message)[-1] is Status.UNCERTAIN
    line.patience = 30
    line.wait_until(1)
    line.settle()
    line.deliver()
    assert line.make.statuses(message)[-2:] == [Status.UNCERTAIN, Status.ACCEPTED]
    assert len(line.provider.stored) == 1


def test_a_callback_settles_a_message_whose_answer_was_lost(line: Line) -> None:
    line.provider.faults.append(Fault.DROP_AFTER_TAKING)
    line.provider.goes_to = ("delivered",)
    message = line.make.message()
    line.deliver()
    (sid,) = line.provider.stored
    assert line.provider.advance(sid, "delivered") == [204]
    assert line.make.statuses(message)[-1] is Status.DELIVERED
    assert message.provider_ref == sid


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.DROP])
def test_what_the_provider_never_had_is_sent_once_the_books_say_so(
    line: Line, fault: Fault
) -> None:
    line.provider.faults.append(fault)
    message = line.make.message()
    line.deliver()
    for minutes in (1, 4, 8):
        line.wait_until(minutes)
        line.settle()
        line.deliver()
        assert line.make.statuses(message)[-1] is Status.UNCERTAIN, "too early to be sure"
    line.wait_until(11)
    line.settle()
    line.deliver()
    assert line.make.statuses(message)[-1] is Status.ACCEPTED
    assert len(line.provider.stored) == 1


def test_another_message_with_the_same_text_is_not_mistaken_for_it(line: Line) -> None:
    first = line.make.message(body="Xin chao")
    line.deliver()
    line.make.session.refresh(first)
    first.sent_on = None
    line.make.session.commit()
    line.provider.faults.append(Fault.DROP)
    second = line.make.message(body="Xin chao", phone=first.phone)
    line.deliver()
    line.wait_until(1)
    line.settle()
    assert line.make.statuses(second)[-1] is Status.UNCERTAIN


def test_a_provider_that_is_too_busy_stops_the_whole_drain(line: Line) -> None:
    line.provider.faults.extend([Fault.TOO_MANY] * 100)
    messages = [line.make.message() for _ in range(30)]
    line.deliver(threads=2)
    assert line.provider.asked <= 4, "the rest waits without asking"
    assert {line.make.statuses(m)[-1] for m in messages} == {Status.QUEUED}
    line.provider.faults.clear()
    assert line.deliver() == 0, "the provider asked for a pause"
    line.wait_until(0.5)
    assert line.deliver() >= 26


def test_news_is_asked_for_when_no_callback_came(line: Line) -> None:
    message = line.make.message()
    line.deliver()
    (row,) = line.provider.stored.values()
    row.status, row.code = "undelivered", 30005
    assert line.ask_for_news() == 0, "callbacks are given their time"
    line.wait_until(3)
    assert line.ask_for_news() == 1
    assert line.make.statuses(message)[-1] is Status.UNDELIVERED
    assert (message.reason, message.error_code) == ("number_unknown", "30005")


def test_asking_stops_in_the_end(line: Line) -> None:
    message = line.make.message()
    line.deliver()
    asked = 0
    for minutes in range(3, 60 * 48, 7):
        line.wait_until(minutes)
        asked += line.ask_for_news()
    assert asked == 5
    assert line.make.statuses(message)[-1] is Status.ACCEPTED


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("1234", (Status.DELIVERED, None)),
        (Behaviour.INVALID, (Status.FAILED, "number_invalid")),
        (Behaviour.LANDLINE, (Status.FAILED, "landline")),
        (Behaviour.OPTED_OUT, (Status.FAILED, "opted_out")),
        (Behaviour.BUSY, (Status.QUEUED, "rate_limited")),
        (Behaviour.ANSWER_LOST, (Status.DELIVERED, None)),
        (Behaviour.REQUEST_LOST, (Status.UNCERTAIN, "request_lost")),
        (Behaviour.UNREACHABLE, (Status.QUEUED, "tried_once_more")),
        (Behaviour.NO_NEWS, (Status.ACCEPTED, None)),
    ],
)
def test_the_sandbox_shows_every_state_by_the_numbers_ending(
    app: Outreach, make: Make, now: datetime, set_clock: SetClock, *, ending: str, expected: Fate
) -> None:
    sandbox = Channels.of(Sandbox(app.db))
    message = make.message(phone=f"+8491234{ending}")
    jobs.deliver(app.db, sandbox, ZONE)
    set_clock(now + timedelta(minutes=3))
    for job in (jobs.settle, jobs.ask_for_news):
        job(app.db, sandbox)
    make.session.expire_all()
    assert (message.status, message.reason) == expected


def test_a_defect_of_ours_leaves_the_message_uncertain_and_not_lost(
    app: Outreach, make: Make, now: datetime
) -> None:
    class Broken(Sandbox):
        def send(self, message: Outgoing) -> Accepted:
            raise ZeroDivisionError

    message = make.message()
    jobs.deliver(app.db, Channels.of(Broken(app.db)), ZONE)
    assert make.statuses(message)[-1] is Status.UNCERTAIN
