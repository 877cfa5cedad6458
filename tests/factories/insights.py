"""A day that has happened: published routes, reports at the door and steps of help."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from outreach.accounts.models import User
from outreach.assistance.models import Case, Channel, Evidence, Step
from outreach.assistance.services.clocking import keep_clocks
from outreach.core import text
from outreach.households.models import Household, Resident
from outreach.places.models import Area
from outreach.rounds.models import Round, Route, State, Stop
from outreach.rounds.services.handing_out import hand_out
from outreach.teams.models import Team
from outreach.visits.models import Outcome, Report
from tests.factories.base import LONG_AGO, Factory

EIGHT, ELEVEN = 8 * 60, 11 * 60


class MakeInsights(Factory):
    def dwelling(self, area: Area, *, people: int = 1, address: str = "") -> Household:
        n = self.number()
        address = address or f"{n} Trần Hưng Đạo"
        names = [f"Đặng Thị Ngọc {n}-{place}" for place in range(people)]
        return self.saved(
            Household(
                area=area,
                address=address,
                head_name=names[0] if names else "",
                search_key=text.fold(address),
                sort_key=text.natural_key(address),
                created_at=LONG_AGO,
                residents=[
                    Resident(
                        name=name,
                        search_key=text.fold(name),
                        sort_key=text.sort_key(name),
                        position=place,
                        created_at=LONG_AGO,
                    )
                    for place, name in enumerate(names)
                ],
            )
        )

    def walked_route(
        self,
        team: Team,
        volunteer: User,
        homes: list[Household],
        *,
        day: date,
        round_: Round | None = None,
        state: State = State.PUBLISHED,
        every: int = 10,
    ) -> Route:
        """A route from 08:00 to 11:00 with a home every so many minutes."""
        round_ = round_ or Round(
            team=team,
            day=day,
            starts=EIGHT,
            ends=ELEVEN,
            state=state,
            created_by_id=volunteer.id,
            created_at=LONG_AGO,
            changed_at=LONG_AGO,
            published_at=LONG_AGO if state is State.PUBLISHED else None,
        )
        self.session.add(round_)
        self.session.flush()
        route = Route(
            round=round_,
            volunteer=volunteer,
            position=len(round_.routes),
            starts=EIGHT,
            ends=ELEVEN,
            start_latitude=10.9,
            start_longitude=106.7,
            walking_s=600,
            service_s=len(homes) * every * 60,
        )
        route.stops = [
            Stop(
                round_id=round_.id,
                household=home,
                position=place,
                arrives_s=(EIGHT + place * every) * 60,
                starts_s=(EIGHT + place * every) * 60,
                service_s=every * 60,
            )
            for place, home in enumerate(homes)
        ]
        self.saved(route)
        if round_.published_at is not None:
            hand_out(self.session, round_, now=LONG_AGO)
            self.session.commit()
        return route

    def report(
        self,
        home: Household,
        volunteer: User,
        at: datetime,
        outcome: Outcome = Outcome.MET,
        *,
        stop: Stop | None = None,
        undone_at: datetime | None = None,
    ) -> Report:
        return self.saved(
            Report(
                household=home,
                volunteer=volunteer,
                stop=stop,
                outcome=outcome,
                made_at=at,
                received_at=at,
                happened_at=at,
                form_version=1,
                fingerprint=uuid.uuid4().hex,
                undone_at=undone_at,
            )
        )

    def step(
        self,
        resident: Resident,
        at: datetime,
        *,
        programme: str = "vneid_l2",
        state: str = "activated",
        evidence: Evidence = Evidence.OBSERVED,
        case: Case | None = None,
        undone_at: datetime | None = None,
    ) -> Step:
        case = case or Case(
            programme=programme,
            household_id=resident.household_id,
            resident=resident,
            state=state,
            evidence=evidence,
            opened_at=at,
            moved_at=at,
            steps=0,
        )
        case.steps += 1
        step = self.saved(
            Step(
                case=case,
                number=case.steps,
                to_state=state,
                evidence=evidence,
                channel=Channel.HOME,
                happened_at=at,
                recorded_at=at,
                undone_at=undone_at,
            )
        )
        case.seen_at = max(case.seen_at or at, at)
        keep_clocks(self.session, [case])
        self.session.commit()
        return step
