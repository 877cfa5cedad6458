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
#: A visit on no route that the server knows of was made at most so long ago.
UNHEARD_OF = timedelta(days=31)
#: A phone's clock that is off by less is right enough: its own time is not corrected.
CLOCK_TOLERANCE = timedelta(minutes=2)
#: When each version of the form was rendered first. A phone may hold reports made with any of
#: them: one leaves this table, and `forms.READERS`, a year after its successor came.
FORM_VERSIONS = {1: date(2026, 11, 1), 2: date(2026, 11, 26)}
#: The newest form we render.
FORM_VERSION = max(FORM_VERSIONS)
OLDEST_FORM_VERSION = min(FORM_VERSIONS)

#: What these say of the home's appointment; after the others it stays open.
KEEPS = frozenset({Outcome.MET, Outcome.REFUSED})
MISSES = frozenset({Outcome.NOBODY_HOME, Outcome.WRONG_ADDRESS})


def is_shown(state: State, published_at: datetime | None) -> bool:
    """Whether volunteers see a round: also while a published one is planned again."""
    return state in REPORTABLE or (state is State.PLANNING and published_at is not None)


def believed(
    made_at: datetime,
    *,
    day: date | None,
    now: datetime,
    zone: ZoneInfo,
    ahead: timedelta = timedelta(),
) -> datetime:
    """When it happened: by the phone, where that is possible, else when it reached us.

    `ahead` is how far the phone's clock was ahead of ours when it sent this: a clock that was
    wrong then was wrong at the door too. A home is visited on its round's day or later, and not
    in the future; a phone that still says otherwise knows no better than we do. Its own time is
    kept beside the believed one.
    """
    if abs(ahead) > CLOCK_TOLERANCE:
        made_at = _moved_back(made_at, ahead)
    earliest = day_bounds(day, zone)[0] if day else now - UNHEARD_OF
    if made_at < earliest or made_at > now + FUTURE_TOLERANCE:
        return now
    return min(made_at, now)


def _moved_back(moment: datetime, ahead: timedelta) -> datetime:
    try:
        return moment - ahead
    except OverflowError:  # a clock in the year 1 or 9999
        return moment


def fingerprint(content: Mapping[str, object]) -> str:
    """What tells two reports with the same id apart: any difference in what they say."""
    plain = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


_NUMBER = re.compile(r"\s*(\d[\w/.-]*)\s*,?\s*(.*)", re.DOTALL)


def house_number(address: str) -> tuple[str, str]:
    """(what is on the plate, the rest): ("12/3", "hẻm 45 Nguyễn Trãi"); no number gives "—"."""
    found = _NUMBER.fullmatch(address)
    return (found[1], found[2]) if found else ("—", address)
