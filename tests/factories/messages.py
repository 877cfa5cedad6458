"""Messages of the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from outreach.core import clock
from outreach.messaging import services
from outreach.messaging.models import CommuneSms, Message, MessageEvent, Status
from outreach.places.models import Area
from tests.factories.people import MakePeople


class MakeMessages(MakePeople):
    def phone(self) -> str:
        return f"+8491{self.number():05}90"

    def live_area(self, *, budget: int = 10**9, sender: str = "") -> Area:
        """A commune whose residents are really written to."""
        area = self.area()
        self.habits(area, trial=False, monthly_budget=budget, sender=sender)
        return area

    def habits(self, area: Area, **changes: Any) -> CommuneSms:
        """How a commune writes; in trial mode unless told otherwise."""
        given = {"trial": True, "monthly_budget": None, "changed_at": clock.now()}
        return self.saved(CommuneSms(area=area, **given | changes))

    def wish(self, *, area: Area | None = None, **changes: Any) -> services.Wish:
        """A message that may leave now and is worth sending for three hours."""
        now: datetime = changes.pop("now", None) or clock.now()
        given: dict[str, Any] = {
            "key": f"test:{self.number()}",
            "purpose": "visit_reminder",
            "phone": self.phone(),
            "body": "To CNSCD: hen 8h thu Bay 28/11.",
            "template": "reminder",
            "area_id": (area or self.live_area()).id,
            "day": now.date(),
            "send_after": now,
            "expires_at": now + timedelta(hours=3),
        }
        return services.Wish(**given | changes)

    def message(self, *, area: Area | None = None, **changes: Any) -> Message:
        """A wish, stored."""
        now = changes.get("now") or clock.now()
        message = services.want(self.session, self.wish(area=area, **changes), now=now)
        self.session.commit()
        return message

    def statuses(self, message: Message) -> list[Status]:
        """A message's history, oldest first, as the database has it now."""
        self.session.expire_all()
        self.session.refresh(message)
        found = self.session.scalars(
            sa.select(MessageEvent.status)
            .where(MessageEvent.message_id == message.id)
            .order_by(MessageEvent.id)
        ).all()
        self.session.commit()  # a test's session must not hold the writers' turn
        return list(found)
