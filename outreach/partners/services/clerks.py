"""What clerks do: open a slip (which is recorded), say what they did, take that back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Channel, Step
from outreach.assistance.services import Circumstances, Help, record_steps, refuse_twice, take_back
from outreach.core import audit
from outreach.core.errors import NotAllowed
from outreach.core.i18n import gettext as _
from outreach.partners import queries, rules
from outreach.partners.models import Clerk, HandOver


def open_slip(session: orm.Session, row: HandOver, *, actor: User, now: datetime) -> None:
    """Somebody looks at who it is: every time is kept."""
    row.opened_at = row.opened_at or now
    audit.record(session, actor=actor, action="hand_over.opened", subject=row, now=now,
                 partner=row.partner_id, case=row.case_id)  # fmt: skip


def record(
    session: orm.Session,
    row: HandOver,
    clerk: Clerk,
    *,
    form_id: UUID,
    move: str,
    stop_reason: str | None,
    note: str,
    acknowledged: bool = False,
    actor: User,
    now: datetime,
) -> None:
    """One step of the partner's own. Raises `NotAllowed` for another's, and `AlreadyHelped`."""
    case, programme = row.case, programmes()[row.case.programme]
    state_code, _dot, variant = move.partition(".")
    if stop_reason and stop_reason not in rules.reasons(programme):
        raise NotAllowed(_("This is not yours to record."))
    if state_code and state_code not in clerk.partner.grants.get(case.programme, ()):
        raise NotAllowed(_("This is not yours to record."))
    state = programme.states.get(state_code or case.state or "") or next(
        iter(programme.states.values())
    )
    said = Help(
        programme=case.programme,
        resident_id=case.resident_id,
        to_state=state_code or None,
        variant=variant or None,
        evidence=rules.evidence(state),
        stop_reason=stop_reason,
        seen_state=case.state,
        note=note,
        dossier=case.dossier,
    )
    refuse_twice(session, case.household_id, said, acknowledged=acknowledged, actor=actor)
    at = Circumstances(form_id=form_id, channel=Channel.COUNTER, happened_at=now)
    record_steps(session, case.household_id, [said], at, actor=actor, now=now)


def take_back_own(
    session: orm.Session, row: HandOver, clerk: Clerk, step_id: UUID, *, actor: User, now: datetime
) -> None:
    """Take back the partner's own last step. Raises `NotAllowed` for any other."""
    slip = queries.slip(session, row, clerk, on=now.date())
    if slip.undoable != step_id:
        raise NotAllowed(_("Only your own last step can be taken back."))
    take_back(session, session.get_one(Step, step_id), actor=actor, now=now)
