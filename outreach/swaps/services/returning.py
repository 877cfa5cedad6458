"""A phone that turned out faulty: out of the home and into its case, in one act."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance.models import Channel
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.stock import queries as stock
from outreach.stock import services as custody
from outreach.stock.models import Movement, PlaceKind
from outreach.swaps.services.steps import Told, go


def take_back_faulty(
    session: orm.Session, device_id: UUID, *, note: str, actor: User, now: datetime
) -> Movement:
    """From the home back to the team, marked faulty; the home's case waits for another phone.

    A case that has gone another way meanwhile stays as it is: custody does not depend on it.
    Raises `Refusal` when the phone is in no home, `NotAllowed` when the actor does not answer
    for it.
    """
    home_id = stock.standing(session, device_id).to_place.household_id
    if home_id is None:
        raise Refusal(_("This phone is in no home, so it cannot be taken back from one."))
    moved = custody.take_back(session, device_id, note=note, faulty=True, actor=actor, now=now)
    assert moved.from_place.kind is PlaceKind.HOME
    told = Told(form_id=uuid4(), channel=Channel.COUNTER, happened_at=now)
    go(session, home_id, "returned_faulty", told, actor=actor, now=now)
    return moved
