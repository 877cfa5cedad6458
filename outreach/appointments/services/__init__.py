"""The only writers of appointments: agreeing, moving, ending, and announcing a round's."""

from outreach.appointments.services.agreements import (
    Window,
    Wish,
    agree,
    cancel,
    confirm,
    keep,
    miss,
    move,
    reopen,
)
from outreach.appointments.services.announcements import (
    Arrival,
    announce_for_round,
    tell_again,
    told,
    withdraw,
)

__all__ = [
    "Arrival",
    "Window",
    "Wish",
    "agree",
    "announce_for_round",
    "cancel",
    "confirm",
    "keep",
    "miss",
    "move",
    "reopen",
    "tell_again",
    "told",
    "withdraw",
]
