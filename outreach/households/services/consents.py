"""Acts of agreeing and withdrawing: appended, never changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.households import queries
from outreach.households.models import (
    Consent,
    ConsentMeans,
    PhoneKind,
    Purpose,
)
from outreach.households.wording import WORDING

_BY_SMS = {Purpose.VISIT_REMINDER, Purpose.CASE_NOTICE}


def agree(
    session: orm.Session,
    contact_point_id: UUID,
    purpose: Purpose,
    *,
    means: ConsentMeans,
    given_by: str = "",
    actor: User,
    now: datetime,
) -> Consent:
    """The phone's owner agreed to one purpose, after today's wording was read out or signed."""
    phone = queries.phone_in_scope(session, contact_point_id, actor=actor)
    if purpose in _BY_SMS and phone.kind is PhoneKind.LANDLINE:
        raise Conflict(_("A land line cannot receive SMS."))
    return _append(
        session, phone.id, purpose, given=True, means=means, by=given_by, actor=actor, now=now
    )


def withdraw(
    session: orm.Session,
    contact_point_id: UUID,
    purpose: Purpose,
    *,
    means: ConsentMeans,
    given_by: str = "",
    actor: User,
    now: datetime,
) -> Consent:
    """The phone's owner refused, or took agreement back: it holds from now on."""
    phone = queries.phone_in_scope(session, contact_point_id, actor=actor)
    return _append(
        session, phone.id, purpose, given=False, means=means, by=given_by, actor=actor, now=now
    )


def _append(
    session: orm.Session,
    contact_point_id: UUID,
    purpose: Purpose,
    *,
    given: bool,
    means: ConsentMeans,
    by: str,
    actor: User,
    now: datetime,
) -> Consent:
    act = Consent(
        contact_point_id=contact_point_id,
        purpose=purpose,
        given=given,
        at=now,
        means=means,
        wording=WORDING,
        taken_by_id=actor.id,
        given_by=by,
    )
    session.add(act)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="consent.given" if given else "consent.withdrawn",
        subject=act.contact_point,
        now=now,
        purpose=purpose.value,
        means=means.value,
    )
    return act
