"""The hand-over at a door: record, custody and progress in one transaction.

**A hand-over is stored whatever the books say**, because the resident has the phone in hand by the
time anybody hears of it. Where the books disagree (the phone is not in that bag, the home is on no
list…) the record is flagged for the leader and the chain of custody waits for their decision:
`reviewing.keep` moves the phone to the home, `reviewing.void` takes the steps back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import User
from outreach.assistance.models import Channel
from outreach.core import audit
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.households.models import Household, Resident
from outreach.places.models import Area, Level
from outreach.stock import queries as stock
from outreach.stock import services as custody
from outreach.stock.models import Handset, Kind, Place, PlaceKind, Received
from outreach.stock.services import moving, places
from outreach.swaps import queries, rules
from outreach.swaps.models import (
    Approval,
    FaceCheck,
    Flag,
    OldPhone,
    Review,
    Swap,
    Tick,
)
from outreach.swaps.services import steps
from outreach.swaps.services.steps import Told
from outreach.teams import queries as teams


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What a volunteer's phone says of one hand-over."""

    form_id: UUID
    #: What the receipt's number follows from; kept while a refused form is corrected.
    receipt_id: UUID
    household_id: UUID
    resident_id: UUID | None
    #: Has passed `stock.rules.imei`.
    imei: str
    ticked: Collection[Tick]
    face_check: FaceCheck
    old_phone: OldPhone
    wipe_agreed: bool = False
    old_imei: str | None = None
    #: One of the two is not empty.
    signature: str = ""
    paper_no: str = ""
    note: str = ""
    happened_at: datetime


class Twice(Conflict):
    """The receipt was used before: its hand-over is stored already."""

    code = "twice"


def hand_over(session: orm.Session, told: HandOver, *, actor: User, now: datetime) -> Swap:
    """Store a hand-over with what it means. Callers have checked that the actor may be there.

    The same form again is theirs to notice. Raises `Twice` when its receipt was used before.
    """
    home = _locked(session, told.household_id)
    number = rules.receipt_no(actor.id, told.receipt_id)
    if session.scalar(sa.select(Swap.id).where(Swap.receipt_no == number)) is not None:
        raise Twice(_("The hand-over with receipt %(number)s is stored already.", number=number))
    approval = queries.active_of(session, home.id)
    device = stock.by_imei(session, told.imei)
    here, flags = _looked_up(session, device, approval, told, actor)
    flags |= _entitled(session, home, approval)
    swap = _stored(
        session, told, number, device, approval=approval, flags=flags, actor=actor, now=now
    )
    if here is not None and device is not None:
        custody.receive(session, [device.id], actor=actor, now=now)  # who gives it away had it
        custody.move(
            session, device, places.home(session, home.id), actor=actor, now=now,
            expected=here.id, happened_at=told.happened_at, received=Received.CONFIRMED,
            form_id=told.form_id,
        )  # fmt: skip
    _take_old(session, swap, told, home, here, actor=actor, now=now)
    if not _progress(session, told, device, approval, actor=actor, now=now):
        flags.add(Flag.PROGRESS)
    _settle(session, swap, flags, actor=actor, now=now)
    return swap


def _locked(session: orm.Session, household_id: UUID) -> Household:
    """The home, so that two forms about it wait for each other."""
    return session.scalars(
        sa.select(Household).where(Household.id == household_id).with_for_update()
    ).one()


def _looked_up(
    session: orm.Session,
    device: Handset | None,
    approval: Approval | None,
    told: HandOver,
    actor: User,
) -> tuple[Place | None, set[Flag]]:
    """The bag of the actor's that the device is in, held; else why it is flagged."""
    if device is None or device.kind is Kind.OLD:
        return None, {Flag.UNKNOWN_DEVICE}
    here = moving.locked(session, device.id).to_place
    if here.kind is PlaceKind.BAG and here.user_id == actor.id:
        kept_for = session.scalar(
            sa.select(Approval.household_id).where(
                Approval.device_id == device.id, Approval.withdrawn_at.is_(None)
            )
        )
        other = kept_for is not None and kept_for != told.household_id
        return here, {Flag.SET_ASIDE} if other else set()
    if here.kind is PlaceKind.HOME:
        return None, {Flag.AT_A_HOME}
    return None, {Flag.NOT_IN_BAG}


