"""A list is kept, looked at, confirmed as a whole, and can be taken back as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from outreach.accounts import scopes
from outreach.accounts.models import User
from outreach.assistance import rules
from outreach.assistance.catalogue import programmes
from outreach.assistance.models import Evidence
from outreach.assistance.services import bulk
from outreach.confirmation import queries
from outreach.confirmation.models import Agency, AgencyList
from outreach.confirmation.queries import Looked, Preview
from outreach.confirmation.rules.verdicts import Verdict
from outreach.core import audit, text
from outreach.core.errors import Conflict, NotAllowed, Refusal
from outreach.core.i18n import gettext as _
from outreach.households import sheets
from outreach.households.sheets.kinds import REPEATABLE
from outreach.households.sheets.wording import why_unreadable

_KEPT = timedelta(days=1)
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a list says of everybody on it."""

    area_id: UUID
    agency: Agency
    reference: str
    programme: str
    state: str
    variant: str | None
    day: date


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody decided on the preview."""

    #: `Preview.print()` as it was shown; empty: whatever is sure now.
    seen: str = ""
    #: Row -> the resident it is, for doubtful lines.
    picked: Mapping[int, UUID] = field(default_factory=dict)


def upload(
    session: orm.Session,
    said: Said,
    file_name: str,
    content: bytes,
    *,
    today: date,
    actor: User,
    now: datetime,
) -> AgencyList:
    """Keep a file that can be read, with a guess of its columns. Raises Refusal in one sentence."""
    area = scopes.area_in_scope(session, said.area_id, actor=actor)
    _check(said, today=today, actor=actor)
    name = text.clean(PurePath(file_name.replace("\\", "/")).name)[-_LONGEST_NAME:]
    _forget_old(session, now)
    row = AgencyList(
        area=area,
        agency=said.agency,
        reference=said.reference,
        programme=said.programme,
        state=said.state,
        variant=said.variant,
        day=said.day,
        file_name=name,
        content=content,
        mapping=_guessed(content, name),
        uploaded_by_id=actor.id,
        uploaded_at=now,
        result={},
    )
    session.add(row)
    what = {"programme": said.programme, "state": said.state}
    audit.record(session, actor=actor, action="agency_list.uploaded", subject=row, now=now, **what)
    return row


def _check(said: Said, *, today: date, actor: User) -> None:
    """Raise Refusal or NotAllowed for what no list can say."""
    if not rules.may_give(actor.role, Evidence.CONFIRMED):
        raise NotAllowed(_("Only an officer with the agency's list may confirm."))
    programme = programmes().get(said.programme)
    state = programme.states.get(said.state) if programme else None
    if programme is None or state is None or Evidence.CONFIRMED not in state.evidence:
        raise Refusal(_("No agency's list can confirm this."))
    if programme.repeats:
        raise Refusal(_("Dossiers are confirmed one by one: a person may have several."))
    if state.asks and said.variant not in programme.variants:
        raise Refusal(_("Please choose which kind the list is about."))
    if said.day > today:
        raise Refusal(_("That day has not come yet."))


def _guessed(content: bytes, name: str) -> dict[str, Any]:
    try:
        with sheets.opened(content, name) as opened:
            return _stored(opened.name, sheets.guess(sheets.table(opened)))
    except sheets.Unreadable as unreadable:
        raise Refusal(why_unreadable(unreadable)) from unreadable


def _stored(sheet: str, mapping: sheets.Mapping) -> dict[str, Any]:
    columns = {str(place): column.value for place, column in mapping.items()}
    return {"sheet": sheet, "columns": columns}


def _forget_old(session: orm.Session, now: datetime) -> None:
    """Files hold personal data: what was not confirmed within a day is not kept."""
    old = sa.and_(AgencyList.content.is_not(None), AgencyList.uploaded_at < now - _KEPT)
    session.execute(
        sa.update(AgencyList)
        .where(old)
        .values(content=None)
        .execution_options(synchronize_session=False)
    )


def set_mapping(
    session: orm.Session, list_id: UUID, mapping: sheets.Mapping, *, actor: User, now: datetime
) -> AgencyList:
    """What each column holds, as somebody corrected it. Raises Refusal when two hold the same."""
    row = open_list(session, list_id, actor=actor)
    single = [column for column in mapping.values() if column not in REPEATABLE]
    if len(single) != len(set(single)):
        raise Refusal(_("Two columns cannot hold the same; only phones and notes may repeat."))
    row.mapping = _stored(row.mapping["sheet"], mapping)
    audit.record(session, actor=actor, action="agency_list.mapped", subject=row, now=now)
    return row


def open_list(session: orm.Session, list_id: UUID, *, actor: User) -> AgencyList:
    """The list while it waits to be confirmed; Conflict afterwards."""
    row = queries.list_in_scope(session, list_id, actor=actor)
    if row.confirmed_at is not None:
        raise Conflict(_("This list was confirmed already."))
    return row


def confirm(
    session: orm.Session,
    list_id: UUID,
    choices: Choices,
    *,
    today: date,
    zone: ZoneInfo,
    actor: User,
    now: datetime,
    looked: Looked | None = None,
) -> AgencyList:
    """Store a confirmed step for every line that is sure or was picked, all or nothing.

    Raises Conflict when other lines are sure now than were seen, or none is left.
    `looked` is what was found for the preview: finding everybody again takes seconds, in which
    nobody else could write.
    """
    row = open_list(session, list_id, actor=actor)
    found = queries.preview(session, row, today=today, looked=looked)
    if choices.seen and choices.seen != found.print():
        raise Conflict(_("The register has changed since you looked. Please look again."))
    targets = list(_chosen(found, choices))
    if not targets:
        raise Conflict(_("There is nobody to confirm on this list."))
    opened = bulk.confirm_many(session, targets, _batch(row, zone, now), actor=actor, now=now)
    counts = _counts(found, targets, opened)
    row.confirmed_at, row.content = now, None
    row.result = {**found.counts(), "rows": found.rows, **counts}
    audit.record(
        session,
        actor=actor,
        action="agency_list.confirmed",
        subject=row,
        now=now,
        programme=row.programme,
        state=row.state,
        **counts,
    )
    return row


def _batch(row: AgencyList, zone: ZoneInfo, now: datetime) -> bulk.Batch:
    """What the list says; a list knows the day, not the minute."""
    return bulk.Batch(
        id=row.id,
        programme=row.programme,
        state=row.state,
        variant=row.variant,
        happened_at=min(now, datetime.combine(row.day, time(12), zone)),
    )


def _counts(found: Preview, targets: Sequence[bulk.Target], opened: int) -> dict[str, int]:
    sure = {_owner(one.targets[0]) for one in found.sure(Verdict.CONFIRM)}
    picked = sum(_owner(one) not in sure for one in targets)
    return {"confirmed": len(targets), "opened": opened, "picked": picked}


def _owner(target: bulk.Target) -> UUID:
    return target.resident_id or target.household_id


def _chosen(found: Preview, choices: Choices) -> Iterator[bulk.Target]:
    """Everybody to be confirmed, each once."""
    done: set[UUID] = set()
    for one in found.sure(Verdict.CONFIRM):
        if _owner(one.targets[0]) not in done:
            done.add(_owner(one.targets[0]))
            yield one.targets[0]
    for one in found.doubtful():
        wanted = choices.picked.get(one.row)
        for candidate, target, verdict in zip(
            one.match.candidates, one.targets, one.verdicts, strict=True
        ):
            is_wanted = candidate.entry.resident_id == wanted and verdict is Verdict.CONFIRM
            if is_wanted and _owner(target) not in done:
                done.add(_owner(target))
                yield target


def undo(session: orm.Session, list_id: UUID, *, actor: User, now: datetime) -> AgencyList:
    """Take back every step of a list; steps recorded since stay."""
    row = queries.list_in_scope(session, list_id, actor=actor)
    if row.confirmed_at is None or row.undone_at is not None:
        raise Conflict(_("There is nothing to take back."))
    count = bulk.undo_batch(session, row.id, now=now)
    row.undone_at = now
    audit.record(
        session, actor=actor, action="agency_list.undone", subject=row, now=now, cases=count
    )
    return row
