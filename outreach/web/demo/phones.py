"""Phones to hand over in the invented commune: a delivery, a team's cupboard, one full bag."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from outreach.accounts.models import Role, User
from outreach.core.db import Session
from outreach.households.models import Circumstance
from outreach.rounds.models import Route, Stop
from outreach.stock import queries as stock
from outreach.stock import rules
from outreach.stock import services as custody
from outreach.stock.models import Handset, Kind
from outreach.swaps import services as swaps
from outreach.swaps.models import FaceCheck, OldPhone, Tick
from outreach.teams.models import Team

_MODELS = ((Kind.SMARTPHONE, "Samsung Galaxy A06", 8), (Kind.FEATURE_4G, "Viettel V1S", 6))
_TO_TEAM, _TO_BAG, _APPROVED = 9, 4, 5
_SIGNATURE = (
    "M120 190L150 110L185 205L220 120L260 200L300 140L345 195L390 150L440 190"
    "M470 120L520 205L560 110M600 170L660 165L720 150L800 175"
)


def stock_up(session: Session, round_id: uuid.UUID, walker: User, *, now: datetime) -> None:
    """Stock the commune and the walker's bag, approve some of their homes, swap one phone."""
    chief = session.scalars(sa.select(User).where(User.role == Role.ADMINISTRATOR)).first()
    leader = session.scalars(sa.select(User).where(User.role == Role.LEADER)).first()
    team = session.scalars(sa.select(Team)).first()
    assert chief is not None
    assert leader is not None
    assert team is not None
    ids = _delivered(session, team, chief, now)
    custody.give_to_team(session, ids[:_TO_TEAM], team.id, actor=chief, now=now)
    custody.give_to_bag(session, ids[:_TO_BAG], team.id, walker.id, actor=leader, now=now)
    session.flush()
    homes = session.scalars(
        sa.select(Stop.household_id)
        .join(Stop.route)
        .where(Route.round_id == round_id, Route.volunteer_id == walker.id)
        .order_by(Stop.position)
        .limit(_APPROVED)
    ).all()
    for line, home in enumerate(homes, start=1):
        told = swaps.Entitlement(
            household_id=home, list_no="27/QĐ-UBND", line_no=str(line),
            evidence=Circumstance.POOR if line % 2 else Circumstance.NEAR_POOR,
            evidence_no=f"HN-{100 + line}/2026", kind=Kind.SMARTPHONE,
        )  # fmt: skip
        swaps.approve(session, told, actor=chief, now=now)
    session.flush()
    if homes:
        _swap(session, homes[0], walker, now)


def _delivered(session: Session, team: Team, chief: User, now: datetime) -> list[uuid.UUID]:
    devices: list[custody.NewDevice] = []
    for kind, model, count in _MODELS:
        for _one in range(count):
            stem = f"352910110{len(devices) + 1:05}"
            imei = next(filter(rules.imei, (f"{stem}{digit}" for digit in range(10))))
            devices.append(custody.NewDevice(imei, model, kind))
    arrival = custody.Arrival(
        area_id=team.area_id, funder="Quỹ Viễn thông công ích", devices=devices,
        paper_no="PXK-0112", accessories="Sạc, SIM 4G, gói dữ liệu 12 tháng",
    )  # fmt: skip
    delivery = custody.arrive(session, arrival, actor=chief, now=now)
    session.flush()
    chosen = sa.select(Handset.id).where(Handset.delivery_id == delivery.id)
    return list(session.scalars(chosen.order_by(Handset.imei)))


def _swap(session: Session, home: uuid.UUID, walker: User, now: datetime) -> None:
    """One hand-over, as the walker's phone would have told it."""
    (first, *_rest) = stock.bag_of(session, walker)
    told = swaps.HandOver(
        form_id=uuid.uuid4(), receipt_id=uuid.uuid4(), household_id=home, resident_id=None,
        imei=first.device.imei or "", ticked=frozenset(Tick), face_check=FaceCheck.DONE,
        old_phone=OldPhone.RECYCLED, wipe_agreed=True, signature=_SIGNATURE,
        happened_at=now - timedelta(minutes=25),
    )  # fmt: skip
    swaps.hand_over(session, told, actor=walker, now=now)
