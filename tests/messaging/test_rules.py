"""The moves a message may make."""

from datetime import timedelta

import pytest

from outreach.messaging import rules
from outreach.messaging.channels import Kind, brandname_errors, twilio_errors
from outreach.messaging.models import Status
from outreach.messaging.rules import MOVES, Retry


def test_every_state_says_where_it_may_go() -> None:
    assert set(MOVES) == set(Status)


def test_a_message_that_may_have_left_cannot_be_cancelled_or_muted() -> None:
    for left in (Status.SENDING, Status.UNCERTAIN, Status.ACCEPTED):
        assert not MOVES[left] & {Status.CANCELLED, Status.MUTED, Status.WANTED}


def test_only_the_queue_leads_to_sending() -> None:
    assert [s for s in Status if rules.may_move(s, Status.SENDING)] == [Status.QUEUED]


def test_the_unknown_is_never_sent_again_directly() -> None:
    assert not rules.may_move(Status.UNCERTAIN, Status.SENDING)


def test_what_arrived_stays_arrived() -> None:
    for final in (Status.DELIVERED, Status.FAILED, Status.EXPIRED, Status.MUTED):
        assert MOVES[final] == frozenset()
    assert MOVES[Status.UNDELIVERED] == {Status.QUEUED}, "only for one more try"


def test_every_state_can_be_reached_from_a_wish() -> None:
    reached, frontier = {Status.WANTED}, [Status.WANTED]
    while frontier:
        for following in MOVES[frontier.pop()] - reached:
            reached.add(following)
            frontier.append(following)
    assert reached == set(Status)


@pytest.mark.parametrize(
    ("kind", "attempts", "asked", "seconds"),
    [
        (Retry.SLOWED, 1, None, 60),
        (Retry.SLOWED, 2, None, 120),
        (Retry.SLOWED, 20, None, 1800),
        (Retry.SLOWED, 1, 7, 60),
        (Retry.SLOWED, 1, 300, 300),
        (Retry.OUTAGE, 1, None, 30),
        (Retry.OUTAGE, 9, None, 600),
        (Retry.DAY_FULL, 3, None, 3600),
        (Retry.OURS, 50, None, 900),
        (Retry.HANDSET, 1, None, 1800),
        (Retry.HANDSET, 2, None, None),
        (Retry.NEVER, 1, None, None),
    ],
)
def test_each_class_of_trouble_waits_in_its_own_way(
    kind: Retry, attempts: int, asked: int | None, seconds: int | None
) -> None:
    wanted = None if asked is None else timedelta(seconds=asked)
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert rules.wait_before_retry(kind, attempts, wanted) == expected


def test_what_a_number_a_text_or_a_person_refuses_is_never_tried_again() -> None:
    for reason in ("landline", "number_invalid", "opted_out", "text_too_long", "filtered", None):
        assert rules.class_of(reason) is Retry.NEVER


def test_every_reason_for_waiting_at_the_door_has_a_class() -> None:
    for table in (twilio_errors, brandname_errors):
        for reason in table.BUSY.values():
            assert rules.class_of(reason) in {Retry.SLOWED, Retry.OUTAGE, Retry.DAY_FULL}
        for kind, reason in table.REFUSED.values():
            ours = kind in {Kind.CONFIGURATION, Kind.SENDER}
            assert (rules.class_of(reason) is Retry.OURS) == ours, reason


def test_news_is_asked_for_less_and_less_often_and_then_no_more() -> None:
    asked, waited = [], timedelta()
    while (following := rules.next_question(waited)) is not None:
        asked.append(following)
        waited = following
    assert asked == list(rules.ASK_AFTER)


def test_a_lease_outlives_the_slowest_batch() -> None:
    assert rules.SPARE < rules.LEASE < rules.NOT_TAKEN_AFTER
