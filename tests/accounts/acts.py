"""What tests of accounts do again and again."""

from __future__ import annotations

import re
from datetime import datetime

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach.accounts import services
from outreach.accounts.models import Role, User
from outreach.accounts.services import Caller, Person
from outreach.core.db import Session
from outreach.core.phones import display
from tests.conftest import NOW

PASSWORD = "ba con vịt trời"
WRONG = "không phải"
WIFI = Caller("192.0.2.1", "key")
ELSEWHERE = Caller("198.51.100.9", "key")


def attempt(
    session: Session,
    phone: str,
    password: str = WRONG,
    *,
    caller: Caller = WIFI,
    now: datetime = NOW,
) -> services.Entered | None:
    """One try at signing in, by the service."""
    return services.sign_in(
        session, phone=phone, password=password, caller=caller, label="", now=now
    )


def person(**changes: object) -> Person:
    """An account that could be added, but for what is changed."""
    values = {"name": "Lê Văn Đạt", "phone": "+84905550001", "role": Role.VOLUNTEER}
    return Person(**{**values, **changes})  # type: ignore[arg-type]


def enter(client: FlaskClient, user: User, password: str = "", **more: str) -> TestResponse:
    """The sign-in form, sent."""
    data = {"phone": display(user.phone), "password": password or PASSWORD, **more}
    return client.post("/sign-in", data=data)


def add(client: FlaskClient, area_id: object, **changes: str) -> TestResponse:
    """The form for a new account, sent."""
    data = {
        "name": "Lê Văn Đạt",
        "phone": "0905 550 001",
        "role": "volunteer",
        "area_id": str(area_id),
        "language": "vi",
    }
    return client.post("/accounts/new", data={**data, **changes})


def shown(page: str) -> tuple[str, str]:
    """Path of an invitation's link, and its PIN, as a person would read them."""
    path = re.search(r"http://localhost(/invite/[\w-]+)", page)
    pin = re.search(r"plate big no-print\">(\d{3} \d{3})<", page)
    assert path
    assert pin
    return path[1], pin[1]
