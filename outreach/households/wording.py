"""Households in words: labels of enums, and the sentences a resident agrees to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.core.phones import display
from outreach.households.models import (
    Circumstance,
    ConsentMeans,
    Hazard,
    Language,
    Merged,
    PhoneKind,
    Purpose,
    Sex,
)

CIRCUMSTANCES = {
    Circumstance.NONE: _("Nothing special"),
    Circumstance.POOR: _("Poor household"),
    Circumstance.NEAR_POOR: _("Near-poor household"),
    Circumstance.MERIT: _("Family of merit"),
    Circumstance.SOCIAL_POLICY: _("Social-policy household"),
}
LANGUAGES = {
    Language.VI: _("Vietnamese, without accents"),
    Language.VI_ACCENTED: _("Vietnamese, with accents"),
    Language.EN: _("English"),
}
SEXES = {Sex.FEMALE: _("Female"), Sex.MALE: _("Male")}
PHONE_KINDS = {
    PhoneKind.MOBILE: _("Mobile"),
    PhoneKind.LANDLINE: _("Land line: calls only"),
    PhoneKind.UNKNOWN: _("Unknown kind"),
}
PURPOSES = {
    Purpose.VISIT_REMINDER: _("Reminders of visits"),
    Purpose.CASE_NOTICE: _("News of the help asked for"),
    Purpose.SHARE_WITH_PARTNER: _("Telling a bank or carrier"),
}
MEANS = {
    ConsentMeans.SPOKEN: _("Spoken, at home"),
    ConsentMeans.PHONE: _("On the phone"),
    ConsentMeans.PAPER: _("Signed on paper"),
    ConsentMeans.PAGE: _("On a page of this site"),
    ConsentMeans.IMPORTED: _("With an imported list"),
}

#: The version that is read out now. A changed sentence needs a new version: acts quote theirs.
WORDING = "2026-11"
#: Read out before asking. Each purpose stands for itself; refusing one costs nothing.
SENTENCES = {
    Purpose.VISIT_REMINDER: _(
        "May the team send an SMS to this number to say when it comes, at most one a day?"
        " You can stop it at any time by telling us or calling the hotline."
    ),
    Purpose.CASE_NOTICE: _(
        "May the team send an SMS to this number about the help you asked for, such as the day"
        " a result is ready? You can stop it at any time."
    ),
    Purpose.SHARE_WITH_PARTNER: _(
        "May the team give your name and this number to the bank or carrier that helps you, for"
        " that help only? You can take this back at any time."
    ),
}

HAZARDS = {
    Hazard.DOG: _("Dangerous dog"),
    Hazard.FLOOD: _("Floods in rain or at high tide"),
    Hazard.UNSAFE: _("Do not go alone"),
    Hazard.BAD_ROAD: _("Hard to reach"),
    Hazard.ILLNESS: _("Somebody ill: keep a distance"),
}
#: Fields that are merged one by one.
FIELDS = {
    "address": _("Address"),
    "landmark": _("How to find it"),
    "note": _("Note for volunteers"),
    "needs_home_visit": _("Somebody there cannot come to us"),
    "hazards": _("Take care"),
    "pin": _("Place on the map"),
    "name": _("Full name"),
    "salutation": _("How to address them"),
    "birth_year": _("Birth year"),
    "relation": _("Relation to the head"),
    "phones": _("Phone numbers"),
    "circumstance": _("Circumstances"),
    "code": _("Household code"),
    "hours": _("Usually in"),
    "sex": _("Sex"),
    "language": _("Messages in"),
}

MERGED = {
    Merged.APPLIED: _("taken over"),
    Merged.SAME: _("stood there already"),
    Merged.CLASH: _("waits for a decision"),
    Merged.KEPT: _("decided: not taken"),
    Merged.TAKEN: _("decided: taken"),
}


#: Fields whose text is a code.
_CODES: Mapping[str, Mapping[Any, Any]] = {
    "circumstance": CIRCUMSTANCES,
    "sex": SEXES,
    "language": LANGUAGES,
}


def field_value(field: str, value: str) -> str:
    """A field's text as people read it."""
    if field == "needs_home_visit":
        return gettext("Yes") if value else gettext("No")
    if field == "hazards":
        known = [str(HAZARDS[Hazard(one)]) for one in value.split() if one in set(Hazard)]
        return ", ".join(known) or gettext("Nothing")
    if field in _CODES and value:
        return str(_CODES[field].get(value, value))
    if field == "hours" and value:
        return "–".join(f"{int(at) // 60}:{int(at) % 60:02}" for at in value.split())
    if field == "phones":
        return ", ".join(display(number) for number in value.split()) or gettext("Nothing")
    return value or gettext("Nothing")


#: Audit actions in the history of a home.
HISTORY = {
    "household.added": _("Home entered"),
    "household.changed": _("Home changed"),
    "household.moved": _("Moved to another area"),
    "household.archived": _("Home archived"),
    "household.restored": _("Home taken back from the archive"),
    "household.safety_told": _("Safety of visits changed"),
    "resident.added": _("Person added"),
    "resident.changed": _("Person changed"),
    "resident.left": _("Person left"),
    "resident.returned": _("Person is back"),
    "consent.given": _("Agreed to SMS or sharing"),
    "consent.withdrawn": _("Withdrew or refused"),
}
