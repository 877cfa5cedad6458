"""What the office reads about a message: states, reasons and sources as plain sentences."""

from __future__ import annotations

from outreach.core.i18n import lazy_gettext as _
from outreach.messaging import troubles
from outreach.messaging.models import Status

#: (word, tone, icon) of every state. "Accepted" is the provider's word and says so.
STATUSES = {
    Status.WANTED: (_("Will be sent"), "info", "clock"),
    Status.QUEUED: (_("Waiting its turn"), "info", "hourglass"),
    Status.SENDING: (_("Being handed over"), "info", "send"),
    Status.UNCERTAIN: (_("Being checked with the provider"), "warn", "refresh-cw"),
    Status.ACCEPTED: (_("Taken by the provider, no news yet"), "neutral", "check"),
    Status.DELIVERED: (_("Arrived on the phone"), "good", "check-check"),
    Status.UNDELIVERED: (_("Did not arrive"), "bad", "circle-x"),
    Status.FAILED: (_("Refused by the provider"), "bad", "circle-x"),
    Status.CANCELLED: (_("Cancelled"), "neutral", "ban"),
    Status.MUTED: (_("Kept back"), "neutral", "message-square-off"),
    Status.EXPIRED: (_("Too late, not sent"), "warn", "clock"),
}

#: Every reason the outbox and the providers' tables write down.
REASONS = {
    "account_inactive": _("The office's provider account is not active."),
    "account_not_found": _("The provider does not know the office's account."),
    "account_suspended": _("The office's provider account is suspended."),
    "answer_lost": _("The provider's answer was lost on the way."),
    "blocked_by_recipient": _("The owner of the phone has blocked our messages."),
    "by_a_person": _("Somebody in the office stopped it."),
    "callback_address_invalid": _("The site's public address is not set correctly."),
    "credentials_refused": _("The provider refuses the office's account or secret."),
    "daily_limit": _("The provider's limit for today is reached."),
    "defect": _("The program made a mistake; the log has the details."),
    "filtered": _("The carrier took the text for spam."),
    "handset_unreachable": _("The phone was off or out of reach."),
    "landline": _("This is a landline, which receives no texts."),
    "moment_passed": _("Its moment had passed."),
    "no_longer_wanted": _("The visit was changed, made or called off."),
    "not_at_provider": _("The provider never had it, so it is sent now."),
    "not_tried": _("It was put back without being tried."),
    "number_invalid": _("There is no such phone number."),
    "number_missing": _("There is no phone number."),
    "number_unknown": _("The carrier does not know this number."),
    "number_unreachable_from_sender": _("Our sender cannot reach this number."),
    "one_a_day": _("This phone already had a message that day."),
    "opted_out": _("The owner of the phone wants no messages from us."),
    "price_limit": _("It would have cost more than the account allows."),
    "provider_unavailable": _("The provider is out of order for the moment."),
    "queue_full": _("The provider's queue is full."),
    "rate_limited": _("The provider asks us to send more slowly."),
    "refused": _("The provider refused it without a known reason."),
    "region_not_enabled": _("The provider account may not send to this country."),
    "request_lost": _("The connection to the provider broke."),
    "sender_invalid": _("The sender's name is not valid."),
    "sender_missing": _("No sender is set up."),
    "sender_not_registered": _("The sender's name is not registered with the carriers."),
    "sender_not_usable": _("The provider does not let us use this sender."),
    "sender_stopped": _("The program was stopped while sending."),
    "taken_again": _("The provider took it a second time."),
    "text_missing": _("There was no text."),
    "text_too_long": _("The text is too long."),
    "trial_account_number_not_verified": _("A trial account only sends to verified numbers."),
    "trial_account_text_too_long": _("A trial account does not send texts this long."),
    "unknown": _("The carrier gave no reason."),
    "unreachable": _("The provider could not be reached."),
    "validity_expired": _("It waited too long at the provider."),
    **troubles.REASONS,
}

SOURCES = {
    "policy": _("planned by the program"),
    "outbox": _("by the program"),
    "channel": _("the provider's answer"),
    "callback": _("told by the provider"),
    "books": _("read in the provider's records"),
}

PURPOSES = {
    "visit_reminder": _("Reminder of a visit"),
    "visit_soon": _("Reminder an hour before a visit"),
    "case_notice": _("What is due"),
    "answer": _("Answer to a message"),
}


def reason(code: str | None) -> str:
    """A sentence for a reason; empty for none. What a library says of itself stays as it is."""
    return str(REASONS.get(code, code)) if code else ""


def channel(name: str) -> str:
    """What the office calls a way out."""
    return str(troubles.CHANNELS.get(name, name))


def source(code: str) -> str:
    """Who said it; an id is a person's."""
    return str(SOURCES.get(code, _("by somebody in the office")))
