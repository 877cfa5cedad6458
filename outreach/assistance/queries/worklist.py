"""How many cases stand where, and the list behind each number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.assistance.catalogue import programmes
from outreach.assistance.definitions import Programme, State
from outreach.assistance.models import Case, Evidence
from outreach.core import text
from outreach.households.models import Household, Resident

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Count:
    """One state's cases, in all and by how well that is known."""

    state: State
    total: int
    by_evidence: Mapping[Evidence, int]


@dataclass(frozen=True, slots=True)
class Funnel:
    """One programme: its states in order with counts, and how many stopped."""

    programme: Programme
    counts: Sequence[Count]
    stopped: int

    @property
    def total(self) -> int:
        return sum(count.total for count in self.counts)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a worklist should show."""

    programme: str = ""
    state: str = ""
    evidence: Evidence | None = None
    #: None: all; True: only those that stopped.
    stopped: bool | None = None
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a worklist."""

    rows: Sequence[Case] = field(default_factory=tuple)
    total: int = 0
    page: int = 1
    pages: int = 1


def funnel(session: orm.Session, *, actor: User) -> list[Funnel]:
    """Every programme with its counts in the actor's area: one query."""
    stopped = Case.stop_reason.is_not(None).label("stopped")
    rows = session.execute(
        sa.select(Case.programme, Case.state, Case.evidence, stopped, sa.func.count())
        .join(Case.household)
        .where(Household.area_id.in_(scopes.areas(actor)), Case.state.is_not(None))
        .group_by(Case.programme, Case.state, Case.evidence, stopped)
    )
    counts: dict[tuple[str, str | None], dict[Evidence, int]] = defaultdict(dict)
    ended: dict[str, int] = defaultdict(int)
    for programme, state, evidence, has_stopped, count in rows:
        if has_stopped:
            ended[programme] += count
        elif evidence is not None:
            counts[programme, state][evidence] = count
    return [
        Funnel(
            one,
            [
                Count(state, sum(found.values()), found)
                for state in one.states.values()
                for found in (counts.get((one.code, state.code), {}),)
            ],
            ended[one.code],
        )
        for one in programmes().values()
    ]


def counted(session: orm.Session, *, actor: User) -> dict[str, int]:
    """Cases by programme in the actor's area, for tabs."""
    return {one.programme.code: one.total for one in funnel(session, actor=actor)}


def worklist(session: orm.Session, wanted: Wanted, *, actor: User) -> Page:
    """Cases in the actor's area, those that have waited longest first: two queries."""
    chosen = _chosen(wanted, actor)
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    rows = session.scalars(
        chosen.options(
            orm.contains_eager(Case.household).joinedload(Household.area),
            orm.contains_eager(Case.resident),
        )
        .order_by(Case.moved_at, Case.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(list(rows), total, page, pages)


def _chosen(wanted: Wanted, actor: User) -> sa.Select[Case]:
    chosen = (
        sa.select(Case)
        .join(Case.household)
        .outerjoin(Case.resident)
        .where(Household.area_id.in_(scopes.areas(actor)), Case.state.is_not(None))
    )
    if wanted.programme:
        chosen = chosen.where(Case.programme == wanted.programme)
    if wanted.state:
        chosen = chosen.where(Case.state == wanted.state)
    if wanted.evidence:
        chosen = chosen.where(Case.evidence == wanted.evidence)
    if wanted.stopped is not None:
        stopped = Case.stop_reason.is_not(None)
        chosen = chosen.where(stopped if wanted.stopped else sa.not_(stopped))
    for word in text.fold(wanted.words).split():
        chosen = chosen.where(
            sa.or_(
                Household.search_key.contains(word, autoescape=True),
                Resident.search_key.contains(word, autoescape=True),
            )
        )
    return chosen
