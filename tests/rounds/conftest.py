"""A world to plan in."""

from __future__ import annotations

import pytest

from outreach.core.db import Session
from outreach.web import Outreach
from tests.factories import Make
from tests.rounds.worlds import World
from tests.turf.grounds import Ground


@pytest.fixture
def world(make: Make, session: Session, app: Outreach) -> World:
    return World(make, session, app.db)


@pytest.fixture
def ground(make: Make, session: Session, app: Outreach) -> Ground:
    return Ground(make, session, app.db)
