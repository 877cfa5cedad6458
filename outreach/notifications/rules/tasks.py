"""What residents themselves must do in time: which state of which programme, by when, told when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from outreach.households.models import Language


@dataclass(frozen=True, slots=True)
class Notice:
    """After so many days it is too late; the resident is told on these days after the step."""

    days: int
    tell_after: tuple[int, ...]
    vi: str
    en: str


#: A legal number each: domain.md §2.1 (seven days to activate) and §2.2 (thirty to show the face).
NOTICES: dict[tuple[str, str], Notice] = {
    ("vneid_l2", "notice_received"): Notice(
        7, (3, 6), "Kích hoạt VNeID, hạn {due}", "Activate VNeID by {due}"
    ),
    ("device_2g4g", "handed_over"): Notice(
        30, (2, 20), "Xác thực SIM máy mới, hạn {due}", "Verify the new phone's SIM by {due}"
    ),
    ("device_2g4g", "sim_in_new_device"): Notice(
        30, (2, 20), "Xác thực SIM máy mới, hạn {due}", "Verify the new phone's SIM by {due}"
    ),
}
#: A notice that found no decent moment is still worth sending this many days later.
STILL_WORTH = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing somebody must do by a day, and the phone that may be told."""

    case_id: UUID
    household_id: UUID
    area_id: UUID
    phone: str
    language: Language
    programme: str
    state: str
    moved_on: date
    who: str

    @property
    def notice(self) -> Notice:
        return NOTICES[self.programme, self.state]

    @property
    def due(self) -> date:
        return self.moved_on + timedelta(days=self.notice.days)

    def turn(self, today: date) -> date | None:
        """The day it is to be told on, when that is today or was a moment ago."""
        for after in reversed(self.notice.tell_after):
            day = self.moved_on + timedelta(days=after)
            if day <= today <= min(day + STILL_WORTH, self.due):
                return day
        return None

    def told(self, today: date) -> str:
        """What a text that names this has told: each turn is told once."""
        return f"{self.case_id} {self.state} {self.turn(today)}"

    def words(self, *, named: bool) -> str:
        """The sentence; with the name where several share the phone."""
        notice = self.notice
        said = notice.en if self.language is Language.EN else notice.vi
        said = said.format(due=f"{self.due:%d/%m}")
        return f"{said} ({self.who})" if named and self.who else said


def moved_on(moment: datetime, zone: ZoneInfo) -> date:
    """The local day of a step."""
    return moment.astimezone(zone).date()
