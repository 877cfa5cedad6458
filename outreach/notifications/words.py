"""What pages say of texts, answers, calls and manners: every word of an enum, once."""

from __future__ import annotations

from outreach.core.i18n import lazy_gettext as _
from outreach.core.working_days import DayKind
from outreach.households.wording import LANGUAGES
from outreach.messaging.models import Source
from outreach.notifications.lint import Fault
from outreach.notifications.models import (
    CallReason,
    CallResult,
    Meaning,
    RegistrationState,
    ReplySource,
    ReplyWay,
    WordingState,
)
from outreach.notifications.queries.tonight import Unreached
from outreach.notifications.rules.drafts import Why
from outreach.notifications.texts import Kind

__all__ = ["LANGUAGES"]

KINDS = {
    Kind.SENDER: _("the sender's name"),
    Kind.DAY: _("a day"),
    Kind.WINDOW: _("from when until when"),
    Kind.NAME: _("a given name"),
    Kind.CODE: _("the visit code"),
    Kind.PHONE: _("the ward's phone"),
    Kind.LIST: _("several things in a row"),
    Kind.PHRASE: _("how to answer"),
}
WORDING_STATES = {
    WordingState.DRAFT: (_("Draft"), "neutral", "pencil"),
    WordingState.IN_USE: (_("In use"), "good", "check"),
    WordingState.RETIRED: (_("No longer used"), "neutral", "history"),
}
REGISTRATIONS = {
    RegistrationState.NOT_SENT: (_("Not handed in"), "neutral", "circle-dashed"),
    RegistrationState.SUBMITTED: (_("Handed in"), "info", "hourglass"),
    RegistrationState.REGISTERED: (_("Registered"), "good", "badge-check"),
    RegistrationState.REFUSED: (_("Refused"), "bad", "ban"),
}
#: Ways out on which a text has to be registered.
CHANNELS = {"brandname": _("Brandname gateway"), "twilio": _("Twilio")}
FAULTS = {
    Fault.EMPTY: _("There is no text."),
    Fault.TOO_LONG: _("The text is too long."),
    Fault.BRACES: _("A { or } stands alone."),
    Fault.UNKNOWN_GAP: _("There is no such variable:"),
    Fault.MISSING_GAP: _("This variable must be in the text:"),
    Fault.NO_SENDER: _("The sender's name is missing: carriers refuse such texts. Write:"),
    Fault.LINK: _("A link: people would learn to tap what frauds send. Leave out:"),
    Fault.PHONE: _("A phone number that is not the ward's. Leave out:"),
    Fault.ASKS_FOR_CODE: _("This seems to ask for something secret:"),
    Fault.BRAND: _("A bank's, carrier's or company's name makes it an advertisement:"),
    Fault.MONEY: _("This sounds like an offer or a payment:"),
    Fault.TOO_DEAR: _("With the longest values it is too many text messages:"),
}
WHYS = {
    Why.TOLD: _("This phone has been told already."),
    Why.TOO_LATE: _("There is no decent hour left before the visit."),
    Why.WEEK_FULL: _("This phone already had three texts within seven days."),
    Why.DAY_FULL: _("This phone had its text of the day, and tomorrow is too late."),
    Why.NOT_REGISTERED: _("The wording is not registered with the channel."),
}
UNREACHED = {
    Unreached.NO_PHONE: (_("No phone is known"), _("On the call list")),
    Unreached.LANDLINE: (_("Only a land line"), _("On the call list")),
    Unreached.OPTED_OUT: (_("Wants no messages"), _("Left in peace")),
    Unreached.REFUSED: (_("Refused reminders"), _("Left in peace")),
    Unreached.NOT_ASKED: (_("Was not asked yet"), _("Ask at the next visit or call")),
}
WAYS = {
    ReplyWay.HOTLINE: _("They call the ward's phone"),
    ReplyWay.SIM: _("They text a SIM of the commune"),
    ReplyWay.SHORT_CODE: _("They text a short code"),
    ReplyWay.MISSED_CALL: _("They let a phone ring once"),
    ReplyWay.COUNTER: _("They come to the counter"),
    ReplyWay.PAGE: _("They use the ward's page"),
    ReplyWay.SENDER: _("They reply to the message itself (not in Vietnam)"),
}
SOURCES = {
    Source.PROVIDER: _("told by the provider"),
    Source.VOLUNTEER: _("told to a volunteer"),
    Source.HOTLINE: _("told on the phone"),
    Source.PAGE: _("on the public page"),
    Source.PAPER: _("on paper"),
    Source.REPLY: _("in a reply"),
    Source.CALL: _("found out when calling"),
}
MEANINGS = {
    Meaning.CONFIRM: _("Agrees"),
    Meaning.MOVE: _("Wants another time"),
    Meaning.CHOICE: _("Chose a time"),
    Meaning.STOP: _("Wants no more messages"),
    Meaning.HELP: _("Asks who we are"),
    Meaning.UNCLEAR: _("Not understood"),
}
REPLY_SOURCES = {
    ReplySource.TWILIO: _("by SMS"),
    ReplySource.BRANDNAME: _("by SMS"),
    ReplySource.TYPED: _("written down by us"),
}
OUTCOMES = {
    "asks": _("They ask who we are, and no answer could be sent."),
    "confirmed": _("The time is confirmed."),
    "dealt": _("Somebody has dealt with it."),
    "moved": _("The visit was moved."),
    "no_offer": _("They chose a letter, but no times were offered."),
    "no_visit": _("No visit is known that this could be about."),
    "no_window": _("They want another time, and there is none to offer."),
    "offered": _("Three other times were sent."),
    "stopped": _("No more messages go to this phone."),
    "stranger": _("Nobody on the list has this phone."),
    "told_who": _("They were told who we are."),
    "too_many": _("Too many messages in a day: perhaps a machine."),
    "two_visits": _("Several visits could be meant."),
    "unclear": _("Not understood, so nothing was done."),
    "wants_to_move": _("They want another time."),
    "window_gone": _("The time they chose is no longer free."),
}
CALL_REASONS = {
    CallReason.NO_PHONE: _("No phone is known"),
    CallReason.LANDLINE: _("Only a land line"),
    CallReason.FAILED: _("The message did not arrive"),
}
RESULTS = {
    CallResult.AGREED: _("Agreed to the time"),
    CallResult.LATER: _("Call again later"),
    CallResult.WRONG_NUMBER: _("Wrong number"),
    CallResult.REMOVED: _("Take off the list"),
    CallResult.NOT_NEEDED: _("Not needed any more"),
}
DAY_KINDS = {DayKind.HOLIDAY: _("A free day"), DayKind.WORKING: _("A working day")}
#: How a resident said that the time suits.
CONFIRMED_BY = {
    "reply": _("by SMS"),
    "typed": _("told to us"),
    "page": _("on the public page"),
    "call": _("on the phone"),
}
