"""Handing a resident's case to a partner: never without an answer, gone as soon as it changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import User
from outreach.assistance.models import Case
from outreach.core import audit
from outreach.core.errors import Conflict, Refusal
from outreach.core.i18n import gettext as _
from outreach.households import services as households
from outreach.households.models import ConsentMeans, Purpose, Resident
from outreach.partners import queries
from outreach.partners.models import HandOver, Partner
from outreach.partners.words import WORDING


def hand_over(
    session: orm.Session,
    case: Case,
    partner: Partner,
    resident_id: UUID,
    *,
    means: ConsentMeans,
    given_by: str,
    actor: User,
    now: datetime,
) -> HandOver:
    """Give a case to a partner, after the sentence naming it was read out and agreed to.

    Callers have checked that the case is the actor's. Raises Refusal when the partner cannot act
    on it or the resident has said no, and Conflict when it was handed over already.
    """
    resident = _fitting(session, case, partner, resident_id)
    _agree(session, resident, means=means, given_by=given_by, actor=actor, now=now)
    made = HandOver(
        partner=partner,
        case=case,
        resident=resident,
        means=means,
        given_by=given_by,
        wording=WORDING,
        handed_by_id=actor.id,
        handed_at=now,
    )
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(_("This is handed to them already.")) from error
    audit.record(
        session,
        actor=actor,
        action="hand_over.made",
        subject=made,
        now=now,
        partner=partner.id,
        case=case.id,
        means=means,
    )
    return made


def _fitting(session: orm.Session, case: Case, partner: Partner, resident_id: UUID) -> Resident:
    """Who agreed, when the partner helps with this case and they live in its home."""
    if partner not in queries.partners_for(session, case):
        raise Refusal(_("This partner does not help with this."))
    resident = session.get(Resident, resident_id)
    if resident is None or resident.household_id != case.household_id or resident.left_at:
        raise Refusal(_("This person does not live there."))
    return resident


def _agree(
    session: orm.Session,
    resident: Resident,
    *,
    means: ConsentMeans,
    given_by: str,
    actor: User,
    now: datetime,
) -> None:
    """A no on any of their phones stands until somebody records a new answer there."""
    answers = queries.answers_of(session, resident.id)
    if False in answers.values():
        raise Refusal(
            _(
                "They have said no to sharing with partners. "
                "If they changed their mind, record the new answer with their phone first."
            )
        )
    if answers and True not in answers.values():
        households.agree(
            session,
            next(iter(answers)),
            Purpose.SHARE_WITH_PARTNER,
            means=means,
            given_by=given_by,
            actor=actor,
            now=now,
        )


def end_hand_over(session: orm.Session, row: HandOver, *, actor: User, now: datetime) -> None:
    """Take it back: the partner's clerks do not find it any more. Twice is once."""
    if row.ended_at is None:
        row.ended_at = now
        audit.record(session, actor=actor, action="hand_over.ended", subject=row, now=now,
                     partner=row.partner_id)  # fmt: skip
