"""Somebody who may change programmes, and what they store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from outreach.accounts.models import Role, User
from outreach.assistance import catalogue
from outreach.assistance.services import definitions as services
from outreach.assistance.services.definitions import Wish
from outreach.core.db import Session
from tests.factories import Make

#: The version of the file that most tests here begin with.
BASE = catalogue.built_in().programmes["health_book"].version


@pytest.fixture
def admin(make: Make) -> User:
    return make.user(Role.ADMINISTRATOR)


@pytest.fixture
def save(session: Session, admin: User, now: datetime) -> Callable[..., None]:
    def store(text: str, based_on: int = BASE, code: str = "health_book") -> None:
        services.save(session, Wish(code, text, based_on, "thử"), actor=admin, now=now)
        session.commit()

    return store
