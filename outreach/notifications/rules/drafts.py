"""What a plan of texts is made of: visits, what was told, drafts, and silences with reasons."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from outreach.households.models import Language
from outreach.messaging.wishes import Wish
from outreach.notifications.rules import saying
from outreach.notifications.rules.calendar import Calendar
from outreach.notifications.rules.manners import Manner
from outreach.notifications.rules.tasks import Task
from outreach.notifications.texts import Template, Wordings

VISITS, SOON, TASKS = "visit_reminder", "visit_soon", "case_notice"
#: Texts that tell of a visit and may be answered.
OF_VISITS = (VISITS, SOON)
PURPOSES = (*OF_VISITS, TASKS)


#: An id as the driver gave it: making ten thousand UUIDs costs more than the query for them.
Raw = UUID | str


class Visit(NamedTuple):
    """One announced visit and the phone that may be told of it."""

    appointment_id: Raw
    household_id: Raw
    area_id: UUID
    phone: str
    language: Language
    starts_at: datetime
    ends_at: datetime
    visitor: str
    code: str
    #: The local day of the visit.
    day: date

    @property
    def told(self) -> str:
        """What a text that names this visit has told: another time or visitor is news again."""
        return f"{self.appointment_id} {_span(self.starts_at, self.ends_at)} {self.visitor}"


@lru_cache(maxsize=4096)
def _span(starts_at: datetime, ends_at: datetime) -> str:
    return f"{starts_at:%H:%M} {ends_at:%H:%M}"


def as_uuid(raw: Raw) -> UUID:
    """The id, whichever way the driver gave it."""
    return raw if isinstance(raw, UUID) else UUID(raw)


class Why(enum.StrEnum):
    """Why a phone that may be told is not."""

    TOLD = "told"
    TOO_LATE = "too_late"
    WEEK_FULL = "week_full"
    DAY_FULL = "day_full"
    NOT_REGISTERED = "not_registered"


@dataclass(frozen=True, slots=True)
class Sent:
    """What phones have been told already, and on which days they were written to."""

    told: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    days: Mapping[str, Sequence[date]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """What every phone of an installation shares while texts are planned."""

    zone: ZoneInfo
    calendar: Calendar
    wordings: Wordings
    #: Digests of what the channel has registered; None where nothing has to be.
    registered: AbstractSet[str] | None = None


@dataclass(slots=True)  # ten thousand are made each tick: freezing them would cost as much again
class Draft:
    """One text before it is written."""

    key: str
    purpose: str
    phone: str
    day: date
    send_after: datetime
    expires_at: datetime
    manner: Manner
    visits: tuple[Visit, ...]
    tasks: tuple[Task, ...]
    told: tuple[str, ...]
    setting: Setting

    @property
    def language(self) -> Language:
        return (self.visits or self.tasks)[0].language

    @property
    def template(self) -> Template:
        return saying.template_for(len(self.visits), self.tasks)

    def body(self) -> tuple[str, dict[str, str]]:
        """The text and the values in its gaps."""
        values = saying.values(self)
        wording = self.setting.wordings[self.template.name, self.language]
        return self.template.text(wording, self.language, values), values

    def wish(self) -> Wish:
        """What the outbox is handed."""
        body, values = self.body()
        homes: set[Raw] = {one.household_id for one in self.visits}
        homes |= {one.household_id for one in self.tasks}
        return Wish(
            key=self.key,
            purpose=self.purpose,
            phone=self.phone,
            body=body,
            template=self.template.name,
            values={**values, "told": list(self.told)},
            area_id=(self.visits or self.tasks)[0].area_id,
            household_id=as_uuid(homes.pop()) if len(homes) == 1 else None,
            day=self.day,
            send_after=self.send_after,
            expires_at=self.expires_at,
        )


@dataclass(frozen=True, slots=True)
class Silence:
    """A phone that is not told of these, and why."""

    phone: str
    day: date
    why: Why
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Every text that is wanted, and what is kept back."""

    drafts: list[Draft]
    silences: list[Silence]
