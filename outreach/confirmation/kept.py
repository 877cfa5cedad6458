"""What was found for a preview, kept by this process until the list is confirmed.

Finding 20,000 people takes seconds. Confirming runs in the one write transaction of SQLite, so it
takes what the preview found; another process, or a restart in between, only makes it slower.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import date

from sqlalchemy import orm

from outreach.confirmation import queries
from outreach.confirmation.models import AgencyList
from outreach.confirmation.queries import Looked

#: Lists kept: an officer looks at one, and a second officer at another.
MOST = 3
_kept: OrderedDict[str, Looked] = OrderedDict()


def look(session: orm.Session, row: AgencyList, today: date) -> Looked:
    """Find everybody of a list anew, and keep it."""
    found = queries.look(session, row, today=today)
    _kept[_key(row)] = found
    while len(_kept) > MOST:
        _kept.popitem(last=False)
    return found


def of(row: AgencyList) -> Looked | None:
    """What was found last for this list with these columns; None when it is not kept here."""
    return _kept.pop(_key(row), None)


def _key(row: AgencyList) -> str:
    return f"{row.id} {json.dumps(row.mapping, sort_keys=True)}"
