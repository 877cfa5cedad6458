"""A volunteer with a published route, as the phone's tests need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from outreach.accounts.models import User
from outreach.appointments.models import Appointment, Origin
from outreach.households.models import ContactPoint, Household, PhoneKind, ResidentPhone
from outreach.rounds.models import Route, State, Stop
from outreach.teams.models import Position, Team
from tests.factories.assistance import MakeAssistance
from tests.factories.base import LONG_AGO
from tests.factories.insights import MakeInsights
from tests.factories.people import MakePeople

#: The day of `tests.conftest.NOW`.
DAY = date(2026, 11, 21)


@dataclass
class Walk:
    """One volunteer's route and those around it."""

    volunteer: User
    leader: User
    team: Team
    route: Route

    @property
    def stops(self) -> list[Stop]:
        return self.route.stops

    @property
    def homes(self) -> list[Household]:
        return [stop.household for stop in self.stops]


class MakeVisits(MakeAssistance, MakeInsights, MakePeople):
    def walk(
        self,
        homes: int = 3,
        *,
        born: tuple[int | None, ...] = (1958, 1985),
        day: date = DAY,
        state: State = State.PUBLISHED,
        announced: bool = False,
        phones: bool = False,
    ) -> Walk:
        team = self.team()
        leader = self.member(team, position=Position.LEADER).user
        volunteer = self.member(team).user
        dwellings = [self.home_of(team.area, *born) for _ in range(homes)]
        route = self.walked_route(team, volunteer, dwellings, day=day, state=state)
        for stop in route.stops:
            if announced:
                self.promised(stop, volunteer)
            if phones:
                self.phone_for(stop.household)
        return Walk(volunteer, leader, team, route)

    def promised(self, stop: Stop, visitor: User) -> Appointment:
        """The window that publishing would have announced for a stop."""
        starts = datetime(DAY.year, DAY.month, DAY.day, 1, 0, tzinfo=UTC)
        starts += timedelta(minutes=10 * stop.position)
        return self.saved(
            Appointment(
                household=stop.household,
                origin=Origin.ANNOUNCED,
                starts_at=starts,
                ends_at=starts + timedelta(hours=1),
                visitor=visitor,
                visit_code=f"{self.number() % 10_000:04}",
                stop_id=stop.id,
                created_at=LONG_AGO,
            )
        )

    def phone_for(self, home: Household) -> ContactPoint:
        """A mobile that reaches the first person of a home."""
        point = ContactPoint(
            number=f"+8491{self.number():07}", kind=PhoneKind.MOBILE, created_at=LONG_AGO
        )
        self.saved(ResidentPhone(resident=home.residents[0], contact_point=point))
        return point