def _entitled(session: orm.Session, home: Household, approval: Approval | None) -> set[Flag]:
    if queries.given_to(session, home.id):
        return {Flag.GIVEN_BEFORE}
    return set() if approval is not None else {Flag.NOT_APPROVED}


def _stored(
    session: orm.Session,
    told: HandOver,
    number: str,
    device: Handset | None,
    *,
    approval: Approval | None,
    flags: Collection[Flag],
    actor: User,
    now: datetime,
) -> Swap:
    fresh = (
        approval is not None and not _spent(session, approval) and Flag.GIVEN_BEFORE not in flags
    )
    resident = session.get(Resident, told.resident_id) if told.resident_id else None
    swap = Swap(
        id=told.form_id, receipt_no=number, household_id=told.household_id,
        resident_id=resident.id if resident else None,
        approval_id=approval.id if approval is not None and fresh else None,
        device_id=device.id if device and Flag.UNKNOWN_DEVICE not in flags else None,
        imei=told.imei, volunteer_id=actor.id, happened_at=told.happened_at, recorded_at=now,
        ticked=[one.value for one in Tick if one in told.ticked], face_check=told.face_check,
        old_phone=told.old_phone, wipe_agreed=told.wipe_agreed, signature=told.signature,
        paper_no=told.paper_no, note=told.note, flags=[], review=Review.NOT_NEEDED,
    )  # fmt: skip
    session.add(swap)
    try:
        session.flush()
    except IntegrityError as error:
        raise Twice(_("Somebody changed this meanwhile. Please look again.")) from error
    return swap


def _spent(session: orm.Session, approval: Approval) -> bool:
    return not queries.open_approvals(session, [approval.household_id])


def _take_old(
    session: orm.Session,
    swap: Swap,
    told: HandOver,
    home: Household,
    bag: Place | None,
    *,
    actor: User,
    now: datetime,
) -> None:
    """The old phone into the bag that the new one came from, or any of the actor's."""
    if told.old_phone not in {OldPhone.RETURNED, OldPhone.RECYCLED}:
        return
    to = bag or _any_bag(session, actor)
    area = _commune(session, home)
    if to is None or area is None:
        return  # somebody of no team any more: the record itself says that it was taken
    old = custody.take_in_old(
        session, home.id, to, area=area, imei=told.old_imei, name=swap.receipt_no,
        form_id=told.form_id, happened_at=told.happened_at, actor=actor, now=now,
    )  # fmt: skip
    swap.old_device_id = old.id


def _any_bag(session: orm.Session, actor: User) -> Place | None:
    found = teams.of_volunteer(session, actor)
    return places.bag(session, actor.id, found[0].id) if found else None


def _commune(session: orm.Session, home: Household) -> Area | None:
    area = session.get(Area, home.area_id)
    while area is not None and area.level is not Level.COMMUNE:
        area = session.get(Area, area.parent_id) if area.parent_id else None
    return area


def _progress(
    session: orm.Session,
    told: HandOver,
    device: Handset | None,
    approval: Approval | None,
    *,
    actor: User,
    now: datetime,
) -> bool:
    """Record what was reached; False when the case could not even be handed over."""
    known = device.kind if device and device.kind is not Kind.OLD else None
    kind = known or (approval.kind if approval else None)
    if kind is None:
        return False  # nobody knows what kind of phone it is
    source = Told(
        form_id=told.form_id, channel=Channel.HOME, happened_at=told.happened_at,
        variant=kind.value,
    )  # fmt: skip
    go = partial(steps.go, session, told.household_id, actor=actor, now=now)
    if not (go("handed_over", source) or go("replaced", source)):
        return False
    for state in rules.reached(told.ticked, told.face_check):
        if not go(state, source):
            break
    return True


def _settle(
    session: orm.Session, swap: Swap, flags: Collection[Flag], *, actor: User, now: datetime
) -> None:
    swap.flags = [one.value for one in Flag if one in flags]
    swap.review = Review.OPEN if flags else Review.NOT_NEEDED
    audit.record(
        session, actor=actor, action="swap.handed_over", subject=swap, now=now,
        household=swap.household_id, device=swap.device_id, old_phone=swap.old_phone,
        face_check=swap.face_check, flags=swap.flags,
    )  # fmt: skip
