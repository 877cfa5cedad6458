"""How ticks, choices and flags are called."""

from __future__ import annotations

from outreach.core.i18n import lazy_gettext as _
from outreach.swaps.models import FaceCheck, Flag, OldPhone, Review, Tick

TICKS = {
    Tick.RIGHT_PERSON: _("The right person: name and address checked, face to face"),
    Tick.SIM_MOVED: _("The SIM is in the new phone"),
    Tick.CALLS_WORK: _("A call went out and one came in"),
    Tick.CONTACTS_COPIED: _("Contacts are copied"),
    Tick.BASICS_SHOWN: _("Shown: call, answer, charge, volume, emergency numbers"),
}
FACE_CHECKS = {
    FaceCheck.DONE: _("Done today with the carrier"),
    FaceCheck.FAILED: _("Tried, it did not work"),
    FaceCheck.LATER: _("Not done yet"),
}
OLD_PHONES = {
    OldPhone.NONE: _("There was none"),
    OldPhone.KEPT: _("The resident keeps it"),
    OldPhone.RETURNED: _("Taken back for the carrier"),
    OldPhone.RECYCLED: _("Taken back for recycling"),
}
FLAGS = {
    Flag.UNKNOWN_DEVICE: _("No phone with this serial number is in the books."),
    Flag.NOT_IN_BAG: _("The books had the phone somewhere else than in this bag."),
    Flag.AT_A_HOME: _("The books have the phone in another home already."),
    Flag.SET_ASIDE: _("The phone was set aside for another home."),
    Flag.NOT_APPROVED: _("The home is on no approved list."),
    Flag.GIVEN_BEFORE: _("The home was given a phone before."),
    Flag.PROGRESS: _("The home's progress had gone another way, so no step was recorded."),
}
REVIEWS = {
    Review.NOT_NEEDED: "",
    Review.OPEN: _("To be reviewed"),
    Review.KEPT: _("Reviewed: it stands"),
    Review.VOID: _("Does not count"),
}
