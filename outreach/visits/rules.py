"""Whose reports are taken, when they are believed to have been made, and what they amount to."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from outreach.core.days import day_bounds
from outreach.rounds.models import State
from outreach.visits.models import Outcome

#: Cheap phones keep poor time: this far ahead is still "now".
FUTURE_TOLERANCE = timedelta(minutes=10)
#: Rounds whose homes may be reported on.
REPORTABLE = frozenset({State.PUBLISHED, State.CLOSED})
#: The newest form we render. Older ones are accepted as long as their reports may still arrive.
FORM_VERSION = 1
OLDEST_FORM_VERSION = 1

#: What these say of the home's appointment; after the others it stays open.
KEEPS = frozenset({Outcome.MET, Outcome.REFUSED})
MISSES = frozenset({Outcome.NOBODY_HOME, Outcome.WRONG_ADDRESS})


def believed(made_at: datetime, *, day: date, now: datetime, zone: ZoneInfo) -> datetime:
    """When it happened: by the phone, where that is possible, else when it reached us.

    A home is visited on its round's day or later, and not in the future; a phone that says
    otherwise has a wrong clock. Its own time is kept beside the believed one.
    """
    earliest = day_bounds(day, zone)[0]
    if made_at < earliest or made_at > now + FUTURE_TOLERANCE:
        return now
    return min(made_at, now)


def fingerprint(content: Mapping[str, object]) -> str:
    """What tells two reports with the same id apart: any difference in what they say."""
    plain = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


_NUMBER = re.compile(r"\s*(\d[\w/.-]*)\s*,?\s*(.*)", re.DOTALL)


def house_number(address: str) -> tuple[str, str]:
    """(what is on the plate, the rest): ("12/3", "hẻm 45 Nguyễn Trãi"); no number gives "—"."""
    found = _NUMBER.fullmatch(address)
    return (found[1], found[2]) if found else ("—", address)
