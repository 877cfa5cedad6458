"""What the desk has to show at the first start: a bank with a clerk, a hand-over, a procedure."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.assistance.models import Case, Channel, Evidence
from outreach.assistance.services import Circumstances, Help, record_steps
from outreach.core.db import Session
from outreach.households.models import ConsentMeans, Resident, ResidentPhone
from outreach.partners import rules as partner_rules
from outreach.partners import services as partners
from outreach.partners.models import PartnerKind
from outreach.places.models import Area
from outreach.procedures import services as procedures
from outreach.procedures.rules import Paper

#: The clerk's number, beside those of the other demonstration accounts.
CLERK_PHONE = "+84900100900"


def fill(session: Session, commune: Area, *, actor: User, now: datetime) -> User:
    """Store them; the clerk, who has no password yet."""
    facts = partners.Facts(
        name="Ngân hàng Minh Họa, chi nhánh Dĩ An",
        kind=PartnerKind.BANK,
        area_id=commune.id,
        grants=partner_rules.USUAL["bank"],
    )
    bank = partners.add(session, facts, actor=actor, now=now)
    session.flush()
    issued = partners.add_clerk(
        session, bank, name="Lê Thị Giao Dịch", phone=CLERK_PHONE, language="vi", actor=actor,
        now=now,
    )  # fmt: skip
    first, second = session.scalars(
        sa.select(Resident)
        .join(ResidentPhone, ResidentPhone.resident_id == Resident.id)
        .where(Resident.birth_year < 1990)
        .order_by(Resident.sort_key, Resident.id)
        .limit(2)
    )
    case = _wants_an_account(session, first, actor, now)
    partners.hand_over(
        session, case, bank, first.id, means=ConsentMeans.SPOKEN, given_by="", actor=actor, now=now
    )
    papers = [Paper("Giấy báo tử", got=True), Paper("Tờ khai đăng ký khai tử")]
    description = procedures.Description("Đăng ký khai tử", papers)
    procedures.begin(session, second, description, form_id=uuid.uuid4(), actor=actor, now=now)
    return issued.invitation.user


def _wants_an_account(session: Session, resident: Resident, actor: User, now: datetime) -> Case:
    steps = (("interested", None), ("channel_chosen", "branch"))
    for state, variant in steps:
        wish = Help(
            programme="bank_account", resident_id=resident.id, to_state=state, variant=variant,
            evidence=Evidence.DECLARED,
        )  # fmt: skip
        at = Circumstances(form_id=uuid.uuid4(), channel=Channel.HOME, happened_at=now)
        record_steps(session, resident.household_id, [wish], at, actor=actor, now=now)
    chosen = sa.select(Case).where(
        Case.programme == "bank_account", Case.resident_id == resident.id
    )
    return session.scalars(chosen).one()
