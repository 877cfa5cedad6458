"""What the phone's views share."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, current_app, request

from outreach.accounts.models import Role
from outreach.core import clock
from outreach.core.request import zone
from outreach.visits.rules import house_number

bp = Blueprint("phone", __name__)
WALKERS = (Role.VOLUNTEER, Role.LEADER)
OFFICE = (Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


@bp.context_processor
def _words() -> dict[str, object]:
    return {"house_number": house_number}


def secret() -> str | bytes:
    """What the keys of queues are made from."""
    found = current_app.secret_key
    assert found
    return found


def asked_day() -> date:
    """The day that the address names, else today."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return clock.today(zone())
