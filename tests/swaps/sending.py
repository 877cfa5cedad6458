"""What the page of a hand-over sends, and what became of it."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.assistance.models import Case
from outreach.stock.models import Handset, Kind
from outreach.swaps.models import Swap
from tests.conftest import NOW
from tests.factories import Make
from tests.factories.visits import Walk
from tests.visits.sending import JSON

SIGNATURE = "M10 200L40 120L80 210L130 90L180 220L240 100L300 200L380 140L460 190"
ALL_TICKED = ["right_person", "sim_moved", "calls_work", "contacts_copied", "basics_shown"]


def told(imei: str | None, **given: object) -> dict[str, object]:
    """A hand-over where everything went well and the old phone stays."""
    return {
        "report_id": str(uuid4()),
        "receipt_id": str(uuid4()),
        "made_at": NOW.isoformat(),
        "form_version": "1",
        "imei": imei or "",
        "ticked": ALL_TICKED,
        "face_check": "done",
        "old_phone": "kept",
        "signature": SIGNATURE,
        **given,
    }


def hand_over(client, walk: Walk, data: dict[str, object], *, at: int = 0, **options):
    url = f"/homes/{walk.homes[at].id}/swap"
    session = orm.object_session(walk.route)
    assert session is not None
    session.rollback()  # a test that has looked holds SQLite's one turn until it lets go
    return client.post(url, data=data, **{"headers": JSON, **options})


def in_bag(make: Make, walk: Walk, count: int = 1, kind: Kind = Kind.FEATURE_4G) -> list[Handset]:
    return make.devices(walk.team, count, kind=kind, at="bag", user=walk.volunteer)


def state(session, walk: Walk, at: int = 0) -> tuple[str | None, str | None]:
    session.rollback()
    chosen = sa.select(Case).where(Case.household_id == walk.homes[at].id)
    case = session.scalars(chosen.execution_options(populate_existing=True)).one_or_none()
    return (case.state, case.variant) if case else (None, None)


def flags(session) -> list[str]:
    session.rollback()
    chosen = sa.select(Swap.flags).order_by(Swap.recorded_at, Swap.id)
    return sorted({one for found in session.scalars(chosen) for one in found})
