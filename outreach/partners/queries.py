"""Reads for clerks and for the office. A clerk's every read goes through `_live`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.assistance import queries as assistance
from outreach.assistance import rules as moving
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Case, Step
from outreach.assistance.rules import Move, Standing
from outreach.core.errors import NotAllowed, NotFound
from outreach.core.i18n import gettext as _
from outreach.households.models import (
    Consent,
    ContactPoint,
    Household,
    Purpose,
    Resident,
    ResidentPhone,
)
from outreach.partners import rules
from outreach.partners.models import Clerk, HandOver, Partner

PAGE_SIZE = 50


# --- the clerk's side ----------------------------------------------------------------------
def clerk_of(session: orm.Session, actor: User) -> Clerk:
    """Whom this account acts for; `NotAllowed` when the work together is over."""
    found = session.scalar(
        sa.select(Clerk).where(Clerk.user_id == actor.id).options(orm.joinedload(Clerk.partner))
    )
    if found is None or found.partner.ended_at is not None:
        raise NotAllowed(_("Your organisation no longer works with the ward here."))
    return found


def _withdrawn() -> sa.ColumnElement[bool]:
    """Whether the newest answer on one of the resident's phones is no."""
    act, later = orm.aliased(Consent), orm.aliased(Consent)
    newer = sa.exists().where(
        later.contact_point_id == act.contact_point_id,
        later.purpose == act.purpose,
        later.at > act.at,  # of two answers in one moment, no counts
    )
    return sa.exists().where(
        ResidentPhone.resident_id == HandOver.resident_id,
        act.contact_point_id == ResidentPhone.contact_point_id,
        act.purpose == Purpose.SHARE_WITH_PARTNER,
        act.given.is_(False),
        ~newer,
    )


def _live(partner_id: UUID) -> sa.Select[HandOver]:
    """Hand-overs that hold now: not ended, not withdrawn, and the resident still there."""
    return (
        sa.select(HandOver)
        .join(HandOver.case)
        .join(HandOver.resident)
        .where(
            HandOver.partner_id == partner_id,
            HandOver.ended_at.is_(None),
            Resident.left_at.is_(None),
            ~_withdrawn(),
        )
    )


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was handed to a partner."""

    rows: Sequence[HandOver]
    total: int
    page: int
    pages: int


def handed(session: orm.Session, clerk: Clerk, *, open_only: bool, page: int = 1) -> Page:
    """What holds now, those never opened first. Two queries."""
    chosen = _live(clerk.partner_id)
    if open_only:
        chosen = chosen.where(Case.closed_at.is_(None))
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    home = orm.contains_eager(HandOver.case).joinedload(Case.household)
    rows = session.scalars(
        chosen.options(home.joinedload(Household.area), orm.contains_eager(HandOver.resident))
        .order_by(HandOver.opened_at.is_not(None), HandOver.handed_at.desc(), HandOver.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(list(rows), total, page, pages)


@dataclass(frozen=True, slots=True)
class Slip:
    """One resident as a clerk sees them once opened."""

    hand_over: HandOver
    phones: Sequence[str]
    #: Moves the partner may record now.
    moves: Sequence[Move]
    #: The partner's own steps, the newest first.
    steps: Sequence[Step]
    #: Id of the step that may be taken back: the case's last, when it is the partner's own.
    undoable: UUID | None

    @property
    def case(self) -> Case:
        return self.hand_over.case


def hand_over_of(session: orm.Session, hand_over_id: UUID, clerk: Clerk) -> HandOver:
    """One of the partner's, or `NotFound` whatever the reason."""
    home = orm.contains_eager(HandOver.case).joinedload(Case.household)
    found = session.scalar(
        _live(clerk.partner_id)
        .where(HandOver.id == hand_over_id)
        .options(home.joinedload(Household.area), orm.contains_eager(HandOver.resident))
    )
    if found is None:
        raise NotFound(_("Nobody like this is handed to you."))
    return found


def slip(session: orm.Session, hand_over: HandOver, clerk: Clerk, *, on: date) -> Slip:
    """Everything the partner may know of one resident."""
    case = hand_over.case
    numbers = session.scalars(
        sa.select(ContactPoint.number)
        .join(ResidentPhone, ResidentPhone.contact_point_id == ContactPoint.id)
        .where(ResidentPhone.resident_id == hand_over.resident_id)
        .order_by(ContactPoint.number)
    )
    colleagues = set(
        session.scalars(sa.select(Clerk.user_id).where(Clerk.partner_id == clerk.partner_id))
    )
    standing = [one for one in assistance.steps_of(session, case) if one.undone_at is None]
    mine = [one for one in standing if one.actor_id in colleagues]
    last = standing[0] if standing and standing[0] in mine else None
    return Slip(hand_over, list(numbers), moves(session, hand_over, clerk.partner, on=on), mine,
                last.id if last else None)  # fmt: skip


