"""Phones with serial numbers, somewhere on their way."""

from __future__ import annotations

from outreach.accounts.models import Role, User
from outreach.core import clock
from outreach.households.models import Circumstance, Household
from outreach.places.models import Area
from outreach.stock import rules, services
from outreach.stock.models import Delivery, Handset, Kind
from outreach.swaps import services as swaps
from outreach.swaps.models import Approval
from outreach.teams.models import Team
from tests.factories.people import MakePeople


class MakeStock(MakePeople):
    def imei(self) -> str:
        """A serial number with its check digit that no other device of this run has."""
        stem = f"35{self.number():012}"
        return next(f"{stem}{digit}" for digit in range(10) if rules.imei(f"{stem}{digit}"))

    def commune_of(self, team: Team) -> Area:
        assert team.area.parent is not None
        return team.area.parent

    def officer_of(self, team: Team) -> User:
        return self.user(Role.OFFICER, area=self.commune_of(team))

    def devices(
        self,
        team: Team,
        count: int = 1,
        *,
        kind: Kind = Kind.FEATURE_4G,
        at: str = "store",
        user: User | None = None,
    ) -> list[Handset]:
        """New devices in the commune's store, with the `team`, or in the `bag` of a member."""
        officer = self.officer_of(team)
        model = "Viettel V1S" if kind is Kind.FEATURE_4G else "Samsung A06"
        told = services.Arrival(
            area_id=self.commune_of(team).id,
            funder="Viettel",
            devices=[services.NewDevice(self.imei(), model, kind) for _ in range(count)],
            paper_no="12/GN",
        )
        now = clock.now()
        delivery = services.arrive(self.session, told, actor=officer, now=now)
        self.session.flush()
        found = self.of_delivery(delivery)
        ids = [one.id for one in found]
        if at != "store":
            services.give_to_team(self.session, ids, team.id, actor=officer, now=now)
        if at == "bag":
            assert user is not None
            services.give_to_bag(self.session, ids, team.id, user.id, actor=officer, now=now)
        self.session.commit()
        return found

    def of_delivery(self, delivery: Delivery) -> list[Handset]:
        rows = self.session.query(Handset).filter_by(delivery_id=delivery.id).order_by(Handset.imei)
        return list(rows)

    def approved(
        self, home: Household, *, kind: Kind = Kind.FEATURE_4G, officer: User | None = None
    ) -> Approval:
        """A home on the approved list."""
        told = swaps.Entitlement(
            household_id=home.id,
            list_no="15/QĐ-UBND",
            line_no="7",
            evidence=Circumstance.POOR,
            evidence_no="HN-114/2026",
            kind=kind,
        )
        officer = officer or self.user(Role.ADMINISTRATOR)
        row = swaps.approve(self.session, told, actor=officer, now=clock.now())
        self.session.commit()
        return row
