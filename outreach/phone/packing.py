"""What a day pack is made of: a volunteer's whole day, in constant queries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance import catalogue
from outreach.assistance.models import Case, Step
from outreach.stock import queries as stock
from outreach.stock.queries import InBag
from outreach.visits import queries as visits
from outreach.visits.queries import Day, StopCard


@dataclass(frozen=True)
class Pack:
    """A volunteer's own day: the page of the day and the card of every home on it."""

    reader: User
    day: Day
    cards: Sequence[StopCard]
    #: Help that others recorded for these homes: (step, whether it stands).
    helped: Sequence[tuple[UUID, bool]]
    #: What the reader carries to hand over.
    bag: Sequence[InBag]

    @cached_property
    def content(self) -> str:
        """Sixteen hex digits that change when a page of the pack has something new to say.

        What the reader reported is left out: their phone knows it, and would otherwise fetch the
        whole pack again after each of its own reports.
        """
        said = [self._said(card) for card in self.cards]
        heads = [
            (r.route.id, r.route.names, r.route.rest_at_s, r.route.starts, r.route.ends,
             r.route.round.team.name, r.minutes)
            for r in self.day.routes
        ]  # fmt: skip
        about = (self.day.version, self.day.unpublished, self.day.other_days)
        carried = [(one.device.id, one.movement.received) for one in self.bag]
        told = (about, heads, said, self.helped, carried, definitions())
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def _said(self, card: StopCard) -> tuple[object, ...]:
        stop, home, promise = card.stop, card.stop.household, card.appointment
        others = [t.report.id for t in card.history if t.report.volunteer_id != self.reader.id]
        return (
            (stop.id, stop.position, stop.arrives_s, stop.reasons, card.reportable),
            (home.address, home.head_name, home.landmark, home.note, home.area.full_name),
            (home.hazards, home.needs_home_visit, home.latitude, home.longitude),
            (card.safety, home.safety_reason, [one.name for one in home.visitors]),
            [(phone.resident_id, phone.number, phone.owner) for phone in card.phones],
            promise and (promise.visit_code, promise.starts_at, promise.ends_at, promise.note),
            others,
            _people(card),
            card.approval and (card.approval.id, card.approval.device_id),
        )


def definitions() -> str:
    """Eight hex digits that change when a programme is defined anew."""
    return hashlib.sha256(catalogue.current().stamp.encode()).hexdigest()[:8]


def _people(card: StopCard) -> list[object]:
    return [
        (
            p.resident.id,
            p.resident.name,
            p.resident.salutation,
            p.resident.birth_year,
            p.resident.relation,
        )
        for p in card.home.people
    ]


def pack(session: orm.Session, actor: User, day: date) -> Pack:
    """The actor's own routes and nothing else: as many queries for 35 homes as for one."""
    found = visits.day_of(session, actor, day)
    stops = [line.stop for route in found.routes for line in route.stops]
    progress = {stop.id: r.progress for r in found.routes for stop in (s.stop for s in r.stops)}
    cards = visits.cards_of(session, stops, progress, on=day)
    helped = _helped(session, [stop.household_id for stop in stops], actor)
    return Pack(actor, found, cards, helped, stock.bag_of(session, actor))


def _helped(
    session: orm.Session, household_ids: Sequence[UUID], reader: User
) -> list[tuple[UUID, bool]]:
    rows = session.execute(
        sa.select(Step.id, Step.undone_at.is_(None))
        .join(Step.case)
        .where(Case.household_id.in_(household_ids), Step.actor_id.is_distinct_from(reader.id))
        .order_by(Step.id)
    )
    return [(id_, stands) for id_, stands in rows]
