"""What the pages of turf share: the blueprint, who may see them, the team one asks about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from outreach.accounts.access import actor
from outreach.accounts.models import Role
from outreach.core.request import session
from outreach.teams import queries as teams
from outreach.teams.models import Team
from outreach.turf import sentences

bp = Blueprint("turf", __name__, url_prefix="/turf")
OFFICE = (Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


@bp.context_processor
def _words() -> dict[str, object]:
    return {"say": sentences}


def team_of(team_id: UUID) -> Team:
    """The team, if the actor runs or oversees it."""
    return teams.team_in_scope(session(), team_id, actor=actor())


def geojson_of(said: dict[str, Any]) -> Response:
    """An answer in that format."""
    answer = jsonify(said)
    answer.mimetype = "application/geo+json"
    return answer
