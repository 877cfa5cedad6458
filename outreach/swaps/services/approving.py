"""Homes come onto the approved list, get a phone set aside, and leave the list with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import User
from outreach.assistance import queries as assistance
from outreach.assistance.models import Channel
from outreach.core import audit
from outreach.core.errors import Conflict, Refusal
from outreach.core.i18n import gettext as _
from outreach.households.models import Circumstance, Household
from outreach.stock import queries as stock
from outreach.stock import rules as stock_rules
from outreach.stock.models import Kind, PlaceKind
from outreach.swaps import queries
from outreach.swaps.models import Approval
from outreach.swaps.services import steps
from outreach.swaps.services.steps import Told

#: Where a device may wait for its home.
_HELD = frozenset({PlaceKind.STORE, PlaceKind.TEAM, PlaceKind.BAG})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """One line of an approved list."""

    household_id: UUID
    list_no: str
    line_no: str = ""
    evidence: Circumstance
    evidence_no: str = ""
    kind: Kind


class NotEntitled(Conflict):
    """The home has had a phone, or stands on the list; the sentence says which."""

    code = "not_entitled"


def approve(session: orm.Session, told: Entitlement, *, actor: User, now: datetime) -> Approval:
    """Put a home on the list. Raises `NotEntitled`, saying why; `NotFound` outside one's area."""
    home = assistance.household_in_scope(session, told.household_id, actor=actor)
    session.execute(sa.select(Household.id).where(Household.id == home.id).with_for_update())
    _check_entitled(session, home)
    row = Approval(
        id=uuid4(), household_id=home.id, list_no=told.list_no, line_no=told.line_no,
        evidence=told.evidence, evidence_no=told.evidence_no, kind=told.kind,
        added_by_id=actor.id, added_at=now,
    )  # fmt: skip
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:  # two officers in the same moment
        raise NotEntitled(_("This home is on the list already.")) from error
    audit.record(
        session, actor=actor, action="swap.approved", subject=row, now=now,
        household=home.id, evidence=told.evidence, kind=told.kind,
    )  # fmt: skip
    source = Told(form_id=row.id, channel=Channel.DESK, happened_at=now)
    steps.go(session, home.id, "listed", source, actor=actor, now=now)
    return row


def _check_entitled(session: orm.Session, home: Household) -> None:
    if home.archived_at is not None:
        raise NotEntitled(_("This home is not in the register any more."))
    listed = queries.active_of(session, home.id)
    if queries.given_to(session, home.id):
        raise NotEntitled(_("This home was given a phone already: one phone for each home."))
    if listed is not None:
        raise NotEntitled(
            _("This home is on the list already (%(list)s).", list=listed.list_no or "—")
        )
    if steps.state_of(session, home.id) == "already_has_smartphone":
        raise NotEntitled(_("This home has a smartphone, so it needs none."))


def set_aside(
    session: orm.Session,
    approval_id: UUID,
    device_id: UUID | None,
    *,
    actor: User,
    now: datetime,
) -> Approval:
    """Keep a device for a home, or (None) let it go again. One device for one home."""
    row = queries.approval_in_scope(session, approval_id, actor=actor)
    if device_id is not None:
        device = stock.device_in_scope(session, device_id, actor=actor)
        if device.kind is not row.kind:
            raise Refusal(_("The list says another kind of phone."))
        if stock.standing(session, device_id).to_place.kind not in _HELD:
            raise Conflict(_("%(imei)s is not in stock.", imei=stock_rules.spoken(device.imei)))
    row.device_id = device_id
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(_("This phone is set aside for another home.")) from error
    audit.record(
        session, actor=actor, action="swap.set_aside", subject=row, now=now, device=device_id
    )
    if device_id is not None:
        source = Told(form_id=uuid4(), channel=Channel.DESK, happened_at=now)
        steps.go(session, row.household_id, "device_reserved", source, actor=actor, now=now)
    return row


def withdraw(
    session: orm.Session, approval_id: UUID, *, why: str, actor: User, now: datetime
) -> Approval:
    """Take a home off the list; the line stays in history with its reason. Twice is once."""
    row = queries.approval_in_scope(session, approval_id, actor=actor)
    if row.withdrawn_at is not None:
        return row
    if not why:
        raise Refusal(_("Write why the home is taken off the list."))
    row.withdrawn_at, row.withdrawn_why, row.device_id = now, why, None
    audit.record(session, actor=actor, action="swap.withdrawn", subject=row, now=now)
    return row
