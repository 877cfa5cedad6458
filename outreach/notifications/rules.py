"""When a reminder goes out and what it says: times and rows in, wishes out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from outreach.core.working_days import holiday_name
from outreach.messaging.segments import unaccented
from outreach.messaging.wishes import Wish
from outreach.notifications.texts import VISIT_REMINDER, VISIT_REMINDER_MANY, Template

PURPOSE = "visit_reminder"
#: How far ahead reminders are planned, so that the office sees them coming.
HORIZON = timedelta(days=2)

#: The evening before, when people are home and awake.
REMIND_AT = time(18, 0)
#: Nobody's phone rings for us outside these hours (product.md R1), nor in the siesta.
OPENS, CLOSES = time(7, 0), time(21, 0)
SIESTA = (time(11, 30), time(13, 0))
#: A reminder on the day itself must still leave time to get ready.
AT_LEAST_BEFORE = timedelta(minutes=30)
#: Days round mùng 1 on which nobody is written to: 28 Chạp (of a 30-day month) to mùng 6.
TET = (-3, 5)

WEEKDAYS = {
    "vi": ("thu Hai", "thu Ba", "thu Tu", "thu Nam", "thu Sau", "thu Bay", "Chu nhat"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
WORDS = {"vi": ("ma", "nha"), "en": ("code", "homes")}


@dataclass(frozen=True, slots=True)
class Visit:
    """One announced visit and the phone that may be told of it."""

    appointment_id: UUID
    household_id: UUID
    area_id: UUID
    phone: str
    starts_at: datetime
    ends_at: datetime
    visitor: str
    code: str
    #: Whom to ask: the ward's phone, or its name where it has none.
    hotline: str

    @property
    def told(self) -> str:
        """What a text that names this visit has told: another time or visitor is news again."""
        return f"{self.appointment_id} {self.starts_at:%H:%M} {self.ends_at:%H:%M} {self.visitor}"


#: What has been told already, by phone and local day.
Told = Mapping[tuple[str, date], AbstractSet[str]]


@dataclass(frozen=True, slots=True)
class Style:
    """What all texts of an installation have in common."""

    sender: str
    zone: ZoneInfo
    language: str = "vi"


def reminders(visits: Iterable[Visit], style: Style, told: Told, *, now: datetime) -> list[Wish]:
    """One wish for each phone and local day: visits of relatives on one phone are one text.

    A phone that has been told all of it already is left in peace, also when some of it is over.
    """

    def day_of(visit: Visit) -> tuple[str, date]:
        return visit.phone, visit.starts_at.astimezone(style.zone).date()

    ordered = sorted(visits, key=lambda v: (*day_of(v), v.starts_at, v.code))
    wishes = []
    for (phone, day), group in groupby(ordered, key=day_of):
        together = list(group)
        if {visit.told for visit in together} <= told.get((phone, day), frozenset()):
            continue
        moment = when(day, together[0].starts_at, style.zone, now=now)
        if moment is not None:
            wishes.append(_wish(together, day, style, moment))
    return wishes


def when(
    day: date, starts_at: datetime, zone: ZoneInfo, *, now: datetime
) -> tuple[datetime, datetime] | None:
    """From when until when a reminder may go out; None: at no decent moment before the visit.

    The evening before. When that has passed, or falls on Tết, as soon as phones may ring, if there
    is time left to get ready.
    """
    evening = datetime.combine(day - timedelta(days=1), REMIND_AT, zone)
    expires_at = starts_at - AT_LEAST_BEFORE
    after = decent(max(evening, now.astimezone(zone)))
    return (after, expires_at) if after < expires_at else None


def decent(moment: datetime) -> datetime:
    """The first moment, from this local one on, at which a phone may ring."""
    while True:
        clock, zone, day = moment.time(), moment.tzinfo, moment.date()
        if is_tet(day) or clock >= CLOSES:
            moment = datetime.combine(day + timedelta(days=1), OPENS, zone)
        elif clock < OPENS:
            moment = datetime.combine(day, OPENS, zone)
        elif SIESTA[0] <= clock < SIESTA[1]:
            moment = datetime.combine(day, SIESTA[1], zone)
        else:
            return moment


@lru_cache(maxsize=1024)
def is_tet(day: date) -> bool:
    """Whether families are not to be disturbed: the days round the lunar new year."""
    return any(holiday_name(day - timedelta(days=n)) == "Lunar New Year" for n in range(*_TET_SPAN))


_TET_SPAN = (TET[0], TET[1] + 1)


def _wish(
    visits: Sequence[Visit], day: date, style: Style, moment: tuple[datetime, datetime]
) -> Wish:
    first = visits[0]
    template, values = _one(first, style) if len(visits) == 1 else _many(visits, style)
    values = {
        "sender": style.sender,
        "day": f"{WEEKDAYS[style.language][day.weekday()]} {day:%d/%m}",
        "hotline": first.hotline,
        **values,
    }
    body = template.text(style.language, **values)
    homes = {visit.household_id for visit in visits}
    return Wish(
        key=_key(first.phone, day, body),
        purpose=PURPOSE,
        phone=first.phone,
        body=body,
        template=template.name,
        values={**values, "told": [visit.told for visit in visits]},
        area_id=first.area_id,
        household_id=homes.pop() if len(homes) == 1 else None,
        day=day,
        send_after=moment[0],
        expires_at=moment[1],
    )


def _one(visit: Visit, style: Style) -> tuple[Template, dict[str, str]]:
    values = {
        "window": _window(visit.starts_at, visit.ends_at, style.zone),
        "visitor": visit.visitor,
        "code": visit.code,
    }
    return VISIT_REMINDER, values


def _many(visits: Sequence[Visit], style: Style) -> tuple[Template, dict[str, str]]:
    """The whole span, then as much of codes and names as fits; the codes before the names."""
    code_word, homes_word = WORDS[style.language]
    span = _window(visits[0].starts_at, max(v.ends_at for v in visits), style.zone)
    named = ", ".join(f"{v.code} ({unaccented(v.visitor)})" for v in visits)
    coded = ", ".join(v.code for v in visits)
    shortest = f"{span}, {len(visits)} {homes_word}"
    limit = VISIT_REMINDER_MANY.limits["visits"]
    for text in (f"{span}, {code_word} {named}", f"{span}, {code_word} {coded}"):
        if len(text) <= limit:
            return VISIT_REMINDER_MANY, {"visits": text}
    return VISIT_REMINDER_MANY, {"visits": shortest}


def _window(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    return f"{starts_at.astimezone(zone):%H:%M}-{ends_at.astimezone(zone):%H:%M}"


def _key(phone: str, day: date, body: str) -> str:
    """The same text to the same phone for the same day is the same message."""
    digest = hashlib.sha256(f"{phone}\n{day}\n{body}".encode()).hexdigest()
    return f"{PURPOSE}:{day}:{digest[:32]}"
