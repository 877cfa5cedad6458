"""The moves a message may make."""

from datetime import timedelta

import pytest

from outreach.messaging import rules
from outreach.messaging.models import Status
from outreach.messaging.rules import MOVES


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
    for final in (Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.EXPIRED):
        assert MOVES[final] == frozenset()


def test_every_state_can_be_reached_from_a_wish() -> None:
    reached, frontier = {Status.WANTED}, [Status.WANTED]
    while frontier:
        for following in MOVES[frontier.pop()] - reached:
            reached.add(following)
            frontier.append(following)
    assert reached == set(Status)


@pytest.mark.parametrize(
    ("attempts", "asked", "seconds"),
    [(1, None, 60), (2, None, 120), (20, None, 1800), (1, 7, 60), (1, 300, 300)],
)
def test_each_retry_waits_longer_and_at_least_as_asked(
    attempts: int, asked: int | None, seconds: int
) -> None:
    wanted = None if asked is None else timedelta(seconds=asked)
    assert rules.wait_before_retry(attempts, wanted) == timedelta(seconds=seconds)


def test_news_is_asked_for_less_and_less_often_and_then_no_more() -> None:
    asked, waited = [], timedelta()
    while (following := rules.next_question(waited)) is not None:
        asked.append(following)
        waited = following
    assert asked == list(rules.ASK_AFTER)


def test_a_lease_outlives_the_slowest_batch() -> None:
    assert rules.SPARE < rules.LEASE < rules.NOT_TAKEN_AFTER
