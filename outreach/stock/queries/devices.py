"""Devices with where they are: one, many, and the way each has come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.core import text
from outreach.core.errors import NotFound
from outreach.core.i18n import gettext as _
from outreach.stock.models import Delivery, Handset, Kind, Movement, Place, PlaceKind, Received
from outreach.stock.queries.rights import visible

PAGE_SIZE = 50
#: More than this is no longer a list one ticks.
MOST_TICKED = 300
MOST_DELIVERIES = 100

_HERE = sa.and_(Movement.device_id == Handset.id, Movement.next_number.is_(None))


@dataclass(frozen=True, slots=True)
class Row:
    """A device and the movement that brought it where it is."""

    device: Handset
    movement: Movement


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which devices a list should show."""

    words: str = ""
    kind: Kind | None = None
    place: PlaceKind | None = None
    awaited: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of devices, and how many there are in each kind of place whatever is filtered."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int
    counts: dict[PlaceKind, int]


def whose(link: orm.interfaces.LoaderOption | orm.Load) -> tuple[orm.interfaces.LoaderOption, ...]:
    """With a place, whoever gives it its name."""
    names = (Place.area, Place.team, Place.user, Place.household)
    return tuple(link.joinedload(name) for name in names)  # type: ignore[union-attr]


def _to_place() -> tuple[orm.interfaces.LoaderOption, ...]:
    return whose(orm.joinedload(Movement.to_place))


def listed(session: orm.Session, wanted: Wanted, *, actor: User) -> Listed:
    """Devices that the actor may see, by model and number: three queries."""
    seen = visible(session, actor)
    chosen = (
        sa.select(Handset, Movement)
        .join(Movement, _HERE)
        .join(Movement.to_place)
        .where(seen, *_conditions(wanted))
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    rows = session.execute(
        chosen.options(*_to_place())
        .order_by(Handset.model, Handset.imei, Handset.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    counted = session.execute(
        sa.select(Place.kind, sa.func.count())
        .select_from(Handset)
        .join(Movement, _HERE)
        .join(Movement.to_place)
        .where(seen)
        .group_by(Place.kind)
    )
    found = [Row(device, movement) for device, movement in rows]
    return Listed(found, total, page, pages, {row[0]: row[1] for row in counted})


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = [
        Handset.search_key.contains(word, autoescape=True)
        for word in text.fold(wanted.words.replace("-", "")).split()
    ]
    if wanted.kind is not None:
        found.append(Handset.kind == wanted.kind)
    if wanted.place is not None:
        found.append(Place.kind == wanted.place)
    if wanted.awaited:
        found.append(Movement.received == Received.AWAITED)
    return found


def at_places(
    session: orm.Session, chosen: sa.ColumnElement[bool], *, actor: User
) -> Sequence[Row]:
    """Devices in the places that `chosen` (of `Place`) names, for a list to tick: one query."""
    rows = session.execute(
        sa.select(Handset, Movement)
        .join(Movement, _HERE)
        .join(Movement.to_place)
        .where(visible(session, actor), chosen)
        .options(*_to_place())
        .order_by(Handset.kind, Handset.model, Handset.imei)
        .limit(MOST_TICKED)
    )
    return [Row(device, movement) for device, movement in rows]


def standing(session: orm.Session, device_id: UUID) -> Movement:
    """The movement that brought a device where it is, as the database has it now."""
    return session.scalars(
        sa.select(Movement)
        .where(Movement.device_id == device_id, Movement.next_number.is_(None))
        .options(*_to_place())
        .execution_options(populate_existing=True)
    ).one()


def device_in_scope(session: orm.Session, device_id: UUID, *, actor: User) -> Handset:
    """A device that the actor may see, its area loaded; else `NotFound`."""
    found = session.scalar(
        sa.select(Handset)
        .where(Handset.id == device_id, visible(session, actor))
        .options(orm.joinedload(Handset.area))
    )
    if found is None:
        raise NotFound(_("There is no such phone, or it is not yours."))
    return found


def by_imei(session: orm.Session, imei: str) -> Handset | None:
    """Whatever device has this number, anywhere."""
    chosen = sa.select(Handset).where(Handset.imei == imei).options(orm.joinedload(Handset.area))
    return session.scalar(chosen)


def known_imeis(session: orm.Session, imeis: Collection[str]) -> set[str]:
    """Those that are in the books already."""
    found: set[str] = set()
    listed_ = sorted(set(imeis))
    for first in range(0, len(listed_), 500):
        chosen = sa.select(Handset.imei).where(Handset.imei.in_(listed_[first : first + 500]))
        found.update(one for one in session.scalars(chosen) if one)
    return found


def history(session: orm.Session, device: Handset) -> Sequence[Movement]:
    """The whole chain, the newest first: one query."""
    found = session.scalars(
        sa.select(Movement)
        .where(Movement.device_id == device.id)
        .options(
            *_to_place(),
            *whose(orm.joinedload(Movement.from_place)),
            orm.joinedload(Movement.actor),
        )
        .order_by(Movement.number.desc())
    )
    return found.all()


def last_team(session: orm.Session, device_id: UUID) -> UUID | None:
    """The team that had it, or one of its bags, last."""
    return session.scalar(
        sa.select(Place.team_id)
        .join(Movement, Movement.to_place_id == Place.id)
        .where(Movement.device_id == device_id, Place.team_id.is_not(None))
        .order_by(Movement.number.desc())
        .limit(1)
    )


def deliveries(session: orm.Session, *, actor: User) -> Sequence[Delivery]:
    """What came into the actor's area, the newest first."""
    found = session.scalars(
        sa.select(Delivery)
        .where(Delivery.area_id.in_(scopes.areas(actor)))
        .options(orm.joinedload(Delivery.area), orm.joinedload(Delivery.by))
        .order_by(Delivery.at.desc(), Delivery.id)
        .limit(MOST_DELIVERIES)
    )
    return found.all()
