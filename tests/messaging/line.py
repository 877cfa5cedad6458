"""What tests of sending hold in their hands: a site, its provider, and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from outreach.core import clock
from outreach.messaging import jobs
from outreach.messaging.channels.opening import Channels, open_channels
from outreach.messaging.channels.twilio import Twilio
from outreach.web import Outreach
from tests.factories import Make
from tests.provider import LocalTwilio


@dataclass
class Line:
    """Everything between a wish and a phone, and the clock."""

    site: Outreach
    provider: LocalTwilio
    make: Make
    start: datetime
    set_clock: Callable[[datetime], None]
    #: Seconds we wait for an answer: many, so that a busy machine changes nothing.
    patience: float = 30.0

    @property
    def channel(self) -> Twilio:
        settings = replace(self.site.settings, twilio_timeout=self.patience)
        opened = open_channels(settings, self.site.db).ways[0]
        assert isinstance(opened, Twilio)
        return opened

    @property
    def channels(self) -> Channels:
        return Channels.of(self.channel)

    def deliver(self, **how: Any) -> int:
        tried = jobs.deliver(self.site.db, self.channels, self.site.settings.zone, **how)
        for row in self.provider.stored.values():  # its books are dated by the test's clock
            row.at = min(row.at, clock.now())
        return tried

    def settle(self) -> int:
        return jobs.settle(self.site.db, self.channels)

    def ask_for_news(self) -> int:
        return jobs.ask_for_news(self.site.db, self.channels)

    def wait_until(self, minutes: float) -> None:
        """Move the clock to this many minutes after the start."""
        self.set_clock(self.start + timedelta(minutes=minutes))
