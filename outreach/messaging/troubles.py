"""What the office reads about what providers and budgets say: reasons as plain sentences.

`words.REASONS` has those of the policies; the two are one dictionary for whoever reads them.
"""

from __future__ import annotations

from outreach.core.i18n import lazy_gettext as _
from outreach.messaging.models import Circuit

REASONS = {
    "address_not_allowed": _("The gateway does not know this site's internet address."),
    "answer_unreadable": _("Nobody could read the provider's answer."),
    "balance_empty": _("The office's account at the provider is empty."),
    "blocked_by_provider": _("The provider has blocked this number."),
    "budget_used_up": _("The commune's budget for this month is used up."),
    "carrier_congested": _("The carrier's network was full."),
    "carrier_not_registered": _("The sender's name is not registered with this phone's carrier."),
    "connection_broken": _("The connection to the provider broke."),
    "duplicate_request": _("The provider says it already has this message."),
    "list_too_long": _("The list of the provider's messages is too long to read."),
    "no_answer": _("The provider did not answer in time."),
    "outcome_unknown": _("Nobody could find out whether it was sent."),
    "price_missing": _("The provider has no price agreed for this."),
    "same_text_too_soon": _("The provider had the same text for this phone moments ago."),
    "server_error": _("The provider's server broke down."),
    "template_not_registered": _("The wording is not registered with the carriers."),
    "trial_mode": _("The commune is in trial mode: only its own people are written to."),
    "tried_once_more": _("It is tried once more."),
    "word_not_allowed": _("The text has a word that carriers do not let through."),
}

CIRCUITS = {
    Circuit.CLOSED: (_("In use"), "good", "circle-check"),
    Circuit.OPEN: (_("Resting after too many errors"), "bad", "circle-x"),
    Circuit.HALF_OPEN: (_("Being tried out again"), "warn", "refresh-cw"),
}

CHANNELS = {
    "sandbox": _("Sandbox"),
    "brandname": _("Brandname gateway"),
    "twilio": _("Twilio"),
}
