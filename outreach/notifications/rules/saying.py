"""What goes into the gaps of a text about visits and tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from outreach.households.models import Language
from outreach.messaging.segments import unaccented
from outreach.notifications.texts import (
    CASE_NOTICE,
    FOLLOW_UP,
    TASKS,
    VISIT_AND_TASKS,
    VISIT_REMINDER,
    VISIT_REMINDER_MANY,
    VISITS,
    Template,
)

if TYPE_CHECKING:
    from outreach.notifications.rules.drafts import Draft, Visit
    from outreach.notifications.rules.tasks import Task

_VI_DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SHORT_DAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def template_for(visits: int, tasks: Sequence[Task]) -> Template:
    """Which text says so many visits and these tasks."""
    if not visits:
        return FOLLOW_UP if all(task.asks_after for task in tasks) else CASE_NOTICE
    if tasks:
        return VISIT_AND_TASKS
    return VISIT_REMINDER if visits == 1 else VISIT_REMINDER_MANY


def values(draft: Draft) -> dict[str, str]:
    """Every gap of the draft's text."""
    language, zone = draft.language, draft.setting.zone
    found = {
        "sender": draft.manner.sender,
        "hotline": draft.manner.hotline,
        "reply": draft.manner.reply(language),
        "day": weekday(draft.day, language),
    }
    if draft.template is VISIT_REMINDER:
        first = draft.visits[0]
        found |= {
            "window": window(first.starts_at, first.ends_at, zone),
            "visitor": first.visitor,
            "code": first.code,
        }
    elif draft.visits:
        found["visits"] = together(draft.visits, language, zone)
    if draft.tasks:
        found["tasks"] = listed(draft.tasks)
    return found


@lru_cache(maxsize=512)
def weekday(day: date, language: Language) -> str:
    names = _EN_DAYS if language is Language.EN else _VI_DAYS
    return f"{names[day.weekday()]} {day:%d/%m}"


def short_day(day: date, language: Language) -> str:
    """T2 23/11."""
    names = _EN_DAYS if language is Language.EN else _SHORT_DAYS
    return f"{names[day.weekday()]} {day:%d/%m}"


@lru_cache(maxsize=4096)
def window(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    return f"{starts_at.astimezone(zone):%H:%M}-{ends_at.astimezone(zone):%H:%M}"


def together(visits: Sequence[Visit], language: Language, zone: ZoneInfo) -> str:
    """The whole span, then codes with as many names as fit; codes come before names."""
    code, more = ("code", "more") if language is Language.EN else ("mã", "nhà nữa")
    span = window(visits[0].starts_at, max(visit.ends_at for visit in visits), zone)
    named = [f"{visit.code} ({visit.visitor})" for visit in visits]
    coded = [visit.code for visit in visits]
    for parts in (named, coded):
        text = f"{span}, {code} {', '.join(parts)}"
        if len(unaccented(text)) <= VISITS.limit:
            return text
    room = VISITS.limit - len(f"{span}, {code} , +999 {more}")
    fitting = room // len("1234, ")
    return f"{span}, {code} {', '.join(coded[:fitting])}, +{len(coded) - fitting} {more}"


def listed(tasks: Sequence[Task]) -> str:
    """What is due, with names where several people share the phone and there is room."""
    named = len({task.household_id for task in tasks} | {task.who for task in tasks}) > 1
    for with_names in (named, False):
        parts = [task.words(named=with_names) for task in tasks]
        parts = list(dict.fromkeys(parts))
        text = "; ".join([parts[0], *(part[:1].lower() + part[1:] for part in parts[1:])])
        if len(text) <= TASKS.limit:
            return text
    return parts[0]