def moves(session: orm.Session, hand_over: HandOver, partner: Partner, *, on: date) -> list[Move]:
    """What the partner may record for this case now."""
    case = hand_over.case
    programme = programmes().get(case.programme)
    if programme is None:
        return []
    standing = Standing(
        case.programme, case.state, case.evidence, case.variant, case.stop_reason is not None
    )
    home = assistance.standings(session, [case.household_id])
    born = case.resident.birth_year if case.resident else None
    possible = moving.moves(
        programme, standing, home=home.get((case.household_id, None), ()), birth_year=born, on=on
    )
    return rules.allowed(partner.grants, possible, case.programme)


# --- the office's side ---------------------------------------------------------------------
def partners(session: orm.Session, *, actor: User) -> list[tuple[Partner, int]]:
    """Partners of the actor's area with how many residents each holds now."""
    open_ones = (
        sa.select(sa.func.count(HandOver.id))
        .where(HandOver.partner_id == Partner.id, HandOver.ended_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Partner, open_ones)
        .where(Partner.area_id.in_(scopes.areas(actor)))
        .options(orm.joinedload(Partner.area))
        .order_by(Partner.ended_at.is_not(None), Partner.name, Partner.id)
    )
    return [(partner, count) for partner, count in rows]


def partner_in_scope(session: orm.Session, partner_id: UUID, *, actor: User) -> Partner:
    """The partner, or `NotFound`."""
    found = session.scalar(
        sa.select(Partner)
        .where(Partner.id == partner_id, Partner.area_id.in_(scopes.areas(actor)))
        .options(orm.joinedload(Partner.area))
    )
    if found is None:
        raise NotFound(_("There is no such partner, or it is not in your area."))
    return found


def clerks(session: orm.Session, partner: Partner) -> list[Clerk]:
    """A partner's clerks with their accounts."""
    found = session.scalars(
        sa.select(Clerk)
        .join(Clerk.user)
        .where(Clerk.partner_id == partner.id)
        .options(orm.contains_eager(Clerk.user))
        .order_by(User.sort_key)
    )
    return list(found)


def hand_overs(
    session: orm.Session, *, partner: Partner | None = None, case: Case | None = None,
    limit: int = 200,
) -> list[HandOver]:  # fmt: skip
    """Of a partner or of a case, the newest first, ended or not."""
    home = orm.joinedload(HandOver.case).joinedload(Case.household).joinedload(Household.area)
    chosen = sa.select(HandOver).options(
        home, *(orm.joinedload(one) for one in
                (HandOver.resident, HandOver.partner, HandOver.handed_by)))  # fmt: skip
    if partner is not None:
        chosen = chosen.where(HandOver.partner_id == partner.id)
    if case is not None:
        chosen = chosen.where(HandOver.case_id == case.id)
    return list(session.scalars(chosen.order_by(HandOver.handed_at.desc()).limit(limit)))


def partners_for(session: orm.Session, case: Case) -> list[Partner]:
    """Partners who may act on this case: of its area or above it, and of its programme."""
    ids = [UUID(part) for part in case.household.area.path.split("/") if part]
    found = session.scalars(
        sa.select(Partner)
        .where(Partner.area_id.in_(ids), Partner.ended_at.is_(None))
        .order_by(Partner.name)
    )
    return [one for one in found if one.grants.get(case.programme)]


def hand_over_in_scope(session: orm.Session, hand_over_id: UUID, *, actor: User) -> HandOver:
    """A hand-over of a home in the actor's area, or `NotFound`."""
    found = session.scalar(
        sa.select(HandOver)
        .join(HandOver.case)
        .join(Case.household)
        .where(HandOver.id == hand_over_id, Household.area_id.in_(scopes.areas(actor)))
    )
    if found is None:
        raise NotFound(_("There is no such hand-over, or it is not in your area."))
    return found


def answers_of(session: orm.Session, resident_id: UUID) -> dict[UUID, bool | None]:
    """Phone -> its newest answer to sharing with partners; None where nobody asked."""
    phones = session.scalars(
        sa.select(ResidentPhone.contact_point_id)
        .where(ResidentPhone.resident_id == resident_id)
        .order_by(ResidentPhone.id)
    )
    found: dict[UUID, bool | None] = dict.fromkeys(phones)
    acts = session.execute(
        sa.select(Consent.contact_point_id, Consent.given)
        .where(Consent.contact_point_id.in_(found), Consent.purpose == Purpose.SHARE_WITH_PARTNER)
        .order_by(Consent.at, Consent.id)
    )
    found.update([(phone, given) for phone, given in acts])
    return found
