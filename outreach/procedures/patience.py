"""Slows down whoever tries links that lead nowhere.

A link is 122 random bits, so nobody finds one by trying; this only keeps a crawler from taking the
machine's time. It is kept in memory because a page that is only read stores nothing.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

FREE = 20
WINDOW = timedelta(minutes=1)
#: Addresses remembered; the oldest are forgotten first.
MOST = 2_000
_missed: OrderedDict[str, deque[datetime]] = OrderedDict()


def missed(address: str, now: datetime) -> None:
    """A link tried from there led nowhere."""
    _missed.setdefault(address, deque(maxlen=FREE)).append(now)
    _missed.move_to_end(address)
    if len(_missed) > MOST:
        _missed.popitem(last=False)


def wait(address: str, now: datetime) -> int:
    """Whole seconds until that address may try again; 0 when at once."""
    tries = _missed.get(address)
    if tries is None or len(tries) < FREE or tries[0] <= now - WINDOW:
        return 0
    return int((tries[0] + WINDOW - now).total_seconds()) + 1
