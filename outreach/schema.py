"""Imports every table, so that `Model.metadata` is whole for migrations and tests."""

from outreach.accounts import models as accounts
from outreach.appointments import models as appointments
from outreach.assistance import models as assistance
from outreach.core import audit, declared_days
from outreach.core.db import Model
from outreach.households import models as households
from outreach.messaging import models as messaging
from outreach.notifications import models as notifications
from outreach.phone import models as phone
from outreach.places import models as places
from outreach.rounds import models as rounds
from outreach.stock import models as stock
from outreach.swaps import models as swaps
from outreach.teams import models as teams
from outreach.visits import models as visits

__all__ = [
    "accounts",
    "appointments",
    "assistance",
    "audit",
    "declared_days",
    "households",
    "messaging",
    "metadata",
    "notifications",
    "phone",
    "places",
    "rounds",
    "stock",
    "swaps",
    "teams",
    "visits",
]

metadata = Model.metadata
