"""Devices enter the books: new ones with a delivery, old ones at a resident's door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core import audit
from outreach.core.errors import Conflict, NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.core.text import fold
from outreach.places.models import Area, Level
from outreach.stock import queries, rules
from outreach.stock.models import Condition, Delivery, Handset, Kind, Place, Received
from outreach.stock.services import places
from outreach.stock.services.moving import enter


@dataclass(frozen=True, slots=True)
class NewDevice:
    """One line of a delivery note. `imei` has passed `rules.imei`."""

    imei: str
    model: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came, from whom, for which commune."""

    area_id: UUID
    funder: str
    devices: Sequence[NewDevice]
    paper_no: str = ""
    accessories: str = ""
    warranty_until: date | None = None


class Known(Conflict):
    """Serial numbers that are in the books already; nothing was stored."""

    code = "known_imei"

    def __init__(self, message: str, imeis: Sequence[str]) -> None:
        super().__init__(message)
        self.imeis = imeis


def arrive(session: orm.Session, told: Arrival, *, actor: User, now: datetime) -> Delivery:
    """Take a whole delivery into the commune's store, or none of it.

    Raises `Known` for serial numbers that are there already or stand in it twice.
    """
    area = scopes.area_in_scope(session, told.area_id, actor=actor)
    if area.level is not Level.COMMUNE:
        raise NotAllowed(_("A delivery is for a commune."))
    if not told.devices:
        raise Refusal(_("Write at least one serial number."))
    _check_unknown(session, [one.imei for one in told.devices])
    delivery = Delivery(
        id=uuid4(), area_id=area.id, funder=told.funder, paper_no=told.paper_no,
        devices=len(told.devices), by_id=actor.id, at=now,
    )  # fmt: skip
    session.add(delivery)
    origin, to = places.funder(session, told.funder), places.store(session, area.id)
    for one in told.devices:
        device = Handset(
            id=uuid4(), kind=one.kind, imei=one.imei, model=one.model, funder=told.funder,
            accessories=told.accessories, warranty_until=told.warranty_until,
            condition=Condition.NEW, area_id=area.id, delivery_id=delivery.id, created_at=now,
        )  # fmt: skip
        _enter(session, device, origin, to, actor=actor, now=now)
    audit.record(
        session, actor=actor, action="device.delivered", subject=delivery, now=now,
        devices=len(told.devices),
    )  # fmt: skip
    return delivery


def _check_unknown(session: orm.Session, imeis: Sequence[str]) -> None:
    twice = {one for one in imeis if imeis.count(one) > 1} if len(set(imeis)) < len(imeis) else ()
    known = sorted({*queries.known_imeis(session, imeis), *twice})
    if known:
        shown = ", ".join(rules.spoken(one) for one in known[:5])
        message = _("These serial numbers are there already, or twice: %(imeis)s.", imeis=shown)
        raise Known(message, known)


def _enter(
    session: orm.Session,
    device: Handset,
    origin: Place,
    to: Place,
    *,
    actor: User,
    now: datetime,
    happened_at: datetime | None = None,
    received: Received | None = None,
    form_id: UUID | None = None,
) -> None:
    """The first movement, then the device: the books know no device that is nowhere."""
    device.first_number = 1
    device.search_key = fold(f"{device.model} {device.imei or ''}")
    enter(
        session, device, origin.id, to, 1, actor=actor, now=now, happened_at=happened_at,
        received=received, form_id=form_id,
    )  # fmt: skip
    session.add(device)
    session.flush()


def take_in_old(
    session: orm.Session,
    household_id: UUID,
    bag: Place,
    *,
    area: Area,
    imei: str | None,
    name: str,
    form_id: UUID,
    happened_at: datetime,
    actor: User,
    now: datetime,
) -> Handset:
    """A resident's old phone goes into a bag. An IMEI that is in the books already is left out.

    `area` is the commune that answers for it, `name` what is written on it: the receipt's number,
    which tells it from other old phones. The volunteer who wrote it down has it in hand.
    """
    if imei and queries.known_imeis(session, [imei]):
        imei = None
    device = Handset(
        id=uuid4(), kind=Kind.OLD, imei=imei, model=name, condition=Condition.USED,
        area_id=area.id, created_at=now, funder="", accessories="",
    )  # fmt: skip
    origin = places.home(session, household_id)
    _enter(
        session, device, origin, bag, actor=actor, now=now, happened_at=happened_at,
        received=Received.CONFIRMED, form_id=form_id,
    )  # fmt: skip
    return device
