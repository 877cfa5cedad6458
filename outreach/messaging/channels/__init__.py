"""The port every way out for an SMS has, and its typed failures. `opening` opens them.

A channel promises little: it hands over one message and says what it knows. Three answers are
possible and they are kept apart, because each asks for something else of the outbox: taken
(`Accepted`), surely not taken (`Refused`, `Busy`), and unknown (`Uncertain`: the request may have
arrived). What is unknown is settled with `find`, never by sending again.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from outreach.messaging.models import Progress


class Kind(enum.StrEnum):
    """Why a message was refused, as far as the outbox must act differently."""

    PERMANENT = "permanent"  # this message will never be taken; the number may be fine
    NUMBER = "number"  # the number cannot receive SMS
    OPTED_OUT = "opted_out"  # the person told the provider to stop
    CONFIGURATION = "configuration"  # our account or settings: no message goes this way
    SENDER = "sender"  # this sender's name or this wording is not registered: others may pass


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to hand over. `valid_for` is how long it is still worth delivering.

    `request` names this request, in at most 50 characters: a provider that can refuse to take the
    same one twice is given the same name as long as nobody knows whether it took it.
    """

    id: UUID
    to: str
    body: str
    key: str
    valid_for: timedelta | None = None
    request: str = ""
    #: The commune's registered sender; empty: the channel's own.
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider's own reference, what it counted, and what it asks (often known only later)."""

    ref: str
    segments: int | None = None
    price: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderMessage:
    """A message as the provider's books have it."""

    ref: str
    to: str
    body: str
    progress: Progress
    created_at: datetime | None
    code: str | None = None
    segments: int | None = None
    price: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """News of a message that the provider brought by itself.

    `message_id` is ours when the callback's address carried it: it ties the provider's reference
    to our message even when the answer that should have told us was lost.
    """

    ref: str
    progress: Progress
    status: str
    code: str | None = None
    message_id: UUID | None = None


class Refused(Exception):
    """Surely not taken, and sending the same again would be refused again."""

    def __init__(self, code: str, reason: str, kind: Kind = Kind.PERMANENT) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason, self.kind = code, reason, kind


class Busy(Exception):
    """Surely not taken, and worth trying later."""

    def __init__(self, code: str, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code, self.retry_after = code, retry_after


class Uncertain(Exception):
    """The request may have arrived: time-out, connection dropped, or an answer nobody can read."""


class Forged(Exception):
    """A callback that does not carry the provider's signature."""


#: Channels through which a person's number leaves the country: a cross-border transfer.
FOREIGN = frozenset({"twilio"})


class Channel(Protocol):
    """A way out. `send`, `find` and `status` talk to the network: no transaction may be open."""

    #: What the outbox calls it.
    name: str
    #: đồng a segment, as budgets reckon.
    price: int
    #: Whether phones ring: what the sandbox takes goes nowhere.
    real: bool

    def send(self, message: Outgoing) -> Accepted:
        """Hand over one message, or raise `Refused`, `Busy` or `Uncertain`."""
        ...

    def find(self, to: str, since: datetime) -> list[ProviderMessage]:
        """Everything the provider took for this number since then, newest first."""
        ...

    def status(self, ref: str) -> ProviderMessage | None:
        """One message by the provider's reference; None when it knows of none."""
        ...

    def receipt(
        self, path: str, headers: Mapping[str, str], form: Mapping[str, str]
    ) -> Receipt | None:
        """Read a callback that came to `path` (with its query), or raise `Forged`.

        `form` is what a POST carried; empty for a GET, whose news is in the query.

        None: genuine, and about nothing the outbox follows.
        """
        ...
