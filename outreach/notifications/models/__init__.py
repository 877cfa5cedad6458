"""Tables of the policy: wordings, how a commune writes and is answered, replies, calls, badges."""

from outreach.notifications.models.answers import (
    Call,
    CallReason,
    CallResult,
    CallState,
    Meaning,
    Offer,
    Reply,
    ReplySource,
    ReplyState,
)
from outreach.notifications.models.asking import AskedReminder
from outreach.notifications.models.badges import Badge
from outreach.notifications.models.manners import CommuneManner, ReplyWay
from outreach.notifications.models.wordings import (
    Registration,
    RegistrationState,
    Wording,
    WordingState,
)

__all__ = [
    "AskedReminder",
    "Badge",
    "Call",
    "CallReason",
    "CallResult",
    "CallState",
    "CommuneManner",
    "Meaning",
    "Offer",
    "Registration",
    "RegistrationState",
    "Reply",
    "ReplySource",
    "ReplyState",
    "ReplyWay",
    "Wording",
    "WordingState",
]
