"""What the desk has to show at the first start: a bank with a clerk, a procedure, deadlines."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

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
#: What began so many days ago, so that there is something due soon, overdue and stuck.
BEGUN = (
    ("vneid_l2", "notice_received", 5),
    ("vneid_l2", "notice_received", 6),
    ("vneid_l2", "notice_received", 7),
    ("vneid_l2", "notice_received", 9),
    ("vneid_l2", "activated", 6),
    ("vneid_l2", "captured", 3),
    ("bank_account", "interested", 70),
)


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
    _deadlines(session, actor, now)
    return issued.invitation.user


def _deadlines(session: Session, actor: User, now: datetime) -> None:
    people = session.scalars(
        sa.select(Resident)
        .where(Resident.birth_year < 1980)
        .order_by(Resident.sort_key.desc(), Resident.id)
        .limit(len(BEGUN))
    )
    for resident, (programme, state, days) in zip(people, BEGUN, strict=True):
        _step(session, resident, (programme, state, None), actor, now, days=days)


def _step(
    session: Session,
    resident: Resident,
    move: tuple[str, str, str | None],
    actor: User,
    now: datetime,
    *,
    days: int = 0,
) -> None:
    """Record a programme's state and variant, as somebody said so many days ago."""
    programme, state, variant = move
    wish = Help(
        programme=programme, resident_id=resident.id, to_state=state, variant=variant,
        evidence=Evidence.DECLARED,
    )  # fmt: skip
    at = Circumstances(
        form_id=uuid.uuid4(), channel=Channel.HOME, happened_at=now - timedelta(days=days)
    )
    record_steps(session, resident.household_id, [wish], at, actor=actor, now=now)


def _wants_an_account(session: Session, resident: Resident, actor: User, now: datetime) -> Case:
    for state, variant in (("interested", None), ("channel_chosen", "branch")):
        _step(session, resident, ("bank_account", state, variant), actor, now)
    chosen = sa.select(Case).where(
        Case.programme == "bank_account", Case.resident_id == resident.id
    )
    return session.scalars(chosen).one()
