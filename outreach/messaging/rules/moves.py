"""What may become of a message: the allowed moves as data, leases, and when to look again."""

from __future__ import annotations

from datetime import timedelta

from outreach.messaging.models import Progress, Status

#: Every move there is. What is not here does not happen; final states have none.
MOVES: dict[Status, frozenset[Status]] = {
    # not handed to anybody yet: the policy may still change its mind
    Status.WANTED: frozenset({Status.QUEUED, Status.CANCELLED, Status.MUTED, Status.EXPIRED}),
    # `accepted` from here is the late answer of a sender that had been given up
    Status.QUEUED: frozenset(
        {Status.SENDING, Status.CANCELLED, Status.MUTED, Status.EXPIRED, Status.ACCEPTED}
    ),
    # back to `queued` only when the provider surely did not take it
    Status.SENDING: frozenset(
        {Status.ACCEPTED, Status.QUEUED, Status.FAILED, Status.UNCERTAIN, Status.EXPIRED}
    ),
    # settled from the provider's books or by its callback, never by sending again
    Status.UNCERTAIN: frozenset({Status.ACCEPTED, Status.QUEUED, Status.FAILED, Status.EXPIRED}),
    Status.ACCEPTED: frozenset({Status.DELIVERED, Status.UNDELIVERED, Status.FAILED}),
    Status.DELIVERED: frozenset(),
    # once more, where the reason says that it may help: see `retries`
    Status.UNDELIVERED: frozenset({Status.QUEUED}),
    Status.FAILED: frozenset(),
    # the plan may change back before the evening
    Status.CANCELLED: frozenset({Status.WANTED}),
    Status.MUTED: frozenset(),
    Status.EXPIRED: frozenset(),
}

#: States in which nothing has left us.
UNSENT = (Status.WANTED, Status.QUEUED)
#: Why a message was cancelled, when not by its policy: that word stands.
BY_A_PERSON = "by_a_person"
#: States that nobody looks at again by themselves.
FINAL = frozenset(
    {
        Status.DELIVERED,
        Status.UNDELIVERED,
        Status.FAILED,
        Status.CANCELLED,
        Status.MUTED,
        Status.EXPIRED,
    }
)
#: Ends in which nobody was told: for the list of people to call.
UNTOLD = (Status.UNDELIVERED, Status.FAILED, Status.EXPIRED)

#: Longer than a batch can take even when every answer is waited for to the last second.
LEASE = timedelta(minutes=5)
#: A sender stops before its lease does, so that nobody else has its message meanwhile.
SPARE = timedelta(minutes=1)
#: The provider's books are given this long to show what it took.
SETTLE_AFTER = timedelta(minutes=1)
LOOK_AGAIN_AFTER = timedelta(minutes=2)
#: Not in the books by then: it was not taken.
NOT_TAKEN_AFTER = timedelta(minutes=10)
#: Our clock and the provider's need not agree to the minute.
CLOCKS_DIFFER = timedelta(minutes=10)
#: When to ask for news of a message that no callback told of; then it stays `accepted`.
ASK_AFTER = (
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
#: A provider that knows our request and does not list it: nobody will ever know.
GIVE_UP_AFTER = timedelta(hours=24)

REACHED = {
    Progress.ACCEPTED: Status.ACCEPTED,
    Progress.DELIVERED: Status.DELIVERED,
    Progress.UNDELIVERED: Status.UNDELIVERED,
    Progress.FAILED: Status.FAILED,
}


def may_move(current: Status, to: Status) -> bool:
    return to in MOVES[current]


def next_question(waited: timedelta) -> timedelta | None:
    """How long after acceptance to ask for news next; None: stop asking."""
    return next((after for after in ASK_AFTER if after > waited), None)
