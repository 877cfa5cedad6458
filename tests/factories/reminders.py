"""Visits of published rounds, to homes whose phone agreed to be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from outreach.accounts.models import Role
from outreach.appointments.models import Appointment, Origin
from outreach.core import clock
from outreach.core.db import Model
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
        number = number or f"+8492{self.number():05}90"  # no sandbox behaviour
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
                changed_at=LONG_AGO,
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

    def ward_of_reminders(self, count: int, *, starts_at: datetime) -> None:
        """So many announced visits, each to a home with a phone of its own that agreed."""
        area = self.neighbourhood()
        around = self.round_of(area, starts_at.date())
        volunteer = self.user(area=area)
        route = self.saved(
            Route(
                round=around, volunteer=volunteer, position=0, starts=420, ends=1080,
                start_latitude=10.9, start_longitude=106.7,
            )
        )  # fmt: skip
        rows: dict[type[Model], list[dict[str, Any]]] = {}
        for n in range(count):
            home, person, phone, stop = (uuid4() for _ in range(4))
            texts = {"search_key": "x", "sort_key": f"{n:08}", "created_at": LONG_AGO}
            made: dict[type[Model], dict[str, Any]] = {
                Household: {"id": home, "area_id": area.id, "address": f"{n} Nguyễn Trãi", **texts},
                Resident: {"id": person, "household_id": home, "name": f"Lê Thị {n}", **texts},
                ContactPoint: {
                    "id": phone, "number": f"+8493{n:07}", "kind": PhoneKind.MOBILE,
                    "created_at": LONG_AGO,
                },
                ResidentPhone: {"resident_id": person, "contact_point_id": phone},
                Consent: {
                    "contact_point_id": phone, "purpose": Purpose.VISIT_REMINDER, "given": True,
                    "at": LONG_AGO, "means": ConsentMeans.PAPER, "wording": "test",
                },
                Stop: {
                    "id": stop, "round_id": around.id, "route_id": route.id, "household_id": home,
                    "position": n, "arrives_s": 0, "starts_s": 0, "service_s": 720, "reasons": [],
                },
                Appointment: {
                    "household_id": home, "origin": Origin.ANNOUNCED, "starts_at": starts_at,
                    "ends_at": starts_at + timedelta(hours=2), "visitor_id": volunteer.id,
                    "visit_code": f"{n:04}"[-4:], "stop_id": stop, "created_at": LONG_AGO,
                },
            }  # fmt: skip
            for kind, row in made.items():
                rows.setdefault(kind, []).append(row)
        for kind, many in rows.items():
            self.session.execute(sa.insert(kind), many)
        self.session.commit()
