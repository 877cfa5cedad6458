"""What the parts of a definition are called."""

from __future__ import annotations

from collections.abc import Mapping

from outreach.assistance.definitions import DayUnit, Owner, Pillar, Scope, Status
from outreach.assistance.labels import EVIDENCE
from outreach.core.i18n import lazy_gettext as _

__all__ = ["EVIDENCE", "OWNERS", "PILLARS", "SCOPES", "STATUSES", "UNITS"]

SCOPES: Mapping[Scope, str] = {
    Scope.PERSON: _("Each person"),
    Scope.HOUSEHOLD: _("The whole household"),
}
PILLARS: Mapping[str, str] = {
    "": _("None"),
    Pillar.IDENTITY: _("Digital identity"),
    Pillar.DEVICE: _("Digital device"),
    Pillar.ACCOUNT: _("Digital account"),
    Pillar.SKILL: _("Digital skill"),
}
STATUSES: Mapping[Status, str] = {
    Status.IN_PROGRESS: _("In progress"),
    Status.MISSING: _("Missing"),
    Status.HAVE: _("Has it"),
}
UNITS: Mapping[DayUnit, str] = {
    DayUnit.CALENDAR: _("Every day"),
    DayUnit.WORKING: _("Working days"),
}
OWNERS: Mapping[Owner, str] = {
    Owner.VOLUNTEER: _("Volunteer"),
    Owner.LEADER: _("Team leader"),
    Owner.OFFICER: _("Officer"),
}
