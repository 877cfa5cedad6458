"""Wards full of cases for the benchmarks: so many homes, twelve steps each, as plain rows."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from outreach.assistance.models import Case, Channel, Evidence, Step
from outreach.core import clock
from outreach.core.db import Model, Session
from outreach.core.text import fold
from outreach.households.models import Household, Resident
from outreach.places.models import Area
from outreach.web.demo import town
from tests.factories import Make
from tests.factories.base import LONG_AGO

QUARTERS, A_HOME = 40, 12
#: What each of a home's three cases went through; the last state is where it stands.
PATHS = {
    "device_2g4g": ("screened", "eligible", "listed", "device_reserved"),
    "vneid_l2": ("not_started", "appointment_set", "captured", "notice_received"),
    "bank_account": ("interested", "channel_chosen", "submitted", "opened"),
}
AT_ONCE = 2000


def fill(session: Session, homes: int) -> tuple[Area, UUID]:
    """A ward of so many homes in forty quarters; the ward, and one home of it."""
    make, rng = Make(session), random.Random(homes)
    ward = make.area()
    quarters = [make.neighbourhood(ward).id for _ in range(QUARTERS)]
    officer, now = make.user(area=ward).id, clock.now()
    made: dict[type[Model], list[dict[str, Any]]] = defaultdict(list)
    first: UUID | None = None
    for number in range(homes):
        home = _home(made, number, quarters[number % QUARTERS])
        first = first or home
        _cases(made, home, now - timedelta(days=rng.randrange(60)), officer, rng)
        if number % AT_ONCE == AT_ONCE - 1:
            _store(session, made)
    _store(session, made)
    assert first is not None
    return ward, first


def _home(made: dict[type[Model], list[dict[str, Any]]], number: int, area_id: UUID) -> UUID:
    home = uuid4()
    name = f"Nguyễn Thị {number}"
    made[Household].append({
        "id": home, "area_id": area_id, "address": f"{number} Lê Lợi", "head_name": name,
        "search_key": f"{number} le loi", "sort_key": f"{number:08}", "created_at": LONG_AGO,
    })  # fmt: skip
    return home


def _cases(
    made: dict[type[Model], list[dict[str, Any]]],
    home: UUID,
    last: datetime,
    officer: UUID,
    rng: random.Random,
) -> None:
    for place, (programme, path) in enumerate(PATHS.items()):
        resident = uuid4() if place else None
        if resident:
            name = town.name(rng, woman=place == 1)
            made[Resident].append({
                "id": resident, "household_id": home, "name": name, "search_key": fold(name),
                "sort_key": fold(name), "birth_year": rng.randrange(1940, 2010),
                "position": place, "created_at": LONG_AGO,
            })  # fmt: skip
        case = uuid4()
        made[Case].append({
            "id": case, "programme": programme, "household_id": home, "resident_id": resident,
            "state": path[-1], "evidence": Evidence.OBSERVED, "opened_at": last, "moved_at": last,
            "steps": len(path), "typed": {}, "began": {},
        })  # fmt: skip
        for number, state in enumerate(path, 1):
            made[Step].append({
                "id": uuid4(), "case_id": case, "number": number, "to_state": state,
                "from_state": path[number - 2] if number > 1 else None,
                "evidence": Evidence.OBSERVED, "channel": Channel.HOME,
                "happened_at": last - timedelta(days=len(path) - number), "recorded_at": last,
                "actor_id": officer, "note": "", "typed": {}, "ticked": [],
            })  # fmt: skip


def _store(session: Session, made: dict[type[Model], list[dict[str, Any]]]) -> None:
    for kind in (Household, Resident, Case, Step):
        if made[kind]:
            session.connection().execute(sa.insert(kind.__table__), made[kind])  # type: ignore[arg-type]
    session.commit()
    made.clear()
