"""Which channel a message goes by: one that fails too often rests, and is then tried out.

`closed` is used. Too many errors in the newest minutes open the circuit: nothing goes that way, and
the next channel takes over. After a rest a few messages try it out (`half_open`): one error, and it
rests longer; else it is used again. Slowing down is not an error: those messages wait.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.messaging.models import Circuit
from outreach.messaging.rules.retries import Retry, class_of

#: The error rate is taken over these newest minutes, of at least so many attempts.
WINDOW = timedelta(minutes=5)
LEAST = 6
TOO_MANY = 0.5
#: The first rest; each further one in a row is twice as long.
REST = timedelta(minutes=1)
LONGEST_REST = timedelta(minutes=15)
#: So many messages try a channel out, and somebody else may if this sender has died since.
PROBES = 3
PROBE_LEASE = timedelta(minutes=2)
#: A channel that asks for a longer pause than this is passed over for the next one.
WORTH_WAITING = timedelta(minutes=10)


class News(enum.StrEnum):
    """What an attempt says about the channel, whatever it says about the message."""

    GOOD = "good"
    BAD = "bad"
    SLOWED = "slowed"


@dataclass(frozen=True, slots=True)
class Count:
    """Attempts by what they say."""

    good: int = 0
    bad: int = 0
    slowed: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How one channel stands. Never heard of: closed."""

    name: str
    circuit: Circuit = Circuit.CLOSED
    opened: int = 0
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """The channel to use now; `limit` when it is only tried out."""

    name: str
    limit: int | None = None


def news_of_busy(reason: str) -> News:
    """Limits are the channel working as it should; the rest is an outage."""
    return News.SLOWED if class_of(reason) in {Retry.SLOWED, Retry.DAY_FULL} else News.BAD


def pick(standings: Sequence[Standing], now: datetime) -> Pick | None:
    """The first channel that may be used, by preference; None: wait."""
    for one in standings:
        waits = one.not_before is not None and one.not_before > now
        if not waits:
            return Pick(one.name, None if one.circuit is Circuit.CLOSED else PROBES)
        assert one.not_before is not None
        if one.circuit is Circuit.CLOSED and one.not_before - now <= WORTH_WAITING:
            return None
    return None


def turned(circuit: Circuit, fresh: Count, window: Count) -> Circuit:
    """The circuit after `fresh` answers, which `window` counts as well."""
    if circuit is Circuit.OPEN:  # answers from before it was; only trying it out closes it
        return circuit
    if circuit is Circuit.HALF_OPEN:
        if fresh.bad:
            return Circuit.OPEN
        return Circuit.CLOSED if fresh.good else circuit
    tried = window.good + window.bad
    broken = fresh.bad > 0 and tried >= LEAST and window.bad / tried >= TOO_MANY
    return Circuit.OPEN if broken else Circuit.CLOSED


def rest(opened: int) -> timedelta:
    """How long to leave a channel alone that was opened so many times in a row."""
    return min(REST * 2.0 ** min(max(opened - 1, 0), 10), LONGEST_REST)
