"""Whether the site is up and its database answers, for a supervisor."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from outreach.accounts.access import public
from outreach.core.request import session

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """200 when a query works."""
    session().execute(sa.select(1))
    return jsonify(status="ok")
