"""HTTP for the phone: its outbox, its receipts and pack, and what leaders carry for it."""

from outreach.phone.views import day, outbox, pack, pages, relay
from outreach.phone.views.blueprint import bp

__all__ = ["bp", "day", "outbox", "pack", "pages", "relay"]
