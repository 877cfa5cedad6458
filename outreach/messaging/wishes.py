"""What a policy hands to the outbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

#: The purpose of an answer to somebody who wrote to us, a moment ago and of their own accord. It is
#: sent at once, to a phone that has just opted out as well, and is none of its messages a day.
ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Wish:
    """A message a policy wants. The same key is the same wish, whenever it is made again."""

    key: str
    purpose: str
    phone: str
    body: str
    template: str
    area_id: UUID
    day: date
    send_after: datetime
    expires_at: datetime
    values: dict[str, Any] = field(default_factory=dict)
    household_id: UUID | None = None
