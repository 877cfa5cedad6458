"""HTTP for the phone: its outbox, receipts and pack, what is told at the door, what leaders do."""

from outreach.phone.views import absent, bag, day, door, outbox, pack, pages, relay, review, swap
from outreach.phone.views.blueprint import bp

__all__ = [
    "absent",
    "bag",
    "bp",
    "day",
    "door",
    "outbox",
    "pack",
    "pages",
    "relay",
    "review",
    "swap",
]
