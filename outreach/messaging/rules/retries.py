"""Whether to try again, when, and how often: by the class of the reason it did not work."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta


class Retry(enum.StrEnum):
    """What kind of trouble a reason is."""

    SLOWED = "slowed"  # we send faster than the provider takes
    OUTAGE = "outage"  # the provider or the way to it is out of order
    DAY_FULL = "day_full"  # a limit that opens again by itself, hours later
    OURS = "ours"  # settings, senders, money: people must put it right
    HANDSET = "handset"  # the phone was off or out of reach, or its network full
    NEVER = "never"  # the number, the text or the person says no


@dataclass(frozen=True, slots=True)
class Policy:
    """The first wait doubles up to the longest; `tries` counts the first one too."""

    first: timedelta
    longest: timedelta
    tries: int | None = None


#: A class that is not here is not tried again.
POLICIES = {
    Retry.SLOWED: Policy(timedelta(minutes=1), timedelta(minutes=30)),
    Retry.OUTAGE: Policy(timedelta(seconds=30), timedelta(minutes=10)),
    Retry.DAY_FULL: Policy(timedelta(hours=1), timedelta(hours=1)),
    Retry.OURS: Policy(timedelta(minutes=15), timedelta(minutes=15)),
    Retry.HANDSET: Policy(timedelta(minutes=30), timedelta(minutes=30), tries=2),
}

#: The class of every reason that may pass. The others never do.
CLASSES = {
    "rate_limited": Retry.SLOWED,
    "queue_full": Retry.SLOWED,
    "same_text_too_soon": Retry.SLOWED,
    "provider_unavailable": Retry.OUTAGE,
    "unreachable": Retry.OUTAGE,
    "daily_limit": Retry.DAY_FULL,
    "account_inactive": Retry.OURS,
    "account_not_found": Retry.OURS,
    "account_suspended": Retry.OURS,
    "address_not_allowed": Retry.OURS,
    "balance_empty": Retry.OURS,
    "budget_used_up": Retry.OURS,
    "callback_address_invalid": Retry.OURS,
    "carrier_not_registered": Retry.OURS,
    "credentials_refused": Retry.OURS,
    "price_missing": Retry.OURS,
    "region_not_enabled": Retry.OURS,
    "sender_invalid": Retry.OURS,
    "sender_missing": Retry.OURS,
    "sender_not_registered": Retry.OURS,
    "sender_not_usable": Retry.OURS,
    "template_not_registered": Retry.OURS,
    "trial_account_number_not_verified": Retry.OURS,
    "trial_account_text_too_long": Retry.OURS,
    "carrier_congested": Retry.HANDSET,
    "handset_unreachable": Retry.HANDSET,
}

#: Reasons that only people can put right: the office is told of them.
OURS = frozenset(reason for reason, kind in CLASSES.items() if kind is Retry.OURS)


def class_of(reason: str | None) -> Retry:
    return CLASSES.get(reason or "", Retry.NEVER)


def wait_before_retry(
    kind: Retry, attempts: int, asked: timedelta | None = None
) -> timedelta | None:
    """Longer each time, and never shorter than the provider asked for; None: not again."""
    policy = POLICIES.get(kind)
    if policy is None or (policy.tries is not None and attempts >= policy.tries):
        return None
    backing_off = min(policy.first * 2.0 ** min(attempts - 1, 10), policy.longest)
    return max(backing_off, asked or timedelta())
