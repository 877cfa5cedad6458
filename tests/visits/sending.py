"""What a phone's page sends, for tests of the views."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import uuid4

from flask.testing import FlaskClient

from tests.factories.visits import Walk

JSON = {"Accept": "application/json"}


def fields(now: datetime, **given: object) -> dict[str, object]:
    """What the page sends."""
    return {
        "report_id": str(uuid4()),
        "made_at": now.isoformat(),
        "form_version": "1",
        "outcome": "met",
        **given,
    }


def send(client: FlaskClient, walk: Walk, data: dict[str, object], *, at: int = 0, **options):
    return client.post(f"/stops/{walk.stops[at].id}/report", data=data, **options)


def hidden(page: str, form: str) -> dict[str, str]:
    """The fields a browser without JavaScript would send with the form that has this text."""
    found = next(part for part in page.split("<form")[1:] if form in part.split("</form>")[0])
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found))
