"""Imports every table, so that `Model.metadata` is whole for migrations and tests."""

from outreach.accounts import models as accounts
from outreach.appointments import models as appointments
from outreach.assistance import models as assistance
from outreach.confirmation import models as confirmation
from outreach.core import audit, declared_days
from outreach.core.db import Model
from outreach.households import models as households
from outreach.identity import models as identity
from outreach.messaging import models as messaging
from outreach.nights import models as nights
from outreach.notifications import models as notifications
from outreach.partners import models as partners
from outreach.phone import models as phone
from outreach.places import models as places
from outreach.procedures import models as procedures
from outreach.rounds import models as rounds
from outreach.stock import models as stock
from outreach.swaps import models as swaps
from outreach.teams import models as teams
from outreach.turf import models as turf
from outreach.visits import models as visits

__all__ = [
    "accounts",
    "appointments",
    "assistance",
    "audit",
    "confirmation",
    "declared_days",
    "households",
    "identity",
    "messaging",
    "metadata",
    "nights",
    "notifications",
    "partners",
    "phone",
    "places",
    "procedures",
    "rounds",
    "stock",
    "swaps",
    "teams",
    "turf",
    "visits",
]

metadata = Model.metadata
