"""The outbox and its history, the numbers not to be texted, and how messages are sent."""

from outreach.messaging.models.outbox import (
    Message,
    MessageEvent,
    Progress,
    Receipt,
    SandboxMessage,
    Source,
    Status,
    Suppression,
)
from outreach.messaging.models.sending import (
    ChannelMinute,
    ChannelState,
    Circuit,
    CommuneSms,
    Spending,
)

__all__ = [
    "ChannelMinute",
    "ChannelState",
    "Circuit",
    "CommuneSms",
    "Message",
    "MessageEvent",
    "Progress",
    "Receipt",
    "SandboxMessage",
    "Source",
    "Spending",
    "Status",
    "Suppression",
]
