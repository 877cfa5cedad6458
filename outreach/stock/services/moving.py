"""One movement: the last place is left and the next is entered, or nothing happens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Conflict, Refusal
from outreach.core.i18n import gettext as _
from outreach.stock import labels, queries, rules
from outreach.stock.models import Handset, Movement, Place, PlaceKind, Received

#: Places where nobody has to say that they got it.
_SILENT = frozenset(PlaceKind) - {PlaceKind.BAG, PlaceKind.HOME}


class WrongWay(Refusal):
    """A device does not go from there to there."""

    code = "wrong_way"


class Elsewhere(Conflict):
    """It is not where the page showed it: somebody moved it meanwhile."""

    code = "elsewhere"


def locked(session: orm.Session, device_id: UUID) -> Movement:
    """Where a device is, held until the transaction ends, with its place."""
    session.execute(sa.select(Handset.id).where(Handset.id == device_id).with_for_update())
    return queries.standing(session, device_id)


def move(
    session: orm.Session,
    device: Handset,
    to: Place,
    *,
    actor: User,
    now: datetime,
    expected: UUID | None = None,
    happened_at: datetime | None = None,
    received: Received | None = None,
    note: str = "",
    form_id: UUID | None = None,
) -> Movement:
    """Add the movement that takes a device from where it is to `to`.

    Callers have checked that the actor may. `expected` is the place the device should be in.
    Raises `Elsewhere` when it is not there (or somebody else moves it in the same moment), and
    `WrongWay` when no device goes that way.
    """
    here = locked(session, device.id)
    if expected is not None and here.to_place_id != expected:
        raise Elsewhere(_elsewhere(device, here.to_place))
    if not rules.may_go(device.kind, here.to_place.kind, to.kind):
        names = {"imei": rules.spoken(device.imei), "here": labels.PLACES[here.to_place.kind],
                 "there": labels.PLACES[to.kind]}  # fmt: skip
        raise WrongWay(_("%(imei)s cannot go from “%(here)s” to “%(there)s”.", **names))
    left = session.execute(
        sa.update(Movement)
        .where(Movement.id == here.id, Movement.next_number.is_(None))
        .values(next_number=here.number + 1)
        .execution_options(synchronize_session="evaluate")
    )
    if left.rowcount != 1:  # type: ignore[attr-defined]  # of an UPDATE there is one
        raise Elsewhere(_elsewhere(device, here.to_place))
    return enter(
        session, device, here.to_place_id, to, here.number + 1,
        actor=actor, now=now, happened_at=happened_at, received=received, note=note,
        form_id=form_id,
    )  # fmt: skip


def _elsewhere(device: Handset, place: Place) -> str:
    names = {"imei": rules.spoken(device.imei), "place": labels.place(place)}
    return _("%(imei)s is somewhere else now: %(place)s. Please look again.", **names)


def enter(
    session: orm.Session,
    device: Handset,
    origin: UUID,
    to: Place,
    number: int,
    *,
    actor: User,
    now: datetime,
    happened_at: datetime | None = None,
    received: Received | None = None,
    note: str = "",
    form_id: UUID | None = None,
) -> Movement:
    """Add movement `number`; the place before has been left for it. For movers only."""
    if received is None:
        received = Received.NOT_NEEDED if to.kind in _SILENT else Received.AWAITED
    row = Movement(
        id=uuid4(),
        device_id=device.id,
        number=number,
        previous_number=number - 1 if number > 1 else None,
        from_place_id=origin,
        to_place_id=to.id,
        happened_at=happened_at or now,
        recorded_at=now,
        actor_id=actor.id,
        received=received,
        received_at=now if received in {Received.CONFIRMED, Received.ON_WORD} else None,
        note=note,
        form_id=form_id,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:  # two people gave the same device away in one moment
        raise Elsewhere(_("Somebody changed this meanwhile. Please look again.")) from error
    audit.record(
        session, actor=actor, action="device.moved",
        subject=audit.Subject(Handset, device.id), now=now,
        movement=row.id, to=to.kind, place=to.id,
    )  # fmt: skip
    return row
