"""Visits of published rounds, to homes whose phone agreed to be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from outreach.accounts.models import Role
from outreach.appointments.models import Appointment, Origin
from outreach.core import clock
from outreach.households.models import (
    Consent,
    ConsentMeans,
    ContactPoint,
    Household,
    PhoneKind,
    Purpose,
    Resident,
    ResidentPhone,
)
from outreach.places.models import Area
from outreach.rounds.models import Round, Route, State, Stop
from tests.factories.base import LONG_AGO
from tests.factories.people import MakePeople
from tests.factories.rounds import MakeRounds


class MakeReminders(MakeRounds, MakePeople):
    def contact_point(
        self, number: str = "", *, kind: PhoneKind = PhoneKind.MOBILE
    ) -> ContactPoint:
        number = number or f"+8492{self.number():07}"
        return self.saved(ContactPoint(number=number, kind=kind, created_at=LONG_AGO))

    def consent(
        self,
        phone: ContactPoint,
        *,
        given: bool = True,
        at: datetime | None = None,
        purpose: Purpose = Purpose.VISIT_REMINDER,
    ) -> Consent:
        return self.saved(
            Consent(
                contact_point=phone,
                purpose=purpose,
                given=given,
                at=at or LONG_AGO,
                means=ConsentMeans.PAPER,
                wording="test",
            )
        )

    def reachable(self, home: Household, phone: ContactPoint, *, resident: int = 0) -> Resident:
        """The home's resident number so and so can be reached on this phone."""
        while len(home.residents) <= resident:
            n = self.number()
            home.residents.append(
                Resident(
                    name=f"Lê Thị {n}",
                    search_key=f"le thi {n}",
                    sort_key=f"{n:08}",
                    position=len(home.residents),
                    created_at=LONG_AGO,
                )
            )
        person = home.residents[resident]
        person.phones.append(ResidentPhone(contact_point=phone))
        self.session.commit()
        return person

    def round_of(self, area: Area, day: Any, *, state: State = State.PUBLISHED) -> Round:
        leader = self.user(Role.LEADER, area=area)
        return self.saved(
            Round(
                team=self.team(area),
                day=day,
                starts=420,
                ends=1080,
                state=state,
                created_by_id=leader.id,
                created_at=LONG_AGO,
                figures={},
            )
        )

    def announced(
        self,
        *,
        starts_at: datetime | None = None,
        minutes: int = 120,
        home: Household | None = None,
        phone: ContactPoint | None = None,
        visitor: str = "Phạm Thị Hồng Đào",
        code: str = "4821",
        state: State = State.PUBLISHED,
        consent: bool = True,
    ) -> Appointment:
        """A visit tomorrow at this very time, to a home whose one phone agreed."""
        starts_at = starts_at or clock.now() + timedelta(days=1)
        area = home.area if home else self.neighbourhood()
        home = home or self.home(area)
        if not any(person.phones for person in home.residents):
            phone = phone or self.contact_point()
            self.reachable(home, phone)
            if consent:
                self.consent(phone)
        around = self.round_of(area, starts_at.date(), state=state)
        volunteer = self.user(area=area, name=visitor)
        route = self.saved(
            Route(
                round=around, volunteer=volunteer, position=0, starts=420, ends=1080,
                start_latitude=10.9, start_longitude=106.7,
            )
        )  # fmt: skip
        stop = self.saved(
            Stop(
                round_id=around.id, route=route, household=home, position=0,
                arrives_s=0, starts_s=0, service_s=720, reasons=[],
            )
        )  # fmt: skip
        appointment = self.appointment(
            home, starts_at, minutes=minutes, origin=Origin.ANNOUNCED, visitor=volunteer
        )
        appointment.stop_id, appointment.visit_code = stop.id, code
        self.session.commit()
        return appointment
