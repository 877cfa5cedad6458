"""Homes with a point, appointments, rounds with routes and stops."""

from __future__ import annotations

from datetime import datetime, timedelta

from outreach.accounts.models import User
from outreach.appointments.models import Appointment, Origin, State
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Scope
from outreach.assistance.models import Case, Evidence
from outreach.core import text
from outreach.households.models import (
    ContactPoint,
    Household,
    PhoneKind,
    Resident,
    ResidentPhone,
)
from outreach.places.models import Area
from outreach.teams.models import Member, WeeklyAvailability
from tests.factories.base import LONG_AGO, Factory

#: The middle of a neighbourhood of Dĩ An.
MIDDLE = (10.9068, 106.7694)
METRE = 1 / 111_195


class MakeRounds(Factory):
    def home(
        self,
        area: Area,
        *,
        address: str = "",
        head: str = "",
        east: float | None = 0.0,
        north: float = 0.0,
        phone: bool = False,
        born: int = 1960,
    ) -> Household:
        """A home so many metres from the middle; `east=None` gives one without a point.

        Somebody born in 1960 lives there, so that it needs help; a child alone needs none.
        """
        n = self.number()
        address = address or f"{n} Nguyễn Trãi"
        head = head or f"Trần Thị {n}"
        home = Household(
            area=area,
            address=address,
            head_name=head,
            search_key=text.fold(f"{address} {head}"),
            sort_key=text.natural_key(address),
            latitude=None if east is None else MIDDLE[0] + north * METRE,
            longitude=None if east is None else MIDDLE[1] + east * METRE * 1.0184,
            created_at=LONG_AGO,
            residents=[
                Resident(
                    name=head,
                    search_key=text.fold(head),
                    sort_key=text.sort_key(head),
                    birth_year=born,
                    created_at=LONG_AGO,
                )
            ],
        )
        if phone:
            point = ContactPoint(number=f"+8491{n:07}", kind=PhoneKind.MOBILE, created_at=LONG_AGO)
            home.residents[0].phones.append(ResidentPhone(contact_point=point))
        return self.saved(home)

    def content_home(self, area: Area, **rest) -> Household:
        """A home where nothing is left to help with."""
        home = self.home(area, born=2020, **rest)
        for programme in programmes().values():
            if programme.scope is Scope.HOUSEHOLD:
                self.session.add(
                    Case(
                        programme=programme.code,
                        household_id=home.id,
                        state=min(programme.goals),
                        evidence=Evidence.OBSERVED,
                        opened_at=LONG_AGO,
                        moved_at=LONG_AGO,
                    )
                )
        self.session.commit()
        return home

    def appointment(
        self,
        home: Household,
        starts_at: datetime,
        *,
        minutes: int = 60,
        origin: Origin = Origin.AGREED,
        visitor: User | None = None,
        skill: str | None = None,
        state: State = State.OPEN,
    ) -> Appointment:
        return self.saved(
            Appointment(
                household=home,
                origin=origin,
                state=state,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=minutes),
                visitor=visitor,
                skill=skill,
                visit_code=f"{self.number() % 10_000:04}",
                created_at=LONG_AGO,
            )
        )

    def weekly(self, member: Member, starts: int = 0, ends: int = 1440) -> Member:
        """They told their week: these minutes every day."""
        member.week_told_at = LONG_AGO
        for weekday in range(7):
            self.session.add(
                WeeklyAvailability(member_id=member.id, weekday=weekday, starts=starts, ends=ends)
            )
        self.session.commit()
        return member
