"""Changes of details: applied where nobody else was quicker, else kept for a leader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts.models import User
from outreach.core import audit, phones, text
from outreach.core.errors import Conflict
from outreach.core.i18n import gettext as _
from outreach.households import merging, queries
from outreach.households.merging import Change
from outreach.households.models import (
    Circumstance,
    FieldEdit,
    Household,
    Language,
    Merged,
    Resident,
    Salutation,
    Sex,
)
from outreach.households.services.homes import rename_head, rename_keys
from outreach.households.services.people import set_phones


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whose form the changes came with, and when."""

    form_id: UUID
    made_at: datetime
    actor: User
    now: datetime
    #: Whose phone the numbers are that are new to a person, where not their own.
    phone_owner: str = ""


def merge(
    session: orm.Session,
    household: Household,
    resident: Resident | None,
    changes: Sequence[Change],
    origin: Origin,
) -> list[FieldEdit]:
    """Apply each change that may be, and note every one. The caller checked who may."""
    # two that arrive together take turns, and the later one sees what the other wrote
    held = sa.select(Household.id).where(Household.id == household.id).with_for_update()
    session.execute(held)
    session.refresh(household)
    if resident is not None:
        session.refresh(resident)
    return [
        _merge_one(session, household, resident, change, origin)
        for change in changes
        if change.was != change.wanted
    ]


def _merge_one(
    session: orm.Session,
    household: Household,
    resident: Resident | None,
    change: Change,
    origin: Origin,
) -> FieldEdit:
    found = _value(household, resident, change.field)
    state, value = merging.merged(change, found)
    edit = FieldEdit(
        id=uuid4(),
        form_id=origin.form_id,
        household_id=household.id,
        resident_id=resident.id if resident else None,
        field=change.field,
        was=change.was,
        wanted=change.wanted,
        found=found,
        state=state,
        by_id=origin.actor.id,
        made_at=origin.made_at,
        at=origin.now,
    )
    session.add(edit)
    if state is Merged.APPLIED:
        _write(session, household, resident, change.field, value, origin=origin)
    _record(session, edit, actor=origin.actor, now=origin.now)
    if state is Merged.APPLIED:
        _follow(session, household, resident, edit, origin)
    return edit


def _follow(
    session: orm.Session,
    household: Household,
    resident: Resident | None,
    edit: FieldEdit,
    origin: Origin,
) -> None:
    """Their own later change of the same field may have come first, and clashed for nothing."""
    session.flush()
    waiting = session.scalar(
        sa.select(FieldEdit).where(
            FieldEdit.household_id == edit.household_id,
            FieldEdit.resident_id == edit.resident_id,
            FieldEdit.field == edit.field,
            FieldEdit.by_id == edit.by_id,
            FieldEdit.was == edit.wanted,
            FieldEdit.state == Merged.CLASH,
        )
    )
    if waiting is None:
        return
    waiting.state, waiting.resolved_at = Merged.APPLIED, origin.now
    _write(session, household, resident, waiting.field, waiting.wanted, origin=origin)
    _record(session, waiting, actor=origin.actor, now=origin.now)
    _follow(session, household, resident, waiting, origin)


def resolve(
    session: orm.Session, edit_id: UUID, *, take: bool, actor: User, now: datetime
) -> FieldEdit:
    """Decide a clash: the phone's value, or what stands. Deciding it the same way twice is once."""
    edit = queries.clash_in_scope(session, edit_id, actor=actor)
    decision = Merged.TAKEN if take else Merged.KEPT
    if edit.state is decision:
        return edit
    if edit.state is not Merged.CLASH:
        raise Conflict(_("Somebody decided this meanwhile. Please look again."))
    edit.state, edit.resolved_at = decision, now
    if take:
        origin = Origin(form_id=edit.form_id, made_at=edit.made_at, actor=actor, now=now)
        _write(session, edit.household, edit.resident, edit.field, edit.wanted, origin=origin)
    _record(session, edit, actor=actor, now=now)
    return edit


def _record(session: orm.Session, edit: FieldEdit, *, actor: User, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=f"household.field_{edit.state}",
        subject=edit,
        now=now,
        field=edit.field,
        household=edit.household_id,
    )


def _value(household: Household, resident: Resident | None, field: str) -> str:
    known = merging.of_person(resident) if resident else merging.of_home(household)
    return known[field]


def _write(
    session: orm.Session,
    household: Household,
    resident: Resident | None,
    field: str,
    value: str,
    *,
    origin: Origin,
) -> None:
    if resident is not None:
        _write_person(session, household, resident, field, value, origin=origin)
    elif field == "pin":
        household.latitude, household.longitude = merging.point(value)
    elif field == "hours":
        household.home_from, household.home_until = merging.span(value)
    else:
        setattr(household, field, _HOME.get(field, str)(value))
        rename_keys(household)


#: How the text of a field is stored, where not as it is.
_HOME: Mapping[str, Callable[[str], object]] = {
    "hazards": merging.hazards,
    "needs_home_visit": lambda value: value == merging.YES,
    "circumstance": Circumstance,
    "code": lambda value: value or None,
}
_PERSON: Mapping[str, Callable[[str], object]] = {
    "birth_year": lambda value: int(value) if value else None,
    "salutation": lambda value: Salutation(value) if value else None,
    "sex": lambda value: Sex(value) if value else None,
    "language": Language,
}


def _write_person(
    session: orm.Session,
    household: Household,
    resident: Resident,
    field: str,
    value: str,
    *,
    origin: Origin,
) -> None:
    if field == "phones":
        numbers = [phones.parse(number) for number in value.split()]
        known = tuple(one for one in numbers if isinstance(one, phones.Phone))
        set_phones(session, resident, known, origin.phone_owner, origin.now)
        return
    setattr(resident, field, _PERSON.get(field, str)(value))
    if field == "name":
        resident.search_key = text.fold(value)[: text.LONGEST_KEY]
        resident.sort_key = text.sort_key(value)
        rename_head(session, household)
