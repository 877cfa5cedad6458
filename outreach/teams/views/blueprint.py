"""The blueprint of teams, and who may open its pages."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, current_app

from outreach.accounts.access import allow
from outreach.accounts.models import Role
from outreach.core import clock

bp = Blueprint("teams", __name__)
office = allow(Role.ADMINISTRATOR, Role.OFFICER)
leaders = allow(Role.ADMINISTRATOR, Role.OFFICER, Role.LEADER)


def today() -> date:
    """The calendar day where the teams work."""
    return clock.today(current_app.settings.zone)  # type: ignore[attr-defined]
