"""What every page of this feature shares: the blueprint, who may enter, and who acts when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from flask import Blueprint, current_app, flash, request

from outreach.accounts import scopes
from outreach.accounts.access import actor, allow
from outreach.accounts.models import Role, User
from outreach.core import clock
from outreach.core.i18n import gettext as _
from outreach.core.request import session
from outreach.households import wording
from outreach.households.models import FieldEdit
from outreach.places import queries as places
from outreach.places.models import Area

bp = Blueprint("households", __name__, url_prefix="/households")

desk = allow(Role.ADMINISTRATOR, Role.OFFICER, Role.LEADER)


class Acting(TypedDict):
    """Who does it and when, for a service."""

    actor: User
    now: datetime


def acting() -> Acting:
    return {"actor": actor(), "now": clock.now()}


def today() -> date:
    """By the clocks where the teams work."""
    zone = current_app.settings.zone  # type: ignore[attr-defined]
    return clock.now().astimezone(zone).date()


def asked_area(name: str = "area") -> Area | None:
    """The area that the address names, else the actor's own; None for everywhere."""
    text = request.values.get(name, "")
    try:
        asked = UUID(text)
    except ValueError:
        return actor().area
    return scopes.area_in_scope(session(), asked, actor=actor())


def places_for_homes(area: Area | None) -> list[Area]:
    """Neighbourhoods and cells of an area; the area itself where it has none."""
    if area is None:
        return []
    parts = places.parts(session(), area)
    return parts or [area]


def tell_saved(message: str, clashes: Sequence[FieldEdit]) -> None:
    """Say that it was saved, or which details somebody else changed in the meantime."""
    if not clashes:
        flash(message, "ok")
    for edit in clashes:
        sentence = _(
            "%(field)s: somebody changed it to “%(found)s” while your page was open."
            " Yours, “%(wanted)s”, waits under “To be reviewed”.",
            field=wording.FIELDS[edit.field],
            found=wording.field_value(edit.field, edit.found),
            wanted=wording.field_value(edit.field, edit.wanted),
        )
        flash(sentence, "warn")
