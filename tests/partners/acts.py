"""A ward with a bank, its clerk, and a resident whose case the bank may be given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from outreach.accounts.models import Role, User
from outreach.assistance.models import Case, Channel, Evidence
from outreach.assistance.services import Circumstances, Help, record_steps
from outreach.households.models import Household, Resident
from outreach.partners.models import Clerk, HandOver, Partner, PartnerKind
from outreach.partners.rules import USUAL
from tests.factories import Make
from tests.factories.base import LONG_AGO


@dataclass
class Ward:
    """Who and what the tests are about."""

    make: Make
    officer: User
    bank: Partner
    clerk: User
    home: Household
    case: Case

    @property
    def resident(self) -> Resident:
        return self.home.residents[0]

    def another_case(self, now: datetime, *, area=None) -> Case:
        home = self.make.home_of(area or self.home.area, 1955)
        return opened(self.make, self.officer, home, now)


def ward(make: Make, now: datetime) -> Ward:
    officer = make.user(Role.OFFICER)
    assert officer.area
    home = make.home_of(make.neighbourhood(officer.area), 1948)
    bank, clerk = partner(make, officer)
    return Ward(make, officer, bank, clerk, home, opened(make, officer, home, now))


def partner(
    make: Make, officer: User, kind: PartnerKind = PartnerKind.BANK
) -> tuple[Partner, User]:
    bank = make.saved(
        Partner(
            name=f"Ngân hàng {make.number()}",
            kind=kind,
            area=officer.area,
            grants={code: list(states) for code, states in USUAL[kind].items()},
            created_at=LONG_AGO,
        )
    )
    clerk = make.user(Role.PARTNER, area=officer.area)
    make.saved(Clerk(partner_id=bank.id, user_id=clerk.id, added_at=LONG_AGO))
    return bank, clerk


def opened(make: Make, officer: User, home: Household, now: datetime) -> Case:
    who = home.residents[0].id
    said = Help(programme="bank_account", resident_id=who, to_state="interested",
                evidence=Evidence.DECLARED)  # fmt: skip
    said2 = Help(programme="bank_account", resident_id=who, to_state="channel_chosen",
                 variant="branch", evidence=Evidence.DECLARED)  # fmt: skip
    for one in (said, said2):
        at = Circumstances(form_id=uuid4(), channel=Channel.HOME, happened_at=now)
        record_steps(make.session, home.id, [one], at, actor=officer, now=now)
        make.session.commit()
    return make.session.scalars(
        sa.select(Case).where(Case.resident_id == who, Case.programme == "bank_account")
    ).one()


def hand(client, case: Case, bank: Partner, resident: Resident, **more: str):
    data = {"partner_id": str(bank.id), "resident_id": str(resident.id), "means": "spoken", **more}
    return client.post(f"/hand-overs/{case.id}", data=data)


def handed(make: Make, ward_: Ward) -> HandOver:
    """The hand-over that is open, read anew."""
    chosen = sa.select(HandOver).where(
        HandOver.case_id == ward_.case.id, HandOver.ended_at.is_(None)
    )
    found = make.session.scalars(chosen, execution_options={"populate_existing": True}).one()
    make.session.commit()
    return found


def stands(make: Make, case: Case) -> tuple[str | None, Evidence | None]:
    """Where the case is now."""
    make.session.refresh(case)
    found = case.state, case.evidence
    make.session.commit()
    return found
