"""Lists in words."""

from __future__ import annotations

from outreach.confirmation.models import Agency
from outreach.confirmation.rules.verdicts import Verdict
from outreach.core.i18n import lazy_gettext as _

AGENCIES = {
    Agency.POLICE: _("Police"),
    Agency.BANK: _("Bank"),
    Agency.CARRIER: _("Carrier"),
    Agency.OFFICE: _("One-stop office"),
    Agency.OTHER: _("Somebody else"),
}
VERDICTS = {
    Verdict.CONFIRM: _("Will be confirmed"),
    Verdict.ALREADY: _("Confirmed already"),
    Verdict.FURTHER: _("The case is further on already"),
    Verdict.NO_WAY: _("The case cannot go there from where it is"),
    Verdict.TOO_YOUNG: _("Too young for this"),
    Verdict.BARRED: _("The home has a 4G feature phone, which cannot do this"),
}
