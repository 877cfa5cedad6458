"""Refuses to give somebody what they were given elsewhere, or asks to look twice.

For whoever sits at a desk and can still stop. A report from a door is never refused for it: what
was given there is given, and its page had warned before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import Role, User
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Case
from outreach.assistance.queries import benefits
from outreach.assistance.queries.benefits import Earlier
from outreach.assistance.services.checking import Help
from outreach.core.errors import Refusal
from outreach.core.i18n import gettext as _
from outreach.households.models import Resident

#: Who may give all the same, after looking into it.
_DECIDING = frozenset({Role.OFFICER, Role.ADMINISTRATOR})


class AlreadyHelped(Refusal):
    """Another team has given this already, or perhaps. `sure` says which."""

    code = "already_helped"

    def __init__(self, message: str, *, sure: bool) -> None:
        super().__init__(message)
        self.sure = sure


def refuse_twice(
    session: orm.Session, household_id: UUID, one: Help, *, acknowledged: bool, actor: User
) -> None:
    """Raise `AlreadyHelped` when this step gives what was given elsewhere.

    `acknowledged`: somebody looked and says it is right. A namesake may be passed by everybody
    who looked, the same identity number only by an officer or administrator.
    """
    programme = programmes().get(one.programme)
    state = programme.states.get(one.to_state or "") if programme else None
    if programme is None or state is None or not state.gives or _there(session, household_id, one):
        return
    hits = list(_hits(session, household_id, one))
    names = {"programme": _(programme.label)}
    if any(hit.sure for hit in hits) and not (acknowledged and actor.role in _DECIDING):
        message = _("This person was already helped by another team: %(programme)s.", **names)
        raise AlreadyHelped(message, sure=True)
    if hits and not acknowledged:
        message = _(
            "Somebody with the same name and birth year was already helped by another team:"
            " %(programme)s. Look at the identity card; tick the box if this is somebody else.",
            **names,
        )
        raise AlreadyHelped(message, sure=False)


def _there(session: orm.Session, household_id: UUID, one: Help) -> bool:
    """Whether their own case is at that state already: seen again, nothing is given."""
    case = sa.select(Case.id).where(
        Case.household_id == household_id,
        Case.programme == one.programme,
        Case.state == one.to_state,
        Case.resident_id.is_(None)
        if one.resident_id is None
        else Case.resident_id == one.resident_id,
    )
    return session.scalar(case.limit(1)) is not None


def _hits(session: orm.Session, household_id: UUID, one: Help) -> Iterator[Earlier]:
    people = sa.select(Resident).where(
        Resident.household_id == household_id, Resident.left_at.is_(None)
    )
    if one.resident_id is not None:
        people = people.where(Resident.id == one.resident_id)
    residents: Sequence[Resident] = session.scalars(people).all()
    for known in benefits.earlier(session, residents).values():
        yield from (hit for hit in known if hit.programme == one.programme)
