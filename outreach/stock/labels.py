"""How kinds, places and conditions are called."""

from __future__ import annotations

from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.stock.models import Condition, Kind, Place, PlaceKind, Received

KINDS = {
    Kind.SMARTPHONE: _("Smartphone"),
    Kind.FEATURE_4G: _("4G feature phone"),
    Kind.OLD: _("Old phone"),
}
CONDITIONS = {
    Condition.NEW: _("New"),
    Condition.USED: _("Used"),
    Condition.FAULTY: _("Faulty"),
}
PLACES = {
    PlaceKind.FUNDER: _("With the funder"),
    PlaceKind.STORE: _("In the commune's store"),
    PlaceKind.TEAM: _("With the team"),
    PlaceKind.BAG: _("In a bag"),
    PlaceKind.HOME: _("With a resident"),
    PlaceKind.RECYCLER: _("Recycled"),
    PlaceKind.LOST: _("Lost"),
}
TONES = {
    PlaceKind.FUNDER: "neutral",
    PlaceKind.STORE: "neutral",
    PlaceKind.TEAM: "info",
    PlaceKind.BAG: "info",
    PlaceKind.HOME: "good",
    PlaceKind.RECYCLER: "neutral",
    PlaceKind.LOST: "bad",
}
RECEIVED = {
    Received.NOT_NEEDED: "",
    Received.AWAITED: _("Not confirmed yet"),
    Received.CONFIRMED: _("Confirmed by the receiver"),
    Received.ON_WORD: _("On the team leader's word"),
}


def place(found: Place) -> str:
    """Whose place it is: the name on the cupboard, the bag or the door."""
    if found.user is not None:
        return gettext("Bag of %(name)s", name=found.user.name)
    if found.team is not None:
        return found.team.name
    if found.area is not None:
        return gettext("Store of %(area)s", area=found.area.full_name)
    if found.household is not None:
        home = found.household
        return f"{home.head_name or ''} {home.address}".strip()
    return found.name or str(PLACES[found.kind])
