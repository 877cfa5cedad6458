"""Pages of messages for the office, and the addresses providers report to."""

from outreach.messaging.views import callbacks, channels, lists, money
from outreach.messaging.views.blueprint import bp

__all__ = ["bp", "callbacks", "channels", "lists", "money"]
