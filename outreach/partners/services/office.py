"""Partners and their clerks, as the office keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts import services as accounts
from outreach.accounts.models import Role, User
from outreach.assistance.catalogue import programmes
from outreach.core import audit
from outreach.core.errors import Conflict, Refusal
from outreach.core.i18n import gettext as _
from outreach.partners import queries
from outreach.partners.models import Clerk, HandOver, Partner, PartnerKind


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a partner."""

    name: str
    kind: PartnerKind
    area_id: UUID
    #: Programme -> states its clerks may record.
    grants: Mapping[str, Sequence[str]]


def add(session: orm.Session, facts: Facts, *, actor: User, now: datetime) -> Partner:
    """A new partner of an area of the actor's."""
    partner = Partner(created_at=now)
    _write(session, partner, facts, actor)
    session.add(partner)
    audit.record(
        session, actor=actor, action="partner.added", subject=partner, now=now, kind=facts.kind
    )
    return partner


def edit(
    session: orm.Session, partner: Partner, facts: Facts, *, actor: User, now: datetime
) -> None:
    """Change what a partner may do; it holds with the next click of its clerks."""
    _write(session, partner, facts, actor)
    states = sum(len(states) for states in facts.grants.values())
    audit.record(
        session, actor=actor, action="partner.edited", subject=partner, now=now, states=states
    )


def _write(session: orm.Session, partner: Partner, facts: Facts, actor: User) -> None:
    partner.area = scopes.area_in_scope(session, facts.area_id, actor=actor)
    for code, states in facts.grants.items():
        programme = programmes().get(code)
        if programme is None or not set(states) <= programme.states.keys():
            raise Refusal(_("There is no such help. Please load the page again."))
    partner.name, partner.kind = facts.name, facts.kind
    partner.grants = {code: list(states) for code, states in facts.grants.items() if states}


def end(session: orm.Session, partner: Partner, *, actor: User, now: datetime) -> None:
    """The work together is over: its clerks see nobody, and every hand-over ends."""
    if partner.ended_at is not None:
        return
    partner.ended_at = now
    open_ones = sa.and_(HandOver.partner_id == partner.id, HandOver.ended_at.is_(None))
    ended = session.execute(sa.update(HandOver).where(open_ones).values(ended_at=now))
    count = int(getattr(ended, "rowcount", 0))
    for clerk in queries.clerks(session, partner):
        accounts.deactivate(session, clerk.user, actor=actor, now=now)
    audit.record(
        session, actor=actor, action="partner.ended", subject=partner, now=now, hand_overs=count
    )


def add_clerk(
    session: orm.Session,
    partner: Partner,
    *,
    name: str,
    phone: str,
    language: str,
    actor: User,
    now: datetime,
) -> accounts.Issued:
    """An account that sees what is handed to this partner, and its invitation.

    Raises `PhoneTaken`, `NotAllowed`, and Conflict for a partner that has ended.
    """
    if partner.ended_at is not None:
        raise Conflict(_("This partner no longer works with us."))
    person = accounts.Person(
        name=name, phone=phone, role=Role.PARTNER, area_id=partner.area_id, language=language
    )
    user = accounts.add(session, person, actor=actor, now=now)
    session.flush()
    clerk = Clerk(partner_id=partner.id, user_id=user.id, added_at=now)
    session.add(clerk)
    audit.record(session, actor=actor, action="partner.clerk_added", subject=partner, now=now,
                 user=user.id)  # fmt: skip
    return accounts.invite(session, user, actor=actor, now=now)
