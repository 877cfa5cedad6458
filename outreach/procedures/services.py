"""Procedures begun, described, and linked to a page of the resident's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.assistance.models import Case, Channel, Evidence
from outreach.assistance.services import Circumstances, Help, record_steps
from outreach.core import audit
from outreach.households.models import Resident
from outreach.procedures import queries
from outreach.procedures.models import Procedure
from outreach.procedures.rules import PROGRAMME, Paper


@dataclass(frozen=True, slots=True)
class Description:
    """What a procedure is and which papers it takes."""

    title: str
    papers: Sequence[Paper]


def begin(
    session: orm.Session,
    resident: Resident,
    description: Description,
    *,
    form_id: UUID,
    actor: User,
    now: datetime,
) -> Procedure:
    """A new dossier for a resident in the actor's area, beside those there are.

    The same form again is the same dossier. Raises `WrongMove` or `Conflict`.
    """
    known = queries.of_resident(session, resident.id)
    again = next((one for one in known if one.id == form_id), None)
    if again is not None:
        return describe(session, again, description, actor=actor, now=now)
    number = max((one.dossier for one in known), default=0) + 1
    asked = Help(
        programme=PROGRAMME,
        resident_id=resident.id,
        to_state="requested",
        evidence=Evidence.DECLARED,
        dossier=number,
    )
    at = Circumstances(form_id=form_id, channel=Channel.DESK, happened_at=now, case_id=form_id)
    record_steps(session, resident.household_id, [asked], at, actor=actor, now=now)
    case = session.get_one(Case, form_id)
    return describe(session, case, description, actor=actor, now=now)


def describe(
    session: orm.Session, case: Case, description: Description, *, actor: User, now: datetime
) -> Procedure:
    """Say what a procedure is and which papers are there. Makes its link the first time."""
    found = session.query(Procedure).filter_by(case_id=case.id).one_or_none()
    if found is None:
        found = Procedure(case_id=case.id, link=uuid4(), created_at=now)
        session.add(found)
    found.title = description.title
    found.papers = [{"name": one.name, "got": one.got} for one in description.papers]
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="procedure.described",
        subject=found,
        now=now,
        papers=len(found.papers),
        got=sum(one.got for one in description.papers),
    )
    return found


def new_link(
    session: orm.Session, procedure: Procedure, *, actor: User, now: datetime
) -> Procedure:
    """A link that got into the wrong hands leads nowhere from now on."""
    procedure.link = uuid4()
    audit.record(session, actor=actor, action="procedure.link_renewed", subject=procedure, now=now)
    return procedure
