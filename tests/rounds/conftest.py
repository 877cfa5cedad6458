"""A world to plan in."""

from __future__ import annotations

import pytest

from outreach.core.db import Session
from outreach.web import Outreach
from tests.factories import Make
from tests.rounds.worlds import World


@pytest.fixture
def world(make: Make, session: Session, app: Outreach) -> World:
    return World(make, session, app.db)
