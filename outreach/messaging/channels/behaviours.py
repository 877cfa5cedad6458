"""What the sandbox does with a message, by the last four digits of its number."""

from __future__ import annotations

import enum

from outreach.core.i18n import lazy_gettext as _


class Behaviour(enum.StrEnum):
    """What becomes of a message to a number that ends in certain digits."""

    INVALID = "0001"
    LANDLINE = "0002"
    OPTED_OUT = "0003"
    BUSY = "0004"
    ANSWER_LOST = "0005"
    REQUEST_LOST = "0006"
    UNREACHABLE = "0007"
    NO_NEWS = "0008"

    @property
    def says(self) -> str:
        """What the office sees happen."""
        return str(SAYS[self])


SAYS = {
    Behaviour.INVALID: _("There is no such phone number."),
    Behaviour.LANDLINE: _("This is a landline, which receives no texts."),
    Behaviour.OPTED_OUT: _("The owner of the phone wants no messages from us."),
    Behaviour.BUSY: _("The provider asks us to send more slowly."),
    Behaviour.ANSWER_LOST: _("The provider's answer was lost on the way."),
    Behaviour.REQUEST_LOST: _("The connection to the provider broke."),
    Behaviour.UNREACHABLE: _("The phone was off or out of reach."),
    Behaviour.NO_NEWS: _("The provider takes it and never says more."),
}
