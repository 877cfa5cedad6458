"""A volunteer on a route of two homes."""

from __future__ import annotations

import pytest

from tests.factories import Make
from tests.factories.visits import Walk


@pytest.fixture
def walk(make: Make, now) -> Walk:
    return make.walk(2)
