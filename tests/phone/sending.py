"""What the pages at the door send, for tests of the views."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID, uuid4

from tests.visits.sending import JSON


def kept(now: datetime, **given: object) -> dict[str, object]:
    return {"report_id": str(uuid4()), "made_at": now.isoformat(), "form_version": "1", **given}


def fix(client, home: UUID, data: dict[str, object]):
    return client.post(f"/homes/{home}", data=data, headers=JSON)


def page_form(page: str, text: str) -> dict[str, str]:
    """What a browser without JavaScript sends with the form that has this text."""
    found = next(part for part in page.split("<form")[1:] if text in part.split("</form>")[0])
    body = found.split("</form>")[0]
    fields = re.findall(
        r'type="(?:hidden|text|number)"[^>]*?name="([^"]+)"\s+value="([^"]*)"', body
    )
    return dict(fields)
