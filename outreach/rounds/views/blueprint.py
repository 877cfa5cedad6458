"""What every page of rounds shares."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import actor
from outreach.accounts.models import Role
from outreach.core.request import session
from outreach.households.wording import HAZARDS
from outreach.rounds import queries
from outreach.rounds.models import Round

bp = Blueprint("rounds", __name__, url_prefix="/rounds")
OFFICE = (Role.LEADER, Role.OFFICER, Role.ADMINISTRATOR)


@bp.context_processor
def _words() -> dict[str, object]:
    return {"hazards": HAZARDS}


def found(round_id: UUID) -> Round:
    """The round, or `NotFound` when it is none of the actor's business."""
    return queries.in_scope(session(), round_id, actor=actor())


def back_to(round_: Round) -> Response:
    """The page the form was on (one of this round's), or the round's own."""
    here = url_for("rounds.show", round_id=round_.id)
    asked = request.form.get("back", "")
    return redirect(asked if asked.startswith(here) else here, 303)
