"""A team in a commune of two neighbourhoods, with homes to cut."""

from __future__ import annotations

import pytest

from outreach.core.db import Session
from outreach.web import Outreach
from tests.factories import Make
from tests.turf.grounds import Ground


@pytest.fixture
def ground(make: Make, session: Session, app: Outreach) -> Ground:
    return Ground(make, session, app.db)
