"""Partners in words, and the sentence a resident agrees to before being handed over."""

from __future__ import annotations

from outreach.core.i18n import gettext
from outreach.core.i18n import lazy_gettext as _
from outreach.partners.models import PartnerKind

KINDS = {
    PartnerKind.BANK: _("Bank"),
    PartnerKind.CARRIER: _("Carrier"),
    PartnerKind.POLICE: _("Police"),
    PartnerKind.OTHER: _("Another partner"),
}
#: The version of the sentence below. A changed sentence needs a new version: acts quote theirs.
WORDING = "partner-2026-11"


def sentence(partner: str, programme: str) -> str:
    """Read out before anything is handed over."""
    return gettext(
        "May the team give your name, birth year, address and phone number to %(partner)s, for"
        " “%(programme)s” only? You can take this back at any time, and refusing costs nothing.",
        partner=partner,
        programme=programme,
    )
