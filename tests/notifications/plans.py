"""Visits, manners and plans for tests of pure decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from outreach.core.working_days import NO_OVERRIDES, Overrides
from outreach.households.models import Language
from outreach.notifications.rules.calendar import Calendar
from outreach.notifications.rules.drafts import Draft, Plan, Sent, Setting, Visit
from outreach.notifications.rules.manners import Manner
from outreach.notifications.rules.planning import plan
from outreach.notifications.rules.tasks import Task
from outreach.notifications.texts import all_shipped

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2026, 11, 21, 9, 0, tzinfo=ZONE)
PHONE = "+84912345678"
MANNER = Manner("To CNSCD", "0274 3800 123")


def local(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def visit(starts_at: datetime, **changes: Any) -> Visit:
    given: dict[str, Any] = {
        "appointment_id": uuid4(),
        "household_id": uuid4(),
        "area_id": UUID(int=1),
        "phone": PHONE,
        "language": Language.VI,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "visitor": "Đào",
        "code": "4821",
        "day": starts_at.astimezone(ZONE).date(),
    }
    return Visit(**given | changes)


def task(starts_on: date, **changes: Any) -> Task:
    given: dict[str, Any] = {
        "case_id": uuid4(),
        "household_id": uuid4(),
        "area_id": UUID(int=1),
        "phone": PHONE,
        "language": Language.VI,
        "programme": "vneid_l2",
        "state": "notice_received",
        "starts_on": starts_on,
        "due": starts_on + timedelta(days=7),
        "who": "Lan",
    }
    return Task(**given | changes)


def planned(
    visits: Iterable[Visit],
    tasks: Iterable[Task] = (),
    *,
    now: datetime = MORNING,
    manner: Manner = MANNER,
    sent: Sent | None = None,
    overrides: Overrides = NO_OVERRIDES,
    registered: frozenset[str] | None = None,
) -> Plan:
    setting = Setting(ZONE, Calendar(overrides), all_shipped(), registered)
    manners: dict[UUID, Manner] = defaultdict(lambda: manner)
    return plan(visits, tasks, manners, sent or Sent(), setting, now=now)


def one(found: Plan) -> Draft:
    (draft,) = found.drafts
    return draft
