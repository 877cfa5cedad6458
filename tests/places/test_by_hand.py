"""Neighbourhoods and cells typed by hand, corrected, ended and succeeded."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from outreach.core.db import Session
from outreach.core.errors import Conflict, NotAllowed
from outreach.places import queries, services
from outreach.places.models import Area, Level
from tests.factories import Make

TODAY = date(2026, 11, 21)


@pytest.fixture
def commune(make: Make) -> Area:
    return make.area(name="Dĩ An")


def added(session: Session, make: Make, now: datetime, parent: Area, name: str) -> Area:
    return services.add(
        session,
        parent,
        kind="Khu phố",
        name=name,
        since=TODAY,
        actor=make.user(area=parent),
        now=now,
    )


def test_neighbourhoods_are_listed_in_natural_order(
    session: Session, make: Make, commune: Area, now: datetime
):
    for name in ("10", "2", "Đông Tác", "Bình Đường 1"):
        added(session, make, now, commune, name)
    assert [a.name for a in queries.children(session, commune)] == [
        "2",
        "10",
        "Bình Đường 1",
        "Đông Tác",
    ]


def test_cells_go_into_neighbourhoods_and_nothing_into_cells_or_provinces(
    session: Session, make: Make, commune: Area, now: datetime
):
    part = added(session, make, now, commune, "Đông Tác")
    cell = added(session, make, now, part, "1")
    assert (part.level, cell.level) == (Level.NEIGHBOURHOOD, Level.CELL)
    assert [a.id for a in queries.parts(session, commune)] == [part.id, cell.id]
    for parent in (cell, make.area(level=Level.PROVINCE)):
        with pytest.raises(NotAllowed):
            added(session, make, now, parent, "x")


def test_the_same_name_twice_is_refused_whatever_its_marks(
    session: Session, make: Make, commune: Area, now: datetime
):
    added(session, make, now, commune, "Đông Tác")
    with pytest.raises(Conflict, match="Đông Tác"):
        added(session, make, now, commune, "ĐÔNG TAC")


def test_a_correction_changes_what_is_found(
    session: Session, make: Make, commune: Area, now: datetime
):
    part = added(session, make, now, commune, "Dong Tac")
    actor = make.user(area=commune)
    services.correct(session, part, kind="Khu phố", name="Đông Tác", actor=actor, now=now)
    assert [found.area for found in queries.search(session, "đông tác")] == [part]


def test_an_ended_neighbourhood_leads_to_its_successors(
    session: Session, make: Make, commune: Area, now: datetime
):
    old, heir = (added(session, make, now, commune, name) for name in ("Đông Tác", "Tân Long"))
    services.close(
        session,
        old,
        last_day=date(2026, 12, 31),
        successors=[heir],
        actor=make.user(area=commune),
        now=now,
    )
    assert queries.children(session, commune) == [heir]
    assert queries.ended_below(session, commune) == [old]
    (found,) = queries.search(session, "dong tac")
    assert found.successors == [heir]


def test_a_neighbourhood_with_cells_and_an_official_unit_cannot_be_ended(
    session: Session, make: Make, commune: Area, now: datetime
):
    part = added(session, make, now, commune, "Đông Tác")
    added(session, make, now, part, "1")
    actor = make.user(area=commune)
    with pytest.raises(Conflict):
        services.close(session, part, last_day=TODAY, successors=[], actor=actor, now=now)
    with pytest.raises(NotAllowed):
        services.close(session, commune, last_day=TODAY, successors=[], actor=actor, now=now)
