"""What a leader decides about a hand-over that the books did not expect."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance import services as recording
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Step
from outreach.core import audit
from outreach.core.errors import NotAllowed
from outreach.core.i18n import gettext as _
from outreach.stock import queries as stock
from outreach.stock import services as custody
from outreach.stock.models import Handset, Kind, Place, PlaceKind, Received
from outreach.stock.services import moving, places
from outreach.swaps import queries, rules
from outreach.swaps.models import Review, Swap
from outreach.swaps.services.steps import step_form
from outreach.teams import queries as teams

#: How a phone gets from each place to a home, by the ways that are allowed.
_ON_THE_WAY = {
    PlaceKind.STORE: (PlaceKind.TEAM, PlaceKind.BAG, PlaceKind.HOME),
    PlaceKind.TEAM: (PlaceKind.BAG, PlaceKind.HOME),
    PlaceKind.BAG: (PlaceKind.HOME,),
    PlaceKind.HOME: (PlaceKind.BAG, PlaceKind.HOME),
    PlaceKind.LOST: (PlaceKind.BAG, PlaceKind.HOME),
}


def _to_decide(session: orm.Session, swap_id: UUID, actor: User) -> Swap:
    """Four eyes: nobody decides on a phone they handed over themselves."""
    swap = queries.swap_in_scope(session, swap_id, actor=actor)
    if swap.volunteer_id == actor.id:
        raise NotAllowed(_("You handed this phone over yourself, so somebody else decides."))
    return swap


def keep(session: orm.Session, swap_id: UUID, *, actor: User, now: datetime) -> Swap:
    """It happened as reported: the phone's chain is led to the home. Decided twice is once.

    Every place on the way gets its movement, with the time of the decision: the chain has no gap,
    and shows that it was mended afterwards.
    """
    swap = _to_decide(session, swap_id, actor)
    if swap.review is not Review.OPEN:
        return swap
    device = stock.by_imei(session, swap.imei)
    if device is not None and device.kind is not Kind.OLD:
        swap.device = device  # also one that came into the books only after the hand-over
        _lead_home(session, swap, device, actor=actor, now=now)
    _decide(session, swap, Review.KEPT, actor=actor, now=now)
    return swap


def _lead_home(
    session: orm.Session, swap: Swap, device: Handset, *, actor: User, now: datetime
) -> None:
    here = moving.locked(session, device.id).to_place
    if here.kind is PlaceKind.HOME and here.household_id == swap.household_id:
        return
    team_id = here.team_id or _team_of(session, swap.volunteer)
    for kind in _ON_THE_WAY.get(here.kind, ()):
        to = _place(session, kind, swap, team_id)
        if to is None:
            return
        custody.move(
            session, device, to, actor=actor, now=now, received=Received.ON_WORD,
            form_id=swap.id,
        )  # fmt: skip


def _place(session: orm.Session, kind: PlaceKind, swap: Swap, team_id: UUID | None) -> Place | None:
    if kind is PlaceKind.HOME:
        return places.home(session, swap.household_id)
    if team_id is None:
        return None
    if kind is PlaceKind.TEAM:
        return places.team(session, team_id)
    return places.bag(session, swap.volunteer_id, team_id)


def _team_of(session: orm.Session, user: User) -> UUID | None:
    found = teams.of_volunteer(session, user)
    return found[0].id if found else None


def void(session: orm.Session, swap_id: UUID, *, actor: User, now: datetime) -> Swap:
    """It does not count: its steps are taken back, and a phone it moved goes to the team.

    The record stays, and so does what happened to the old phone. Decided twice is once.
    """
    swap = _to_decide(session, swap_id, actor)
    if swap.review is not Review.OPEN:
        return swap
    forms = [step_form(swap.id, code) for code in programmes()[rules.PROGRAMME].states]
    _take_steps_back(session, forms, actor=actor, now=now)
    if swap.device_id is not None:
        standing = stock.standing(session, swap.device_id)
        if standing.form_id == swap.id and standing.to_place.kind is PlaceKind.HOME:
            custody.take_back(session, swap.device_id, actor=actor, now=now)
    _decide(session, swap, Review.VOID, actor=actor, now=now)
    return swap


def _take_steps_back(
    session: orm.Session, forms: list[UUID], *, actor: User, now: datetime
) -> None:
    ids = [uuid5(form, f"{rules.PROGRAMME}.home") for form in forms]
    chosen = sa.select(Step).where(Step.id.in_(ids), Step.undone_at.is_(None))
    rows = session.scalars(
        chosen.options(orm.joinedload(Step.case)).order_by(Step.number.desc())
    ).all()
    for step in rows:
        recording.take_back(session, step, actor=actor, now=now)


def _decide(
    session: orm.Session, swap: Swap, review: Review, *, actor: User, now: datetime
) -> None:
    swap.review, swap.reviewed_at = review, now
    audit.record(session, actor=actor, action="swap.reviewed", subject=swap, now=now, review=review)
