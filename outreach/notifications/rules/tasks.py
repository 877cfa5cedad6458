"""What residents themselves must do in time: which state of which programme, by when, told when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from outreach.assistance import labels
from outreach.core.i18n import speaking
from outreach.households.models import Language


@dataclass(frozen=True, slots=True)
class Notice:
    """Told on these days after the deadline began, with the sentence in both languages."""

    tell_after: tuple[int, ...]
    vi: str
    en: str


#: What is told without anybody asking for it. How long there is time is the definition's clock.
NOTICES: dict[tuple[str, str], Notice] = {
    ("vneid_l2", "notice_received"): Notice(
        (3, 6), "Kích hoạt VNeID, hạn {due}", "Activate VNeID by {due}"
    ),
    ("device_2g4g", "handed_over"): Notice(
        (2, 20), "Xác thực SIM máy mới, hạn {due}", "Verify the new phone's SIM by {due}"
    ),
    ("device_2g4g", "sim_in_new_device"): Notice(
        (2, 20), "Xác thực SIM máy mới, hạn {due}", "Verify the new phone's SIM by {due}"
    ),
}
#: What an office asks to be told, in any programme.
ASKED_VI, ASKED_EN = "Hạn {due}: {what}", "Due {due}: {what}"
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
    #: The days on which its deadline began and falls due.
    starts_on: date
    due: date
    who: str
    #: The day on which the office asked for a reminder; None: it goes by itself.
    asked_on: date | None = None
    #: Only to ask whether it still goes: nothing has to be done by then.
    asks_after: bool = False

    @property
    def last(self) -> date:
        """The last day on which telling makes sense: what was asked for may be overdue."""
        return self.due if self.asked_on is None else max(self.due, self.asked_on + STILL_WORTH)

    def turn(self, today: date) -> date | None:
        """The day it is to be told on, when that is today or was a moment ago."""
        notice = NOTICES.get((self.programme, self.state))
        after = notice.tell_after if notice and not self.asks_after else ()
        days = [self.starts_on + timedelta(days=n) for n in after]
        days = [day for day in days if day <= self.due]
        if self.asked_on is not None:
            days.append(self.asked_on)
        now = [day for day in days if day <= today <= min(day + STILL_WORTH, self.last)]
        return max(now, default=None)

    def told(self, today: date) -> str:
        """What a text that names this has told: each turn is told once."""
        return f"{self.case_id} {self.state} {self.turn(today)}"

    def words(self, *, named: bool) -> str:
        """The sentence; with the name where several share the phone."""
        said = self._sentence()
        return f"{said} ({self.who})" if named and self.who else said

    def _sentence(self) -> str:
        english = self.language is Language.EN
        notice = NOTICES.get((self.programme, self.state))
        with speaking("en" if english else "vi"):
            what = labels.programme(self.programme)
        if self.asks_after:
            return what
        if notice is None:
            said = ASKED_EN if english else ASKED_VI
        else:
            said = notice.en if english else notice.vi
        return said.format(due=f"{self.due:%d/%m}", what=what)
